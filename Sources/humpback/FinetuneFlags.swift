import Curate
import Finetune
import Foundation
import Inference
import Ingest
import Records
import Training
import Transformer

/// The options that say how a model is trained: those of `finetune`, and of the loops, whose trainings are the same.
struct FinetuneFlags: Sendable {
    /// As `finetune` has them.
    static let stage = FinetuneFlags(batch: "batch", precision: "precision")
    /// As the loops have them, where `--batch` and `--precision` are those of inference.
    static let loop = FinetuneFlags(batch: "training-batch", precision: "training-precision")

    // Data
    static let seedData = Option<[String]>.files("seed-data", "Seed pairs written by people, in any format that finetune reads.")
    static let heldOut = Option<String?>.file(
        "held-out", as: "FILE|N", "Pairs to measure the loss on: a file, or a number of seed pairs to keep back.")
    static let heldOutShare = Option<Double?>.number(
        "held-out-share", as: "SHARE", 0.001...0.9,
        "Instead of --held-out: keep back this share of the seed pairs, whole pages at a time (by url, or the file in source), and leave curated "
            + "pairs of those pages out, so that no page is on both sides. A seed without a page is one of its own.")
    static let turns = Option<ConversationTurns>.choice(
        "turns", default: .first, "Learn the first answer of a conversation, or all of them.")
    static let seedShare = Option<Double?>.number(
        "seed-share", as: "SHARE", 0.001...0.999, "How much of the training is seed; without it every pair is read equally often.")
    static let context = Option<Int?>.integer("context", 16...1_000_000, "The longest pair, in tokens; the model's own without it.")

    // Adapters
    static let loraRank = Option<Int?>.integer(
        "lora-rank", 1...4096, "Train low-rank adapters instead of all weights; merged at the end, and kept in OUT/adapter.")
    static let loraAlpha = Option<Double?>.number("lora-alpha", 0.001...1e6, "Their scale; without it twice the rank.")
    static let loraDropout = Option<Double>.number("lora-dropout", as: "SHARE", 0...0.9, default: 0, "Left out of their inputs.")
    static let loraTargets = Option<[AdapterSettings.Target]>.choices(
        "lora-target", "A matrix that has one; all seven without it.")
    static let basePrecision = Option<BasePrecision?>.choice(
        "base-precision",
        "What the frozen weights are multiplied as beside adapters: int8 is faster, and takes two bytes a weight more. Without it int8, and "
            + "float32 for preferences.")
    static let rsLora = Option<Bool>.flag("rslora", "Scale by alpha / sqrt(rank) instead of alpha / rank.")

    // Training
    static let steps = Option<Int?>.integer("steps", 1...Int.max, "Optimiser steps. Without it --epochs says.")
    static let epochs = Option<Double?>.number(
        "epochs", 0.01...10_000, "How often each row is read; without it pairs once, preferences twice.")
    let batch: Option<Int?>
    static let learningRate = Option<Double?>.number(
        "learning-rate", 1e-9...1,
        "The height of the schedule. Without it by the size of the model, and for adapters about ten times as much.")
    static let optimizer = Option<OptimizerChoice?>.choice("optimizer", "Without it adamw, and rmsprop for spin.")
    static let schedule = Option<ScheduleChoice>.choice(
        "schedule", default: .linear, "How the learning rate falls; wsd stays and falls in the last fifth.")
    static let warmup = Option<Int?>.integer("warmup", 0...Int.max, "Steps of warm-up; without it a tenth, at most 50.")
    static let finalRate = Option<Double?>.number(
        "final-rate", as: "SHARE", 0...1, "What is left of the learning rate at the end; without it 0.9, for adapters and preferences 0.1.")
    static let weightDecay = Option<Double?>.number(
        "weight-decay", 0...1, "Decoupled decay of matrices; without it 0.1, for preferences 0.")
    static let dropout = Option<Double?>.number(
        "dropout", 0...0.9, "Share of activations left out; without it 0: a model that was trained without loses by it.")
    let precision: Option<TrainingPrecision>

