import LanguageModels
import Stages

extension Command {
    private static let noTemplate = Option<Bool>.flag("no-template", "Take the prompt as it stands, without the model's chat template.")

    static let loglik = Command(
        "loglik", "Gives the log-probability of continuations.", operands: .files,
        discussion: """
            Reads records with `prompt` and `continuation` and adds `tokens` (of the continuation), `log_probs` (one a token, in nats) and \
            `log_prob` (their sum).
            """,
        groups: [OptionGroup("Prompt", noTemplate), .model, .servers, .data],
        cost: "The model's weights and the keys and values of the batch. One forward pass a record.",
        examples: [
            Example(
                "one continuation", "echo '{\"prompt\": \"2 + 2 =\", \"continuation\": \" 4\"}' | humpback loglik --model M --no-template")
        ]
    ) { arguments in
        let model = try await ModelLocator.open(arguments, for: nil)
        let likelihoods = Likelihoods(model: model, usesTemplate: !arguments[noTemplate])
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { options in
            let runner = StageRunner(stage: "loglik", fingerprint: likelihoods.fingerprint, options: options)
            return try await runner.run { .kept([try await likelihoods.added(to: $0.object)]) }
        }
    }
}
