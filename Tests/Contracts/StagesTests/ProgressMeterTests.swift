import Ground
import Records
import Stages
import Synchronization
import Testing

@testable import Stages

@Suite struct ProgressMeterTests {
    private final class Scene: Sendable {
        let time = Mutex(0.0)
        let said = Mutex("")
        func meter(isTerminal: Bool, isQuiet: Bool = false) -> ProgressMeter {
            ProgressMeter(
                stage: "augment", isQuiet: isQuiet, isTerminal: isTerminal, now: { self.time.withLock { $0 } },
                say: { text in self.said.withLock { $0 += text } })
        }
        func at(_ seconds: Double) { time.withLock { $0 = seconds } }
        var text: String { said.withLock { $0 } }
    }

    @Test("draws a bar with rate and time left on a terminal, and takes it away at the end")
    func bar() {
        let scene = Scene()
        var meter = scene.meter(isTerminal: true)
        meter.know(StageOutlook(totalBytes: 1000))
        scene.at(10)
        meter.show(items: 5, resumed: 0, position: 250)
        #expect(scene.text == "\raugment [=====               ] 25 %  5  0.50/s  30 s left\u{1B}[K")
        meter.end("done\n")
        #expect(scene.text.hasSuffix("\r\u{1B}[Kdone\n"))
    }

    @Test("says a line after 10, 40 and 100 seconds elsewhere")
    func lines() {
        let scene = Scene()
        var meter = scene.meter(isTerminal: false)
        for second in 0...100 {
            scene.at(Double(second))
            meter.show(items: second, resumed: 0, position: second)
        }
        #expect(scene.text.split(separator: "\n") == ["augment  10  1.00/s", "augment  40  1.00/s", "augment  100  1.00/s"])
    }

    @Test("says after twenty items how long all of it will take, if that is long, and counts from where it was resumed")
    func estimate() {
        let scene = Scene()
        var meter = scene.meter(isTerminal: false)
        var outlook = StageOutlook(totalBytes: nil, items: 10_000)
        outlook.skippedBytes = 0
        meter.know(outlook)
        scene.at(8)
        meter.show(items: 1019, resumed: 1000, position: 0)
        #expect(scene.text == "")
        meter.show(items: 1020, resumed: 1000, position: 0)
        #expect(scene.text.contains("all of it will take about 1 h 0 min") && scene.text.contains("--resume"))
    }

    @Test("tells how many there are in all: as counted, or about so many where only bytes are known")
    func totals() {
        let scene = Scene()
        var meter = scene.meter(isTerminal: true)
        meter.know(StageOutlook(totalBytes: 1000, items: 4321))
        scene.at(10)
        meter.show(items: 1000, resumed: 0, position: 250)
        #expect(scene.text.contains(" 23 %  1,000 of 4,321  100/s"), "\(scene.text)")
        var blind = scene.meter(isTerminal: true)
        blind.know(StageOutlook(totalBytes: 1000))
        scene.at(20)
        blind.show(items: 100, resumed: 0, position: 210)
        #expect(scene.text.contains(" 21 %  100 of about 480  "), "\(scene.text)")
        var piped = scene.meter(isTerminal: true)
        piped.know(StageOutlook())
        scene.at(30)
        piped.show(items: 7, resumed: 0, position: 210)
        #expect(scene.text.hasSuffix("\raugment  7  0.70/s\u{1B}[K"), "\(scene.text)")
    }

    @Test("says nothing when it is to be quiet")
    func quiet() {
        let scene = Scene()
        var meter = scene.meter(isTerminal: true, isQuiet: true)
        scene.at(100)
        meter.show(items: 50, resumed: 0, position: 1)
        meter.end("done")
        #expect(scene.text == "")
    }

    @Test("writes rates for people")
    func rates() {
        #expect(ProgressMeter.rate(0.126) == "0.13" && ProgressMeter.rate(12.34) == "12.3" && ProgressMeter.rate(12_345) == "12,345")
    }
}

@Suite struct FunnelTableTests {
    @Test("shows what was read, why what is missing is missing, and what is kept")
    func table() {
        var summary = StageSummary(stage: "curate")
        for number in 0..<3200 {
            if number < 3 {
                summary.count([.broken(JSONObject(), Rejection("invalid_json"))])
            } else if number < 120 {
                summary.count([.dropped(JSONObject(), Rejection("score_low"))])
            } else if number < 140 {
                summary.count([.dropped(JSONObject(), Rejection("empty"))])
            } else {
                summary.count([.kept([JSONObject()])])
            }
        }
        #expect(
            FunnelTable.text(summary) == """
                curate
                  read            3,200
                  broken              3   0.09 % of what was read
                    invalid_json      3
                  dropped           137
                    score_low       117
                    empty            20
                  kept            3,060   95.6 %

                """)
    }
}

@Suite struct SamplerTests {
    @Test("chooses the lowest hashes, however they come, in places of the input")
    func lowest() {
        for order in [Array(0..<5000), Array((0..<5000).reversed())] {
            var sampler = Sampler(count: 10)
            for (place, value) in order.enumerated() { sampler.offer(UInt64(value), at: place) }
            let expected = (0..<10).map { order[0] == 0 ? $0 : 4999 - $0 }.sorted()
            #expect(sampler.chosen() == expected)
        }
    }
}
