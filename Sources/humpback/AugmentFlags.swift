import Augment
import Foundation
import LanguageModels

/// The options that say how instructions are written: those of `augment`, and of `run`, which does the same.
struct AugmentFlags: Sendable {
    /// As `augment` has them.
    static let stage = AugmentFlags(minScore: "min-score", judge: "judge")
    /// As `run` has them, where `--min-score` and `--judge` are those of curation.
    static let loop = AugmentFlags(minScore: "instruction-min-score", judge: "instruction-judge")

    static let samples = Option<Int>.integer("samples", 1...64, default: 1, "Instructions to write for each passage.")
    static let attempts = Option<Int?>.integer(
        "attempts", 1...256, "How often a request is drawn until the filter lets it pass. Without it the model's own, else once.")
    static let words = Option<String?>.file(
        "words", as: "FILE|none",
        "Words that requests may use beside the passage's, separated by white space. Without it the model's own words.txt, if it has one.")
    static let anyLanguage = Option<Bool>.flag("any-language", "Ask about passages in languages the model was not trained on.")
    static let temperature = Option<Double?>.number(
        "temperature", 0...10,
        "How evenly tokens are drawn; 0 takes the likeliest. Without it the model's own, else 0.7, "
            + "or 0.3 for a model that was not trained to write instructions.")
    static let guidance = Option<Double?>.number(
        "guidance", 0...10,
        "How much more a token counts that the passage makes likelier than the bare question does: 1 is not at all, 1.5 keeps a small model "
            + "to the passage. Without it the model's own, else 1.")
    static let minLogProbability = Option<Double?>.number(
        "min-log-prob", -10000...0,
        "The least log-probability of a request as a whole, in nats, under the model that writes it: what a small model finds improbable is "
            + "often not well formed. Without it the model's own, else any.")
    let minScore: Option<Double?>
    let judge: Option<String?>
    static let aboutPhrases = Option<ModelCard.AboutPhrases?>.choice(
        "about-phrases",
        "Whether a passage is asked about by one of its phrases (\"What is a planet?\"): the words are given, the model says which phrase. "
            + "English only. otherwise: where no request that it wrote passes. Without it the model's own, else never.")
    private static let drawing = SamplingOptions(temperature: 0.7, topP: 0.9, maxNewTokens: 96)

    private init(minScore: String, judge: String) {
        self.minScore = Option<Double?>.number(
            minScore, 1...5,
            "The least score of a request beside its passage, by a judge: --\(judge)'s, the notes', or the backward model where it has that "
                + "role too. Without it the judge's own, else 4.5 with a judge, and none without.")
        self.judge = Option<String?>.folder(
            judge, as: "DIR|none",
            "A model of the role judge that scores each request beside its passage; low ones are drawn again. Without it the one that the "
                + "backward model's notes name, if they do.")
    }

    /// How requests are drawn, and which are drawn again.
    var sampling: [any DeclaredOption] {
        [
            Self.samples, Self.attempts, Self.temperature, Self.guidance, Self.drawing.topP, Self.drawing.topK, Self.drawing.maxNewTokens,
            Self.words, Self.minLogProbability, minScore, judge, Self.aboutPhrases, Self.anyLanguage,
        ]
    }

    /// The options that the arguments describe.
    ///
    /// - Parameter model: the folder whose words a request may use where `--words` does not say; nil where there is none.
    func options(_ arguments: Arguments, wordsOf model: () throws -> URL?) throws -> AugmentOptions {
        let known: KnownWords? =
            switch arguments[Self.words] {
            case "none": nil
            case let file?: try KnownWords(file: URL(filePath: file))
            case nil: try model().flatMap { try KnownWords(ofModel: $0) }
            }
        return AugmentOptions(
            samples: arguments[Self.samples], sampling: Self.drawing.sampling(arguments),
            drawing: .init(
                temperature: arguments[Self.temperature], guidance: arguments[Self.guidance],
                minLogProbability: arguments[Self.minLogProbability], minScore: arguments[minScore], attempts: arguments[Self.attempts],
                aboutPhrases: arguments[Self.aboutPhrases]),
            filter: InstructionFilter(words: known), anyLanguage: arguments[Self.anyLanguage])
    }
}
