import Testing

@testable import Reports

struct TopCountsTests {
    @Test("counts are exact while the words fit, equal counts stand in alphabetical order")
    func exact() {
        var counts = TopCounts()
        for word in ["b", "a", "c", "b", "a", "d"] { counts.add(word) }
        #expect(counts.top(3).map(\.word) == ["a", "b", "c"])
        #expect(counts.top(1).first?.count == 2 && counts.total == 6 && counts.uncertainty == 0)
    }

    @Test("beyond the capacity a frequent word stays, too low by no more than is said")
    func bounded() {
        var counts = TopCounts(capacity: 10)
        for number in 0..<5000 {
            counts.add("frequent")
            counts.add("rare \(number)")
        }
        #expect(counts.distinct <= 10)
        #expect(counts["frequent"] <= 5000 && counts["frequent"] + counts.uncertainty >= 5000)
        #expect(counts.top(1).first?.word == "frequent")
    }

    @Test("texts that repeat are told from those that do not, however many there are")
    func repeated() {
        var few = DistinctSample()
        for (number, text) in ["a", "b", "a", "a"].enumerated() { few.add(text, of: "\(number)") }
        few.add("a", of: "0")
        #expect(few.repeatedShare == 0.5 && few.most == 3 && few.isExact)
        var many = DistinctSample()
        for number in 0..<200_000 { many.add("text \(number / 2)", of: "\(number)") }
        #expect(!many.isExact && abs(many.repeatedShare - 0.5) < 1e-9)
    }
}
