extension Command {
    /// Every command, in the order in which a person meets them.
    static let all: [Command] = [
        .ingest, .augment, .curate, .rewrite, .label, .calibrate, .finetune, .evaluate, .compare, .scale, .run, .spin, .selfreward, .report,
        .trace,
        .export,
        .generate,
        .loglik, .pretrain, .tokenizerTrain, .tokenize, .detokenize, .convert, .merge, .join, .explain, .show, .showMask, .inspect, .bench,
        .completions, .help,
    ]
}
