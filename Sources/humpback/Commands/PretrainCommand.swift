import Finetune
import Foundation

extension Command {
    private static let shape = Option<String?>.file(
        "shape", as: "FILE|NAME", "The network to make: a config.json, or one of \(ModelShape.named.map(\.name).joined(separator: ", ")).")
    private static let tokenizer = Option<String?>.file(
        "tokenizer", as: "FILE", "tokenizer.json, or a folder that holds it. Needed with --shape.")
    private static let further = Option<String?>.folder("base", "Train this model further, instead of a new one.")
    private static let steps = Option<Int>.integer("steps", 1...Int.max, default: 1000, "Optimiser steps.")
    private static let batch = Option<Int>.integer("batch", 1...65_536, default: 16, "Windows of text a step.")
    private static let context = Option<Int>.integer("context", 16...1_000_000, default: 512, "Tokens of a window.")
    private static let learningRate = Option<Double>.number("learning-rate", 1e-9...1, default: 2e-3, "The height of the schedule.")
    private static let optimizer = Option<OptimizerChoice>.choice(
        "optimizer", default: .muon, "How weights are updated; muon leaves embedding, head and norms to adamw.")
    private static let keepCheckpoints = Option<Int>.integer(
        "keep-checkpoints", 2...1000, default: 2, "Newest checkpoints kept in OUT.training while it runs.")
    private static let language = Option<[String]>.texts(
        "language", "CODE", "A language of the text (en, de); stands in the model's notes.")

    private static let checkpointEvery = Option<Int?>.integer(
        "checkpoint-every", 1...Int.max, "Steps between checkpoints; without it a quarter of all, at most 200.")

    static let pretrain = Command(
        "pretrain", "Trains a model on plain text.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            FILE is .txt, .md, or JSONL whose records have `text`, or `messages`, which are written as the model's chat template has them, so \
            that its own tokens are learned too. Every token is learned. A new model needs --shape and --tokenizer; \
            --base trains an existing one further. A small share of the documents is held back to measure the loss.
            """,
        groups: [
            OptionGroup("Model", shape, tokenizer, further, SharedOptions.out), OptionGroup("Fields of the input", FieldFlags.all),
            OptionGroup(
                "Training", steps, batch, context, learningRate, optimizer, SharedOptions.trainingPrecision, language, keepCheckpoints,
                checkpointEvery, FinetuneFlags.memory, SharedOptions.seed, SharedOptions.threads, SharedOptions.limit,
                SharedOptions.resumeTraining, SharedOptions.replace, SharedOptions.quiet),
        ],
        cost: """
            All text and its tokens in memory, and about 20 bytes for each parameter. A model of ten million parameters wants hours on a \
            processor to be of use.
            """,
        examples: [
            Example(
                "a small model from nothing",
                "humpback pretrain --shape calf-tiny --tokenizer tokenizer/ --steps 2000 --out base texts.jsonl"),
            Example("on with a model one has", "humpback pretrain --base M --steps 500 --out M2 texts.jsonl"),
        ]
    ) { arguments in
        let output = try arguments.outputFolder
        if try arguments.standsFinished(output) { return .done }
        let start: Pretrainer.Start
        switch (arguments[further], arguments[shape], arguments[tokenizer]) {
        case (let base?, nil, nil): start = .base(URL(filePath: base))
        case (nil, let shape?, let tokenizer?):
            start = .shape(try ModelShape.find(shape), tokenizer: try ModelLocator.tokenizer(tokenizer))
        default: throw UsageError.combination("give --shape and --tokenizer for a new model, or --base to train one further.")
        }
        let languages = try arguments[language].map { try LanguageCode($0).code }
        var texts: [PretrainingDocument] = []
        try TextInput.forEach(in: arguments.operands, fields: arguments.fieldNames, limit: arguments[SharedOptions.limit]) {
            texts.append($0)
        }
        let pretrainer = Pretrainer(
            start: start, output: output, steps: arguments[steps], batch: arguments[batch], context: arguments[context],
            learningRate: arguments[learningRate], optimizer: arguments[optimizer], precision: arguments[SharedOptions.trainingPrecision],
            memoryBytes: arguments[FinetuneFlags.memory], keptCheckpoints: arguments[keepCheckpoints],
            checkpointEvery: arguments[checkpointEvery],
            languages: languages, seed: arguments[SharedOptions.seed],
            threads: arguments.threadCount, resumes: arguments[SharedOptions.resumeTraining],
            replaces: arguments[SharedOptions.replace])
        let display = TrainingDisplay(isQuiet: arguments[SharedOptions.quiet])
        display.end(try await pretrainer.run(documents: texts, note: display.note, progress: display.show))
        return .done
    }
}
