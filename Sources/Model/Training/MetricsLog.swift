import Foundation
import Ground

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

        var object: JSONObject {
            var object = JSONObject()
            if let heldOutLoss { object["held_out_loss"] = .double(heldOutLoss) }
            object["steps"] = .integer(options.steps)
            object["batch"] = .integer(options.batch)
            object["peak_learning_rate"] = .double(options.schedule.peak)
            object["warmup_steps"] = .integer(options.schedule.warmupSteps)
            object["weight_decay"] = .double(options.weightDecay)
            object["dropout"] = .double(options.dropout)
            object["held_out_every"] = .integer(options.heldOutEvery)
            return object
        }
    }

    /// JSON has no word for what is not finite; null stands for it.
    static func line(_ progress: TrainingProgress, seconds: Double, start: Start? = nil) -> String {
        var object: JSONObject = [
            "step": .integer(progress.step), "loss": .double(progress.loss), "learning_rate": .double(progress.learningRate),
            "gradient_norm": .double(progress.gradientNorm), "tokens": .integer(progress.tokens),
            "target_tokens": .integer(progress.targetTokens),
        ]
        if let heldOut = progress.heldOutLoss { object["held_out_loss"] = .double(heldOut) }
        if let preference = progress.preference {
            object["preference_accuracy"] = .double(preference.accuracy)
            object["margin"] = .double(preference.margin)
        }
        if let start { object["start"] = .object(start.object) }
        if progress.warning != nil { object["warning"] = true }
        object["tokens_per_second"] = .double((progress.tokensPerSecond * 10).rounded() / 10)
        object["seconds"] = .double((seconds * 1000).rounded() / 1000)
        return object.serialized + "\n"
    }
}
