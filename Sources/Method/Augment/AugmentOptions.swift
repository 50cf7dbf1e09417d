import LanguageModels
import Records

/// How passages become candidate pairs.
public struct AugmentOptions: Sendable, Equatable {
    /// Candidates drawn for each passage.
    public var samples: Int
    /// How often a sample that the filter refuses is drawn, the first time included: once as the paper draws, unless the model's notes or the
    /// caller ask for more.
    public var attempts: Int
    public var sampling: Sampling
    /// What the caller insists on; the rest is drawn as the model's maker measured it, or as `sampling` says.
    public var drawing: ModelCard.Drawing
    public var filter: InstructionFilter
    /// The least score from 1 to 5 that the judge must give request and passage; nil where none is asked.
    public private(set) var minScore: Double?
    /// When a passage is asked about by one of its phrases.
    public private(set) var aboutPhrases = ModelCard.AboutPhrases.never
    /// Asks the model about passages in languages its card does not name.
    public var anyLanguage: Bool

    public init(
        samples: Int = 1, attempts: Int = 1, sampling: Sampling = Sampling(temperature: 0.7, topP: 0.9, maxNewTokens: 96),
        drawing: ModelCard.Drawing = .init(),
        filter: InstructionFilter = .init(), anyLanguage: Bool = false
    ) {
        self.samples = samples
        self.attempts = attempts
        self.sampling = sampling
        self.drawing = drawing
        self.filter = filter
        self.anyLanguage = anyLanguage
    }

    /// Everything that the caller says of what is written, by name; what he leaves open is the model's.
    public var settings: JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
        return [
            "samples": .integer(samples), "attempts": drawing.attempts.map { .integer($0) } ?? .integer(attempts),
            "temperature": number(drawing.temperature ?? sampling.temperature), "top_p": .double(sampling.topP),
            "top_k": .integer(sampling.topK), "max_new_tokens": .integer(sampling.maxNewTokens), "seed": .number(String(sampling.seed)),
            "guidance": number(drawing.guidance), "min_log_prob": number(drawing.minLogProbability), "min_score": number(drawing.minScore),
            "about_phrases": drawing.aboutPhrases.map { .string($0.rawValue) } ?? .null, "filter": .string(filter.fingerprint),
            "any_language": .bool(anyLanguage),
        ]
    }

    /// The temperature of a model that is told by examples: what it is told to do is less sure to it than to a trained one, and of 50 instructions
    /// that SmolLM2-135M-Instruct wrote, BM25 led 43 back to their texts at 0.3 and 40 at 0.7 (ROUGE-L .27 and .25).
    static let temperatureByExample = 0.3

    /// Puts into `sampling` how this model is drawn from.
    mutating func settle(for card: ModelCard, judge: ModelCard?) {
        let asking = BackwardPrompt(for: card)
        let usual = asking.asksByExample ? min(sampling.temperature, Self.temperatureByExample) : sampling.temperature
        sampling.temperature = drawing.temperature ?? card.drawing?.temperature ?? usual
        attempts = drawing.attempts ?? card.drawing?.attempts ?? attempts
        filter.minLogProbability = drawing.minLogProbability ?? card.drawing?.minLogProbability ?? filter.minLogProbability
        minScore = drawing.minScore ?? (judge ?? card).drawing?.minScore ?? (judge == nil ? nil : 4.5)
        aboutPhrases = drawing.aboutPhrases ?? card.drawing?.aboutPhrases ?? .never
        let scale = drawing.guidance ?? card.drawing?.guidance ?? 1
        sampling.guidance = scale == 1 ? nil : Guidance(scale: scale, against: asking.withoutText)
        sampling.stop += asking.stop
    }
}

/// Why augmentation cannot begin.
public enum AugmentError: Error, CustomStringConvertible {
    case wrongRole(model: String, roles: [ModelRole])
    case notAJudge(model: String, roles: [ModelRole])
    case noLikelihoods(model: String)

    public var description: String {
        switch self {
        case .wrongRole(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and augment asks a backward model; make one with "
                + "`humpback finetune --role backward --seed-data seed.jsonl --out B`, then `humpback augment --model B`"
        case .notAJudge(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and a least score asks a judge; make one with "
                + "`humpback finetune --role judge --seed-data seed.jsonl --out J`, then `humpback augment --judge J`"
        case .noLikelihoods(let model):
            "\(model) gives no log-probabilities, which say what phrase of a passage to ask about; leave out --about-phrases, or take a model "
                + "that runs here"
        }
    }
}
