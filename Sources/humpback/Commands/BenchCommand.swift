import Finetune
import Ground

extension Command {
    private static let shape = Option<String?>.text(
        "shape", "NAME", "Random weights of this shape instead of a model: a name such as smollm2-135m, or a config.json.")
    private static let only = Option<[Benchmark.Part]>.choices("only", "Time this part alone; may be repeated.")
    private static let passages = Option<Int>.integer(
        "passages", 1...Int.max, default: 10_000, "Say how many hours augment and curate would take for so many passages.")
    private static let prompts = Option<Int>.integer("prompts", 1...4096, default: 32, "Prompts of the timed parts.")
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")

    static let bench = Command(
        "bench", "Times a model, or a shape with random weights, on this machine.",
        discussion: """
            Measures what this machine can do at most (8-bit and float32 arithmetic, reading memory), then the work itself, with the engine \
            that augment and curate use: scoring (prompts of 600 tokens, the last position's probabilities), judging \
            (the same behind a rubric of 400 tokens that all share, which is computed once), generation (prompts of 400 \
            tokens, 32 new ones each, at temperature 0.7 and top-p 0.9), one stream (128 tokens, one after the other), and training \
            (float32, 4 x 512 tokens a step, every token a target). But for judging no two prompts begin alike, so nothing is shared.
            """,
        groups: [
            OptionGroup("Work", shape, only, passages, prompts), OptionGroup("Report", json), .model,
        ],
        cost: "Minutes for a large model. The model's weights; training takes 16 bytes a weight, and is left out where they are not there.",
        examples: [
            Example("this machine with the default model", "humpback bench"),
            Example("is a model of 1 billion weights bearable here?", "humpback bench --shape llama-3.2-1b --only scoring --prompts 4"),
            Example("for a script", "humpback bench --shape smollm2-135m --json"),
        ]
    ) { arguments in
        if arguments.has(shape), arguments.has(SharedOptions.model) {
            throw UsageError.combination("--shape and --model name two things to time; give one.")
        }
        let parts = arguments[only].isEmpty ? Benchmark.Part.allCases : arguments[only]
        let benchmark = try Benchmark(
            subject: try ModelLocator.subject(shape: arguments[shape].map(ModelShape.find), arguments), parts: parts,
            prompts: arguments[prompts], arguments)
        let report = BenchmarkReport(try await benchmark.run(), passages: arguments[passages])
        write(arguments[json] ? JSONValue.object(report.object).serialized + "\n" : report.text)
        return .done
    }
}
