import Augment
import LanguageModels

extension Command {
    static let augment = Command(
        "augment", "Writes for each passage the instruction it would answer.", operands: .files,
        discussion: """
            Reads passages and writes candidate pairs: the passage becomes the output, and a backward model writes the instruction. \
            What it says around an instruction is taken off: thoughts, labels, quotation marks, an answer behind it. What is no \
            instruction is dropped with its reason (--rejects): empty, cut off, very short or long, a refusal, the prompt again, an answer \
            or an echo of the passage, in another language than the passage, going round in a circle, or pointing at a text that is not there.
            """,
        groups: [
            OptionGroup("Sampling", AugmentFlags.sampling), .textFields,
            .model,
            .serversAndBatches,
            .data,
        ],
        cost: """
            The model's weights, and for each sequence of the batch its keys and values (a few MiB in a small model). After twenty \
            passages it says how long all of it will take.
            """,
        examples: [
            Example("with the default backward model", "humpback augment passages.jsonl -o pairs.jsonl"),
            Example(
                "three instructions a passage, and on after a break", "humpback augment --samples 3 passages.jsonl -o pairs.jsonl --resume"),
            Example("the best of four", "humpback augment --samples 4 --rank gain passages.jsonl -o pairs.jsonl"),
        ]
    ) { arguments in
        let augmenter = try Augmenter(
            model: try await ModelLocator.open(arguments, for: .backward), options: try AugmentFlags.options(arguments))
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { try await augmenter.run($0) }
    }
}
