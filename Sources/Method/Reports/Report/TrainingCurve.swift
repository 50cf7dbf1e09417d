import Foundation
import Ground

/// One number a step over a whole training, in at most 1,024 points: neighbours are joined where there are more.
struct Curve: Sendable {
    private static let capacity = 1024
    private var sums: [Sum] = []
    private var stride = 1

    private struct Sum: Sendable {
        var step: Double
        var value: Double
        var count = 1

        mutating func add(_ other: Sum) {
            step += other.step
            value += other.value
            count += other.count
        }
    }

    mutating func add(_ value: Double, at step: Int) {
        guard value.isFinite else { return }
        let sum = Sum(step: Double(step), value: value)
        if let last = sums.last, last.count < stride {
            sums[sums.count - 1].add(sum)
        } else {
            sums.append(sum)
        }
        guard sums.count > Self.capacity else { return }
        stride *= 2
        var joined: [Sum] = []
        for (index, sum) in sums.enumerated() {
            if index.isMultiple(of: 2) {
                joined.append(sum)
            } else {
                joined[joined.count - 1].add(sum)
            }
        }
        sums = joined
    }

    var points: [PlotPoint] { sums.map { PlotPoint(x: $0.step / Double($0.count), y: $0.value / Double($0.count)) } }

    /// The curve in about `count` points, each the mean of its neighbours, so that the noise of single batches does not hide the course.
    func smoothed(_ count: Int) -> [PlotPoint] {
        let points = points
        guard points.count > count, count > 0 else { return points }
        return (0..<count).map { part in
            let group = points[part * points.count / count..<(part + 1) * points.count / count]
            return PlotPoint(
                x: group.reduce(0) { $0 + $1.x } / Double(group.count), y: group.reduce(0) { $0 + $1.y } / Double(group.count))
        }
    }
}

/// What `metrics.jsonl` of a training tells, and the notes of the model beside it.
struct TrainingCurve: Sendable {
    var label: String
    var notes = JSONObject()
    private(set) var steps = 0
    private(set) var losses = Curve()
    private(set) var heldOut = Curve()
    private(set) var learningRates = Curve()
    private(set) var margins = Curve()
    private(set) var accuracies = Curve()
    private(set) var firstLoss: Double?
    /// The mean loss of the last tenth of the points.
    var lastLoss: Double? {
        let points = losses.points.suffix(max(1, losses.points.count / 10))
        return points.isEmpty ? nil : points.reduce(0) { $0 + $1.y } / Double(points.count)
    }
    private(set) var bestHeldOut: (step: Int, loss: Double)?
    private(set) var lastHeldOut: (step: Int, loss: Double)?
    /// Steps whose loss was no number, and steps that were marked with a warning.
    private(set) var lostSteps = 0
    private(set) var warnings = 0
    private(set) var targetTokens = 0

    init(label: String) { self.label = label }

    /// Takes in one line of the file; false where it is no step.
    mutating func add(_ record: JSONObject) -> Bool {
        guard let step = record["step"]?.integer, let loss = record["loss"] else { return false }
        steps = max(steps, step)
        if let loss = loss.double, loss.isFinite {
            losses.add(loss, at: step)
            firstLoss = firstLoss ?? loss
        } else {
            lostSteps += 1
        }
        if let rate = record["learning_rate"]?.double { learningRates.add(rate, at: step) }
        if let margin = record["margin"]?.double { margins.add(margin, at: step) }
        if let accuracy = record["preference_accuracy"]?.double { accuracies.add(accuracy, at: step) }
        if let tokens = record["target_tokens"]?.integer, tokens > 0 { targetTokens = targetTokens &+ tokens }
        if record["warning"]?.bool == true { warnings += 1 }
        if let base = record["start"]?.object?["held_out_loss"]?.double { heldOut.add(base, at: 0) }
        if let loss = record["held_out_loss"]?.double, loss.isFinite {
            heldOut.add(loss, at: step)
            lastHeldOut = (step, loss)
            if loss < bestHeldOut?.loss ?? .infinity { bestHeldOut = (step, loss) }
        }
        return true
    }
}
