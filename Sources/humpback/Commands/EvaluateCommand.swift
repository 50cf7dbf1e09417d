import Evaluate
import Finetune
import Records

extension Command {
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")

    static let evaluate = Command(
        "evaluate", "Measures a model on pairs it has not seen.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            Reads pairs (any format of seed data) and prints the held-out loss: nats a token of output, the mean over pairs, perplexity, \
            and bits a byte, which compares models with different tokenizers.
            """,
        groups: [
            OptionGroup("Report", json, SharedOptions.limit), .model,
        ],
        cost: "The model's weights and the keys and values of the batch; one forward pass a pair.",
        examples: [Example("is the second model better?", "humpback evaluate --model M1 held-out.jsonl")]
    ) { arguments in
        let pairs = Array(try SeedFile.read(arguments.operands).seeds.prefix(arguments[SharedOptions.limit] ?? .max))
        let loss = HeldOutLoss(model: try await ModelLocator.open(arguments, for: .forward))
        let summary = try await loss.summary(of: pairs, concurrency: arguments.requestsInFlight)
        write(arguments[json] ? JSONValue.object(summary.object).serialized + "\n" : LossReport(summary).text)
        return .done
    }
}
