import Foundation
import Tokenization
import Transformer

/// A model from one format to another; which way is told by the names.
struct Conversion {
    var input: URL
    var output: URL
    var tokenizer: URL?
    var replaces: Bool

    func run() throws {
        if input.pathExtension == "bin" { try toFolder() } else { try fromFolder() }
    }

    private func toFolder() throws {
        guard let tokenizer else {
            throw UsageError.combination("a .bin file holds no tokenizer; name its own with --tokenizer FILE (tokenizer.bin, tok512.bin).")
        }
        let parameters = try Llama2CModel.read(input)
        let words = try Tokenizer(llama2c: tokenizer, vocabularySize: parameters.configuration.vocabularySize)
        let place = FileManager.default.temporaryDirectory.appending(path: "humpback-tokenizer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try words.write(to: place)
        try ModelFolder.save(parameters, as: .float32, tokenizerOf: place, replacing: replaces, to: output)
    }

    private func fromFolder() throws {
        guard output.pathExtension == "bin" else {
            throw UsageError.combination("\(output.lastPathComponent) has no name this can write; a llama2.c file ends in .bin.")
        }
        if FileManager.default.fileExists(atPath: output.path), !replaces { throw ToolError.exists(path: output.path) }
        try Llama2CModel.write(try ModelFolder(directory: input).loadParameters(), to: output)
    }
}
