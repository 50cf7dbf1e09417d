import LanguageModels
import Records
import Synchronization

/// How many outputs of a run were rewritten, and why the others stayed.
final class RewriteTally: Sendable {
    private let counts = Mutex<(rewritten: Int, stayed: [String: Int])>((0, [:]))

    func add(_ outcome: Outcome) {
        counts.withLock { counts in
            switch outcome {
            case .kept(let objects):
                for object in objects {
                    if let reason = object["rewriting"]?.object?["reason"]?.string {
                        counts.stayed[reason, default: 0] += 1
                    } else {
                        counts.rewritten += 1
                    }
                }
            case .dropped(_, let rejection): counts.stayed[rejection.reason, default: 0] += 1
            case .broken: break
            }
        }
    }

    /// What the model was not asked about.
    private static let notAsked: Set = ["rewrite_of_seed", "rewrite_again", "not_selected"]

    /// How it went; nil where nothing was done.
    ///
    /// - Parameter advice: what to do where at most one in ten of the outputs that the model was asked about came back rewritten.
    func words(advice: String) -> String? {
        let (rewritten, stayed) = counts.withLock { $0 }
        let all = rewritten + stayed.values.reduce(0, +)
        guard all > 0 else { return nil }
        let reasons = stayed.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        let asked = all - stayed.filter { Self.notAsked.contains($0.key) }.values.reduce(0, +)
        let hint =
            asked > 0 && rewritten * 10 <= asked
            ? " \(asked - rewritten) of the \(asked) that the model was asked about came back unchanged or were refused: \(advice)" : ""
        return "\(rewritten) of \(all) outputs were rewritten"
            + (reasons.isEmpty ? "." : "; of the others the original stays: \(reasons.joined(separator: ", ")).") + hint
    }
}
