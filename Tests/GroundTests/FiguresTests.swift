import Ground
import Testing

@Suite struct FiguresTests {
    @Test("writes durations and sizes for people")
    func words() {
        #expect(
            [0, 59.6, 61, 3600, 90_000, 500_000].map(Figures.duration) == [
                "0 s", "1 min 0 s", "1 min 1 s", "1 h 0 min", "25 h 0 min", "5 days 18 h",
            ])
        #expect(Figures.duration(.infinity) == "very long")
        #expect(Figures.size(3 << 29) == "1.5 GiB" && Figures.size(5 << 20) == "5 MiB")
        #expect(Figures.size(700) == "1 KiB" && Figures.size((5 << 20) + 100) == "5 MiB")
    }

    @Test("writes shares with the digits that tell them from none and all")
    func shares() {
        #expect([0, 0.0009, 0.747, 0.9995, 1].map(Figures.percent) == ["0.0 %", "0.09 %", "74.7 %", "99.95 %", "100.0 %"])
    }

    @Test("groups and rounds numbers", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-4500, "-4,500")])
    func grouped(value: Int, text: String) { #expect(Figures.grouped(value) == text) }

    @Test("writes fixed digits", arguments: [(0.0, 1, "0.0"), (99.96, 1, "100.0"), (1.005, 0, "1"), (-0.04, 1, "0.0"), (-2.5, 2, "-2.50")])
    func fixed(value: Double, digits: Int, text: String) { #expect(Figures.fixed(value, digits) == text) }
}
