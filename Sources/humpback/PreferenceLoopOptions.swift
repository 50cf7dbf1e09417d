import Foundation
import Rounds

/// The options of the loops on preferences, with the defaults of one of them.
struct PreferenceLoopOptions: Sendable {
    private let asIs = Option<Bool>.flag("as-is", "Start from the base itself; without it, it is first trained on the seeds.")
    private let limit = Option<Int?>.integer("limit", 2...Int.max, "Seeds used, chosen by hash; all without it.")
    private let firstSteps = Option<Int?>.integer(
        "first-steps", 1...Int.max, "Steps of M0's training; without it those of --steps, or by the number of pairs.")
    private let firstLearningRate = Option<Double?>.number(
        "first-learning-rate", 1e-9...1, "The learning rate on the seeds, where --learning-rate is that of preferences.")
    private let compare = Option<Bool>.flag("compare", "Also train M0 on the seeds alone for as many steps, to compare with.")
    private let iterations: Option<Int>
    private let tokens: SamplingOptions

    init(iterations: Int, temperature: Double, topP: Double) {
        self.iterations = .integer("iterations", as: "K", 1...20, default: iterations, "How often the loop goes round.")
        tokens = SamplingOptions(temperature: temperature, topP: topP, maxNewTokens: 256)
    }

    /// What both loops say of themselves.
    static let discussion =
        "Everything named is opened before anything is done. Every step is done once: an interrupted loop goes on with the same command, with "
        + "another option or a changed file it does again what depends on that and says so, and what was deleted is made again. At the end a table "
        + "says for each model how many pairs were made and dropped, how margin and preference moved, and the loss on pairs none of them has "
        + "seen, beside that of the base, with 95 % intervals."

    func groups(_ own: any DeclaredOption...) -> [OptionGroup] {
        [
            OptionGroup(
                "Run",
                [
                    LoopFlags.folder, FinetuneFlags.seedData, FinetuneFlags.heldOut, SharedOptions.base, asIs, iterations, limit, compare,
                    LoopFlags.dryRun,
                ] + LoopFlags.fields),
            OptionGroup("Method", own + [firstSteps, firstLearningRate]),
            OptionGroup("Answers", [tokens.temperature, tokens.topP, tokens.topK, tokens.maxNewTokens]),
        ] + LoopFlags.training
    }

    func plan(_ arguments: Arguments) throws -> PreferenceLoopPlan {
        let directory = try LoopFlags.directory(arguments)
        let seedFiles = try LoopFlags.seedFiles(arguments)
        var plan = PreferenceLoopPlan(
            directory: directory, seedFiles: seedFiles, training: try LoopFlags.training(arguments, in: directory),
            iterations: arguments[iterations], sampling: tokens.sampling(arguments))
        plan.heldOut = arguments[FinetuneFlags.heldOut]
        plan.fields = arguments.fieldNames
        plan.takesBaseAsItIs = arguments[asIs]
        plan.limit = arguments[limit]
        plan.firstSteps = arguments[firstSteps]
        plan.firstLearningRate = arguments[firstLearningRate]
        plan.comparesContinued = arguments[compare]
        plan.maxBroken = arguments[SharedOptions.maxBroken]
        plan.quiet = arguments[SharedOptions.quiet]
        return plan
    }
}
