import Augment
import Curate
import Foundation
import Rounds

extension Command {
    private static let folder = Option<String?>.folder("run", "Everything that the run makes; the same command again goes on from here.")
    private static let corpus = Option<[String]>.files("corpus", as: "PATH", "Pages, folders of pages, or JSONL with `text`.")
    private static let heldOut = Option<String?>.file(
        "held-out", "Pairs to compare the models on. Without it a tenth of the seeds, at most 200.")
    private static let iterations = Option<Int>.integer("iterations", as: "K", 1...20, default: 2, "How often the loop goes round.")
    private static let limit = Option<Int?>.integer("limit", 1...Int.max, "Passages used, chosen by hash; all without it.")

    static let run = Command(
        "run", "The whole loop, several times round: pages in, a better model out.",
        discussion: """
            Ingests the corpus, trains a backward model and the first forward model M0 on the seed, writes an instruction for each passage, \
            and then, each iteration t: a judge made from M(t-1) rates all pairs, the best are kept, and M(t) is trained from the base model \
            on seed and kept pairs. At the end all models are compared on pairs none of them has seen.

            Every step is done once: an interrupted run goes on with the same command.
            """,
        groups: [
            OptionGroup("Run", folder, corpus, FinetuneFlags.seedData, heldOut, SharedOptions.base, iterations, limit),
            OptionGroup(
                "Selection", AugmentFlags.samples, CurateFlags.judge, CurateFlags.minScore, CurateFlags.topFraction),
            OptionGroup(
                "Training and inference", FinetuneFlags.steps, FinetuneFlags.learningRate, SharedOptions.precision, SharedOptions.batch,
                SharedOptions.keyValueMemory,
                SharedOptions.threads, SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes,
                SharedOptions.seed, SharedOptions.quiet),
        ],
        cost: """
            The memory of finetune. The time of one augment over all passages, one curate an iteration, and two trainings an iteration and \
            two before.
            """,
        examples: [
            Example(
                "two iterations over a folder of pages",
                "humpback run --run runs/first --corpus pages/ --seed-data seed.jsonl --held-out held-out.jsonl"),
            Example(
                "a quick look", "humpback run --run runs/quick --corpus pages/ --seed-data seed.jsonl --limit 200 --steps 30 --iterations 1"
            ),
        ]
    ) { arguments in
        guard let folder = arguments[folder] else { throw UsageError.combination("--run DIR is missing: the folder of the run.") }
        guard !arguments[corpus].isEmpty else { throw UsageError.combination("--corpus PATH is missing: the pages to learn from.") }
        guard !arguments[FinetuneFlags.seedData].isEmpty else {
            throw UsageError.combination("--seed-data FILE is missing: pairs written by people.")
        }
        try CurateFlags.check(arguments)
        var plan = BacktranslationPlan(
            directory: URL(filePath: folder), corpus: arguments[corpus], seedFiles: arguments[FinetuneFlags.seedData],
            heldOutFile: arguments[heldOut],
            base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"), iterations: arguments[iterations],
            steps: arguments[FinetuneFlags.steps], learningRate: arguments[FinetuneFlags.learningRate], limit: arguments[limit],
            judgement: arguments[CurateFlags.judge],
            minimumScore: arguments[CurateFlags.minScore] ?? 4.5, topFraction: arguments[CurateFlags.topFraction],
            seed: arguments[SharedOptions.seed],
            threads: arguments.threadCount, quiet: arguments[SharedOptions.quiet])
        plan.augment.samples = arguments[AugmentFlags.samples]
        plan.augment.sampling.seed = arguments[SharedOptions.seed]
        plan.augment.filter.words = try KnownWords(ofModel: plan.base)
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        let run = try BacktranslationRun(
            plan: plan, open: { try ModelLocator.open($0, arguments) }, note: display.note, trainingProgress: { display.show($1) })
        write(try await run.run().markdown)
        return .done
    }
}
