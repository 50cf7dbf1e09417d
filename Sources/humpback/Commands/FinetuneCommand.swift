import Finetune
import Foundation
import Records
import Transformer

extension Command {
    private static let role = Option<[ModelRole]>.choices(
        "role", "What the model learns; several roles share one model. forward without it.")
    private static let seedData = Option<[String]>.files("seed-data", "Seed pairs written by people, in any of the formats below.")
    private static let seedOnly = Option<Bool>.flag("seed-only", "Train on the seed pairs alone.")
    private static let heldOut = Option<String?>.file(
        "held-out", as: "FILE|N", "Pairs to measure the loss on: a file, or a number of seed pairs to keep back.")
    private static let turns = Option<ConversationTurns>.choice(
        "turns", default: .first, "Learn the first answer of a conversation, or all of them.")
    private static let seedShare = Option<Double?>.number(
        "seed-share", as: "SHARE", 0.001...0.999, "How much of the training is seed; without it every pair is read equally often.")
    private static let context = Option<Int?>.integer("context", 16...1_000_000, "The longest pair, in tokens; the model's own without it.")

    private static let loss = Option<FinetuneLoss>.choice(
        "loss", default: .sft, "What is minimised; all but sft learn from preferences (prompt, chosen, rejected).")
    private static let beta = Option<Double>.number(
        "beta", 1e-4...100, default: 0.1, "How strongly a preference is held to the base model (SPIN's lambda).")
    private static let labelSmoothing = Option<Double>.number(
        "label-smoothing", as: "SHARE", 0...0.499, default: 0, "The share of preferences that dpo takes to be the wrong way round.")

    private static let loraRank = Option<Int?>.integer(
        "lora-rank", 1...4096, "Train low-rank adapters instead of all weights; merged at the end, and kept in OUT/adapter.")
    private static let loraAlpha = Option<Double?>.number("lora-alpha", 0.001...1e6, "Their scale; without it twice the rank.")
    private static let loraDropout = Option<Double>.number("lora-dropout", as: "SHARE", 0...0.9, default: 0, "Left out of their inputs.")
    private static let loraTargets = Option<[AdapterSettings.Target]>.choices(
        "lora-target", "A matrix that has one; all seven without it.")
    private static let rsLora = Option<Bool>.flag("rslora", "Scale by alpha / sqrt(rank) instead of alpha / rank.")

    private static let steps = Option<Int?>.integer("steps", 1...Int.max, "Optimiser steps. Without it --epochs says.")
    private static let epochs = Option<Double?>.number(
        "epochs", 0.01...10_000, "How often each row is read; without it pairs 3 times, preferences twice.")
    private static let batch = Option<Int?>.integer(
        "batch", 1...65_536, "Rows a step; without it 8 below 3,000 rows, else 32, dpo 16, spin 64.")
    private static let learningRate = Option<Double?>.number(
        "learning-rate", 1e-9...1, "The height of the schedule. Without it, by the size of the model.")
    private static let optimizer = Option<OptimizerChoice?>.choice("optimizer", "Without it adamw, and rmsprop for spin.")
    private static let schedule = Option<ScheduleChoice>.choice(
        "schedule", default: .linear, "How the learning rate falls; wsd stays and falls in the last fifth.")
    private static let warmup = Option<Int?>.integer("warmup", 0...Int.max, "Steps of warm-up; without it a tenth, at most 50.")
    private static let finalRate = Option<Double?>.number(
        "final-rate", as: "SHARE", 0...1, "What is left of the learning rate at the end; without it 0.9, for preferences 0.1.")
    private static let weightDecay = Option<Double?>.number(
        "weight-decay", 0...1, "Decoupled decay of matrices; without it 0.1, for preferences 0.")
    private static let dropout = Option<Double?>.number(
        "dropout", 0...0.9, "Share of activations left out; without it 0.1, for preferences 0.")

    private static let heldOutEvery = Option<Int?>.integer(
        "held-out-every", 1...Int.max, "Steps between measurements of the held-out loss; without it a sixth of all.")
    private static let patience = Option<Int?>.integer(
        "patience", 1...1000, "Stop when this many measurements of the held-out loss bring no new best, and keep the best.")
    private static let keep = Option<KeptWeights?>.choice(
        "keep", "Weights of the best held-out loss, of the last step, or both (OUT/last). best with --patience, else last.")
    private static let keepCheckpoints = Option<Int>.integer(
        "keep-checkpoints", 2...1000, default: 2, "Newest checkpoints kept in OUT.training while it runs.")
    private static let checkpointEvery = Option<Int?>.integer(
        "checkpoint-every", 1...Int.max, "Steps between checkpoints; without it a third of all, at most 100.")
    static let memory = Option<Int?>.bytes("memory", "The memory it may take; without it what is free.")

