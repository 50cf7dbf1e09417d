import Foundation
import Ground
import Records

/// A rubric as a file: lines that say what it is, an empty line, what the judge is told, and below `examples:` pairs with their scores.
///
/// ```
/// scale: 1 to 5
/// language: en
/// reasons: no
///
/// You grade how good an answer is as training material.
/// 1: the answer misses the request.
/// ...
///
/// examples:
/// {"instruction": "What is a dam?", "output": "A wall across a river.", "score": 3}
/// ```
///
/// `scale` is needed. `language` (ISO 639-1) says for which pairs it is meant and in which words they are shown; without it for all. With
/// `reasons: yes` the judge gives its reasons and then a line "Score: n", and so does each example, under `reasons`.
extension Rubric {
    /// Reads a file; its name without what follows the last dot is the rubric's.
    ///
    /// Throws `RubricError`.
    public static func read(_ file: String) throws -> Rubric {
        guard FileStatus.isRegularFile(file), let data = FileManager.default.contents(atPath: file),
            let text = String(validating: data, as: UTF8.self)
        else { throw RubricError.unreadable(file: file) }
        return try Rubric(parsing: text, file: file)
    }

    /// The rubric that a file holds.
    ///
    /// - Parameter file: the path, for messages.
    public init(parsing text: String, file: String) throws(RubricError) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0) }
        let head = lines.firstIndex { $0.allSatisfy(\.isWhitespace) } ?? lines.count
        var fields: [String: String] = [:]
        for (number, line) in lines[..<head].enumerated() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, ["scale", "language", "reasons"].contains(parts[0]), fields[parts[0]] == nil else {
                throw .badHead(file: file, line: number + 1, found: String(line.prefix(80)))
            }
            fields[parts[0]] = parts[1]
        }
        guard let written = fields["scale"] else { throw .noScale(file: file) }
        let bounds = written.split { !$0.isNumber && $0 != "-" }.map { Int($0) }
        guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low >= 0, low < high, high <= Self.highest else {
            throw .badScale(file: file, found: written)
        }
        let language = fields["language"]
        guard language.map({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isLowercase } }) ?? true else {
            throw .badLanguage(file: file, found: language ?? "")
        }
        let answers = ["yes": true, "no": false]
        guard let givesReasons = answers[fields["reasons"] ?? "no"] else { throw .badReasons(file: file, found: fields["reasons"] ?? "") }
        let body = lines[min(head + 1, lines.count)...]
        let end = body.firstIndex { $0.trimmingCharacters(in: .whitespaces) == Self.mark } ?? body.endIndex
        let told = body[..<end].joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !told.isEmpty else { throw .noText(file: file) }
        var examples: [Example] = []
        for index in body.indices where index > end && !body[index].allSatisfy(\.isWhitespace) {
            let place = SourcePlace(file: file, line: index + 1)
            guard let object = try? JSONObject(parsing: body[index]) else { throw .badExample(place, "it is no JSON object") }
            examples.append(try Example(object, at: place, scale: low...high))
        }
        let name = URL(filePath: file).deletingPathExtension().lastPathComponent
        self.init(name: name, language: language, scale: low...high, givesReasons: givesReasons, text: told, examples: examples)
        try check(file: file)
    }

    private static let mark = "examples:"
    /// Above it a score says no more.
    private static let highest = 100
    /// More would leave small models no room for the pair.
    private static let mostExamples = 16

    /// Refuses examples that do not fit the rubric: too many, or without the reasons that it asks for.
    public func check(file: String) throws(RubricError) {
        guard examples.count <= Self.mostExamples else {
            throw .badExamples(file: file, "there are \(examples.count), and \(Self.mostExamples) are shown at most")
        }
        if givesReasons, let bare = examples.firstIndex(where: { $0.reasons == nil }) {
            throw .badExamples(file: file, "number \(bare + 1) has no `reasons`, and the judge is to give its reasons")
        }
    }

    /// The rubric as a file.
    public var fileText: String {
        var text = "scale: \(scale.lowerBound) to \(scale.upperBound)\n"
        if let language { text += "language: \(language)\n" }
        text += "reasons: \(givesReasons ? "yes" : "no")\n\n\(self.text)\n"
        if !examples.isEmpty { text += "\n\(Self.mark)\n" + examples.map { $0.object.serialized + "\n" }.joined() }
        return text
    }
}

extension Rubric.Example {
    /// Reads `instruction`, `output`, `score` (rounded to a whole one of the scale) and `reasons`.
    public init(_ object: JSONObject, at place: SourcePlace, scale: ClosedRange<Int>) throws(RubricError) {
        guard let instruction = object["instruction"]?.string, let output = object["output"]?.string, !instruction.isBlank, !output.isBlank
        else { throw .badExample(place, "it has no `instruction` and `output`") }
        let score = object["score"]?.double?.rounded() ?? .nan
        guard score >= Double(scale.lowerBound), score <= Double(scale.upperBound) else {
            throw .badExample(place, "its `score` is no number from \(scale.lowerBound) to \(scale.upperBound), the scale of the rubric")
        }
        self.init(instruction: instruction, output: output, score: Int(score), reasons: object["reasons"]?.string)
    }

    var object: JSONObject {
        var object: JSONObject = ["instruction": .string(instruction), "output": .string(output), "score": .integer(score)]
        if let reasons { object["reasons"] = .string(reasons) }
        return object
    }
}

/// Why a file is no rubric.
public enum RubricError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(file: String)
    case badHead(file: String, line: Int, found: String)
    case noScale(file: String)
    case badScale(file: String, found: String)
    case badLanguage(file: String, found: String)
    case badReasons(file: String, found: String)
    case noText(file: String)
    case badExample(SourcePlace, String)
    case badExamples(file: String, String)

    public var description: String {
        switch self {
        case .unreadable(let file):
            "there is no rubric \(file): give \(Rubric.names.joined(separator: ", ")), or a file of text; \(Self.advice)"
        case .badHead(let file, let line, let found):
            "\(file):\(line): \"\(found)\" is none of `scale: 1 to 5`, `language: en` and `reasons: yes`, each once, with which a rubric begins "
                + "before an empty line; \(Self.advice)"
        case .noScale(let file): "\(file): a rubric begins with its scale, such as `scale: 1 to 5`, on a line of its own; \(Self.advice)"
        case .badScale(let file, let found):
            "\(file): the scale \"\(found)\" is none; say two whole numbers from 0 to 100, such as `scale: 1 to 5`"
        case .badLanguage(let file, let found): "\(file): the language \"\(found)\" is no code of two letters, such as en or de"
        case .badReasons(let file, let found): "\(file): `reasons: \(found)` says neither yes nor no"
        case .noText(let file): "\(file): below the empty line stands nothing that the judge is told; \(Self.advice)"
        case .badExample(let place, let reason): "\(place): \(reason); an example is a pair with its `score`"
        case .badExamples(let file, let reason): "\(file): of the examples \(reason)"
        }
    }

    private static let advice = "`humpback help rubrics` shows one."
}