    // Running
    static let heldOutEvery = Option<Int?>.integer(
        "held-out-every", 1...Int.max,
        "Steps between measurements of the held-out loss. Without it as few as a fifth of the training's work pays for, at most six, and on "
            + "part of the pairs where two are too many.")
    static let patience = Option<Int?>.integer(
        "patience", 1...1000, "Stop when this many measurements of the held-out loss bring no new best, and keep the best.")
    static let keep = Option<KeptWeights?>.choice(
        "keep",
        "Weights of the best held-out loss, of the last step, or both (OUT/last). Without it best where there is a held-out set; for "
            + "preferences last, unless there is --patience.")
    static let keepCheckpoints = Option<Int>.integer(
        "keep-checkpoints", 2...1000, default: 2, "Newest checkpoints kept in OUT.training while it runs.")
    static let checkpointEvery = Option<Int?>.integer(
        "checkpoint-every", 1...Int.max, "Steps between checkpoints; without it a third of all, at most 100.")
    static let memory = Option<Int?>.bytes("memory", "The memory it may take; without it what is free.")

    private init(batch: String, precision: String) {
        self.batch = Option<Int?>.integer(
            batch, 1...65_536, "Rows a step; without it 8 below 3,000 rows and for adapters, else 32, dpo 16, spin 64.")
        self.precision = SharedOptions.trainingPrecision.named(precision)
    }

    /// What may be said of the rows of a training.
    static let rows: [any DeclaredOption] = [turns, seedShare, context]
    static let adapters = OptionGroup("Adapters", loraRank, loraAlpha, loraDropout, loraTargets, rsLora, basePrecision)
    /// How weights follow their gradients.
    var training: [any DeclaredOption] {
        [
            Self.steps, Self.epochs, batch, Self.learningRate, Self.optimizer, Self.schedule, Self.warmup, Self.finalRate,
            Self.weightDecay, Self.dropout, precision,
        ]
    }
    /// What is watched and kept while a training runs.
    static let running: [any DeclaredOption] = [heldOutEvery, patience, keep, keepCheckpoints, checkpointEvery, memory]

    /// The plan that the arguments describe, for a training of these roles.
    func plan(_ arguments: Arguments, roles: [ModelRole], base: URL, output: URL) throws -> FinetunePlan {
        let threads = arguments.declares(SharedOptions.threads) ? arguments.threadCount : 1
        var plan = FinetunePlan(roles: roles, base: base, output: output, threads: threads)
        plan.learnsAllTurns = arguments[Self.turns] == .all
        plan.seedShare = arguments.value(Self.seedShare)
        plan.context = arguments[Self.context]
        plan.adapters = try Self.adapters(arguments)
        plan.basePrecision = arguments.value(Self.basePrecision)
        plan.steps = arguments[Self.steps]
        plan.epochs = arguments[Self.epochs]
        plan.batch = arguments[batch]
        plan.learningRate = arguments[Self.learningRate]
        plan.optimizer = arguments.value(Self.optimizer)
        plan.schedule = arguments[Self.schedule]
        plan.warmupSteps = arguments[Self.warmup]
        plan.finalRate = arguments[Self.finalRate]
        plan.weightDecay = arguments[Self.weightDecay]
        plan.dropout = arguments.value(Self.dropout)
        plan.heldOutEvery = arguments.value(Self.heldOutEvery)
        plan.patience = arguments.value(Self.patience)
        plan.keptWeights = arguments.value(Self.keep)
        plan.checkpointEvery = arguments.value(Self.checkpointEvery)
        plan.keptCheckpoints = arguments.value(Self.keepCheckpoints)
        plan.precision = arguments.value(precision)
        plan.memoryBytes = arguments.value(Self.memory)
        plan.seed = arguments[SharedOptions.seed]
        plan.openTrained = { [threads = plan.threads] in try Self.measuring($0, threads: threads) }
        plan.signals = .ofRooms()
        plan.detectLanguage = { IngestOptions.LanguageDetection.builtIn.code(of: $0) }
        return plan
    }

    /// A model for measuring beside a training, of which nothing stays.
    static func measuring(_ folder: URL, threads: Int) throws -> LocalModel {
        try LocalModel(directory: folder, precision: .int8, threads: threads, sequences: 32, cacheBytes: 1 << 30, cache: .never)
    }

    private static func adapters(_ arguments: Arguments) throws -> AdapterSettings? {
        guard let rank = arguments[loraRank] else {
            let settings: [any DeclaredOption] = [loraAlpha, loraDropout, loraTargets, rsLora, basePrecision]
            if let option = settings.first(where: { arguments.has($0) }) {
                throw UsageError.combination("\(option.declaration.flag) says how adapters are made; give --lora-rank as well.")
            }
            return nil
        }
        return AdapterSettings(
            rank: rank, alpha: arguments[loraAlpha] ?? 2 * Double(rank), dropout: arguments[loraDropout],
            isRankStabilized: arguments[rsLora],
            targets: arguments[loraTargets].isEmpty ? AdapterSettings.Target.allCases : arguments[loraTargets])
    }
}
