import Containers
import Foundation
import Ground
import Tokenization
import Transformer

/// A model from one format to another; which way is told by the names.
public struct Conversion {
    /// How the output's numbers are stored; `same` is what each format has by custom.
    public enum Storage: String, CaseIterable, Sendable {
        case same, f32, f16, bf16, q8 = "q8_0"
    }

    /// A folder, a .gguf or a .bin file.
    public var input: URL
    /// The same, to be made.
    public var output: URL
    /// The tokenizer of a .bin file, which holds none.
    public var tokenizer: URL?
    public var storage: Storage
    /// Whether what stands at the output may be replaced.
    public var replaces: Bool
    /// Whether a .gguf is made of adapters alone, and not of the model that they make of their base.
    public var writesAdaptersAlone = false
    /// Where Ollama's Modelfile of a .gguf is put.
    public var modelfile: URL?
    /// The system prompt, in a Modelfile, of a model that was trained to answer.
    public var answeringSystem: String?

    public init(input: URL, output: URL, tokenizer: URL? = nil, storage: Storage = .same, replaces: Bool = false) {
        (self.input, self.output, self.tokenizer) = (input, output, tokenizer)
        (self.storage, self.replaces) = (storage, replaces)
    }

    /// Converts, and tells in a line what was written.
    ///
    /// - Throws: `FormatError`, and the errors of models and tokenizers.
    public func run() throws -> String {
        if modelfile != nil || writesAdaptersAlone, output.pathExtension != "gguf" {
            throw FormatError.unsuitable("--lora and --modelfile are for an OUT that ends in .gguf.")
        }
        if writesAdaptersAlone { return try adaptersToGGUF() }
        switch (input.pathExtension, output.pathExtension) {
        case (_, let kind) where AdapterFolder.isAdapterFolder(input) && !["bin", "gguf"].contains(kind): return try adapters()
        case ("bin", "bin"), ("bin", "gguf"), ("gguf", "bin"), ("gguf", "gguf"):
            throw FormatError.unsuitable("one of IN and OUT must be a model folder; convert in two steps.")
        case ("bin", _): try llama2CToFolder()
        case ("gguf", _): try ggufToFolder()
        case (_, "gguf") where try ModelFolder(directory: input).isGGUF:
            throw FormatError.unsuitable(
                "\(input.path) holds a .gguf file already; give a model folder of config.json and model.safetensors.")
        case (_, "gguf"): try folderToGGUF()
        case (_, "bin"): try folderToLlama2C()
        case _ where try Self.holdsGGUF(input): try ggufToFolder()
        default:
            throw FormatError.unsuitable(
                "\(output.lastPathComponent) has no name this can write; a llama2.c file ends in .bin, llama.cpp's in .gguf.")
        }
        return try summary()
    }

    /// What stands there now.
    private func summary() throws -> String {
        guard ["bin", "gguf"].contains(output.pathExtension) else {
            let checkpoint = try ModelFolder(directory: output).checkpoint()
            let bytes = checkpoint.storages.reduce(0) { $0 + $1.bytes }
            return "Wrote \(output.relativePath), \(checkpoint.storages.count) tensors as \(checkpoint.storage), "
                + "\(bytes / 1_000_000) MB."
        }
        let size = try FileManager.default.attributesOfItem(atPath: output.path)[.size] as? Int ?? 0
        return "Wrote \(output.relativePath), \(size / 1_000_000) MB."
    }

    /// Adapters, stored as something else.
    private func adapters() throws -> String {
        try AdapterFolder.save(adaptersOf: input, as: try weightFormat(standard: .float32), replacing: replaces, to: output)
        let wrote = "Wrote \(output.relativePath)."
        do throws(ModelError) {
            _ = try ModelFolder.base(ofAdapters: output)
            return wrote
        } catch { return "\(wrote) They cannot be used from there yet: \(error)" }
    }

    /// Adapters alone, for llama.cpp to add to their base.
    private func adaptersToGGUF() throws -> String {
        guard AdapterFolder.isAdapterFolder(input), modelfile == nil else {
            throw FormatError.unsuitable("--lora takes a folder of adapters as IN, such as M1/adapter, and no --modelfile.")
        }
        try refuseExisting()
        let base = try ModelFolder.base(ofAdapters: input)
        let configuration = try ModelFolder(directory: base).configuration
        let (adapters, _) = try AdapterFolder.load(Float.self, directory: input, configuration: configuration)
        try GGUFAdapters.write(
            adapters, as: weightFormat(standard: .float32), name: input.standardizedFileURL.lastPathComponent, to: output)
        return "\(try summary()) Adapters of rank \(adapters.settings.rank) over \(base.lastPathComponent): "
            + "llama-server -m BASE.gguf --lora \(output.relativePath)"
    }

