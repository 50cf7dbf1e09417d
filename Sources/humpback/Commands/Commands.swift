extension Command {
    /// Every command, in the order in which a person meets them.
    static let all: [Command] = [
        .ingest, .tokenizerTrain, .tokenize, .detokenize, .inspect, .completions, .help,
    ]
}
