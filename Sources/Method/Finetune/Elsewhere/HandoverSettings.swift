import Foundation
import Ground
import Training
import Transformer

/// What another trainer is told: the numbers that `finetune` would train with, and what the rows are like.
struct HandoverSettings: Sendable {
    /// The folder of the base model, absolute.
    var base: String
    var configuration: TransformerConfiguration
    var options: TrainingOptions
    var adapters: AdapterSettings?
    var rows: Int
    var heldOutRows: Int
    /// The tokens of the longest row.
    var longest: Int
    var padTokenID: Int
    var schedule: ScheduleChoice

    var floor: Double {
        switch options.schedule.shape {
        case .constant: 1
        case .linear(let floor), .cosine(let floor), .warmupStableDecay(_, let floor): floor
        }
    }

    /// How often the rows are read, rounded up.
    var passes: Int { max(1, (options.steps * options.batch + rows - 1) / max(1, rows)) }

    /// Steps between two measurements of the held-out loss, and two checkpoints.
    var measuredEvery: Int { max(1, options.steps / 6) }

    var learningRate: String { Self.number(options.schedule.peak) }
    var weightDecay: String { Self.number(options.weightDecay) }
    var clipNorm: String { Self.number(options.clipNorm ?? 0) }
    var betas: (first: Double, second: Double, epsilon: Double) {
        if case .adamW(let first, let second, let epsilon) = options.optimizer { return (first, second, epsilon) }
        return (0.9, 0.95, 1e-8)
    }

    /// A number as JSON and YAML have it: YAML takes 1e-08 for a word and 1.0e-08 for a number.
    static func number(_ value: Double) -> String {
        let text = JSONValue.double(value).serialized
        guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// A text as JSON, and so YAML, has it.
    static func text(_ value: String) -> String { JSONValue.string(value).serialized }

    /// The settings as settings.json has them, which train.py and rows.py read.
    var json: JSONObject {
        var object: JSONObject = [
            "base": .string(base), "rows": .integer(rows), "held_out_rows": .integer(heldOutRows), "longest_row": .integer(longest),
            "pad_token_id": .integer(padTokenID), "steps": .integer(options.steps), "batch": .integer(options.batch),
            "learning_rate": .double(options.schedule.peak), "schedule": .string(schedule.rawValue), "final_rate": .double(floor),
            "warmup_steps": .integer(options.schedule.warmupSteps), "weight_decay": .double(options.weightDecay),
        ]
        object["beta1"] = .double(betas.first)
        object["beta2"] = .double(betas.second)
        object["epsilon"] = .double(betas.epsilon)
        object["clip_norm"] = .double(options.clipNorm ?? 0)
        object["seed"] = .number(String(options.seed))
        object["measured_every"] = .integer(measuredEvery)
        object["lora"] = adapters.map { .object($0.settings) } ?? .null
        return object
    }

    /// How the Hugging Face trainers name the schedule, and what they are told beside: the same line, cosine or plateau down to the same
    /// floor. Their warm-up begins at a rate of 0 where ours begins one step higher.
    var huggingFaceSchedule: (name: String, arguments: [(String, String)]) {
        let decay = Int((Double(options.steps) * 0.2).rounded())
        let stable = max(0, options.steps - options.schedule.warmupSteps - decay)
        return switch schedule {
        case .constant: ("constant_with_warmup", [])
        case .linear: ("polynomial", [("lr_end", Self.number(floor * options.schedule.peak)), ("power", "1.0")])
        case .cosine: ("cosine_with_min_lr", [("min_lr_rate", Self.number(floor))])
        case .wsd:
            (
                "warmup_stable_decay",
                [
                    ("num_decay_steps", "\(decay)"), ("num_stable_steps", "\(stable)"), ("min_lr_ratio", Self.number(floor)),
                    ("decay_type", "\"linear\""),
                ]
            )
        }
    }
}
