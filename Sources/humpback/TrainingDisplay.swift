import Finetune
import Foundation
import Ground
import Synchronization
import Training

/// What a person sees of a training run: a bar on a terminal, a line now and then elsewhere, and once, early, what all of it will take.
final class TrainingDisplay: Sendable {
    private struct State {
        var lastShown = -Double.infinity
        var linesSaid = 0
        var isBarShown = false
        var hasEstimated = false
    }

    private let isQuiet: Bool
    private let isTerminal = Terminal.errorIsTerminal
    private let state = Mutex(State())

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Says a line above the bar.
    func note(_ text: String) {
        guard !isQuiet else { return }
        complain((state.withLock { $0.isBarShown } ? "\r\u{1B}[K" : "") + text)
    }

    func show(_ progress: TrainingProgress) {
        if let warning = progress.warning { note("step \(progress.step): \(warning)") }
        if let loss = progress.heldOutLoss {
            note(
                progress.step == 0
                    ? "before the first step: held-out loss \(Figures.fixed(loss, 4)), the base's own"
                    : "step \(progress.step): held-out loss \(Figures.fixed(loss, 4))")
        }
        guard !isQuiet, progress.step > 0 else { return }
        let now = ProcessInfo.processInfo.systemUptime
        let (isDue, isEstimate) = state.withLock { state in
            let isEstimate = !state.hasEstimated && progress.step >= 20 && progress.secondsLeft > 60
            if isEstimate { state.hasEstimated = true }
            let pause = isTerminal ? 0.2 : [5, 10, 20, 30][min(3, state.linesSaid)]
            let isDue = now - state.lastShown >= pause || progress.step == progress.steps
            if isDue {
                state.lastShown = now
                state.linesSaid += 1
                state.isBarShown = isTerminal
            }
            return (isDue, isEstimate)
        }
        if isEstimate {
            note(
                "all of it will take about \(Figures.duration(progress.secondsLeft)) more and \(progress.memoryBytes >> 20) MiB of memory. If that "
                    + "is too much: fewer --steps; Ctrl-C stops in order, and --resume goes on later.")
        }
        guard isDue else { return }
        let line = Self.line(progress)
        StandardStreams.say(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
    }

    /// Leaves the bar as it stands, draws the curve of the loss, and says where the model is and which weights it holds.
    func end(_ result: TrainingJob.Result) {
        guard !isQuiet else { return }
        let folder = result.folder.directory
        let metrics = MetricsFile(modelFolder: folder)
        var lines = [state.withLock { $0.isBarShown } ? "\n" : ""]
        let curve = LossCurve.drawn(metrics.losses)
        if !curve.isEmpty { lines += ["loss", curve, "\n"] }
        if let margins = MetricsFile.ends(of: metrics.margins), let accuracies = MetricsFile.ends(of: metrics.accuracies) {
            lines.append(
                "first to last quarter: margin \(Figures.fixed(margins.first, 3)) to \(Figures.fixed(margins.last, 3)), "
                    + "chosen preferred in \(Figures.fixed(100 * accuracies.first, 1)) % to \(Figures.fixed(100 * accuracies.last, 1)) % of the pairs\n"
            )
        }
        let outcome = result.outcome
        if let best = outcome.bestHeldOutLoss, let step = outcome.bestStep, let last = outcome.lastHeldOutLoss {
            let base = outcome.baseHeldOutLoss.map { "the base's own \(Figures.fixed($0, 4)), " } ?? ""
            lines.append(
                "held-out loss: \(base)best \(Figures.fixed(best, 4)) at step \(step), last \(Figures.fixed(last, 4)) at step \(outcome.step) "
                    + "(the token that ends an answer counted, which evaluate leaves out)\n"
            )
        }
        if let warning = result.baseWarning { lines.append(warning + "\n") }
        if outcome.bestHeldOutLoss == nil, outcome.lastHeldOutLoss == nil {
            lines.append(
                "nothing was held out, so nothing tells whether it is better than its base; --held-out 16 keeps 16 seeds back and measures both\n"
            )
        }
        if outcome.ending == .stoppedEarly { lines.append("stopped early: the held-out loss fell no more\n") }
        complain(lines.joined() + "\(folder.relativePath): the model is there, the weights of \(result.weights)")
    }

    static func line(_ progress: TrainingProgress) -> String {
        let full = progress.steps > 0 ? 20 * progress.step / progress.steps : 20
        let bar = String(repeating: "=", count: full) + String(repeating: " ", count: 20 - full)
        let preference = progress.preference.map {
            "  margin \(Figures.fixed($0.margin, 3))  right \(Int(($0.accuracy * 100).rounded())) %"
        }
        return
            "[\(bar)] step \(progress.step)/\(progress.steps)  loss \(Figures.fixed(progress.loss, 4))\(preference ?? "")  "
            + "\(Int(progress.tokensPerSecond)) tokens/s  \(Figures.duration(progress.secondsLeft)) left"
    }
}

extension Arguments {
    /// Whether `--resume` finds the model made already: then it says so, and nothing is left to do.
    func standsFinished(_ output: URL) throws -> Bool {
        guard self[SharedOptions.resumeTraining], !self[SharedOptions.replace], try TrainingJob.isFinished(output) else { return false }
        if !self[SharedOptions.quiet] {
            complain("\(output.relativePath): the model is there, finished by an earlier run; --force makes it anew")
        }
        return true
    }
}
