import Ground
import Testing

@testable import Curate

@Suite struct DistinctInstructionsTests {
    /// The longest common subsequence by trying all, for short ones.
    private func longest(_ one: ArraySlice<Substring>, _ other: ArraySlice<Substring>) -> Int {
        guard let first = one.first, let second = other.first else { return 0 }
        if first == second { return 1 + longest(one.dropFirst(), other.dropFirst()) }
        return max(longest(one.dropFirst(), other), longest(one, other.dropFirst()))
    }

    @Test("the likeness is the F1 of the longest common subsequence, as trying all of them gives it")
    func likeness() {
        var random = KeyedRandom(seed: 3, key: "rouge")
        func words() -> [Substring] { (0..<(1 + random.nextInt(below: 7))).map { _ in ["a", "b", "c", "d"][random.nextInt(below: 4)] } }
        for _ in 0..<200 {
            let (one, other) = (words(), words())
            let expected = 2 * Double(longest(one[...], other[...])) / Double(one.count + other.count)
            #expect(rougeL(one, other) == expected)
        }
    }

    @Test("looking among those that share words finds what looking at all finds")
    func index() {
        var random = KeyedRandom(seed: 4, key: "kept")
        var kept: [String] = []
        var distinct = DistinctInstructions(bound: 0.6)
        for _ in 0..<300 {
            let text = (0..<(2 + random.nextInt(below: 5))).map { _ in "w\(random.nextInt(below: 9))" }.joined(separator: " ")
            let likest = kept.map { rougeL(LexicalIndex.words(text), LexicalIndex.words($0)) }.max() ?? 0
            let reason = distinct.reason(text)
            #expect((reason != nil) == (likest >= 0.6))
            if let reason {
                #expect(reason.value.double == likest)
            } else {
                kept.append(text)
                distinct.add(text)
            }
        }
        #expect(kept.count > 20 && kept.count < 300)
    }

    @Test("instructions without a word are alike")
    func wordless() {
        var distinct = DistinctInstructions(bound: 0.7)
        #expect(distinct.reason("?") == nil)
        distinct.add("?")
        #expect(distinct.reason("!!") != nil && distinct.reason("Why?") == nil)
    }
}
