import Foundation
import Tokenization
import Transformer

/// A model from one format to another; which way is told by the names.
struct Conversion {
    /// How the output's numbers are stored.
    enum Storage: String, CaseIterable {
        case same, f32, f16, bf16, q8 = "q8_0"
    }

    var input: URL
    var output: URL
    var tokenizer: URL?
    var storage: Storage
    var replaces: Bool

    func run() throws {
        switch (input.pathExtension, output.pathExtension) {
        case ("bin", "bin"), ("bin", "gguf"), ("gguf", "bin"), ("gguf", "gguf"):
            throw UsageError.combination("one of IN and OUT must be a model folder; convert in two steps.")
        case ("bin", _): try llama2CToFolder()
        case ("gguf", _): try ggufToFolder()
        case (_, "gguf"): try folderToGGUF()
        case (_, "bin"): try folderToLlama2C()
        default:
            throw UsageError.combination(
                "\(output.lastPathComponent) has no name this can write; a llama2.c file ends in .bin, llama.cpp's in .gguf.")
        }
    }

    private func llama2CToFolder() throws {
        guard let tokenizer else {
            throw UsageError.combination("a .bin file holds no tokenizer; name its own with --tokenizer FILE (tokenizer.bin, tok512.bin).")
        }
        let parameters = try Llama2CModel.read(input)
        try save(parameters, Tokenizer(llama2c: tokenizer, vocabularySize: parameters.configuration.vocabularySize))
    }

    private func ggufToFolder() throws {
        let file = try GGUFFile(url: input)
        let words = try Tokenizer(gguf: GGUFVocabulary(file))
        let texts = { (key: String) in (file.metadata[key]?.array ?? []).compactMap(\.text) }
        var notes = ModelNotes(roles: texts("humpback.roles"), languages: texts("general.languages"))
        if let licence = file.metadata["general.license"]?.text { notes.notes["licence"] = licence }
        try save(GGUFModel.parameters(file), words, notes: notes)
    }

    private func save(_ parameters: Parameters<Float>, _ words: Tokenizer, notes: ModelNotes = ModelNotes()) throws {
        let format: WeightFormat
        switch storage {
        case .same, .f32: format = .float32
        case .f16: format = .float16
        case .bf16: format = .bfloat16
        case .q8: throw UsageError.combination("a model folder holds f32, f16 or bf16; q8_0 is for .gguf.")
        }
        let place = FileManager.default.temporaryDirectory.appending(path: "humpback-tokenizer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try words.write(to: place)
        let generation = GenerationConfiguration(
            beginTokenID: parameters.configuration.beginTokenID,
            endTokenIDs: Set(parameters.configuration.endTokenIDs + words.endTokens.map(Int.init)).sorted(),
            padTokenID: parameters.configuration.padTokenID)
        try ModelFolder.save(
            parameters, as: format, generation: generation, notes: notes, tokenizerOf: place, replacing: replaces, to: output)
    }

    private func folderToGGUF() throws {
        try refuseExisting()
        let kind: GGUFModel.Storage =
            switch storage {
            case .f32: .f32
            case .same, .f16: .f16
            case .bf16: .bf16
            case .q8: .q8
            }
        let folder = try ModelFolder(directory: input)
        let words = try Tokenizer(directory: folder.tokenizerDirectory)
        var tokenizer = try words.ggufVocabulary().metadata(size: folder.configuration.vocabularySize)
        func add(_ key: String, _ values: [String]) {
            if !values.isEmpty { tokenizer.append((key, .array(values.map { .text($0) }))) }
        }
        add("humpback.roles", folder.notes.roles)
        add("general.languages", folder.notes.languages)
        if let licence = folder.licence { tokenizer.append(("general.license", .text(licence))) }
        try GGUFModel.write(
            folder.loadParameters(), as: kind, name: input.standardizedFileURL.lastPathComponent, tokenizer: tokenizer, to: output)
    }

    private func folderToLlama2C() throws {
        try refuseExisting()
        guard storage == .same || storage == .f32 else { throw UsageError.combination("a llama2.c file holds f32 only.") }
        try Llama2CModel.write(try ModelFolder(directory: input).loadParameters(), to: output)
    }

    private func refuseExisting() throws {
        if FileManager.default.fileExists(atPath: output.path), !replaces { throw ToolError.exists(path: output.path) }
    }
}
