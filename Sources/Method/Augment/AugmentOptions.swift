import Ground
import LanguageModels
import Records

/// How passages become candidate pairs.
public struct AugmentOptions: Sendable, Equatable {
    /// Instructions sampled for each passage.
    public var samples: Int
    /// How often a sample that the guards drop is taken, the first time included: once, as in the paper. Four attempts gave SmolLM2's role
    /// adapters instructions for 197 passages of 197, one for 192, none the better or worse (hit@1 .751 and .755, ROUGE-L .383 and .377).
    public var attempts: Int
    /// By what the best of a passage's samples is chosen; nil writes them all.
    public var rank: InstructionRank?
    /// The temperature that the caller insists on; nil takes the model's own by its notes, else `sampling`'s, or `temperatureByExample`.
    public var temperature: Double?
    public var sampling: Sampling
    /// Asks the model about passages in languages its card does not name.
    public var anyLanguage: Bool

    public init(
        samples: Int = 1, attempts: Int = 1, rank: InstructionRank? = nil, temperature: Double? = nil,
        sampling: Sampling = Sampling(temperature: 0.7, topP: 0.9, maxNewTokens: 96), anyLanguage: Bool = false
    ) {
        self.samples = samples
        self.attempts = attempts
        self.rank = rank
        self.temperature = temperature
        self.sampling = sampling
        self.anyLanguage = anyLanguage
    }

    /// Everything that the caller says of what is written, by name; what he leaves open is the model's.
    public var settings: JSONObject {
        var settings: JSONObject = [
            "samples": .integer(samples), "attempts": .integer(attempts), "rank": rank.map { .string($0.rawValue) } ?? .null,
            "temperature": .double(temperature ?? sampling.temperature), "top_p": .double(sampling.topP),
            "top_k": .integer(sampling.topK), "max_new_tokens": .integer(sampling.maxNewTokens), "seed": .number(String(sampling.seed)),
            "guards": .string(InstructionGuards.version), "any_language": .bool(anyLanguage),
        ]
        if samples > 1 { settings["twins"] = "dropped" }
        return settings
    }

    /// The temperature of a model that is told by examples: what it is told to do is less sure to it than to a trained one, and of 50
    /// instructions that SmolLM2-135M-Instruct wrote, BM25 led 43 back to their texts at 0.3 and 40 at 0.7 (ROUGE-L .27 and .25).
    static let temperatureByExample = 0.3

    /// Puts into `sampling` how this model is sampled from.
    mutating func settle(for card: ModelCard) {
        let asking = BackwardPrompt(for: card)
        let usual = asking.asksByExample ? min(sampling.temperature, Self.temperatureByExample) : sampling.temperature
        sampling.temperature = temperature ?? card.sampling.temperature ?? usual
        sampling.stop += asking.stop
    }
}

/// Why augmentation cannot begin.
public enum AugmentError: Error, CustomStringConvertible {
    case wrongRole(model: String, roles: [ModelRole])
    case noLogLikelihoods(model: String, rank: InstructionRank)

    public var description: String {
        switch self {
        case .wrongRole(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and augment asks a backward model; make one with "
                + "`humpback finetune --role backward --seed-data seed.jsonl --out B`, then `humpback augment --model B`"
        case .noLogLikelihoods(let model, let rank):
            "\(model) gives no log-probabilities, by which `--rank \(rank.rawValue)` chooses; leave --rank out, and all samples are written "
                + "for `humpback curate` to rate, or take a model that runs here"
        }
    }
}
