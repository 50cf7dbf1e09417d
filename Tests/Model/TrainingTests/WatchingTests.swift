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

    @Test("warns of divergence when the loss is half as high again and half a nat over its lowest")
    func divergence() {
        #expect(TrainingAdvice.divergence(smoothed: 3.1, lowest: 2) != nil)
        #expect(TrainingAdvice.divergence(smoothed: 2.9, lowest: 2) == nil)
        #expect(TrainingAdvice.divergence(smoothed: 0.4, lowest: 0.1) == nil)
    }

    @Test("warns once, when two measurements have brought no new best and the loss has risen by half a percent")
    func heldOut() {
        func warnings(_ losses: [Double]) -> [Bool] {
            losses.indices.map { index in
                TrainingAdvice.heldOutRise(
                    loss: losses[index], previous: index > 0 ? losses[index - 1] : 1, best: 1, bestStep: 5, measurements: index + 1) != nil
            }
        }
        #expect(warnings([2, 2, 2, 2]) == [false, true, false, false])
        #expect(warnings([1.001, 1.002, 1.004, 1.006]) == [false, false, false, true])
        #expect(warnings([1.001, 1, 1.004]) == [false, false, false])
    }

    @Test("draws a falling loss from the upper left to the lower right")
    func curve() {
        let lines = LossCurve.drawn([4, 3, 2, 1], height: 4).split(separator: "\n")
        #expect(
            lines == [
                "  4.000 │•   ", "  3.000 │ •  ", "  2.000 │  • ", "  1.000 │   •", "        └────", "         steps 1 to 4",
            ])
        #expect(LossCurve.drawn([1]).isEmpty)
    }
}
