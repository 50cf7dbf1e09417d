import LanguageModels
import Stages

extension Command {
    private static let prompt = Option<String?>.text("prompt", "TEXT", "Answer this, and print the answer alone.")
    private static let greedy = Option<Bool>.flag("greedy", "Always the likeliest token; the same as --temperature 0.")
    private static let noTemplate = Option<Bool>.flag("no-template", "Continue the text as it stands, without the model's chat template.")
    private static let temperature = Option<Double?>.number(
        "temperature", 0...10, "How evenly tokens are sampled; 0 takes the likeliest. Without it the model's own, else 0.7.")
    private static let noRepeat = Option<Int?>.integer(
        "no-repeat", 0...1000,
        "Say no run of this many tokens twice in one answer (2 or more; 0 lets them). Without it the model's own, else 0.")
    private static let bestOf = Option<Int?>.integer(
        "best-of", 1...256,
        "Sample this many answers and give the likeliest as a whole: what a small model finds likely is more often well said. Without it the "
            + "model's own, else 1.")
    private static let tokens = SamplingOptions(temperature: 0.7, topP: 0.9, maxNewTokens: 256)

    static let generate = Command(
        "generate", "Answers instructions.", operands: .files,
        discussion: """
            Reads records with `instruction` (or `prompt`) and adds `output`. With --prompt it answers one and prints it; on a terminal \
            without either it holds a dialogue.
            """,
        groups: [
            OptionGroup(
                "Answer", prompt, greedy, noTemplate, temperature, tokens.topP, tokens.topK, noRepeat, bestOf,
                tokens.maxNewTokens), OptionGroup("Fields of the input", FieldFlags.instruction), .model, .serversAndBatches,
            .data,
        ],
        cost: "The model's weights, and keys and values for each sequence of the batch.",
        examples: [
            Example("one answer", "humpback generate --model M1 --prompt 'How do I prune a rose?'"),
            Example("a file of instructions", "humpback generate --model M1 instructions.jsonl -o answers.jsonl"),
            Example("a dialogue", "humpback generate --model M1"),
        ]
    ) { arguments in
        if arguments[greedy], arguments.has(temperature) {
            throw UsageError.combination("--greedy and --temperature contradict each other.")
        }
        let model = try await ModelLocator.open(arguments, for: .forward)
        var sampling = tokens.sampling(arguments)
        sampling.temperature = arguments[temperature] ?? model.card.sampling.temperature ?? sampling.temperature
        if arguments[greedy] {
            sampling = .greedy(maxNewTokens: sampling.maxNewTokens)
        }
        sampling.noRepeat = arguments[noRepeat] ?? model.card.sampling.noRepeat ?? 0
        if sampling.noRepeat > 0, ModelLocator.isRemote(arguments) {
            throw UsageError.combination("--no-repeat is for models on this machine: the protocol of servers has no word for it.")
        }
        let answering = Answering(
            model: model, sampling: sampling, usesTemplate: !arguments[noTemplate],
            bestOf: arguments[bestOf] ?? (arguments[noTemplate] ? nil : model.card.sampling.bestOf) ?? 1)
        if answering.bestOf > 1, !model.card.givesLogLikelihoods {
            throw UsageError.combination("--best-of is for models that say how likely an answer is, and this server's does not.")
        }
        if let prompt = arguments[prompt] {
            let answer = try await answering.answer(prompt).text + "\n"
            // A file receives the answer as it is.
            if Terminal.outputIsTerminal { tell(answer) } else { write(answer) }
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
