import Ground
import Stages
import Tokenization

extension Command {
    static let tokenize = converting(
        "tokenize", "Adds to each record the tokens of its text.",
        discussion: """
            Reads records with `text` and adds `tokens`, a list of ids, on all cores, in the order of the input. What looks like a special \
            token in the text is text. --model may name a tokenizer alone: a tokenizer.json, a SentencePiece .model, a .tiktoken or a .gguf.
            """,
        example: Example("how a model reads the passages", "humpback tokenize --model M passages.jsonl | head -n 1")
    ) { try $0.tokenized($1) }

    static let detokenize = converting(
        "detokenize", "Adds to each record the text of its tokens.",
        discussion: "Reads records with `tokens`, a list of ids, and adds (or replaces) `text`.",
        example: Example("back and forth", "humpback tokenize --model M texts.jsonl | humpback detokenize --model M")
    ) { try $0.detokenized($1) }

    private static func converting(
        _ name: String, _ summary: String, discussion: String, example: Example,
        _ convert: @escaping @Sendable (Tokenizer, JSONObject) throws -> JSONObject
    ) -> Command {
        Command(
            name, summary, operands: .files, discussion: discussion,
            groups: [OptionGroup("Tokenizer", SharedOptions.model), .textFields, .data], cost: "The tokenizer and a few records in memory.",
            examples: [example]
        ) { arguments in
            let tokenizer = try ModelLocator.tokenizer(arguments[SharedOptions.model])
            return try await arguments.stage(concurrency: arguments.workersInFlight) { options in
                let runner = StageRunner(stage: name, fingerprint: tokenizer.fingerprint, options: options)
                return try await runner.run { .kept([try convert(tokenizer, $0.object)]) }
            }
        }
    }
}
