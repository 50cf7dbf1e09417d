import Ground
import Testing

struct ShareIntervalTests {
    @Test(
        "the interval is Wilson's, within 0 and 1, and no point at the ends",
        arguments: [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634)])
    func wilson(count: Int, total: Int, low: Double, high: Double) {
        let found = ShareInterval.wilson(Double(count), of: total)
        #expect(abs(found.lowerBound - low) < 1e-3 && abs(found.upperBound - high) < 1e-3, "\(found)")
    }

    @Test("of nothing, everything is open; what is out of range counts as the end")
    func edges() {
        #expect(ShareInterval.wilson(0, of: 0) == 0...1)
        #expect(ShareInterval.wilson(12, of: 10) == ShareInterval.wilson(10, of: 10))
        #expect(ShareInterval.wilson(2.5, of: 5).contains(0.5))
    }
}
