import Foundation
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
        if let loss = progress.heldOutLoss { note("step \(progress.step): held-out loss \(fixed(loss, 4))") }
        guard !isQuiet else { return }
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
                "all of it will take about \(duration(progress.secondsLeft)) more and \(progress.memoryBytes >> 20) MiB of memory. If that "
                    + "is too much: fewer --steps; Ctrl-C stops in order, and --resume goes on later.")
        }
        guard isDue else { return }
        let line = Self.line(progress)
        try? FileHandle.standardError.write(contentsOf: Data((isTerminal ? "\r\(line)\u{1B}[K" : line + "\n").utf8))
    }

    /// Leaves the bar as it stands and says where the model is.
    func end(_ folder: URL) {
        guard !isQuiet else { return }
        complain((state.withLock { $0.isBarShown } ? "\n" : "") + "\(folder.relativePath): the model is there")
    }

    static func line(_ progress: TrainingProgress) -> String {
        let full = progress.steps > 0 ? 20 * progress.step / progress.steps : 20
        let bar = String(repeating: "=", count: full) + String(repeating: " ", count: 20 - full)
        return
            "[\(bar)] step \(progress.step)/\(progress.steps)  loss \(fixed(progress.loss, 4))  \(Int(progress.tokensPerSecond)) tokens/s  "
            + "\(duration(progress.secondsLeft)) left"
    }
}

/// Decimal digits after a point, whatever the locale.
func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// Seconds as people say them.
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "very long" }
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
}
