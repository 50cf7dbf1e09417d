import Foundation
import Ground
import Tokenization

extension Command {
    private static let vocabulary = Option<Int>.integer(
        "vocabulary", 300...1_000_000, default: 8192, "Tokens in all, special ones included.")
    private static let out = Option<String?>.folder("out", "The folder to make, with tokenizer.json in it.")

    static let tokenizerTrain = Command(
        "tokenizer train", "Makes a tokenizer from text.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            FILE is .txt, .md, or JSONL whose records have `text` (or an instruction and an output). The result is a byte-level BPE \
            tokenizer.json that Hugging Face's libraries read, with five special tokens for turns and ends.
            """,
        groups: [
            OptionGroup("Tokenizer", vocabulary, out, SharedOptions.limit, SharedOptions.force, SharedOptions.quiet),
            OptionGroup("Fields of the input", FieldFlags.all),
        ],
        cost: "Memory grows with the number of different words, about 1 GB for 1 GB of text; some 10 MB of text a second.",
        examples: [Example("for a small model", "humpback tokenizer train --vocabulary 8192 passages.jsonl --out tokenizer/")]
    ) { arguments in
        guard let path = arguments[out] else { throw UsageError.combination("--out DIR is missing: where the tokenizer goes.") }
        let folder = URL(filePath: path)
        let exists = FileManager.default.fileExists(atPath: folder.appending(path: "tokenizer.json").path)
        if exists, !arguments[SharedOptions.force] { throw FileError.exists(file: folder.appending(path: "tokenizer.json").path) }
        var trainer = try TokenizerTrainer(vocabularySize: arguments[vocabulary])
        try TextInput.forEach(in: arguments.operands, fields: arguments.fieldNames, limit: arguments[SharedOptions.limit]) {
            trainer.add($0.words)
        }
        let tokenizer = try trainer.train()
        try tokenizer.write(to: folder)
        if !arguments[SharedOptions.quiet] {
            complain("\(path): \(tokenizer.vocabularySize) tokens from \(trainer.byteCount) bytes of text")
        }
        return .done
    }
}
