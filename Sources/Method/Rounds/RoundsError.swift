/// Why a loop cannot go on.
public enum RoundsError: Error, Sendable, CustomStringConvertible {
    case journalUnreadable(String)
    case unknownOutput(step: String, path: String)
    case busy(String, holder: String)
    case cannotWork(String, reason: String)
    case tooMuchBroken(stage: String, share: Double, rejects: String)
    case nothingKept(stage: String, advice: String)
    case silentServer(model: String, reason: String)

    public var description: String {
        switch self {
        case .journalUnreadable(let path):
            "\(path) is not a loop's journal (broken JSON), so nothing tells what the files beside it were made from; give `--run` a new folder"
        case .unknownOutput(let step, let path):
            "\(path) stands where the step `\(step)` puts its result, and the journal does not know it; move it away, or give `--run` a new folder"
        case .busy(let directory, let holder):
            "\(holder.isEmpty ? "another process" : holder) is at work in \(directory); wait until it has ended, stop it, or give `--run` another "
                + "folder"
        case .cannotWork(let directory, let reason): "no work can be done in \(directory): \(reason)"
        case .tooMuchBroken(let stage, let share, let rejects):
            "\(stage) could not work on \(Int((share * 100).rounded())) % of its records; \(rejects) says which and why, and the same command with "
                + "a higher `--max-broken` goes on from here"
        case .nothingKept(let stage, let advice): "\(stage) kept nothing; \(advice)"
        case .silentServer(let model, let reason): "\(model) gives no answer that can be used: \(reason)"
        }
    }
}
