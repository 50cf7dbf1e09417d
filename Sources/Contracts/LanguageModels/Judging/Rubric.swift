import Ground
import Records

/// What a judge is told about how to score a pair, and on which scale.
///
/// A rubric is for one language; `Rubrics` chooses by the pair's. The built-in ones stand in `Rubric+BuiltIn.swift`, one's own in a file
/// (`Rubric+File.swift`).
public struct Rubric: Sendable, Equatable {
    /// "five-point-en"; of a file its name.
    public let name: String
    /// ISO 639-1; nil for any.
    public let language: String?
    /// The lowest and the highest score.
    public let scale: ClosedRange<Int>
    /// Whether the judge gives its reasons first and then a line "Score: n"; else it says the score alone.
    public var givesReasons: Bool
    /// The criteria.
    public let text: String
    /// Pairs with their scores, shown before the pair that is asked about.
    public var examples: [Example]
    /// Whether the pair stands in the words of a model of the role judge, which was trained on them.
    let isTrained: Bool

    /// A pair with the score that it should have.
    public struct Example: Sendable, Equatable {
        public var instruction: String
        public var output: String
        public var score: Int
        /// Why; wanted where the judge gives reasons.
        public var reasons: String?

        public init(instruction: String, output: String, score: Int, reasons: String? = nil) {
            self.instruction = instruction
            self.output = output
            self.score = score
            self.reasons = reasons
        }
    }

    public init(
        name: String, language: String?, scale: ClosedRange<Int>, givesReasons: Bool = false, text: String, examples: [Example] = []
    ) {
        self.init(
            name: name, language: language, scale: scale, givesReasons: givesReasons, text: text, examples: examples, isTrained: false)
    }

    private init(
        name: String, language: String?, scale: ClosedRange<Int>, givesReasons: Bool, text: String, examples: [Example], isTrained: Bool
    ) {
        self.name = name
        self.language = language
        self.scale = scale
        self.givesReasons = givesReasons
        self.text = text
        self.examples = examples
        self.isTrained = isTrained
    }

    /// What a model of the role judge was trained on: no words but the question.
    public static let trained = Rubric(
        name: "trained", language: nil, scale: 1...5, givesReasons: false, text: "", examples: [], isTrained: true)

    /// Tells rubrics apart by all that decides a score.
    public var fingerprint: String {
        let shown = examples.flatMap { [$0.instruction, $0.output, String($0.score), $0.reasons ?? ""] }
        return RecordID.make([Self.version, words.score, String(describing: scale), String(givesReasons), text] + shown)
    }

    /// Changes with the words around criteria and pair.
    private static let version = "rubric-1"

    /// The scores as the one thing that a judge says, with and without a space before; nil where some have two digits, since what a judge
    /// says first is then no whole score.
    public var labels: [[String]]? {
        scale.upperBound <= 9 ? scale.map { ["\($0)", " \($0)"] } : nil
    }

    /// What a judge is asked about a pair.
    public func turns(instruction: String, output: String) -> [ChatMessage] {
        if isTrained { return RolePrompts.trainedJudge(instruction: instruction, output: output) }
        let shown = examples.flatMap { example in
            [
                ChatMessage(.user, question(example.instruction, example.output)),
                ChatMessage(
                    .assistant, givesReasons ? "\(example.reasons ?? "")\n\(words.score): \(example.score)" : String(example.score)),
            ]
        }
        return [ChatMessage(.system, text)] + shown + [ChatMessage(.user, question(instruction, output))]
    }

    private func question(_ instruction: String, _ output: String) -> String {
        "\(words.instruction)\n\(instruction)\n\n\(words.output)\n\(output)\n\n\(words.asking(scale, givesReasons: givesReasons))"
    }

    private var words: Words { language == "de" ? .german : .english }

    /// The words around a pair, in a language.
    private struct Words {
        var instruction: String
        var output: String
        var score: String
        var asking: @Sendable (_ scale: ClosedRange<Int>, _ givesReasons: Bool) -> String

        func asking(_ scale: ClosedRange<Int>, givesReasons: Bool) -> String { asking(scale, givesReasons) }

        static let english = Words(instruction: "REQUEST", output: "ANSWER", score: "Score") { scale, givesReasons in
            let (low, high) = (scale.lowerBound, scale.upperBound)
            return givesReasons
                ? "Give your reasons in two or three sentences. "
                    + "Then write a last line with \"Score:\" and one number from \(low) to \(high)."
                : "Score (one \(high <= 9 ? "digit" : "number"), \(low) to \(high)):"
        }
        static let german = Words(instruction: "ANFRAGE", output: "ANTWORT", score: "Bewertung") { scale, givesReasons in
            let (low, high) = (scale.lowerBound, scale.upperBound)
            return givesReasons
                ? "Begründe in zwei oder drei Sätzen. "
                    + "Schreibe dann eine letzte Zeile mit \"Bewertung:\" und einer Zahl von \(low) bis \(high)."
                : "Bewertung (eine \(high <= 9 ? "Ziffer" : "Zahl"), \(low) bis \(high)):"
        }
    }
}

/// The rubrics of one judge, among which a pair's language chooses.
public struct Rubrics: Sendable, Equatable {
    public var all: [Rubric]

    /// - Parameter all: at least one.
    public init(_ all: [Rubric]) {
        precondition(!all.isEmpty, "a judge needs a rubric")
        self.all = all
    }

    /// A model of the role judge.
    public static let trained = Rubrics([.trained])
    /// The five-point rubric in all languages that it is written in.
    public static let fivePoint = Rubrics(Rubric.builtIn.filter { $0.name.hasPrefix("five-point-") })

    /// The rubric of a language, else one for any, else the first.
    ///
    /// - Parameter language: ISO 639-1, with or without a region; nil where it is not known.
    public func rubric(for language: String?) -> Rubric {
        let code = language.map { String($0.lowercased().prefix(2)) }
        return all.first { $0.language == code && code != nil } ?? all.first { $0.language == nil } ?? all[0]
    }

    /// By name what each decides by.
    public var fingerprints: JSONObject { JSONObject(all.map { ($0.name, .string($0.fingerprint)) }) }

    /// The same with these examples before every pair: each rubric shows those in its language, or all where there are none.
    public func showing(_ examples: [(example: Rubric.Example, language: String?)]) -> Rubrics {
        Rubrics(
            all.map { rubric in
                let own = examples.filter { rubric.language != nil && $0.language == rubric.language }
                var shown = rubric
                shown.examples += (own.isEmpty ? examples : own).map(\.example)
                return shown
            })
    }
}
