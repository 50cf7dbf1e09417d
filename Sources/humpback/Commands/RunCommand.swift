import Curate
import Endpoint
import Finetune
import Foundation
import Rounds

extension Command {
    private static let corpus = Option<[String]>.files("corpus", as: "PATH", "Pages, folders of pages, or JSONL with `text`.")
    private static let iterations = Option<Int>.integer(
        "iterations", as: "K", 1...20, default: 2, "How often the loop goes round with a judge; without one once.")
    private static let limit = Option<Int?>.integer("limit", 1...Int.max, "Passages used, chosen by hash; all without it.")
    private static let backwardModel = Option<String?>.folder(
        "backward-model", as: "MODEL",
        "A backward model of your own instead of one trained on the seeds: a folder, or http://HOST:PORT/v1#NAME for a model of a server.")
    private static let judgeModel = Option<String?>.folder(
        "judge-model", as: "MODEL",
        "A judge of your own instead of one trained from each iteration's model: a folder, or the address of a server's model, which reads the "
            + "rubric in words.")

    private static let trainWith = Option<String?>.text(
        "train-with", "COMMAND",
        "Train by a command of the shell, in which {data} is a folder as `export --trainer` writes it, {base} the model to start from and {out} the "
            + "folder to make: 'sh {data}/train.sh {base} {out}'. What it makes is checked, finished and noted.")
    private static let trainer = Option<OtherTrainer>.choice(
        "trainer", default: .trl, "For whom the script and the configuration in {data} are.")

    private static let judge = Option<CurateFlags.Judge?>.choice(
        CurateFlags.judge.declaration.name,
        "trained makes a judge from each iteration's model; forward gives that model the rubric in words, as in the paper; none lets the gain of the "
            + "backward model and M0 alone say how good a pair is. Without it none, unless --judge-model is given: a judge of some hundred million "
            + "weights says less of a pair than the gain does, and costs a training more each iteration.")

