import Augment
import LanguageModels

/// The options that say how instructions are written: those of `augment`, and of `run`, which does the same.
enum AugmentFlags {
    static let samples = Option<Int>.integer("samples", 1...64, default: 1, "Instructions to write for each passage.")
    static let rank = Option<InstructionRank?>.choice(
        "rank",
        "Keep the best of a passage's samples: likelihood, by the mean log-probability under the model; gain, by how much likelier the "
            + "passage makes it than texts that say nothing do. Without it all samples are written.")
    static let temperature = Option<Double?>.number(
        "temperature", 0...10,
        "How evenly tokens are sampled; 0 takes the likeliest. Without it the model's own, else 0.7, "
            + "or 0.3 for a model that was not trained to write instructions.")
    static let attempts = Option<Int>.integer(
        "attempts", 1...256, default: 1, "How often an instruction that is dropped is sampled, the first time included.")
    static let anyLanguage = Option<Bool>.flag("any-language", "Ask about passages in languages the model was not trained on.")
    private static let tokens = SamplingOptions(temperature: 0.7, topP: 0.9, maxNewTokens: 96)

    /// How instructions are sampled.
    static var sampling: [any DeclaredOption] {
        [samples, attempts, rank, temperature, tokens.topP, tokens.topK, tokens.maxNewTokens, anyLanguage]
    }

    /// The options that the arguments describe.
    static func options(_ arguments: Arguments) throws -> AugmentOptions {
        if let rank = arguments[rank], arguments[samples] == 1 {
            throw UsageError.combination("--rank \(rank.rawValue) keeps the best of several samples: give --samples 4, say.")
        }
        return AugmentOptions(
            samples: arguments[samples], attempts: arguments[attempts], rank: arguments[rank], temperature: arguments[temperature],
            sampling: tokens.sampling(arguments), anyLanguage: arguments[anyLanguage])
    }
}
