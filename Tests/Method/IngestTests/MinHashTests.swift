import Ground
import Testing

@testable import Ingest
@testable import Records

@Suite struct MinHashTests {
    /// Two texts of five-word runs whose Jaccard index is about `jaccard`: a common part, and a part of its own for each.
    private func pair(_ jaccard: Double, _ number: Int, runs: Int = 400) -> (String, String) {
        var random = KeyedRandom(seed: 7, key: "\(jaccard) \(number)")
        func words(_ count: Int) -> String { (0..<count).map { _ in "w\(random.next() % 1_000_000_007)x" }.joined(separator: " ") }
        let common = Int((Double(runs) * 2 * jaccard / (1 + jaccard)).rounded())
        let shared = words(common + 4)
        // The first run of the own part still touches four common words: that is what the fours are for.
        return (shared + " " + words(runs - common), shared + " " + words(runs - common))
    }

    @Test("finds pairs with the probability that the formula gives", arguments: [0.6, 0.7, 0.8, 0.9])
    func probability(_ jaccard: Double) {
        let method = MinHash()
        let orders = MinHashOrders(count: method.bands * method.rows)
        var (found, expected) = (0, 0.0)
        let count = 1000
        for number in 0..<count {
            let (one, other) = pair(jaccard, number)
            let (a, b) = (Set(method.runs(of: one)), Set(method.runs(of: other)))
            expected += method.probability(ofMatchAt: Double(a.intersection(b).count) / Double(a.union(b).count))
            if zip(method.keys(of: one, orders), method.keys(of: other, orders)).contains(where: ==) { found += 1 }
        }
        let wanted = expected / Double(count)
        // Three standard deviations of a share of 1,000.
        let tolerance = 3 * (wanted * (1 - wanted) / Double(count)).squareRoot() + 0.005
        #expect(abs(Double(found) / Double(count) - wanted) < tolerance, "\(found) of \(count), wanted \(wanted)")
    }

    @Test("every instruction set gives the signature that the definition gives, for any number of orders and runs")
    func instructionSets() {
        var random = KeyedRandom(seed: 3, key: "runs")
        for (count, runs) in [(112, 1), (112, 2), (112, 76), (8, 33), (17, 5), (1, 3)] {
            let texts = (0..<runs).map { _ in UInt32(truncatingIfNeeded: random.next()) }
            var order = KeyedRandom(seed: 1, key: "MinHash")
            let wanted = (0..<count).map { _ in
                let factor = UInt32(truncatingIfNeeded: order.next()) | 1
                let offset = UInt32(truncatingIfNeeded: order.next())
                return texts.map { (factor &* $0 &+ offset) ^ (factor &* $0 &+ offset) >> 15 }.min() ?? 0
            }
            for set in MinHashOrders.instructionSets {
                #expect(MinHashOrders(count: count, instructionSet: set).signature(of: texts) == wanted, "set \(set), \(count), \(runs)")
            }
        }
    }

    @Test("the formula has the published values")
    func formula() {
        let method = MinHash()
        for (jaccard, wanted) in [(0.6, 0.21), (0.7, 0.56), (0.8, 0.92), (0.9, 0.9996)] {
            #expect(abs(method.probability(ofMatchAt: jaccard) - wanted) < 0.006)
        }
    }

    @Test("folds capitals, numbers, accents and marks; short texts match only where they are the same")
    func folding() {
        let method = MinHash()
        #expect(method.runs(of: "Die Bäume tragen 12 Äpfel, ja!") == method.runs(of: "die baume tragen 345 – apfel ja"))
        #expect(method.runs(of: "two words") == method.runs(of: "Two words."))
        #expect(method.runs(of: "two words") != method.runs(of: "three words"))
        #expect(method.runs(of: "").count == 1)
    }

    @Test("groups are joined through others, and the earliest leads")
    func groups() {
        var index = NearDuplicates()
        let firstBands: [[UInt64]] = [[1, 2], [3, 4], [5, 6], [1, 4], [7, 8], [5, 9]]
        for (number, keys) in firstBands.enumerated() { index.add(keys + (2..<14).map { UInt64(1000 * number + $0) }) }
        #expect(index.groups() == [0, 0, 2, 0, 4, 2])
    }
}
