import Foundation
import Ground
import Training
import Transformer

extension FinetunePlan {
    /// Everything of the plan that decides what the training makes, by name: what a loop tells one training from another by.
    ///
    /// Its base and its rows are not in it, nor what changes speed, memory or watching alone (`exempt`).
    public var settings: JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
        func integer(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
        var settings: JSONObject = [
            "roles": .array(roles.map { .string($0.rawValue) }), "loss": .string(loss.rawValue), "beta": .double(beta),
            "labelSmoothing": .double(labelSmoothing), "steps": integer(steps), "epochs": number(epochs), "batch": integer(batch),
            "learningRate": number(learningRate), "rateShare": .double(rateShare),
            "optimizer": optimizer.map { .string($0.rawValue) } ?? .null,
            "schedule": .string(schedule.rawValue), "warmupSteps": integer(warmupSteps), "finalRate": number(finalRate),
            "adapters": adapters.map { .object($0.settings) } ?? .null, "weightDecay": number(weightDecay), "dropout": number(dropout),
            "context": integer(context), "learnsAllTurns": .bool(learnsAllTurns), "seedShare": number(seedShare),
        ]
        settings["heldOutEvery"] = integer(heldOutEvery)
        settings["patience"] = integer(patience)
        settings["keptWeights"] = keptWeights.map { .string($0.rawValue) } ?? .null
        settings["precision"] = .string(precision.rawValue)
        settings["basePrecision"] = basePrecision.map { .string($0.rawValue) } ?? .null
        settings["seed"] = .number(String(seed))
        settings["storage"] = .string("\(storage)")
        return settings
    }

    /// The properties that change nothing of what is made, or stand for themselves.
    static let exempt: Set<String> = [
        "base", "output", "checkpointEvery", "keptCheckpoints", "memoryBytes", "threads", "resumes", "replaces", "detectLanguage",
        "openTrained", "signals",
    ]

    /// Opens the base and everything that belongs to it but its weights, so that what is missing is told before any work.
    public func checkBase() throws { _ = try TrainingBase(self) }

    /// Digits that change with the configuration, the weights or the tokenizer of a model folder.
    public static func fingerprint(of model: URL) throws -> String { try ModelFolder(directory: model).fingerprint() }
}

extension AdapterSettings {
    /// The shape of the adapters, by name.
    var settings: JSONObject {
        [
            "rank": .integer(rank), "alpha": .double(alpha), "dropout": .double(dropout), "rank_stabilized": .bool(isRankStabilized),
            "targets": .array(targets.map { .string($0.rawValue) }),
        ]
    }
}
