import Foundation
import Transformer

/// Adapters and their base become one model folder.
struct AdapterMerge {
    var base: URL
    var adapter: URL
    var output: URL
    var replaces: Bool

    /// Writes the folder, and tells in one line what was merged.
    func run() throws -> String {
        let folder = try ModelFolder(directory: base)
        let parameters: Parameters<Float> = try folder.loadParameters()
        let (adapters, _) = try AdapterFolder.load(Float.self, directory: adapter, configuration: folder.configuration)
        adapters.merge(into: parameters, threads: ProcessInfo.processInfo.activeProcessorCount)
        // The adapter's own notes tell what it was trained for.
        let notesPlace = adapter.appending(path: "humpback.json")
        var notes = folder.notes
        if FileManager.default.fileExists(atPath: notesPlace.path) { notes = try ModelNotes(reading: notesPlace) }
        notes.base = try folder.fingerprint()
        var files: [String: Data] = [:]
        for name in ModelFolder.tokenizerNames {
            if let content = FileManager.default.contents(atPath: adapter.appending(path: name).path) { files[name] = content }
        }
        try ModelFolder.save(
            parameters, as: folder.checkpoint().storage, generation: folder.generation, notes: notes, files: files, tokenizerOf: base,
            replacing: replaces, to: output)
        let targets = adapters.settings.targets.map(\.rawValue).joined(separator: ", ")
        return "Merged adapters of rank \(adapters.settings.rank) on \(targets) (\(adapters.count) weights) into \(output.path).\n"
    }
}
