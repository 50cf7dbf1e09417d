import Records
import Tokenization

extension Command {
    static let tokenize = Command(
        "tokenize", "Adds to each record the tokens of its text.", operands: .files,
        discussion: "Reads records with `text` and adds `tokens`, a list of ids. What looks like a special token in the text is text.",
        groups: [OptionGroup("Tokenizer", SharedOptions.model), .data],
        cost: "The tokenizer and a few records in memory.",
        examples: [Example("how a model reads the passages", "humpback tokenize --model M passages.jsonl | head -n 1")]
    ) { arguments in
        let tokenizer = try ModelLocator.tokenizer(arguments[SharedOptions.model])
        let runner = StageRunner(
            stage: "tokenize", fingerprint: tokenizer.fingerprint, options: arguments.stageOptions(concurrency: arguments.workersInFlight))
        return ExitStatus(
            try await runner.run { record in
                guard let text = record.object["text"]?.string else { throw Rejection("missing_field", value: "text") }
                var object = record.object
                object["tokens"] = .array(tokenizer.encode(text).map { .integer(Int($0)) })
                return .kept([object])
            })
    }

    static let detokenize = Command(
        "detokenize", "Adds to each record the text of its tokens.", operands: .files,
        discussion: "Reads records with `tokens`, a list of ids, and adds (or replaces) `text`.",
        groups: [OptionGroup("Tokenizer", SharedOptions.model), .data],
        cost: "The tokenizer and a few records in memory.",
        examples: [Example("back and forth", "humpback tokenize --model M texts.jsonl | humpback detokenize --model M")]
    ) { arguments in
        let tokenizer = try ModelLocator.tokenizer(arguments[SharedOptions.model])
        let runner = StageRunner(
            stage: "detokenize", fingerprint: tokenizer.fingerprint, options: arguments.stageOptions(concurrency: arguments.workersInFlight)
        )
        return ExitStatus(
            try await runner.run { record in
                guard let tokens = record.object["tokens"]?.array else { throw Rejection("missing_field", value: "tokens") }
                let ids = tokens.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
                guard ids.count == tokens.count else { throw Rejection("wrong_type", value: "tokens", threshold: "a list of ids") }
                var object = record.object
                object["text"] = .string(tokenizer.decode(ids, skippingSpecialTokens: false))
                return .kept([object])
            })
    }
}
