import Foundation

/// `metrics.jsonl`: one line a step, cut back to a checkpoint's step when a run resumes, so that it reads as one undisturbed run.
///
/// Every field depends on the run alone but `seconds` and `tokens_per_second`.
struct MetricsLog {
    private let handle: FileHandle
    private let path: String
    /// The length of the file after the last line.
    private(set) var byteCount: UInt64

    /// Opens the file and cuts it to `byteCount` bytes.
    init(path: String, keeping byteCount: UInt64) throws {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw TrainingError.unwritable(path: path, reason: "the file cannot be made")
            }
        }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw TrainingError.unwritable(path: path, reason: "the file cannot be opened")
        }
        self.handle = handle
        self.path = path
        do {
            let length = min(byteCount, try handle.seekToEnd())
            try handle.truncate(atOffset: length)
            try handle.seek(toOffset: length)
            self.byteCount = length
        } catch {
            throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
        }
    }

    /// - Parameter start: what is known before the first step, for its line.
    mutating func append(_ progress: TrainingProgress, seconds: Double, start: Start? = nil) throws {
        let line = Self.line(progress, seconds: seconds, start: start)
        do {
            try handle.write(contentsOf: Data(line.utf8))
        } catch {
            throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
        }
        byteCount += UInt64(line.utf8.count)
    }

    /// What a run begins with, in the field `start` of its first line: the settings, those by default among them, and the base's own loss.
    struct Start {
        var options: TrainingOptions
        var heldOutLoss: Double?

        var object: String {
            var fields = heldOutLoss.map { ["\"held_out_loss\":\(number($0))"] } ?? []
            fields += [
                "\"steps\":\(options.steps)", "\"batch\":\(options.batch)", "\"peak_learning_rate\":\(number(options.schedule.peak))",
                "\"warmup_steps\":\(options.schedule.warmupSteps)", "\"weight_decay\":\(number(options.weightDecay))",
                "\"dropout\":\(number(options.dropout))", "\"held_out_every\":\(options.heldOutEvery)",
            ]
            return "{\(fields.joined(separator: ","))}"
        }
    }

    static func line(_ progress: TrainingProgress, seconds: Double, start: Start? = nil) -> String {
        var fields = [
            "\"step\":\(progress.step)", "\"loss\":\(number(progress.loss))", "\"learning_rate\":\(number(progress.learningRate))",
            "\"gradient_norm\":\(number(progress.gradientNorm))", "\"tokens\":\(progress.tokens)",
            "\"target_tokens\":\(progress.targetTokens)",
        ]
        if let heldOut = progress.heldOutLoss { fields.append("\"held_out_loss\":\(number(heldOut))") }
        if let preference = progress.preference {
            fields.append("\"preference_accuracy\":\(number(preference.accuracy))")
            fields.append("\"margin\":\(number(preference.margin))")
        }
        if let start { fields.append("\"start\":\(start.object)") }
        if progress.warning != nil { fields.append("\"warning\":true") }
        fields.append("\"tokens_per_second\":\(number((progress.tokensPerSecond * 10).rounded() / 10))")
        fields.append("\"seconds\":\(number((seconds * 1000).rounded() / 1000))")
        return "{\(fields.joined(separator: ","))}\n"
    }

    /// JSON has no word for what is not finite; null stands for it.
    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
