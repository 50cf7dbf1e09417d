import Evaluate
import Finetune
import Foundation
import Records

extension Command {
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")
    private static let role = Option<ModelRole?>.choice(
        "role",
        "What the models shall do: answer (the loss of the output), write instructions (the loss of the instruction given the output), or judge "
            + "(how well scores tell true pairs from wrong ones). Without it what they were trained for, by their notes, else forward.")
    private static let mismatches = Option<Int>.integer(
        "mismatches", as: "N", 0...50, default: 4,
        "Of a forward model: score each output with so many other pairs' instructions too, chosen by hash, for the instruction gain; each is "
            + "one more forward pass. 0 measures the loss alone.")
    private static let models = Option<[String]>.files(
        SharedOptions.model.declaration.name, as: "DIR",
        SharedOptions.model.declaration.summary + " Given several times, the models stand in one table, each held against the first.")

    static let evaluate = Command(
        "evaluate", "Measures models on pairs they have not seen.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            Reads pairs (any format of seed data) and prints the held-out loss: nats a token of output, the mean over pairs, perplexity, \
            and bits a byte, which compares models with different tokenizers. Beside it stands the instruction gain: how much more a model \
            loses on the output when it is given another pair's instruction. A model that learned to ignore instructions loses the same. \
            For a backward model the loss is that of the instruction, \
            and the gain says how much likelier the own output makes it than another pair's. For a judge it is the AUC: the chance that \
            a true pair scores higher than one with another pair's instruction, the most similar one (near) or any (random), both \
            chosen by hash.

            Several models are measured one after the other, with one in memory at a time, on the same pairs: the difference to the first, \
            its 95 % interval (Student's t over pairs) and what it says in a sentence. A pair that one model cannot be measured on is left \
            out for all, and named.
            """,
        groups: [
            OptionGroup("Report", role, mismatches, json, SharedOptions.limit),
            OptionGroup(
                "Model", models, SharedOptions.precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads,
                SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes, SharedOptions.seed),
            .pairFields, .servers,
        ],
        cost: """
            The largest model's weights and the keys and values of the batch; a pair costs each model one forward pass and one more for \
            each of --mismatches (forward), two (backward) or three (judge).
            """,
        examples: [
            Example("is the second model better?", "humpback evaluate --model M0 --model M1 held-out.jsonl"),
            Example("how well does a judge judge?", "humpback evaluate --role judge --model J held-out.jsonl"),
        ]
    ) { arguments in
        let names = arguments[models]
        let wanted = try Evaluation.role(
            arguments[role], of: ModelLocator.roles(of: names.isEmpty ? [nil] : names.map { $0 }, for: arguments[role] ?? .forward))
        let input = try EvaluationInput(arguments.operands, fields: arguments.fieldNames, limit: arguments[SharedOptions.limit])
        let evaluation = try Evaluation(role: wanted, pairs: input.pairs, mismatches: arguments[mismatches])
        var measurements: [Evaluation.Measurement] = []
        for (name, shown) in names.isEmpty ? [(nil, nil)] : Array(zip(names.map(Optional.some), shownNames(names).map(Optional.some))) {
            let model = try await ModelLocator.open(name, arguments, for: wanted)
            measurements.append(
                try await evaluation.measure(model, named: shown ?? model.card.name, concurrency: arguments.requestsInFlight))
        }
        let result = try EvaluationResult(measurements, of: evaluation)
        if arguments[json] {
            var object = result.object { input.places[$0] }
            object["refused"] = .array(
                input.refusals.map { .object(["place": .string("\($0.place)"), "reason": .string($0.reason)]) })
            write(object.serialized + "\n")
        } else {
            write(EvaluationReport(result: result, places: input.places).text + input.refused)
        }
        return .done
    }

    /// What each model is called in the table: the last part of its path, or the path where two are called alike.
    private static func shownNames(_ names: [String]) -> [String] {
        let short = names.map { URL(filePath: $0).lastPathComponent }
        return Set(short).count == names.count ? short : names
    }
}
