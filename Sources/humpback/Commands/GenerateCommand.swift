import LanguageModels
import Records

extension Command {
    private static let prompt = Option<String?>.text("prompt", "TEXT", "Answer this, and print the answer alone.")
    private static let greedy = Option<Bool>.flag("greedy", "Always the likeliest token; the same as --temperature 0.")
    private static let noTemplate = Option<Bool>.flag("no-template", "Continue the text as it stands, without the model's chat template.")
    private static let drawing = SamplingOptions(temperature: 0.7, topP: 0.9, maxNewTokens: 256)

    static let generate = Command(
        "generate", "Answers instructions.", operands: .files,
        discussion: """
            Reads records with `instruction` (or `prompt`) and adds `output`. With --prompt it answers one and prints it; on a terminal \
            without either it holds a dialogue.
            """,
        groups: [
            OptionGroup(
                "Answer", prompt, greedy, noTemplate, drawing.temperature, drawing.topP, drawing.topK, drawing.maxNewTokens), .model, .data,
        ],
        cost: "The model's weights, and keys and values for each sequence of the batch.",
        examples: [
            Example("one answer", "humpback generate --model M1 --prompt 'How do I prune a rose?'"),
            Example("a file of instructions", "humpback generate --model M1 instructions.jsonl -o answers.jsonl"),
            Example("a dialogue", "humpback generate --model M1"),
        ]
    ) { arguments in
        var sampling = drawing.sampling(arguments)
        if arguments[greedy] {
            if arguments.has(drawing.temperature) { throw UsageError.combination("--greedy and --temperature contradict each other.") }
            sampling = .greedy(maxNewTokens: sampling.maxNewTokens)
        }
        let answering = Answering(
            model: try await ModelLocator.open(arguments, for: .forward), sampling: sampling, usesTemplate: !arguments[noTemplate])
        if let prompt = arguments[prompt] {
            write(try await answering.answer(prompt).text + "\n")
            return .done
        }
        if arguments.operands.isEmpty, Terminal.inputIsTerminal {
            try await Dialogue(answering: answering).run()
            return .done
        }
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { options in
            let runner = StageRunner(stage: "generate", fingerprint: answering.fingerprint, options: options)
            return try await runner.run { .kept([try await answering.answered($0.object)]) }
        }
    }
}
