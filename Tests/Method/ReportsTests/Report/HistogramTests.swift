import Testing

@testable import Reports

struct HistogramTests {
    @Test("values fall into the bins between the edges, the outermost take what lies outside")
    func bins() {
        var histogram = Histogram(0...4, bins: 4)
        for value in [-1, 0, 0.5, 1, 3.99, 4, 9, .nan, .infinity] { histogram.add(value) }
        #expect(histogram.bins == [3, 1, 0, 3])
        #expect(histogram.count == 7)
        #expect(histogram.least == -1 && histogram.greatest == 9)
        #expect(histogram.occupied == 0..<4)
    }

    @Test("mean and spread are exact, quantiles as fine as a bin")
    func numbers() throws {
        var histogram = Histogram(0...100, bins: 100)
        for value in 1...99 { histogram.add(Double(value)) }
        #expect(abs(try #require(histogram.average) - 50) < 1e-12)
        #expect(abs(try #require(histogram.standardDeviation) - 28.722813232690143) < 1e-9)
        for share in [0.1, 0.5, 0.9] { #expect(abs(try #require(histogram.quantile(share)) - 100 * share) <= 1) }
        #expect(Histogram(0...1, bins: 2).quantile(0.5) == nil)
    }

    @Test("the edges for lengths double every four bins")
    func lengths() {
        let edges = Histogram.lengths.edges
        #expect(edges[0] == 1 && edges[4] == 2 && edges[40] == 1024)
        #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
    }
}
