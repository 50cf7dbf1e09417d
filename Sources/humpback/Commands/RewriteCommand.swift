import Augment
import LanguageModels
import Records

extension Command {
    private static let leastKept = Option<Double>.number(
        "least-kept", as: "SHARE", 0...1, default: 0.8,
        "The least share of a rewritten output's words that must come from the passage, each as often as the passage has it; else the original "
            + "stays.")
    private static let onlyRewritten = Option<Bool>.flag(
        "only-rewritten", "Drop the pairs whose original would stay, each with its reason.")
    private static let tokens = SamplingOptions(temperature: 0, topP: 0.9, maxNewTokens: 1024)

    static let rewrite = Command(
        "rewrite", "Turns the passage of a pair into a direct answer, in the passage's words.", operands: .files,
        discussion: """
            Reads pairs, rated or not, and lets a model turn each output into a direct answer to its instruction: without greetings, advertising and remarks about the page. It is held to the passage: four fifths of its words must \
            come from there (--least-kept), and every number. Where that is not so, where the answer was cut or refused, or where the pair is a \
            seed or not selected, the original stays, and `rewriting` says why.

            A rewritten pair has the origin rewritten; `original` keeps the output that was there, with its score, which was of that text: \
            `humpback curate` rates the new one. Licence and source stay.

            A model of the role rewrite learned from seeds to leave out what does not belong to an answer, and says the rest again as it \
            stands: `humpback finetune --role rewrite` makes one of a small model in minutes. Large models that follow instructions are asked \
            in words; those of a few hundred million weights rarely keep to the passage, and most outputs then stay as they are.
            """,
        groups: [
            OptionGroup(
                "Rewriting", leastKept, onlyRewritten, tokens.temperature, tokens.topP, tokens.topK, tokens.maxNewTokens),
            .pairFields, .model, .serversAndBatches, .data,
        ],
        cost: """
            The model's weights, and for each sequence of the batch its keys and values. A pair costs as many tokens as its output has, read \
            once and written once: several times what augment costs.
            """,
        examples: [
            Example("a rewriter from your seeds", "humpback finetune --role rewrite --lora-rank 16 --seed-data seed.jsonl --out R"),
            Example("what curate kept", "humpback rewrite --model R curated.jsonl -o rewritten.jsonl"),
            Example(
                "by a model of a server, on after a break",
                "humpback rewrite --model http://127.0.0.1:8080/v1#NAME curated.jsonl -o rewritten.jsonl --resume"),
            Example("what it was made of", "humpback trace ID curated.jsonl rewritten.jsonl"),
        ]
    ) { arguments in
        let options = RewriteOptions(
            leastKept: arguments[leastKept], keepsRewrittenAlone: arguments[onlyRewritten], sampling: tokens.sampling(arguments))
        // Any model that is named may be told what to do; the default one is a rewriter where there is one.
        let model = try await ModelLocator.open(arguments, for: arguments.has(SharedOptions.model) ? nil : .rewrite)
        let rewriter = try Rewriter(model: model, options: options)
        if !arguments[SharedOptions.quiet], let notice = rewriter.notice { complain("humpback rewrite: \(notice)") }
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { try await rewriter.run($0) }
    }
}
