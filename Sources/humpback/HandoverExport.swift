import Finetune
import Foundation
import Records
import Reports
import Stages

/// `export --trainer`: a training that another program does, with the words that finetune has for it.
enum HandoverExport {
    static let trainer = Option<OtherTrainer?>.choice("trainer", "Write a training for this program, into --out.")
    private static let out = Option<String?>.folder("out", "The folder to make for --trainer.")
    private static let role = Option<ModelRole>.choice("role", default: .forward, "What the model learns, as in finetune.")
    private static let seedOnly = Option<Bool>.flag("seed-only", "Train on the seed pairs alone.")
    private static let flags = FinetuneFlags.stage

    static let options = OptionGroup(
        "Training elsewhere",
        [
            trainer, out, SharedOptions.base, role, FinetuneFlags.seedData, seedOnly, FinetuneFlags.heldOut, FinetuneFlags.turns,
            FinetuneFlags.context, FinetuneFlags.steps, FinetuneFlags.epochs, flags.batch, FinetuneFlags.learningRate,
            FinetuneFlags.schedule, FinetuneFlags.warmup, FinetuneFlags.finalRate, FinetuneFlags.weightDecay, FinetuneFlags.loraRank,
            FinetuneFlags.loraAlpha, FinetuneFlags.loraDropout, FinetuneFlags.loraTargets, FinetuneFlags.rsLora, SharedOptions.seed,
        ])

    /// - Parameter rule: says which pairs are handed on.
    static func run(_ arguments: Arguments, rule: PairExport) throws -> ExitStatus {
        guard let trainer = arguments[trainer] else { throw UsageError.combination("--trainer NAME is missing.") }
        guard arguments[out] != nil else { throw UsageError.combination("--out DIR is missing: the folder to make.") }
        let output = arguments[out].map { URL(filePath: $0) } ?? URL(filePath: ".")
        try TrainingHandover.checkOutput(output, replaces: arguments[SharedOptions.force])
        var plan = try flags.plan(
            arguments, roles: [arguments[role]], base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"),
            output: output)
        plan.openTrained = nil
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        let input = try FinetuneInput(
            seedFiles: arguments[FinetuneFlags.seedData], heldOut: arguments[FinetuneFlags.heldOut], curatedFiles: arguments.operands,
            allTurns: plan.learnsAllTurns, fields: arguments.fieldNames,
            wantsCurated: plan.roles.contains(.forward) && !arguments[seedOnly])
        display.note(input.account(allTurns: plan.learnsAllTurns))
        let curated = try input.curated.filter { if case .kept = try rule.outcome(of: $0.object) { true } else { false } }
        if curated.count < input.curated.count {
            display.note("\(input.curated.count - curated.count) pairs are not handed on: their pages opted out, or they score too low")
        }
        try TrainingHandover(finetuner: Finetuner(plan: plan), trainer: trainer).write(
            seeds: input.seeds, curated: curated, heldOut: input.heldOut, places: input.places, replaces: arguments[SharedOptions.force],
            to: output, note: display.note)
        display.note("written: \(output.relativePath). Next: sh \(output.relativePath)/train.sh [BASE [OUT [GPUS]]]")
        return .done
    }
}
