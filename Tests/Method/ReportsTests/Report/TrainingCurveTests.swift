import Ground
import Testing

@testable import Reports

struct TrainingCurveTests {
    @Test("a long training becomes at most 1,024 points, whose mean is the training's")
    func long() {
        var curve = Curve()
        for step in 1...100_000 { curve.add(Double(step), at: step) }
        let points = curve.points
        #expect(points.count <= 1024 && points.count > 500)
        #expect(points.allSatisfy { $0.x == $0.y })
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x })
        #expect(curve.smoothed(10).count == 10)
    }

    @Test("best and last loss on pairs kept back are told apart, and steps without a number are counted")
    func heldOut() {
        var training = TrainingCurve(label: "m")
        let lines: [JSONObject] = [
            ["step": 1, "loss": 3.0, "learning_rate": 0.1, "held_out_loss": 2.5], ["step": 2, "loss": .null, "learning_rate": 0.1],
            ["step": 3, "loss": 2.0, "learning_rate": 0.1, "held_out_loss": 2.75],
        ]
        let taken = (lines + [["text": "no step"]]).map { training.add($0) }
        #expect(taken == [true, true, true, false])
        #expect(training.steps == 3 && training.lostSteps == 1)
        #expect(training.bestHeldOut?.loss == 2.5 && training.lastHeldOut?.loss == 2.75)
    }
}
