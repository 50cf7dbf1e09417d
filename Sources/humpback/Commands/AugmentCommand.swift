import Augment

extension Command {
    private static let flags = AugmentFlags.stage

    static let augment = Command(
        "augment", "Writes for each passage the instruction it would answer.", operands: .files,
        discussion: """
            Reads passages and writes candidate pairs: the passage becomes the output, and a backward model writes the instruction. \
            Instructions that are empty, unfinished, very short or long, copied from the passage, improbable as a whole, badly put by \
            a judge's score, disagree in number ("What are golf?"), lack an article, or hold a word that neither the passage nor the model's list of \
            words has, are drawn again, and dropped if the last attempt is no better.
            """,
        groups: [
            OptionGroup("Sampling", flags.sampling),
            .model,
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
        ]
    ) { arguments in
        let options = try flags.options(arguments) {
            ModelLocator.isRemote(arguments) ? nil : try ModelLocator.folder(arguments[SharedOptions.model], for: .backward)
        }
        let augmenter = try Augmenter(
            model: try await ModelLocator.open(arguments, for: .backward),
            judge: try ModelLocator.judge(arguments[flags.judge], arguments), options: options)
        return try await arguments.stage(concurrency: arguments.requestsInFlight) { try await augmenter.run($0) }
    }
}
