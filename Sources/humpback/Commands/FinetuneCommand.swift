import Finetune
import Foundation
import Records
import Transformer

extension Command {
    private static let role = Option<[ModelRole]>.choices(
        "role", "What the model learns; several roles share one model. forward without it.")
    private static let seedOnly = Option<Bool>.flag("seed-only", "Train on the seed pairs alone.")

    private static let forward = Option<String?>.folder(
        "forward",
        "With --role backward: a forward model whose signals are combined with the backward model's too, for curate --forward DIR --select combined. "
            + "It reads some 300 texts.")

    private static let loss = Option<FinetuneLoss>.choice(
        "loss", default: .sft, "What is minimised; all but sft learn from preferences (prompt, chosen, rejected).")
    private static let beta = Option<Double>.number(
        "beta", 1e-4...100, default: 0.1, "How strongly a preference is held to the base model (SPIN's lambda).")
    private static let labelSmoothing = Option<Double>.number(
        "label-smoothing", as: "SHARE", 0...0.499, default: 0, "The share of preferences that dpo takes to be the wrong way round.")

    private static let flags = FinetuneFlags.stage

    static let finetune = Command(
        "finetune", "Trains a model of a role from seed and curated pairs, or from preferences.",
        operands: Operands(usage: "[CURATED...]", count: 0...Int.max, completion: .file),
        discussion: """
            Four roles: forward answers instructions, backward writes the instruction of a text, judge scores a pair, rewrite takes the answer \
            out of a passage. All but forward learn from the seed alone; the judge's bad examples and the rewriter's passages are made from it. \
            When a backward model is done, seeds that were held out (a tenth, where --held-out names none) tell how its gain is read, and how \
            the signals of what it writes itself make one score. A forward model learns from the seed and from CURATED \
            (files from curate, "-" or a pipe), each under its own source tag. Pairs with `selected: false` are left out.

            With --loss dpo, spin, ipo or hinge the files hold preferences (prompt, chosen, rejected) instead, and the base model is the \
            reference; --held-out FILE then measures seed pairs.

            Too long for the context: the text of a pair is cut at a sentence end, further turns of a conversation go first, and a row \
            whose prompt alone does not fit is named and left out. `humpback show-mask` shows what is learned.

            Seed data: records with instruction and output, Dolly, Alpaca, ShareGPT, messages, LIMA, OASST trees.
            """,
        groups: [
            OptionGroup(
                "Data",
                [role, forward, FinetuneFlags.seedData, seedOnly, FinetuneFlags.heldOut, FinetuneFlags.heldOutShare] + FieldFlags.pairs
                    + FinetuneFlags.rows),
            OptionGroup("Model", SharedOptions.base, SharedOptions.out), OptionGroup("Preferences", loss, beta, labelSmoothing),
            FinetuneFlags.adapters, OptionGroup("Training", flags.training + [SharedOptions.seed]),
            OptionGroup(
                "Running",
                FinetuneFlags.running
                    + [SharedOptions.threads, SharedOptions.resumeTraining, SharedOptions.replace, SharedOptions.quiet]),
        ],
        cost: """
            16 bytes of memory for each parameter (weights, gradients, two moments), a little over 6 with --lora-rank (4 with \
            --base-precision float32), and the activations of up to 1,024 tokens; the sum is said before the weights are read. Where \
            that is too much, fewer tokens at a time and layers computed twice make it fit; the result is the same. \
            After twenty steps it says how long all of it will take. On disk OUT takes 2 bytes a parameter, with --lora-rank too: the \
            adapters are merged, so that OUT is a model to every program, and stand by themselves in OUT/adapter, which opens as a model \
            as long as its base is there; 1 byte a parameter more where OUT is first asked (packed-cache.int8, which may be removed).
            """,
        examples: [
            Example("the backward model", "humpback finetune --role backward --seed-data seed.jsonl --out B"),
            Example("the judge", "humpback finetune --role judge --seed-data seed.jsonl --out J"),
            Example("a rewriter", "humpback finetune --role rewrite --lora-rank 16 --seed-data seed.jsonl --out R"),
            Example("the next model", "humpback finetune --seed-data seed.jsonl --held-out 40 --out M1 curated.jsonl"),
            Example(
                "adapters in little memory",
                "humpback finetune --base M --lora-rank 16 --memory 4G --seed-only --seed-data seed.jsonl --out M1"),
            Example("from preferences", "humpback finetune --base M1 --loss dpo --held-out held-out.jsonl --out M2 preferences.jsonl"),
        ]
    ) { arguments in
        let plan = try finetunePlan(arguments)
        if try arguments.standsFinished(plan.output) { return .done }
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        let result: TrainingJob.Result
        if plan.loss.isPreference {
            for option in [FinetuneFlags.seedData.declaration, role.declaration] where arguments.hasOption(option.name) {
                throw UsageError.combination(
                    "\(option.flag) goes with --loss sft; --loss \(plan.loss.rawValue) learns from files of preferences.")
            }
            let input = try PreferenceInput(
                files: arguments.operands, heldOutFile: arguments[FinetuneFlags.heldOut], fields: arguments.fieldNames)
            display.note(input.account)
            (result, _) = try await PreferenceTuner(plan: plan).run(
                preferences: input.preferences, heldOut: input.heldOut, places: input.places, note: display.note, progress: display.show)
        } else {
            let input = try FinetuneInput(
                seedFiles: arguments[FinetuneFlags.seedData], heldOut: arguments[FinetuneFlags.heldOut],
                heldOutShare: arguments[FinetuneFlags.heldOutShare], curatedFiles: arguments.operands, allTurns: plan.learnsAllTurns,
                fields: arguments.fieldNames,
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
        var plan = try flags.plan(
            arguments, roles: arguments[role].isEmpty ? [.forward] : arguments[role],
            base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"), output: try arguments.outputFolder)
        if let place = arguments[forward] {
            guard plan.roles.contains(.backward) else { throw UsageError.combination("--forward goes with --role backward.") }
            let folder = try ModelLocator.folder(place, for: .forward, flag: "--forward")
            let roles = try FinetunePlan.roles(of: folder)
            guard roles.isEmpty || roles.contains(.forward) else {
                throw ModelLocatorError.wrongRole(model: place, roles: roles.map(\.rawValue), wanted: .forward)
            }
            plan.signals = .ofRooms(openForward: { try FinetuneFlags.measuring(folder, threads: arguments.threadCount) })
        }
        plan.loss = arguments[loss]
        plan.beta = arguments[beta]
        plan.labelSmoothing = arguments[labelSmoothing]
        if plan.labelSmoothing > 0, plan.loss != .dpo { throw UsageError.combination("--label-smoothing goes with --loss dpo.") }
        if arguments[FinetuneFlags.heldOut] != nil, arguments[FinetuneFlags.heldOutShare] != nil {
            throw UsageError.combination("--held-out and --held-out-share both say what is held out; give one.")
        }
        if plan.loss.isPreference, arguments[FinetuneFlags.heldOutShare] != nil {
            throw UsageError.combination("--held-out-share goes with --loss sft; --held-out FILE measures preferences.")
        }
        if arguments[FinetuneFlags.heldOut] == nil, arguments[FinetuneFlags.heldOutShare] == nil,
            plan.patience != nil || (plan.keptWeights ?? .last) != .last
        {
            throw UsageError.combination("--patience and --keep best go by the held-out loss; give --held-out FILE or a number of seeds.")
        }
        plan.resumes = arguments[SharedOptions.resumeTraining]
        plan.replaces = arguments[SharedOptions.replace]
        return plan
    }
}
