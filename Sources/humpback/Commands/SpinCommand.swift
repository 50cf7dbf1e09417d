import Finetune
import Foundation
import Rounds

extension Command {
    private static let options = PreferenceLoopOptions(iterations: 3, temperature: 1, topP: 1)
    private static let lambda = Option<Double?>.number(
        "lambda", 1e-4...100, "How strongly the model is held to its former self; without it 0.1, and 5 from the fourth iteration on.")

    static let spin = Command(
        "spin", "Self-play: learns to prefer the seeds' answers to the model's own, several times round.",
        discussion: """
            SPIN. Each iteration t: M(t-1) answers the seeds' prompts, and M(t) is trained from it to prefer the people's answers, with \
            M(t-1) as the reference. Answers cut at --max-new-tokens are dropped and counted. A base that is not a forward model is first \
            trained on the seeds (M0); --as-is starts from it as it stands.

            Every step is done once: an interrupted run goes on with the same command. At the end a table says for each model how many \
            pairs were made and dropped, how margin and preference moved, and the loss on pairs none of them has seen.
            """,
        groups: options.groups(lambda),
        cost:
            "The memory of finetune. The time of one answer to each seed and two passes over the pairs of two iterations, each iteration.",
        examples: [
            Example("three iterations", "humpback spin --run runs/spin --seed-data seed.jsonl --held-out held-out.jsonl"),
            Example(
                "a quick look, with what plain training would give",
                "humpback spin --run runs/quick --seed-data seed.jsonl --limit 100 --iterations 2 --steps 20 --compare"),
        ]
    ) { arguments in
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        let run = try SpinRun(
            plan: try options.plan(arguments), lambda: arguments[lambda], open: { try ModelLocator.open($0, arguments) },
            note: display.note, trainingProgress: { display.show($1) })
        write(try await run.run().markdown)
        return .done
    }
}

/// The options of the loops on preferences, with the defaults of one of them.
struct PreferenceLoopOptions: Sendable {
    private let folder = Option<String?>.folder("run", "Everything that the run makes; the same command again goes on from here.")
    private let heldOut = Option<String?>.file(
        "held-out", "Pairs to compare the models on. Without it a tenth of the seeds, at most 200.")
    private let asIs = Option<Bool>.flag("as-is", "Start from the base itself; without it, it is first trained on the seeds.")
    private let limit = Option<Int?>.integer("limit", 2...Int.max, "Seeds used, chosen by hash; all without it.")
    private let batch = Option<Int?>.integer("batch-pairs", 1...65_536, "Preferences of a step; without it as in finetune.")
    private let learningRate = Option<Double?>.number("learning-rate", 1e-9...1, "Of the preferences; without it as in finetune.")
    private let compare = Option<Bool>.flag("compare", "Also train M0 on the seeds alone for as many steps, to compare with.")
    private let iterations: Option<Int>
    private let drawing: SamplingOptions

    init(iterations: Int, temperature: Double, topP: Double) {
        self.iterations = .integer("iterations", as: "K", 1...20, default: iterations, "How often the loop goes round.")
        drawing = SamplingOptions(temperature: temperature, topP: topP, maxNewTokens: 256)
    }

    func groups(_ own: any DeclaredOption...) -> [OptionGroup] {
        [
            OptionGroup("Run", [folder, FinetuneFlags.seedData, heldOut, SharedOptions.base, asIs, iterations, limit, compare]),
            OptionGroup("Method", own),
            OptionGroup("Answers", [drawing.temperature, drawing.topP, drawing.topK, drawing.maxNewTokens]),
            OptionGroup(
                "Training and inference",
                [
                    FinetuneFlags.steps, batch, learningRate, FinetuneFlags.memory, SharedOptions.precision, SharedOptions.batch,
                    SharedOptions.keyValueMemory,
                    SharedOptions.threads, SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes,
                    SharedOptions.seed, SharedOptions.quiet,
                ]),
        ]
    }

    func plan(_ arguments: Arguments) throws -> PreferenceLoopPlan {
        guard let folder = arguments[folder] else { throw UsageError.combination("--run DIR is missing: the folder of the run.") }
        guard !arguments[FinetuneFlags.seedData].isEmpty else {
            throw UsageError.combination("--seed-data FILE is missing: pairs written by people.")
        }
        var plan = PreferenceLoopPlan(
            directory: URL(filePath: folder), seedFiles: arguments[FinetuneFlags.seedData],
            base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"), iterations: arguments[iterations],
            sampling: drawing.sampling(arguments), threads: arguments.threadCount)
        plan.heldOutFile = arguments[heldOut]
        plan.takesBaseAsItIs = arguments[asIs]
        plan.limit = arguments[limit]
        plan.steps = arguments[FinetuneFlags.steps]
        plan.batch = arguments[batch]
        plan.learningRate = arguments[learningRate]
        plan.comparesContinued = arguments[compare]
        plan.memoryBytes = arguments[FinetuneFlags.memory]
        plan.seed = arguments[SharedOptions.seed]
        plan.quiet = arguments[SharedOptions.quiet]
        return plan
    }
}
