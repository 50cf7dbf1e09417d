import Foundation
import Ground
import Records

/// One question of a task: what a model is asked, and what is right.
public struct TaskQuestion: Sendable, Equatable {
    public enum Wanted: Sendable, Equatable {
        /// Continuations to choose among, each as it is written behind the prompt and a space, and the places of the right ones.
        case choice([String], right: [Int])
        /// Texts that are right.
        case text([String])
    }

    public let id: String
    /// The subject of a task that has several.
    public let subject: String?
    /// The question up to where the answer begins.
    public let prompt: String
    public let wanted: Wanted
    /// What a shot says behind the prompt and a space.
    let shown: String

    /// Reads a question as its task writes it. Throws a `Rejection` where a field is missing or the answer is none of the choices.
    ///
    /// - Parameters:
    ///   - place: what the question is called where it has no id.
    ///   - subject: what its file is about, where the record does not say.
    public init(_ object: JSONObject, _ format: TaskFormat, place: String, subject: String? = nil) throws {
        id = ["id", "question_id", "ind"].lazy.compactMap { object[$0]?.text }.first ?? place
        self.subject = object["subject"]?.string ?? subject
        switch format {
        case .mmlu:
            let asked = try Self.choices(of: object)
            let letters = (0..<asked.choices.count).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
            let lines = zip(letters, asked.choices).map { "\n\($0). \($1)" }.joined()
            prompt = try Self.text("question", of: object).trimmed + lines + "\nAnswer:"
            wanted = .choice(letters, right: [asked.right])
            shown = letters[asked.right]
        case .arc, .choices:
            let asked = try Self.choices(of: object)
            let stem = try object["question"]?.object.map { try Self.text("stem", of: $0) }
            prompt = "Question: \(try stem ?? Self.text("question", of: object))\nAnswer:"
            wanted = .choice(asked.choices, right: [asked.right])
            shown = asked.choices[asked.right]
        case .hellaswag:
            let asked = try Self.choices(of: object, named: "endings", answer: "label")
            let endings = asked.choices.map(Self.withoutMarks)
            let context =
                try object["ctx_a"]?.string.map { $0 + " " + (object["ctx_b"]?.string ?? "").capitalizedFirst }
                ?? Self.text("ctx", of: object)
            let activity = object["activity_label"]?.string.map { $0 + ": " } ?? ""
            prompt = Self.withoutMarks(activity + context)
            wanted = .choice(endings, right: [asked.right])
            shown = endings[asked.right]
        case .truthfulMC1, .truthfulMC2:
            let asked = try Self.truthful(object, all: format == .truthfulMC2)
            let question = try (object["question"] ?? object["Question"])?.string ?? Self.text("question", of: object)
            prompt = "Q: \(question)\nA:"
            wanted = .choice(asked.choices, right: asked.right)
            shown = asked.choices[asked.right[0]]
        case .gsm8k:
            prompt = "Question: \(try Self.text("question", of: object))\nAnswer:"
            shown = try Self.text("answer", of: object)
            guard AnswerText.lastNumber(shown)?.contains(where: \.isNumber) == true else {
                throw Rejection("no_number", value: .string(String(shown.suffix(60))), threshold: "a number in the answer")
            }
            wanted = .text([shown])
        case .nq, .answers:
            let question = try Self.text("question", of: object)
            let answers = try Self.answers(of: object)
            prompt = format == .nq ? "Q: \(question.hasSuffix("?") ? question : question + "?")\nA:" : "Question: \(question)\nAnswer:"
            shown = answers[0]
            wanted = .text(answers)
        }
    }

    // MARK: Fields

    private static func text(_ field: String, of object: JSONObject) throws -> String {
        guard let text = object[field]?.string, !text.isBlank else {
            throw object.missing(field)
        }
        return text
    }

    /// The choices that stand in columns of their own, as in a table: choice0, choice_a, option_a or A, and so on.
    static func columns(of object: JSONObject) -> [String]? {
        for name in [{ "choice\($0)" }, { "choice_\(letter($0, "a"))" }, { "option_\(letter($0, "a"))" }, { letter($0, "A") }]
            as [(Int) -> String]
        {
            let found = (0..<10).map { object[name($0)]?.text }.prefix { $0 != nil }.compactMap(\.self)
            if found.count > 1 { return found.reversed().drop(while: \.isEmpty).reversed() }
        }
        return nil
    }

    private static func letter(_ place: Int, _ first: UnicodeScalar) -> String {
        String(UnicodeScalar(UInt8(first.value) + UInt8(place)))
    }

