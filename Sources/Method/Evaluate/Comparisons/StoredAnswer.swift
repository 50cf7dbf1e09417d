import Ground
import Records
import Stages

/// An answer that lies in a file: of this tool's records, of AlpacaEval's outputs (a JSON list of `instruction`, `output`, `generator`), or
/// of MT-Bench's (`question_id`, `model_id`, `choices` of turns), of which the first turn is read.
public struct StoredAnswer: Sendable, Equatable {
    /// What the instruction is known by: MT-Bench's number, or the instruction itself.
    public let key: String
    public let instruction: String
    public let output: String
    /// What wrote it, as far as the record says.
    public let model: String?

    /// - Parameter questions: MT-Bench's instructions by their numbers.
    init(_ object: JSONObject, questions: [String: String]) throws {
        if let number = object["question_id"].flatMap({ $0.string ?? $0.integer.map(String.init) }), let choices = object["choices"]?.array
        {
            guard let said = choices.first?.object?["turns"]?.array?.first?.string else { throw object.missing("choices with turns") }
            guard let instruction = questions[number] else {
                throw Rejection("unknown_question", value: .string(number), threshold: "a question of the file given with --questions")
            }
            (key, self.instruction, output, model) = (number, instruction, said, object["model_id"]?.string)
            return
        }
        guard let said = object["output"]?.string else { throw object.missing("output") }
        guard let told = object["instruction"]?.string ?? object["prompt"]?.string else {
            throw object.missing("instruction", naming: "instruction")
        }
        (key, instruction, output) = (told, told, said)
        model = object["generator"]?.string ?? object["made_by"]?.object?["model"]?.string
    }

    /// What a model answers to the same instructions, some of them at once, in their order.
    public static func asked(
        _ answers: [StoredAnswer], limit: Int, _ answer: @escaping @Sendable (String) async throws -> String
    ) async throws -> [StoredAnswer] {
        let found = try await answers.measured(concurrency: limit, progress: { _ in }) { try await answer(answers[$0].instruction) }
        return zip(answers, found).compactMap { asked, said in
            (try? said.get()).map { StoredAnswer(key: asked.key, instruction: asked.instruction, output: $0, model: nil) }
        }
    }

    private func keyed(_ key: String) -> StoredAnswer {
        StoredAnswer(key: key, instruction: instruction, output: output, model: model)
    }

    private init(key: String, instruction: String, output: String, model: String?) {
        (self.key, self.instruction, self.output, self.model) = (key, instruction, output, model)
    }

    /// The answers of a file by their order. An instruction that stands there again is one of its own, the second of its kind.
    ///
    /// - Throws: `ComparisonError.noAnswer` where there is none.
    public static func read(_ file: String, questions: String? = nil) throws -> [StoredAnswer] {
        var known: [String: String] = [:]
        if let questions {
            for record in try RecordSource.readAll([questions]) {
                guard let number = record.object["question_id"].flatMap({ $0.string ?? $0.integer.map(String.init) }),
                    let text = record.object["turns"]?.array?.first?.string
                else { continue }
                known[number] = text
            }
        }
        var (answers, counts, first): ([StoredAnswer], [String: Int], String?) = ([], [:], nil)
        for record in try RecordSource.readAll([file]) {
            do {
                let answer = try StoredAnswer(record.object, questions: known)
                counts[answer.key, default: 0] += 1
                let number = counts[answer.key] ?? 1
                answers.append(number == 1 ? answer : answer.keyed(answer.key + " (\(number))"))
            } catch let rejection as Rejection {
                first = first ?? "\(record.place): \(rejection)"
            }
        }
        guard !answers.isEmpty else { throw ComparisonError.noAnswer(file: file, first: first) }
        return answers
    }
}

/// Two answers to one instruction.
public struct AnswerPair: Sendable, Equatable {
    public let id: String
    public let instruction: String
    /// Of the first file and of the second: the base, and what is held against it.
    public let first: StoredAnswer
    public let second: StoredAnswer

    init(_ first: StoredAnswer, _ second: StoredAnswer) {
        (instruction, self.first, self.second) = (first.instruction, first, second)
        id = RecordID.make("comparison", first.key, first.output, second.output)
    }

    /// The answers to instructions that both files have, in an order that depends on nothing but their texts: whoever stops early has
    /// judged a sample of them.
    ///
    /// - Throws: `ComparisonError.nothingInCommon`.
    public static func all(_ first: [StoredAnswer], _ second: [StoredAnswer]) throws -> [AnswerPair] {
        let others = Dictionary(second.map { ($0.key, $0) }, uniquingKeysWith: { one, _ in one })
        let pairs = first.compactMap { one in others[one.key].map { AnswerPair(one, $0) } }
        guard !pairs.isEmpty else { throw ComparisonError.nothingInCommon(first: first[0].instruction, second: second[0].instruction) }
        let keyed = pairs.map { (stableHash64($0.id, seed: 0xB11D), $0) }
        return keyed.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.map(\.1)
    }

    /// Whether the second answer is shown in the first place; by hash, so that neither file can be told by its place.
    public var isTurned: Bool { stableHash64(id, seed: 0x51DE) & 1 == 1 }
}

/// Why answers cannot be compared.
public enum ComparisonError: Error, Sendable, CustomStringConvertible {
    case noAnswer(file: String, first: String?)
    case nothingInCommon(first: String, second: String)
    case noVerdict(file: String, first: String?)
    /// A model that says no label of a comparison.
    case cannotJudge(model: String, mass: Double)

    public var description: String {
        switch self {
        case .noAnswer(let file, let first):
            (first.map { $0 + "\n" } ?? "")
                + "\(file): no record in it is an answer; give records with instruction and output, or MT-Bench's answers and --questions."
        case .nothingInCommon(let first, let second):
            "the two files have no instruction in common; the first begins with \"\(first.prefix(80))\" and the second with "
                + "\"\(second.prefix(80))\"."
        case .noVerdict(let file, let first):
            (first.map { $0 + "\n" } ?? "")
                + "\(file): no record in it is a verdict; give what `humpback compare A B -o FILE` writes, AlpacaEval's annotations, or "
                + "MT-Bench's judgements of pairs."
        case .cannotJudge(let model, let mass):
            "\(model) says A, B or C with a probability of \(Figures.fixed(mass, 3)) only, so it cannot compare; take a larger model, one "
                + "of a server (--judge http://HOST:PORT/v1#NAME), or judge yourself without --judge."
        }
    }
}
