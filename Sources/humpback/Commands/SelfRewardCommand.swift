import Finetune
import Foundation
import LanguageModels
import Rounds

extension Command {
    private static let options = PreferenceLoopOptions(iterations: 2, temperature: 0.7, topP: 0.9)
    private static let prompts = Option<Int>.integer(
        "prompts", 1...10_000_000, default: 400, "New prompts tried each iteration; unusable ones are dropped and counted.")
    private static let answers = Option<Int>.integer("answers", 2...64, default: 4, "Answers to each prompt.")
    private static let leastGap = Option<Double>.number(
        "least-gap", as: "POINTS", 0...5, default: 0.1, "Scores of best and worst that lie closer are a tie, and dropped.")
    private static let beta = Option<Double>.number("beta", 1e-4...100, default: 0.1, "As in finetune.")

    static let selfreward = Command(
        "selfreward", "Self-rewarding: answers new prompts, rates its own answers, learns from best and worst, several times round.",
        discussion: """
            M0 learns from the seeds to answer and, by an additive rubric of 0 to 5 points, to rate answers. Each iteration t: the base \
            model writes new prompts after examples; M(t-1) gives several answers to each and rates them itself; the best against the \
            worst become preferences, ties dropped; DPO makes M(t) of M(t-1). --as-is takes the base as M0.

            \(PreferenceLoopOptions.discussion)
            """,
        groups: options.groups(prompts, answers, leastGap, beta),
        cost:
            "The memory of finetune. The time of as many answers as --prompts times --answers, and two passes over the pairs, each iteration.",
        examples: [
            Example("two iterations", "humpback selfreward --run runs/self --seed-data seed.jsonl --held-out held-out.jsonl"),
            Example(
                "a quick look",
                "humpback selfreward --run runs/quick --seed-data seed.jsonl --prompts 60 --steps 20 --max-new-tokens 64 --iterations 1"),
        ]
    ) { arguments in
        var own = SelfRewardOptions(
            prompts: arguments[prompts], answers: arguments[answers], leastGap: arguments[leastGap], beta: arguments[beta])
        own.promptSampling.seed = arguments[SharedOptions.seed]
        let run = SelfRewardRun(
            plan: try options.plan(arguments), options: own, models: LoopFlags.models(arguments),
            display: LoopDisplay(TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])))
        if arguments[LoopFlags.dryRun] {
            write(ForecastReport(forecast: try await run.forecast()).text)
        } else {
            write(try await run.run().markdown)
        }
        return .done
    }
}
