import Ground

/// How a record came to be: the model, the prompts, the build, the precision, the sampling. Two records with the same `made_by` and the
/// same input have the same bytes.
public struct MadeBy: Sendable {
    public let object: JSONObject

    /// - Parameter prompts: the version of the wording that the model was asked in.
    public init(stage: String, model: ModelCard, sampling: Sampling? = nil, prompts: String = RolePrompts.version) {
        var object = JSONObject()
        object["stage"] = .string(stage)
        object["model"] = .string(model.name)
        object["model_fingerprint"] = .string(model.fingerprint)
        if let trainedBy = model.trainedBy { object["trained_by"] = .string(trainedBy) }
        object["prompts"] = .string(prompts)
        object["build"] = .string(Build.version)
        object["precision"] = .string(model.precision)
        object["instruction_set"] = .string(model.instructionSet)
        if let sampling {
            object["temperature"] = .double(sampling.temperature)
            object["top_p"] = .double(sampling.topP)
            object["top_k"] = .integer(sampling.topK)
            object["max_new_tokens"] = .integer(sampling.maxNewTokens)
            if !sampling.stop.isEmpty { object["stop"] = .array(sampling.stop.map { .string($0) }) }
            if sampling.noRepeat > 0 { object["no_repeat"] = .integer(sampling.noRepeat) }
            object["seed"] = .number(String(sampling.seed))
        }
        self.object = object
    }
}

/// The version of this program.
public enum Build {
    public static let version = "0.1.0"
}
