import Containers
import Foundation
import Tensors

/// The weights of a model: model.safetensors, several files with model.safetensors.index.json, or a GGUF file.
public struct Checkpoint: Sendable {
    /// The file or index that stands for the whole.
    public let path: String
    let weights: Weights
    private let fileOfName: [String: Int]

    enum Weights: Sendable {
        /// The files, in the order of their names.
        case safetensors([SafetensorsFile])
        case gguf(GGUFWeights)
    }

    /// The safetensors files, in the order of their names; none where the weights are in another format.
    public var files: [SafetensorsFile] { if case .safetensors(let files) = weights { files } else { [] } }

    /// How many files the weights lie in.
    public var fileCount: Int {
        switch weights {
        case .safetensors(let files): files.count
        case .gguf(let weights): weights.file.paths.count
        }
    }

    /// Every tensor's way of storage and its bytes.
    public var storages: [(type: String, bytes: Int)] {
        switch weights {
        case .safetensors(let files): files.flatMap(\.entries).map { ($0.type, $0.bytes.count) }
        case .gguf(let weights): weights.file.entries.map { ($0.storageName, $0.bytes.count) }
        }
    }

    /// Adapters that are added to the tensors as they are read.
    var overlay: AdapterOverlay?

    public static let fileName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    /// Opens the folder's weights; every file that the index names must be there, with the tensors the index promises.
    public init(directory: URL) throws(ModelError) {
        let index = directory.appending(path: Self.indexName)
        let single = directory.appending(path: Self.fileName)
        if FileManager.default.fileExists(atPath: single.path) || !FileManager.default.fileExists(atPath: index.path) {
            let file = try SafetensorsFile(url: single)
            path = single.path
            weights = .safetensors([file])
            fileOfName = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, 0) })
            return
        }
        let map = try Self.weightMap(index)
        let names = Set(map.values).sorted()
        var files: [SafetensorsFile] = []
        for name in names {
            // A name with a separator could point anywhere on the disk.
            guard !name.contains("/"), !name.hasPrefix(".") else {
                throw .malformed(path: index.path, reason: "the index names a file outside the folder: \(name)")
            }
            files.append(try SafetensorsFile(url: directory.appending(path: name)))
        }
        let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var fileOfName: [String: Int] = [:]
        for (tensor, name) in map {
            guard let file = position[name], files[file].entry(tensor) != nil else {
                throw .malformed(path: index.path, reason: "the index places \(tensor) in \(name), which does not hold it")
            }
            fileOfName[tensor] = file
        }
        path = index.path
        weights = .safetensors(files)
        self.fileOfName = fileOfName
    }

    /// The weights of an opened GGUF file.
    init(_ weights: GGUFWeights) {
        path = weights.file.path
        self.weights = .gguf(weights)
        fileOfName = [:]
    }

    /// The tensor of this name and the file that holds it, or nil; in a model with vision, the one of its language model.
    public func find(_ name: String) -> (file: SafetensorsFile, entry: SafetensorsFile.Entry)? {
        let stem = name.hasPrefix("model.") ? String(name.dropFirst("model.".count)) : name
        for name in [name, "language_model.\(name)", "model.language_model.\(stem)"] {
            if let index = fileOfName[name], case let file = files[index], let entry = file.entry(name) { return (file, entry) }
        }
        return nil
    }

    /// Whether the file holds both tensors, and they are not the same numbers, stored in the same way.
    func differ(_ one: String, _ other: String) -> Bool {
        guard let one = find(one), let other = find(other) else { return false }
        guard one.entry.type == other.entry.type, one.entry.shape == other.entry.shape else { return true }
        let piece = 1 << 20
        for start in stride(from: 0, to: one.entry.bytes.count, by: piece) {
            let range = start..<min(start + piece, one.entry.bytes.count)
            if one.file.bytes(of: one.entry, range) != other.file.bytes(of: other.entry, range) { return true }
        }
        return false
    }

    /// How the weights are stored: as the largest of them is; float32 where that is no format to write, bfloat16 for quantised ones.
    public var storage: StorageFormat {
        let largest = storages.max { $0.bytes < $1.bytes }?.type
        let other: StorageFormat = if case .gguf = weights { .bfloat16 } else { .float32 }
        return StorageFormat.allCases.first { $0.dtype == largest } ?? other
    }

    private static func weightMap(_ index: URL) throws(ModelError) -> [String: String] {
        struct Index: Decodable {
            let map: [String: String]
            enum CodingKeys: String, CodingKey { case map = "weight_map" }
        }
        do {
            return try JSONDecoder().decode(Index.self, from: Data(contentsOf: index)).map
        } catch {
            throw .malformed(path: index.path, reason: "the index is broken: \(decodingReason(error))")
        }
    }
}