    private static func choices(
        of object: JSONObject, named field: String = "choices", answer: String = "answer"
    ) throws -> (choices: [String], right: Int) {
        let listed = object[field] ?? object["question"]?.object?[field]
        var (texts, labels): ([String]?, [String]?) = (columns(of: object), nil)
        let areColumns = texts != nil && listed == nil
        switch listed {
        case .array(let items):
            texts = items.compactMap { $0.text ?? $0.object?["text"]?.text }
            let found = items.compactMap { $0.object?["label"]?.text }
            labels = found.count == items.count ? found : nil
            if texts?.count != items.count { texts = nil }
        case .object(let lists):
            texts = lists["text"]?.array?.compactMap(\.text)
            labels = lists["label"]?.array?.compactMap(\.text)
        case .string(let cell):
            texts = (try? JSONValue(parsing: cell))?.array?.compactMap(\.text)
        default: break
        }
        guard let texts, texts.count > 1, texts.count <= 26, texts.allSatisfy({ !$0.isBlank }) else {
            throw Rejection("no_choices", value: .string(object.fieldList), threshold: .string("\(field): a list of two texts or more"))
        }
        let key = object["answerKey"] ?? object[answer] ?? object["answer"] ?? object["label"]
        guard let key else { throw object.missing(answer) }
        guard let right = place(of: key, among: texts, labels: labels, areColumns: areColumns) else {
            throw Rejection("answer_is_no_choice", value: key, threshold: .string("a place from 0, a letter, or the text of a choice"))
        }
        return (texts, right)
    }

    /// Which choice an answer names: by its label, its place from 0, its letter, or its text.
    private static func place(of key: JSONValue, among texts: [String], labels: [String]?, areColumns: Bool) -> Int? {
        guard let word = key.text?.trimmed else { return nil }
        if let labels { return labels.firstIndex(of: word).flatMap { $0 < texts.count ? $0 : nil } }
        let number = Int(word).flatMap { texts.indices.contains($0) ? $0 : nil }
        if key.string == nil || areColumns, let number { return number }
        if let same = texts.firstIndex(where: { $0.trimmed == word }) { return same }
        if word.unicodeScalars.count == 1, let scalar = word.uppercased().unicodeScalars.first, ("A"..."Z").contains(scalar) {
            let place = Int(scalar.value) - 65
            return place < texts.count ? place : nil
        }
        return number
    }

    private static func answers(of object: JSONObject) throws -> [String] {
        let value = object["answers"] ?? object["answer"] ?? .null
        let listed = value.object?["text"]?.array ?? value.object?["aliases"]?.array ?? value.array
        var texts = listed?.compactMap(\.text) ?? value.text.map { [$0] } ?? []
        // A cell of a table may hold a list.
        if listed == nil, let cell = value.string, cell.hasPrefix("["), let list = (try? JSONValue(parsing: cell))?.array {
            texts = list.compactMap(\.text)
        }
        texts = texts.filter { !$0.isBlank }
        guard !texts.isEmpty else { throw object.missing("answer") }
        return texts
    }

    /// TruthfulQA's choices: of its table the best answer or all correct ones before the incorrect ones, each with a full stop, as its
    /// authors' program writes them; of its JSON the targets as they are.
    private static func truthful(_ object: JSONObject, all: Bool) throws -> (choices: [String], right: [Int]) {
        var (choices, right): ([String], [Int]) = ([], [])
        if let targets = object[all ? "mc2_targets" : "mc1_targets"]?.object {
            let labels = targets["labels"]?.array?.map { $0.integer == 1 }
            choices = targets["choices"]?.array?.compactMap(\.string) ?? targets.keys
            let isRight = labels ?? targets.fields.map { $0.value.integer == 1 }
            guard isRight.count == choices.count else { throw Rejection("no_choices", threshold: "a label for each choice") }
            right = choices.indices.filter { isRight[$0] }
        } else {
            func answers(_ field: String) throws -> [String] {
                try text(field, of: object).split(separator: ";").map { String($0).trimmed }.filter { !$0.isEmpty }.map {
                    $0.hasSuffix(".") ? $0 : $0 + "."
                }
            }
            let correct = all ? try answers("Correct Answers") : Array(try answers("Best Answer").prefix(1))
            choices = correct + (try answers("Incorrect Answers"))
            right = Array(correct.indices)
        }
        guard !right.isEmpty, right.count < choices.count else {
            throw Rejection("no_choices", value: .integer(choices.count), threshold: "true and false answers")
        }
        return (choices, right)
    }

    /// HellaSwag's texts come from WikiHow with its marks in brackets: a title is the end of a sentence, the others are nothing.
    private static func withoutMarks(_ text: String) -> String {
        var rest = text.trimmed.replacing(" [title]", with: ". ")
        while let start = rest.firstIndex(of: "["), let end = rest[start...].firstIndex(of: "]") { rest.removeSubrange(start...end) }
        return rest.replacing("  ", with: " ")
    }
}

extension JSONValue {
    /// A text, or a number as it is written.
    fileprivate var text: String? { if case .number(let digits) = self { digits } else { string } }
}

extension String {
    /// With the first letter great and the others small.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
