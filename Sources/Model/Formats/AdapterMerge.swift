import Foundation
import Tokenization
import Transformer

/// Adapters and their base become one model folder.
public struct AdapterMerge {
    /// A model folder, or a .gguf file.
    public var base: URL
    /// A folder in PEFT's layout.
    public var adapter: URL
    /// The folder to make.
    public var output: URL
    /// Whether what stands there may be replaced.
    public var replaces: Bool

    public init(base: URL, adapter: URL, output: URL, replaces: Bool = false) {
        (self.base, self.adapter, self.output, self.replaces) = (base, adapter, output, replaces)
    }

    /// Writes the folder, and tells in one line what was merged.
    public func run() throws -> String {
        let folder = try ModelFolder(directory: base)
        let parameters: Parameters<Float> = try folder.loadParameters()
        let (adapters, _) = try AdapterFolder.load(Float.self, directory: adapter, configuration: folder.configuration)
        adapters.merge(into: parameters, threads: ProcessInfo.processInfo.activeProcessorCount)
        // The adapter's own notes tell what it was trained for, and in which languages.
        let notesPlace = adapter.appending(path: "humpback.json")
        var notes = folder.notes
        if FileManager.default.fileExists(atPath: notesPlace.path) { notes = try ModelNotes(reading: notesPlace) }
        notes.base = try folder.fingerprint()
        let card = folder.card(of: notes)
        var files = card.licenceFiles
        for name in ModelFolder.tokenizerNames + ModelFolder.licenceNames {
            if let content = FileManager.default.contents(atPath: adapter.appending(path: name).path) { files[name] = content }
        }
        if let template = try plainTemplate(folder) { files["chat_template.jinja"] = Data(template.utf8) }
        let place = FileManager.default.temporaryDirectory.appending(path: "humpback-tokenizer-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        // A GGUF file has no files of a tokenizer to copy.
        if folder.isGGUF, files["tokenizer.json"] == nil { try Tokenizer(directory: folder.tokenizerDirectory).write(to: place) }
        try ModelFolder.save(
            parameters, as: folder.checkpoint().storage, generation: card.generation, notes: card.notes, files: files,
            tokenizerOf: folder.isGGUF ? place : base, replacing: replaces, to: output)
        let targets = adapters.settings.targets.map(\.rawValue).joined(separator: ", ")
        return "Merged adapters of rank \(adapters.settings.rank) on \(targets) (\(adapters.count) weights) into \(output.path).\n"
    }

    /// The template that the adapters were trained under where neither they nor the base has one of its own, so that it goes with the model.
    private func plainTemplate(_ folder: ModelFolder) throws -> String? {
        let hasTokenizer = FileManager.default.fileExists(atPath: adapter.appending(path: "tokenizer.json").path)
        let tokenizer = try Tokenizer(directory: hasTokenizer ? adapter : folder.tokenizerDirectory)
        return tokenizer.chatTemplate == nil ? ChatTemplate.plain(for: tokenizer).source : nil
    }
}
