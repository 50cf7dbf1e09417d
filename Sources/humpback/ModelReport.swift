import Foundation
import Transformer

/// What a person may want to know of a model folder, a line a fact.
struct ModelReport {
    let text: String

    init(_ folder: ModelFolder) throws {
        let shape = folder.configuration
        let bytes = try folder.checkpoint().files.flatMap(\.entries).reduce(0) { $0 + $1.bytes.count }
        let roles = folder.notes.roles.isEmpty ? "none: a base model" : folder.notes.roles.joined(separator: ", ")
        let facts = [
            ("folder", folder.directory.path), ("architecture", shape.architecture.rawValue),
            ("parameters", "\(shape.parameterCount) in \(bytes) bytes"),
            ("layers", "\(shape.layerCount) of width \(shape.hiddenSize), feed-forward \(shape.intermediateSize)"),
            ("heads", "\(shape.headCount), keys and values \(shape.keyValueHeadCount), \(shape.headDimension) wide"),
            ("vocabulary", "\(shape.vocabularySize) tokens, head \(shape.tiesEmbeddings ? "tied to the embedding" : "of its own")"),
            ("context", "\(shape.contextLength) tokens"), ("roles", roles),
            ("languages", folder.notes.languages.isEmpty ? "not said" : folder.notes.languages.joined(separator: ", ")),
            ("base", folder.notes.base ?? "not said"), ("fingerprint", try folder.fingerprint()),
        ]
        let notes = folder.notes.notes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        text = (facts + notes).map { $0.0.padded(to: 14) + $0.1 }.joined(separator: "\n") + "\n"
    }
}
