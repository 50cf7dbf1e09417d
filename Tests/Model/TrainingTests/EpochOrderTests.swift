import Testing

@testable import Training

@Suite("EpochOrder") struct EpochOrderTests {
    @Test("places every index exactly once, for every count below 130")
    func isPermutation() {
        for count in 1..<130 {
            let order = EpochOrder(count: count, seed: 7, epoch: 3)
            #expect(Set((0..<count).map(order.index)).count == count, "count \(count)")
        }
    }

    @Test("differs by epoch and by seed, and not by asking twice")
    func keys() {
        func list(_ seed: UInt64, _ epoch: Int) -> [Int] {
            let order = EpochOrder(count: 50, seed: seed, epoch: epoch)
            return (0..<50).map(order.index)
        }
        #expect(list(1, 0) == list(1, 0))
        #expect(list(1, 0) != list(1, 1))
        #expect(list(1, 0) != list(2, 0))
    }

    @Test("brings every index to every position about equally often")
    func spreads() {
        var seen = Array(repeating: 0, count: 25)
        for epoch in 0..<5_000 {
            let order = EpochOrder(count: 5, seed: 11, epoch: epoch)
            for position in 0..<5 { seen[position * 5 + order.index(at: position)] += 1 }
        }
        // 1,000 expected in each; a fair order stays within five standard deviations of about 28.
        #expect(seen.allSatisfy { abs($0 - 1_000) < 140 })
    }
}
