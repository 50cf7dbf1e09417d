import Ground
import Testing

@testable import Reports

struct PlotTests {
    @Test("ticks are round numbers within the range")
    func ticks() {
        #expect(Plot.ticks(0, 10, about: 5) == [0, 2, 4, 6, 8, 10])
        #expect(Plot.ticks(1, 5, about: 4) == [1, 2, 3, 4, 5])
        #expect(Plot.ticks(0.1, 0.1, about: 4) == [0.1])
        #expect(Plot.ticks(-0.3, 0.3, about: 4).map { Figures.tick($0) } == ["-0.2", "0", "0.2"])
    }

    @Test("no point, one point and equal points give no broken drawing")
    func degenerate() {
        #expect(Plot.lines([PlotSeries(name: "a", points: [], colour: 0)], title: "t", x: "x", y: "y").isEmpty)
        for points in [[PlotPoint(x: 1, y: 2)], [PlotPoint(x: 1, y: 2), PlotPoint(x: 1, y: 2)]] {
            let drawing = Plot.lines([PlotSeries(name: "a", points: points, colour: 0)], title: "t", x: "x", y: "y")
            #expect(drawing.contains("<svg") && !drawing.contains("nan") && !drawing.contains("inf"))
        }
        var histogram = Histogram(1...5, bins: 40)
        #expect(Plot.histograms([("s", histogram)], title: "t", x: "x", asShares: false).isEmpty)
        histogram.add(3)
        #expect(Plot.histograms([("s", histogram)], title: "t", x: "x", asShares: true).contains("<path"))
        #expect(Plot.intervals([("m", 2, nil)], title: "t", x: "x").contains("<circle"))
    }

    @Test("names from outside are escaped")
    func escaping() {
        let drawing = Plot.lines(
            [PlotSeries(name: "</svg>", points: [PlotPoint(x: 1, y: 1)], colour: 0), PlotSeries(name: "b", points: [], colour: 1)],
            title: "\"><b>", x: "<", y: "&")
        #expect(
            !drawing.contains("</svg></span>") && drawing.contains("&lt;/svg&gt;") && drawing.contains("aria-label=\"&quot;&gt;&lt;b&gt;\"")
        )
    }
}
