import Ground
import Records
import Stages

/// Which of two answers is the better one, in the fields of AlpacaEval's annotations: `preference` runs from 1, the first, to 2, the
/// second; 1.5 is a tie.
public struct Verdict: Sendable, Equatable {
    public let id: String
    public let instruction: String
    public let models: [String]
    /// Empty where the file of verdicts does not hold the texts.
    public let outputs: [String]
    /// Nil where nobody could tell, as for a judge's answer that says nothing.
    public let preference: Double?
    /// "person", or the model that judged.
    public let annotator: String
    /// What a judge said of the two orders, each as `preference` is.
    public let orders: [Double]
    /// Why there is no preference, where it is known.
    public let reason: String?

    public init(
        _ pair: AnswerPair, preference: Double?, annotator: String, names: [String], orders: [Double] = [], reason: String? = nil
    ) {
        self.reason = reason
        (id, instruction, outputs) = (pair.id, pair.instruction, [pair.first.output, pair.second.output])
        (models, self.preference, self.annotator, self.orders) = (names, preference, annotator, orders)
    }

    /// Reads a verdict of this tool or of AlpacaEval, whose 0 is a tie too, or one of MT-Bench's pairs (`g1_winner` and `g2_winner`, of the
    /// two orders: what they do not agree on is a tie).
    public init(_ object: JSONObject) throws {
        if let one = object["model_1"]?.string, let other = object["model_2"]?.string, let winner = object["g1_winner"]?.string {
            let winners = [winner, object["g2_winner"]?.string ?? winner]
            orders = winners.compactMap { ["model_1": 1.0, "model_2": 2.0, "tie": 1.5][$0] }
            preference = orders.count < 2 ? nil : orders[0] == orders[1] ? orders[0] : 1.5
            let number = object["question_id"].map { $0.string ?? $0.serialized } ?? ""
            let turn = object["turn"]?.integer ?? 1
            (models, outputs, instruction) = ([one, other], [], number)
            id = RecordID.make("judgement", number, one, other, String(turn))
            reason = nil
            annotator = object["judge"]?.array?.first?.string ?? object["judge"]?.string ?? "judge"
            return
        }
        guard let value = object["preference"] else { throw object.missing("preference") }
        let number = value.double ?? value.string.flatMap(Double.init)
        if let number, !(number == 0 || (1...2).contains(number)) {
            throw Rejection("preference_out_of_range", value: value, threshold: "1 (the first) to 2 (the second)")
        }
        preference = number.map { $0 == 0 ? 1.5 : $0 }
        instruction = object["instruction"]?.string ?? ""
        outputs = ["output_1", "output_2"].compactMap { object[$0]?.string }
        models = (1...2).map { object["generator_\($0)"]?.string ?? "model \($0)" }
        annotator = object["annotator"]?.string ?? "judge"
        reason = object["reason"]?.string
        orders = object["orders"]?.array?.compactMap(\.double) ?? []
        id = object["id"]?.string ?? RecordID.make(["verdict", instruction] + outputs + models)
    }

    /// AlpacaEval's annotation.
    public var object: JSONObject {
        var object: JSONObject = ["id": .string(id), "instruction": .string(instruction)]
        for (number, output) in outputs.enumerated() {
            object["output_\(number + 1)"] = .string(output)
            object["generator_\(number + 1)"] = .string(models[number])
        }
        object["annotator"] = .string(annotator)
        object["preference"] = preference.map { .double($0) } ?? .null
        if let reason { object["reason"] = .string(reason) }
        if !orders.isEmpty { object["orders"] = .array(orders.map { .double($0) }) }
        return object
    }

    /// MT-Bench's judgement of a pair.
    public func judgement(question: String) -> JSONObject {
        func winner(_ order: Double?) -> JSONValue {
            guard let order else { return "error" }
            return order < 1.5 ? "model_1" : order > 1.5 ? "model_2" : "tie"
        }
        return [
            "question_id": Int(question).map { .integer($0) } ?? .string(question), "model_1": .string(models[0]),
            "model_2": .string(models[1]), "g1_winner": winner(orders.first ?? preference),
            "g2_winner": winner(orders.count > 1 ? orders[1] : preference), "judge": [.string(annotator), "pair-v2"], "turn": 1,
        ]
    }

    /// The verdicts of a file. Throws `ComparisonError.noVerdict` where there is none.
    public static func read(_ file: String) throws -> [Verdict] {
        var (verdicts, first): ([Verdict], String?) = ([], nil)
        for record in try RecordSource.readAll([file]) {
            do {
                verdicts.append(try Verdict(record.object))
            } catch let rejection as Rejection {
                first = first ?? "\(record.place): \(rejection)"
            }
        }
        guard !verdicts.isEmpty else { throw ComparisonError.noVerdict(file: file, first: first) }
        return verdicts
    }
}
