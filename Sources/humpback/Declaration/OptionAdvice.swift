import Containers
import Foundation

/// What to say to an option that a command does not have: the one that was meant, or the commands that have it.
struct OptionAdvice {
    let text: String

    init(for name: String, of command: Command) {
        let own = command.options.map(\.name)
        let word = name.lowercased().replacing("_", with: "-")
        if let exact = own.first(where: { $0 == word }) {
            text = "Did you mean --\(exact)?"
        } else if let meant = Self.neighbour(of: word, among: own) {
            text = "Here it is called --\(meant)."
        } else if let meant = nearestName(to: word, among: own) {
            text = "Did you mean --\(meant)?"
        } else if Self.inputs.contains(word), command.operands.count.upperBound > 0 {
            text = "What is read is named without an option: humpback \(command.name) \(command.operands.usage)."
        } else {
            let others = Command.all.filter { $0.options.contains { $0.name == word } }.map { "humpback \($0.name)" }
            text = others.isEmpty ? "" : "It is an option of \(others.prefix(3).joined(separator: ", "))."
        }
    }

    /// What to say to a value that is none of the words an option takes: a path belongs to another option.
    static func forValue(_ value: String, given option: OptionDeclaration, of command: Command) -> String {
        guard case .choices(let words) = option.completion else { return "" }
        let isPlace = value.contains("/") || FileManager.default.fileExists(atPath: value)
        if isPlace, option.name == "judge" {
            let place = command.options.contains { $0.name == "judge-model" } ? "judge-model" : "model"
            return "The judge's folder goes with --\(place): --judge trained --\(place) \(value)."
        }
        if isPlace, option.name == "role", command.options.contains(where: { $0.name == "model" }) { return "A model goes with --model." }
        return nearestName(to: value, among: words).map { "Did you mean \($0)?" } ?? ""
    }

    private static let inputs: Set = [
        "input", "input-file", "in", "file", "files", "data", "path", "corpus", "pages", "i", "passages", "pairs",
    ]

    /// Names that commands, here and elsewhere, have for the same thing; the first of a row that a command has is meant.
    private static let rows: [[String]] = [
        ["model", "base", "base-model", "model-path", "model-name", "model-dir", "m", "pretrained"],
        ["judge-model", "model", "judge"],
        ["backward-model", "backward", "model"],
        ["base", "model", "forward-model", "forward"],
        ["out", "output", "run", "o", "output-dir", "output-file", "out-dir", "outdir", "save", "save-to", "run-dir", "dir"],
        ["seed-data", "seeds", "seed-file", "seed-pairs", "train", "train-file", "training-data", "dataset"],
        ["held-out", "eval", "eval-file", "validation", "valid", "test", "heldout", "dev"],
        ["learning-rate", "lr", "rate"],
        ["batch", "batch-size", "bs", "per-device-train-batch-size", "b"],
        ["lora-rank", "rank", "lora", "r", "lora-r"],
        ["max-new-tokens", "max-tokens", "max-length", "n-predict", "num-predict", "max-completion-tokens"],
        ["steps", "max-steps", "iters", "num-steps"],
        ["epochs", "num-epochs", "num-train-epochs", "epoch"],
        ["iterations", "rounds", "iters", "k"],
        ["threads", "jobs", "j", "workers", "num-workers", "num-threads", "t"],
        ["quiet", "silent", "s"],
        ["force", "overwrite", "f", "replace", "y", "yes"],
        ["resume", "continue", "restart", "resume-from-checkpoint"],
        ["limit", "max-records", "max-samples", "n", "head", "count"],
        ["top-fraction", "top", "top-share", "fraction", "percent"],
        ["min-score", "threshold", "score", "least-score", "cutoff"],
        ["language", "lang", "languages"],
        ["text-field", "text-column", "text-key", "field", "column", "content-field"],
        ["instruction-field", "prompt-field", "question-field", "input-field", "prompt-column", "instruction-column"],
        ["output-field", "answer-field", "response-field", "completion-field", "output-column", "response-column"],
        ["precision", "dtype", "quantize", "quantization"],
        ["temperature", "temp"],
        ["context", "max-seq-length", "max-seq-len", "ctx", "ctx-size", "sequence-length"],
        ["kv-memory", "cache", "cache-size"],
        ["personal-data", "pii"],
        ["no-dedup", "no-deduplication"],
        ["near-duplicates", "dedup", "minhash", "fuzzy"],
        ["rejects", "dropped", "rejected", "discarded"],
        ["memory", "max-memory", "ram"],
        ["help", "usage", "?"],
    ]

    private static func neighbour(of word: String, among own: [String]) -> String? {
        rows.lazy.filter { $0.contains(word) }.compactMap { row in row.first { $0 != word && own.contains($0) } }.first
    }
}