    static let run = Command(
        "run", "The whole loop, several times round: pages in, a better model out.",
        discussion: """
            Ingests the corpus, trains a backward model and the first forward model M0 on the seed, writes an instruction for each passage, \
            rates all pairs by the gain of the two models, keeps the best, and trains M1 from the base model on seed and kept pairs. With \
            --judge trained (or forward) it goes round several times, each iteration t with a judge made from M(t-1), and M(t) at its end. At the end the base and all models are compared on pairs none of them has seen, pair by pair, with 95 % \
            intervals. Where no pair has the score 4.5 and nothing else was asked for, the best quarter is kept.

            Everything named is opened before the first page is read. Every step is done once: an interrupted run goes on with the same \
            command, with another option or a changed file it does again what depends on that and says so, and what was deleted is made \
            again. --dry-run tells the steps first, each with the single command that makes the same.

            The options of the stages mean what they mean there; where names meet, --batch and --precision are those of inference, and \
            --training-batch and --training-precision those of training.
            """,
        groups: [
            OptionGroup(
                "Run",
                [
                    LoopFlags.folder, corpus, FinetuneFlags.seedData, FinetuneFlags.heldOut, SharedOptions.base, iterations, limit,
                    LoopFlags.dryRun,
                ] + LoopFlags.fields),
            IngestFlags.wholePages, IngestFlags.rules, IngestFlags.duplicates,
            OptionGroup("Pages", [IngestFlags.textField, IngestFlags.maxPageBytes, SharedOptions.exclude]),
            OptionGroup("Instructions", [backwardModel] + AugmentFlags.sampling),
            OptionGroup("Selection", judgeModel, judge, CurateFlags.minScore, CurateFlags.topFraction),
            OptionGroup("Training elsewhere", trainWith, trainer),
        ] + LoopFlags.training,
        cost: """
            The memory of finetune. The time of one augment over all passages, one curate an iteration, and two trainings an iteration and \
            two before; --dry-run tells it.
            """,
        examples: [
            Example(
                "over a folder of pages",
                "humpback run --run runs/first --corpus pages/ --seed-data seed.jsonl --held-out held-out.jsonl"),
            Example(
                "two iterations, each with a judge of its own",
                "humpback run --run runs/judged --judge trained --iterations 2 --corpus pages/ --seed-data seed.jsonl --held-out 60"),
            Example(
                "with adapters, on a model one has",
                "humpback run --run runs/lora --base M --lora-rank 16 --corpus pages/ --seed-data seed.jsonl --held-out 60"),
            Example(
                "with TRL on two GPUs",
                "humpback run --run runs/trl --base M --corpus pages/ --seed-data seed.jsonl --train-with 'sh {data}/train.sh {base} {out} 2'"
            ),
            Example(
                "a quick look", "humpback run --run runs/quick --corpus pages/ --seed-data seed.jsonl --limit 200 --steps 30"
            ),
        ]
    ) { arguments in
        let plan = try backtranslationPlan(arguments)
        let run = BacktranslationRun(
            plan: plan, models: LoopFlags.models(arguments),
            display: LoopDisplay(TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])))
        if arguments[LoopFlags.dryRun] {
            let commands = RunCommands(arguments: arguments, plan: plan, heldOut: try run.heldOutChoice())
            write(ForecastReport(forecast: try await run.forecast(), commands: commands.lines).text)
        } else {
            write(try await run.run().markdown)
        }
        return .done
    }

    /// What trains in the place of our trainer, whose options it then has no use for.
    private static func outsideTraining(_ arguments: Arguments) throws -> OutsideTraining? {
        guard let command = arguments[trainWith] else {
            if arguments.has(trainer) { throw UsageError.combination("--trainer goes with --train-with 'COMMAND {data} {base} {out}'.") }
            return nil
        }
        let ours: [any DeclaredOption] = FinetuneFlags.running + [FinetuneFlags.loop.precision, FinetuneFlags.basePrecision]
        if let option = ours.first(where: { arguments.has($0) }) {
            throw UsageError.combination(
                "\(option.declaration.flag) says how humpback trains, and --train-with has somebody else do it; leave one out.")
        }
        return OutsideTraining(command: command, trainer: arguments[trainer])
    }

    private static func backtranslationPlan(_ arguments: Arguments) throws -> BacktranslationPlan {
        let directory = try LoopFlags.directory(arguments)
        guard !arguments[corpus].isEmpty else { throw UsageError.combination("--corpus PATH is missing: the pages to learn from.") }
        let seedFiles = try LoopFlags.seedFiles(arguments)
        try CurateFlags.check(arguments)
        let training = try LoopFlags.training(arguments, in: directory)
        // A model of a server was not trained to judge as ours are; it reads the rubric in words unless told otherwise.
        let isRemoteJudge = arguments[judgeModel].map(EndpointAddress.isAddress) ?? false
        let standard: CurateFlags.Judge = isRemoteJudge ? .forward : arguments.has(judgeModel) ? .trained : .nobody
        let judgement = (arguments[CurateFlags.judge] ?? standard).judgement
        if judgement == nil, arguments.has(iterations), arguments[iterations] > 1 {
            throw UsageError.combination(
                "without a judge the gain of the backward model and M0 rates the pairs, the same in every round; leave --iterations out, or let "
                    + "each round make a judge: --judge trained.")
        }
        var plan = BacktranslationPlan(
            directory: directory, corpus: arguments[corpus], seedFiles: seedFiles, training: training,
            iterations: judgement == nil ? 1 : arguments[iterations], judgement: judgement,
            augment: try AugmentFlags.options(arguments),
            ingest: try IngestFlags.stageOptions(arguments), maxBroken: arguments[SharedOptions.maxBroken],
            quiet: arguments[SharedOptions.quiet])
        plan.heldOut = arguments[FinetuneFlags.heldOut]
        plan.fields = arguments.fieldNames
        plan.limit = arguments[limit]
        plan.exclude = arguments[SharedOptions.exclude]
        plan.backward = arguments[backwardModel]
        plan.judge = arguments[judgeModel]
        if plan.judge != nil, plan.judgement == nil {
            throw UsageError.combination("--judge-model names a judge, and --judge none asks none; give one.")
        }
        plan.trainWith = try outsideTraining(arguments)
        if let score = arguments[CurateFlags.minScore] { plan.selection = .minimumScore(score) }
        if let share = arguments[CurateFlags.topFraction] { plan.selection = .topFraction(share) }
        return plan
    }
}
