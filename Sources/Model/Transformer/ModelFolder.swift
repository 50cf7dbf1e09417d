import Containers
import Foundation
import Ground
import Tensors

/// A model on disk: a Hugging Face directory, with humpback.json beside where Humpback made it, or a GGUF file, or a folder that holds one.
///
/// Opening reads the small files only; the weights are read by `loadParameters` or through `checkpoint`.
public struct ModelFolder: Sendable {
    /// What was named: a folder, or a .gguf file.
    public let directory: URL
    /// Where the weights are: this place, or for a folder of adapters the base that they are added to.
    public let weightsDirectory: URL
    public let configuration: TransformerConfiguration
    public let generation: GenerationConfiguration
    public let notes: ModelNotes
    /// The GGUF file of the weights; nil where they are safetensors.
    let gguf: GGUFWeights?

    static let configurationName = "config.json"
    static let generationName = "generation_config.json"
    static let notesName = "humpback.json"
    /// The files of a tokenizer, which travel with the weights.
    public static let tokenizerNames = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "tokenizer.model", "vocab.json",
        "merges.txt", "qwen.tiktoken",
    ]

    /// Opens a folder or a GGUF file; what is missing or broken is named.
    public init(directory: URL) throws(ModelError) {
        guard FileManager.default.fileExists(atPath: directory.path) else { throw .missingFolder(path: directory.path) }
        weightsDirectory = Self.holdsAdaptersAlone(directory) ? try Self.base(ofAdapters: directory) : directory
        gguf = try Self.ggufFile(of: weightsDirectory).map { (url) throws(ModelError) in
            try GGUFWeights(ModelError.wrap { () throws(ContainerError) in try GGUFFile(url: url) })
        }
        self.directory = directory
        let generationPlace = Self.place(Self.generationName, directory, weightsDirectory)
        let notesPlace = Self.place(Self.notesName, directory, weightsDirectory)
        if let gguf {
            configuration = gguf.configuration
        } else {
            let place = weightsDirectory.appending(path: Self.configurationName)
            guard let json = try Self.content(place) else {
                throw .missingFile(
                    path: place.path,
                    advice: "A model is a folder with config.json, model.safetensors and tokenizer.json, or a .gguf file.")
            }
            var stated = try TransformerConfiguration(json: json, path: place.path)
            if stated.tiesEmbeddings, Self.hasOwnHead(weightsDirectory) { stated.tiesEmbeddings = false }
            configuration = stated
        }
        generation =
            if let json = try Self.content(generationPlace) {
                try GenerationConfiguration(json: json, path: generationPlace.path, vocabularySize: configuration.vocabularySize)
            } else {
                gguf.map { GenerationConfiguration($0.configuration) } ?? GenerationConfiguration()
            }
        notes =
            if let json = try Self.content(notesPlace) {
                try ModelNotes(json: json, path: notesPlace.path)
            } else {
                gguf.map { ModelNotes($0.file) } ?? ModelNotes()
            }
    }

    /// The tokens that end an answer: generation_config.json's and config.json's together.
    public var endTokenIDs: [Int] { Array(Set(generation.endTokenIDs + configuration.endTokenIDs)).sorted() }

    /// Opens the weights; of adapters over a model of the cache, whose base is read once to see that it is theirs, the fingerprint is checked.
    public func checkpoint() throws(ModelError) -> Checkpoint {
        var checkpoint = if let gguf { Checkpoint(gguf) } else { try Checkpoint(directory: weightsDirectory) }
        if hasAdapters {
            try requireOwnBase()
            let (adapters, _) = try AdapterFolder.load(Float.self, directory: directory, configuration: configuration)
            checkpoint.overlay = AdapterOverlay(adapters)
        }
        return checkpoint
    }

    /// Reads all weights, once there is memory for them; `memoryAdvice` tells what to do where there is not.
    public func loadParameters<R: Real>(
        _ type: R.Type = R.self, memoryAdvice: String = "Choose a smaller model, or close other programs."
    ) throws(ModelError) -> Parameters<R> {
        try AvailableMemory.require(configuration.parameterCount * MemoryLayout<R>.size, advice: memoryAdvice)
        return try Parameters(reading: checkpoint(), configuration: configuration)
    }

    /// 32 hexadecimal digits that change with the configuration, the weights or the tokenizer, and with nothing else.
    public func fingerprint() throws(ModelError) -> String {
        var fingerprint = ContentFingerprint()
        gguf?.combine(into: &fingerprint)
        var small = gguf == nil ? [weightsDirectory.appending(path: Self.configurationName)] : []
        small += Self.tokenizerNames.map { tokenizerDirectory.appending(path: $0) }
        if hasAdapters { small += AdapterFolder.fileNames.map { directory.appending(path: $0) } }
        for place in small {
            guard let content = try Self.content(place) else { continue }
            let name = place.lastPathComponent
            fingerprint.combine(name)
            fingerprint.combine(content)
        }
        for file in try checkpoint().files {
            for entry in file.entries {
                fingerprint.combine("\(entry.name) \(entry.type) \(entry.shape)")
                fingerprint.combine(count: entry.bytes.count) { file.read(entry, $0, into: $1) }
            }
        }
        return fingerprint.hexadecimal
    }

    /// Whether the weights hold a head that is another matrix than the embedding: then a configuration that ties the two is wrong, as
    /// transformers 5 takes it. Weights that are not there, or broken, say so where they are read.
    private static func hasOwnHead(_ directory: URL) -> Bool {
        guard let checkpoint = try? Checkpoint(directory: directory) else { return false }
        return checkpoint.differ("lm_head.weight", "model.embed_tokens.weight")
    }

    private static func content(_ url: URL) throws(ModelError) -> Data? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try Data(contentsOf: url)
        } catch {
            throw .malformed(path: url.path, reason: "the file cannot be read (\(error.localizedDescription))")
        }
    }
}
