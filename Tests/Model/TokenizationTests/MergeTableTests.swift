import Testing

@testable import Tokenization

@Suite struct MergeTableTests {
    @Test("finds what a dictionary finds, and nothing else, however it grew")
    func equalsDictionary() {
        var table = MergeTable(capacity: 3)
        var expected: [[Int32]: MergeTable.Merge] = [:]
        var state: UInt64 = 11
        func random(_ limit: UInt64) -> Int32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32((state >> 33) % limit)
        }
        for rank in 0..<20_000 {
            let (left, right) = (random(300), random(300))
            table.set(left, right, rank: UInt32(rank), result: Int32(rank))
            expected[[left, right]] = MergeTable.Merge(rank: UInt32(rank), result: Int32(rank))
        }
        #expect(table.count == expected.count)
        var wrong = 0
        for left in Int32(-1)..<301 {
            for right in Int32(-1)..<301 where table.find(left, right) != expected[[left, right]] ?? .none { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test("the lowest rank comes first, and no merge last")
    func order() {
        let merges = [MergeTable.Merge(rank: 0, result: .max), .init(rank: 1, result: 0), .init(rank: .max - 1, result: .max), .none]
        #expect(merges.sorted() == merges && merges.shuffled().sorted() == merges)
        #expect(merges[2].rank == .max - 1 && merges[2].result == .max)
    }
}