    static let finetune = Command(
        "finetune", "Trains a model of a role from seed and curated pairs, or from preferences.",
        operands: Operands(usage: "[CURATED...]", count: 0...Int.max, completion: .file),
        discussion: """
            Three roles: forward answers instructions, backward writes the instruction of a text, judge scores a pair. backward and judge \
            learn from the seed alone; the judge's bad examples are made from it. A forward model learns from the seed and from CURATED \
            (files from curate, "-" or a pipe), each under its own source tag. Pairs with `selected: false` are left out.

            With --loss dpo, spin, ipo or hinge the files hold preferences (prompt, chosen, rejected) instead, and the base model is the \
            reference; --held-out FILE then measures seed pairs.

            Too long for the context: the text of a pair is cut at a sentence end, further turns of a conversation go first, and a row \
            whose prompt alone does not fit is named and left out. `humpback show-mask` shows what is learned.

            Seed data: records with instruction and output, Dolly, Alpaca, ShareGPT, messages, LIMA, OASST trees.
            """,
        groups: [
            OptionGroup("Data", role, seedData, seedOnly, heldOut, turns, seedShare, context),
            OptionGroup("Model", SharedOptions.base, SharedOptions.out), OptionGroup("Preferences", loss, beta, labelSmoothing),
            OptionGroup("Adapters", loraRank, loraAlpha, loraDropout, loraTargets, rsLora),
            OptionGroup(
                "Training", steps, epochs, batch, learningRate, optimizer, schedule, warmup, finalRate, weightDecay, dropout,
                SharedOptions.trainingPrecision, SharedOptions.seed),
            OptionGroup(
                "Running", heldOutEvery, patience, keep, keepCheckpoints, checkpointEvery, memory, SharedOptions.threads,
                SharedOptions.resumeTraining, SharedOptions.replace, SharedOptions.quiet),
        ],
        cost: """
            16 bytes of memory for each parameter (weights, gradients, two moments), 4 with --lora-rank, and the activations of up to 1,024 \
            tokens; the sum is said before the weights are read. Where that is too much, fewer tokens at a time and layers computed twice \
            make it fit; the result is the same. After twenty steps it says how long all of it will take.
            """,
        examples: [
            Example("the backward model", "humpback finetune --role backward --seed-data seed.jsonl --out B"),
            Example("the judge", "humpback finetune --role judge --seed-data seed.jsonl --out J"),
            Example("the next model", "humpback finetune --seed-data seed.jsonl --held-out 40 --out M1 curated.jsonl"),
            Example(
                "adapters in little memory",
                "humpback finetune --base M --lora-rank 16 --memory 4G --seed-only --seed-data seed.jsonl --out M1"),
            Example("from preferences", "humpback finetune --base M1 --loss dpo --held-out held-out.jsonl --out M2 preferences.jsonl"),
        ]
    ) { arguments in
        let plan = try finetunePlan(arguments)
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        let result: TrainingJob.Result
        if plan.loss.isPreference {
            for option in [seedData.declaration, role.declaration] where arguments.hasOption(option.name) {
                throw UsageError.combination(
                    "\(option.flag) goes with --loss sft; --loss \(plan.loss.rawValue) learns from files of preferences.")
            }
            let input = try PreferenceInput(files: arguments.operands, heldOutFile: arguments[heldOut])
            display.note(input.account)
            (result, _) = try await PreferenceTuner(plan: plan).run(
                preferences: input.preferences, heldOut: input.heldOut, places: input.places, note: display.note, progress: display.show)
        } else {
            let input = try FinetuneInput(
                seedFiles: arguments[seedData], heldOut: arguments[heldOut], curatedFiles: arguments.operands,
                wantsCurated: plan.roles.contains(.forward) && !arguments[seedOnly])
            display.note(input.account(allTurns: plan.learnsAllTurns))
            (result, _) = try await Finetuner(plan: plan).run(
                seeds: input.seeds, curated: input.curated, heldOut: input.heldOut, places: input.places, note: display.note,
                progress: display.show)
        }
        display.end(result)
        return .done
    }

    private static func finetunePlan(_ arguments: Arguments) throws -> FinetunePlan {
        var plan = FinetunePlan(
            roles: arguments[role].isEmpty ? [.forward] : arguments[role],
            base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"), output: try arguments.outputFolder,
            threads: arguments.threadCount)
        plan.learnsAllTurns = arguments[turns] == .all
        plan.seedShare = arguments[seedShare]
        plan.context = arguments[context]
        plan.loss = arguments[loss]
        plan.beta = arguments[beta]
        plan.labelSmoothing = arguments[labelSmoothing]
        if plan.labelSmoothing > 0, plan.loss != .dpo { throw UsageError.combination("--label-smoothing goes with --loss dpo.") }
        if let rank = arguments[loraRank] {
            plan.adapters = AdapterSettings(
                rank: rank, alpha: arguments[loraAlpha] ?? 2 * Double(rank), dropout: arguments[loraDropout],
                isRankStabilized: arguments[rsLora],
                targets: arguments[loraTargets].isEmpty ? AdapterSettings.Target.allCases : arguments[loraTargets])
        } else if let flag = [loraAlpha.declaration, loraDropout.declaration, loraTargets.declaration, rsLora.declaration].first(
            where: { arguments.hasOption($0.name) })
        {
            throw UsageError.combination("\(flag.flag) says how adapters are made; give --lora-rank as well.")
        }
        plan.steps = arguments[steps]
        plan.epochs = arguments[epochs]
        plan.batch = arguments[batch]
        plan.learningRate = arguments[learningRate]
        plan.optimizer = arguments[optimizer]
        plan.schedule = arguments[schedule]
        plan.warmupSteps = arguments[warmup]
        plan.finalRate = arguments[finalRate]
        plan.weightDecay = arguments[weightDecay]
        plan.dropout = arguments[dropout]
        plan.heldOutEvery = arguments[heldOutEvery]
        plan.patience = arguments[patience]
        plan.keptWeights = arguments[keep]
        if arguments[heldOut] == nil, plan.patience != nil || (plan.keptWeights ?? .last) != .last {
            throw UsageError.combination("--patience and --keep best go by the held-out loss; give --held-out FILE or a number of seeds.")
        }
        plan.checkpointEvery = arguments[checkpointEvery]
        plan.keptCheckpoints = arguments[keepCheckpoints]
        plan.precision = arguments[SharedOptions.trainingPrecision]
        plan.memoryBytes = arguments[memory]
        plan.seed = arguments[SharedOptions.seed]
        plan.resumes = arguments[SharedOptions.resumeTraining]
        plan.replaces = arguments[SharedOptions.replace]
        return plan
    }
}
