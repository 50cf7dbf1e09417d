import Foundation
import Ground
import Stages

/// The files of a run that tell something: records, rejects, summaries, comparisons, and the metrics of trainings.
///
/// A file that is named is taken whatever it is called. In a folder those are found that the tool itself writes: JSONL and rejects (plain or
/// `.gz`), small JSON files, and of each model folder its metrics and notes. They come in the order of their names.
public struct RunFiles: Sendable {
    public struct File: Sendable, Equatable {
        public var path: String
        /// What the file is called in a report: never more of its path than lies below what was named.
        public var label: String
        /// The model folder's label, for the metrics of a training.
        public var model: String?
        /// Whether the file itself was named, so that nothing in it may be passed over in silence.
        public var isNamed: Bool
    }

    /// A model's own notes, `humpback.json`.
    public struct Model: Sendable, Equatable {
        public var label: String
        public var notes: JSONObject
    }

    public private(set) var files: [File] = []
    public private(set) var models: [Model] = []
    private var realPaths: Set<String> = []

    private static let deepest = 6
    private static let largestJSON = 1 << 20

    /// Throws `FileError` for a place that is not there, `StageError` where nothing is found.
    public init(_ places: [String]) throws {
        var folders = 0
        for place in places where Self.isFolder(place) { folders += 1 }
        for place in places {
            let path = place.count > 1 && place.hasSuffix("/") ? String(place.dropLast()) : place
            if Self.isFolder(path) {
                let name = HTMLText.lastPart(URL(filePath: path).standardizedFileURL.path)
                try search(path, label: "", root: name, prefix: folders > 1 ? name + "/" : "", depth: 0)
            } else {
                guard path == "-" || FileManager.default.fileExists(atPath: path) else {
                    throw FileError.cannotOpen(file: place, reason: "there is no such file or folder")
                }
                let name = path == "-" ? "standard input" : HTMLText.lastPart(path)
                let folder = HTMLText.lastPart(URL(filePath: path).deletingLastPathComponent().standardizedFileURL.path)
                add(File(path: path, label: name, model: name == Self.metrics ? folder : nil, isNamed: true), folder: folder)
            }
        }
        guard !files.isEmpty || !models.isEmpty else { throw StageError.noRecords(inputs: places) }
    }

    private static let metrics = "metrics.jsonl"

    private mutating func search(_ path: String, label: String, root: String, prefix: String, depth: Int) throws {
        try Task.checkCancellation()
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted() } catch {
            if depth == 0 { throw FileError.cannotOpen(file: path, reason: "the folder cannot be read") }
            return
        }
        let own = prefix + label
        if names.contains(Self.metrics) || names.contains("humpback.json") || names.contains("config.json") {
            let model = own.isEmpty || own == prefix ? root : String(own.dropLast())
            if names.contains(Self.metrics) {
                add(File(path: path + "/" + Self.metrics, label: own + Self.metrics, model: model, isNamed: false), folder: root)
            }
            models.append(Model(label: model, notes: Self.notes(path + "/humpback.json")))
            return
        }
        for name in names {
            let place = path + "/" + name
            if Self.isFolder(place) {
                let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) != nil
                if depth < Self.deepest, !isLink {
                    try search(place, label: label + name + "/", root: root, prefix: prefix, depth: depth + 1)
                }
            } else if Self.tellsSomething(name, at: place) {
                add(File(path: place, label: own + name, model: nil, isNamed: false), folder: root)
            }
        }
    }

    private static func tellsSomething(_ name: String, at place: String) -> Bool {
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        if plain.hasSuffix(".jsonl") || plain.hasSuffix(".rejects") { return true }
        guard plain.hasSuffix(".json"), plain != "journal.json" else { return false }
        let size = (try? FileManager.default.attributesOfItem(atPath: place))?[.size] as? Int
        return size ?? .max <= largestJSON
    }

    private mutating func add(_ file: File, folder: String) {
        // Whatever it is called: read twice, everything in it would be counted twice.
        let real = file.path == "-" ? "-" : URL(filePath: file.path).standardizedFileURL.resolvingSymlinksInPath().path
        guard realPaths.insert(real).inserted else { return }
        var file = file
        if files.contains(where: { $0.label == file.label }) { file.label = folder + "/" + file.label }
        var number = 2
        let label = file.label
        while files.contains(where: { $0.label == file.label }) {
            file.label = "\(label) (\(number))"
            number += 1
        }
        files.append(file)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func notes(_ path: String) -> JSONObject {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count < largestJSON else { return JSONObject() }
        return (try? JSONObject(parsing: [UInt8](bytes))) ?? JSONObject()
    }
}
