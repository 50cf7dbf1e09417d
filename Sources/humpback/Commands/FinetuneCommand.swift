import Finetune
import Foundation
import Records

extension Command {
    private static let role = Option<[ModelRole]>.choices(
        "role", "What the model learns; several roles share one model. forward without it.")
    private static let seedData = Option<[String]>.files("seed-data", "Seed pairs written by people, in any of the formats below.")
    private static let seedOnly = Option<Bool>.flag("seed-only", "Train on the seed pairs alone.")
    private static let heldOut = Option<String?>.file(
        "held-out", as: "FILE|N", "Pairs to measure the loss on: a file, or a number of seed pairs to keep back.")
    private static let steps = Option<Int?>.integer("steps", 1...Int.max, "Optimiser steps. Without it --epochs says.")
    private static let epochs = Option<Double>.number("epochs", 0.01...10_000, default: 3, "How often each pair is read.")
    private static let batch = Option<Int?>.integer("batch", 1...65_536, "Pairs a step; without it 32, and 8 below 3,000 pairs.")
    private static let learningRate = Option<Double?>.number(
        "learning-rate", 1e-9...1, "The height of the schedule. Without it, by the size of the model.")
    private static let loraRank = Option<Int?>.integer(
        "lora-rank", 1...4096, "Train low-rank adapters instead of all weights; merged at the end, and kept in OUT/adapter.")
    private static let finalRate = Option<Double>.number(
        "final-rate", as: "SHARE", 0...1, default: 0.9, "What is left of the learning rate at the end; the paper has 9e-6 of 1e-5.")
    private static let weightDecay = Option<Double>.number("weight-decay", 0...1, default: 0.1, "Decoupled decay of matrices.")
    private static let dropout = Option<Double>.number("dropout", 0...0.9, default: 0.1, "Share of activations left out.")
    private static let context = Option<Int?>.integer("context", 16...1_000_000, "The longest pair, in tokens; the model's own without it.")
    private static let patience = Option<Int?>.integer(
        "patience", 1...1000, "Stop when this many measurements of the held-out loss bring no new best, and keep the best.")

    static let finetune = Command(
        "finetune", "Trains a model of a role from seed and curated pairs.",
        operands: Operands(usage: "[CURATED...]", count: 0...Int.max, completion: .file),
        discussion: """
            Three roles: forward answers instructions, backward writes the instruction of a text, judge scores a pair. backward and judge \
            learn from the seed alone; the judge's bad examples are made from it. A forward model learns from the seed and from CURATED \
            (files from curate, "-" or a pipe), each under its own source tag. Pairs with `selected: false` are left out.

            Seed data: records with instruction and output, Dolly, Alpaca, ShareGPT, messages, LIMA, OASST trees.
            """,
        groups: [
            OptionGroup("Data", role, seedData, seedOnly, heldOut), OptionGroup("Model", SharedOptions.base, SharedOptions.out),
            OptionGroup(
                "Training", steps, epochs, batch, learningRate, finalRate, loraRank, weightDecay, dropout, context, patience,
                SharedOptions.seed, SharedOptions.threads, SharedOptions.resumeTraining, SharedOptions.replace, SharedOptions.quiet),
        ],
        cost: """
            About 20 bytes of memory for each parameter (weights, gradients, two moments, activations): 200 MB for a model of ten million. \
            Time grows with parameters times tokens. After twenty steps it says how long all of it will take.
            """,
        examples: [
            Example("the backward model", "humpback finetune --role backward --seed-data seed.jsonl --out B"),
            Example("the judge", "humpback finetune --role judge --seed-data seed.jsonl --out J"),
            Example("the next model", "humpback finetune --seed-data seed.jsonl --held-out 40 --out M1 curated.jsonl"),
        ]
    ) { arguments in
        let roles = arguments[role].isEmpty ? [.forward] : arguments[role]
        let output = try arguments.outputFolder
        let input = try FinetuneInput(
            seedFiles: arguments[seedData], heldOut: arguments[heldOut], curatedFiles: arguments.operands,
            wantsCurated: roles.contains(.forward) && !arguments[seedOnly])
        var plan = FinetunePlan(
            roles: roles, base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"), output: output,
            threads: arguments.threadCount)
        plan.steps = arguments[steps]
        plan.epochs = arguments[epochs]
        plan.batch = arguments[batch]
        plan.learningRate = arguments[learningRate]
        plan.loraRank = arguments[loraRank]
        plan.finalRate = arguments[finalRate]
        plan.weightDecay = arguments[weightDecay]
        plan.dropout = arguments[dropout]
        plan.context = arguments[context]
        plan.patience = arguments[patience]
        plan.seed = arguments[SharedOptions.seed]
        plan.resumes = arguments[SharedOptions.resumeTraining]
        plan.replaces = arguments[SharedOptions.replace]
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        display.note(input.account)
        let (result, _) = try await Finetuner(plan: plan).run(
            seeds: input.seeds, curated: input.curated, heldOut: input.heldOut, note: display.note, progress: display.show)
        display.end(result.folder.directory)
        return .done
    }
}