    private func weightFormat(standard: WeightFormat) throws -> WeightFormat {
        switch storage {
        case .same: standard
        case .f32: .float32
        case .f16: .float16
        case .bf16: .bfloat16
        case .q8: throw FormatError.unsuitable("a model folder holds f32, f16 or bf16; q8_0 is for .gguf.")
        }
    }

    private func llama2CToFolder() throws {
        guard let tokenizer else {
            throw FormatError.unsuitable("a .bin file holds no tokenizer; name its own with --tokenizer FILE (tokenizer.bin, tok512.bin).")
        }
        let parameters = try Llama2CModel.read(input)
        let words = try Tokenizer(llama2c: tokenizer, vocabularySize: parameters.configuration.vocabularySize)
        try save(words, configuration: parameters.configuration, standard: .float32) { format, generation, tokenizer in
            try ModelFolder.save(
                parameters, as: format, generation: generation, tokenizerOf: tokenizer, replacing: replaces, to: output)
        }
    }

    private func ggufToFolder() throws {
        let model = try ModelFolder(directory: input)
        let words = try Tokenizer(directory: model.tokenizerDirectory)
        try save(words, configuration: model.configuration, standard: .bfloat16) { format, generation, tokenizer in
            try ModelFolder.save(
                weightsOf: model, as: format, generation: generation, notes: model.notes, tokenizerOf: tokenizer, replacing: replaces,
                to: output)
        }
    }

    /// Writes a folder by `write`, which is told the format, the special tokens and where the tokenizer's files lie.
    private func save(
        _ words: Tokenizer, configuration: TransformerConfiguration, standard: WeightFormat,
        write: (WeightFormat, GenerationConfiguration, URL) throws -> Void
    ) throws {
        let format = try weightFormat(standard: standard)
        let place = FileManager.default.temporaryDirectory.appending(path: "humpback-tokenizer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        try words.write(to: place)
        let generation = GenerationConfiguration(
            beginTokenID: configuration.beginTokenID,
            endTokenIDs: Set(configuration.endTokenIDs + words.endTokens.map(Int.init)).sorted(), padTokenID: configuration.padTokenID)
        try write(format, generation, place)
    }

    private func folderToGGUF() throws {
        try refuseExisting()
        if let modelfile, !replaces, FileManager.default.fileExists(atPath: modelfile.path) {
            throw FormatError.exists(path: modelfile.path)
        }
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
        // What may be refused comes before minutes of writing, and leaves nothing behind.
        let addsBegin = tokenizer.first { $0.key == "tokenizer.ggml.add_bos_token" }?.value.bool ?? false
        let text = try modelfile.map { place in
            if FileStatus.isFolder(place.path) {
                throw FormatError.unsuitable("--modelfile \(place.relativePath) is a folder; name a file.")
            }
            try FileStatus.checkFolder(of: place.path)
            return try Modelfile(
                file: output.lastPathComponent, folder: folder, tokenizer: words, addsBegin: addsBegin,
                system: folder.notes.roles.contains("forward") ? answeringSystem : nil
            ).text
        }
        let isNew = !FileManager.default.fileExists(atPath: output.path)
        try GGUFModel.write(
            folder.loadParameters(), as: kind, name: input.standardizedFileURL.lastPathComponent, tokenizer: tokenizer, to: output)
        guard let modelfile, let text else { return }
        do { try AtomicFile.write(text, to: modelfile.path) } catch {
            if isNew { FileStatus.remove(output.path) }
            throw error
        }
    }

    private func folderToLlama2C() throws {
        try refuseExisting()
        guard storage == .same || storage == .f32 else { throw FormatError.unsuitable("a llama2.c file holds f32 only.") }
        try Llama2CModel.write(try ModelFolder(directory: input).loadParameters(), to: output)
    }

    private static func holdsGGUF(_ place: URL) throws -> Bool { try GGUFParts.file(at: place) != nil }

    private func refuseExisting() throws {
        if FileManager.default.fileExists(atPath: output.path), !replaces { throw FormatError.exists(path: output.path) }
    }
}
