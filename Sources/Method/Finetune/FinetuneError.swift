/// Why training cannot begin or did not end.
public enum FinetuneError: Error, CustomStringConvertible {
    case outputExists(String)
    case unfinishedRun(String)
    case unfinishedReplacement(String)
    case interrupted(String)
    case noSeeds(refused: [String])
    case noCurated(refused: [String])
    case heldOutTooMany(Int, seeds: Int)
    case noHeldOut(String, refused: [String])
    /// What stands in the output's place was not made by a training.
    case noModelToReplace(String)
    case oneDocument(seeds: Int)
    case nothingToLearn(rows: Int, tooLong: Int)
    case noText
    case unknownShape(String, known: [String])
    case shapeFile(String, reason: String)
    case vocabularyMismatch(tokenizer: Int, model: Int)
    case contextTooLong(asked: Int, model: Int)
    case noPreferences(refused: [String])
    case muonOnAdapters
    case notForTrainer(OtherTrainer, what: String)
    /// The base of a training elsewhere is a GGUF file, or adapters.
    case baseIsNoFolder(String, command: String)
    case commandWithoutPlace(String, place: String)
    case commandFailed(String, status: Int32, log: String, last: [String])
    case commandMadeNoModel(String, reason: String)
    case stillTraining(String)

    public var description: String {
        switch self {
        case .outputExists(let path):
            "\(path) exists already; name another `--out`, or give `--force` to replace it"
        case .noModelToReplace(let path):
            "\(path) is no model folder, and --force replaces nothing else; name another --out, or remove it yourself"
        case .unfinishedRun(let path):
            "\(path) holds an unfinished training run; go on with `--resume`, or begin again with `--force`"
        case .unfinishedReplacement(let path):
            "\(path) stands, and beside it an unfinished training of another model for its place; go on with "
                + "`--resume --force`, which replaces it, or give `--force` alone to begin again"
        case .interrupted(let path):
            "the run was interrupted; its last step stands in \(path), and the same command with `--resume` goes on from there"
        case .noSeeds(let refused):
            Self.told(refused)
                + "no seed pair to learn from; give a file of human-written pairs with `--seed-data` (instruction and output a line; "
                + "Dolly, Alpaca, ShareGPT, messages, LIMA and OpenAssistant files are read as they are)"
        case .noCurated(let refused):
            Self.told(refused)
                + "no curated pair came in, and a forward model learns from seed and curated pairs; give files from `humpback curate`, "
                + "or `--seed-only` to train on the seeds alone"
        case .heldOutTooMany(let number, let seeds):
            "\(number) of \(seeds) seed pairs cannot be held out; `--held-out` takes a smaller number, at least 1, or a file of pairs"
        case .oneDocument(let seeds):
            "the \(seeds) seed pairs come from one document, and none of it can be held out while the rest is learned; give seeds of several "
                + "pages, or `--held-out` with a number"
        case .noHeldOut(let file, let refused):
            Self.told(refused)
                + "\(file) holds no pair to measure the loss on; `--held-out` takes a file of pairs as seeds are, or a number of seeds to keep back"
        case .nothingToLearn(let rows, let tooLong):
            "none of \(rows) rows can be learned from, \(tooLong) are longer than the model's context; shorten them, or take a base "
                + "model with a longer context"
        case .noPreferences(let refused):
            Self.told(refused)
                + "no preference came in, and this loss learns from an answer that is wanted and one that is not; give files of records with "
                + "`prompt`, `chosen` and `rejected`, such as `humpback selfreward` and `humpback spin` make"
        case .notForTrainer(let trainer, let what):
            "\(trainer.rawValue) cannot be told this: \(what). `humpback finetune` can, or take another --trainer "
                + "(\(OtherTrainer.allCases.map(\.rawValue).joined(separator: ", ")))"
        case .baseIsNoFolder(let path, let command):
            "\(path) is no folder of config.json and model.safetensors, which other trainers read; make one with `humpback \(command)` and "
                + "give it with --base"
        case .commandWithoutPlace(let command, let place):
            "the command does not say \(place): \(command). {data} is the folder of the rows and {out} the folder that it is to make, {base} the model "
                + "to start from, as in: --train-with 'sh {data}/train.sh {base} {out}'"
        case .commandFailed(let line, let status, let log, let last):
            "the training command ended with status \(status): \(line)\n" + last.map { "  | \($0)\n" }.joined()
                + "What it said stands in \(log). Once it is mended, the same command of humpback goes on from here"
        case .commandMadeNoModel(let path, let reason):
            "the training command ended well, and \(path) holds no model that can be used: \(reason). Once it is mended, the same command of "
                + "humpback asks it again"
        case .stillTraining(let path):
            "the training command of an earlier run is still at work in \(path); wait until it has ended, or stop it, and give the same command again"
        case .muonOnAdapters:
            "`--optimizer muon` is for whole weight matrices, and `--lora-rank` trains adapters; take adamw, or leave one of the two out"
        case .noText: "no text to learn from; give files of records with `text`, from `humpback ingest` for instance"
        case .unknownShape(let name, let known):
            "no shape is called \(name), and no file; the shapes are \(known.joined(separator: ", ")), or give a config.json"
        case .shapeFile(let path, let reason): "\(path) does not describe a model: \(reason)"
        case .vocabularyMismatch(let tokenizer, let model):
            "the tokenizer has \(tokenizer) tokens and the model only \(model) rows for them; give the tokenizer the model was made with"
        case .contextTooLong(let asked, let model):
            "`--context \(asked)` is more than the \(model) positions of the model (max_position_embeddings); give `--context \(model)` or "
                + "less, or a shape with more positions"
        }
    }

    /// The records that could not be used, before what follows from it.
    private static func told(_ refused: [String]) -> String {
        refused.isEmpty ? "" : "none of the records can be used:\n" + refused.joined(separator: "\n") + "\n"
    }
}
