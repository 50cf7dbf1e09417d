import Augment
import Foundation
import LanguageModels
import Records

extension Command {
    private static let samples = Option<Int>.integer("samples", 1...64, default: 1, "Instructions to write for each passage.")
    private static let attempts = Option<Int?>.integer(
        "attempts", 1...256, "How often a request is drawn until the filter lets it pass. Without it the model's own, else 16.")
    private static let words = Option<String?>.file(
        "words", as: "FILE|none",
        "Words that requests may use beside the passage's, separated by white space. Without it the model's own words.txt, if it has one.")
    private static let anyLanguage = Option<Bool>.flag("any-language", "Ask about passages in languages the model was not trained on.")
    private static let temperature = Option<Double?>.number(
        "temperature", 0...10, "How evenly tokens are drawn; 0 takes the likeliest. Without it the model's own, else 0.7.")
    private static let guidance = Option<Double?>.number(
        "guidance", 0...10,
        "How much more a token counts that the passage makes likelier than the bare question does: 1 is not at all, 1.5 keeps a small model "
            + "to the passage. Without it the model's own, else 1.")
    private static let minLogProbability = Option<Double?>.number(
        "min-log-prob", -10000...0,
        "The least log-probability of a request as a whole, in nats, under the model that writes it: what a small model finds improbable is "
            + "often not well formed. Without it the model's own, else any.")
    private static let minScore = Option<Double?>.number(
        "min-score", 1...5,
        "The least score of a request beside its passage, by a judge: --judge's, the notes', or the backward model where it has that role too. Without it "
            + "the judge's own, else 4.5 with a judge, and none without.")
    private static let judge = Option<String?>.folder(
        "judge", as: "DIR|none",
        "A model of the role judge that scores each request beside its passage; low ones are drawn again. Without it the one that the "
            + "backward model's notes name, if they do.")
    private static let aboutPhrases = Option<ModelCard.AboutPhrases?>.choice(
        "about-phrases",
        "Whether a passage is asked about by one of its phrases (\"What is a planet?\"): the words are given, the model says which phrase. "
            + "English only. otherwise: where no request that it wrote passes. Without it the model's own, else never.")
    private static let drawing = SamplingOptions(temperature: 0.7, topP: 0.9, maxNewTokens: 96)

    static let augment = Command(
        "augment", "Writes for each passage the instruction it would answer.", operands: .files,
        discussion: """
            Reads passages and writes candidate pairs: the passage becomes the output, and a backward model writes the instruction. \
            Instructions that are empty, unfinished, very short or long, copied from the passage, improbable as a whole, badly put by \
            a judge's score, disagree in number ("What are golf?"), lack an article, or hold a word that neither the passage nor the model's list of \
            words has, are drawn again, and dropped if the last attempt is no better.
            """,
        groups: [
            OptionGroup(
                "Sampling", samples, attempts, temperature, guidance, drawing.topP, drawing.topK, drawing.maxNewTokens, words,
                minLogProbability, judge, minScore, aboutPhrases, anyLanguage),
            .model,
            .data,
        ],
        cost: """
            The model's weights, and for each sequence of the batch its keys and values (a few MiB in a small model). After twenty \
            passages it says how long all of it will take.
            """,
        examples: [
            Example("with the default backward model", "humpback augment passages.jsonl -o pairs.jsonl"),
            Example(
                "three instructions a passage, and on after a break", "humpback augment --samples 3 passages.jsonl -o pairs.jsonl --resume"),
        ]
    ) { arguments in
        let known: KnownWords? =
            switch arguments[words] {
            case "none": nil
            case let file?: try KnownWords(file: URL(filePath: file))
            case nil where ModelLocator.isRemote(arguments): nil
            case nil: try KnownWords(ofModel: ModelLocator.folder(arguments[SharedOptions.model], for: .backward))
            }
        let options = AugmentOptions(
            samples: arguments[samples], sampling: drawing.sampling(arguments),
            drawing: .init(
                temperature: arguments[temperature], guidance: arguments[guidance], minLogProbability: arguments[minLogProbability],
                minScore: arguments[minScore], attempts: arguments[attempts], aboutPhrases: arguments[aboutPhrases]),
            filter: InstructionFilter(words: known),
            anyLanguage: arguments[anyLanguage])
        let augmenter = try Augmenter(
            model: try await ModelLocator.open(arguments, for: .backward),
            judge: try ModelLocator.judge(arguments[judge], arguments), options: options)
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { try await augmenter.run($0) }
    }
}
