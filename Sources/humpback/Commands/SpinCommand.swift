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

            \(PreferenceLoopOptions.discussion)
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
        let run = SpinRun(
            plan: try options.plan(arguments), lambda: arguments[lambda], models: LoopFlags.models(arguments),
            display: LoopDisplay(TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])))
        if arguments[LoopFlags.dryRun] {
            write(ForecastReport(forecast: try await run.forecast()).text)
        } else {
            write(try await run.run().markdown)
        }
        return .done
    }
}
