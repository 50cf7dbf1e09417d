import Foundation
import TestSupport
import Testing

@testable import Training

@Suite("Watching a run") struct WatchingTests {
    static func progress(_ step: Int, heldOut: Double? = nil, loss: Double = 2.5) -> TrainingProgress {
        TrainingProgress(
            step: step, steps: 10, loss: loss, learningRate: 0.001, gradientNorm: 0.5, tokens: 64, targetTokens: 32, tokensPerSecond: 100,
            secondsLeft: 4, memoryBytes: 0, heldOutLoss: heldOut)
    }

    @Test("writes a JSON object a step, with null for what is not finite")
    func metrics() throws {
        let line = MetricsLog.line(Self.progress(3, heldOut: 2.25, loss: .nan), seconds: 1.5)
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["step"] as? Int == 3 && object["held_out_loss"] as? Double == 2.25 && object["loss"] is NSNull)
        #expect(line.hasSuffix("}\n"))
    }

    @Test("writes the settings and the base's own loss into the first line alone")
    func start() throws {
        let options = TrainingOptions(steps: 10, batch: 4, schedule: .init(peak: 0.5, shape: .constant, totalSteps: 10), heldOutEvery: 5)
        let line = MetricsLog.line(Self.progress(1), seconds: 0, start: .init(options: options, heldOutLoss: 2.75))
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let start = try #require(object["start"] as? [String: Any])
        #expect(
            start["held_out_loss"] as? Double == 2.75 && start["dropout"] as? Double == 0 && start["peak_learning_rate"] as? Double == 0.5)
        #expect(start["steps"] as? Int == 10 && start["batch"] as? Int == 4 && start["held_out_every"] as? Int == 5)
        #expect(!MetricsLog.line(Self.progress(2), seconds: 0).contains("start"))
    }

    @Test("cuts the metrics back to a checkpoint's length")
    func cutsBack() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "metrics.jsonl").path
            var log = try MetricsLog(path: path, keeping: 0)
            try log.append(Self.progress(1), seconds: 0)
            let kept = log.byteCount
            try log.append(Self.progress(2), seconds: 0)
            var resumed = try MetricsLog(path: path, keeping: kept)
            try resumed.append(Self.progress(3), seconds: 0)
            let steps = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0.prefix(9) }
            #expect(steps == ["{\"step\":1", "{\"step\":3"])
        }
    }

    @Test("draws a falling loss from the upper left to the lower right")
    func curve() {
        let lines = LossCurve.drawn([4, 3, 2, 1], width: 9, height: 4).split(separator: "\n")
        #expect(
            lines == [
                "  4.000 │••      ", "  3.000 │  ••    ", "  2.000 │    ••  ", "  1.000 │      ••", "        └────────",
                "         steps 1 to 4",
            ])
        #expect(LossCurve.drawn([1]).isEmpty)
        // However few or many steps: as wide as asked for, or nearly.
        for count in [2, 7, 59, 60, 61, 500] {
            let axis = LossCurve.drawn((0..<count).map(Double.init), width: 60).split(separator: "\n").first { $0.contains("└") }
            #expect((48...60).contains(axis.map { $0.count { $0 == "─" } } ?? 0) || count == 59, "\(count)")
        }
    }
}
