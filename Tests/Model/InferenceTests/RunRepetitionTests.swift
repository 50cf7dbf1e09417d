import Testing

@testable import Inference

struct RunRepetitionTests {
    @Test(
        "what would end a run that was said already is forbidden, and nothing else",
        arguments: [
            ([1, 2, 3, 1, 2], 3, [3]), ([1, 2, 3, 1, 2], 2, [3]), ([1, 2, 3], 4, []), ([1, 2, 1, 3, 1], 2, [2, 3]), ([5, 5], 2, [5]),
            ([], 2, []), ([1, 2], 0, []),
        ] as [([Int32], Int, [Int32])])
    func forbidden(sampled: [Int32], length: Int, expected: [Int32]) {
        #expect(RunRepetition.forbidden(after: sampled[...], length: length) == expected)
    }

    @Test("an answer sampled by the rule says no run twice, whatever its length")
    func walk() {
        for length in 2...4 {
            var sampled: [Int32] = []
            // A model that always wants the smallest token it may say.
            for _ in 0..<60 {
                let forbidden = Set(RunRepetition.forbidden(after: sampled[...], length: length))
                sampled.append((0..<100).first { !forbidden.contains($0) } ?? 0)
            }
            let runs = (0...sampled.count - length).map { Array(sampled[$0..<$0 + length]) }
            #expect(Set(runs).count == runs.count)
        }
    }
}
