import Foundation
import Transformer

/// The measures of a network that is to be trained from nothing.
public struct ModelShape: Sendable, Equatable {
    public var name: String
    public var configuration: TransformerConfiguration

    /// The shapes that have a name. In training the vocabulary's size comes from the tokenizer; the sizes here, where there is one, are
    /// those of the models they are named after, for timing.
    public static let named: [ModelShape] = [
        shape("calf-tiny", hidden: 128, feedForward: 352, layers: 4, heads: 4, keyValueHeads: 2),
        shape("calf-small", hidden: 192, feedForward: 512, layers: 6, heads: 6, keyValueHeads: 3),
        shape("calf-cpu", hidden: 256, feedForward: 704, layers: 8, heads: 8, keyValueHeads: 4),
        shape("calf-gpu", hidden: 448, feedForward: 1216, layers: 10, heads: 7, keyValueHeads: 7),
        shape("stories-15m", hidden: 288, feedForward: 768, layers: 6, heads: 6, keyValueHeads: 6, vocabulary: 32_000),
        shape("smollm2-135m", hidden: 576, feedForward: 1536, layers: 30, heads: 9, keyValueHeads: 3, theta: 100_000, vocabulary: 49_152),
        shape(
            "qwen2.5-0.5b", hidden: 896, feedForward: 4864, layers: 24, heads: 14, keyValueHeads: 2, theta: 1_000_000, vocabulary: 151_936),
        shape(
            "llama-3.2-1b", hidden: 2048, feedForward: 8192, layers: 16, heads: 32, keyValueHeads: 8, theta: 500_000, vocabulary: 128_256),
        shape(
            "llama-3.1-8b", hidden: 4096, feedForward: 14_336, layers: 32, heads: 32, keyValueHeads: 8, theta: 500_000, vocabulary: 128_256,
            ties: false),
    ]

    private static func shape(
        _ name: String, hidden: Int, feedForward: Int, layers: Int, heads: Int, keyValueHeads: Int, theta: Double = 10_000,
        vocabulary: Int = 0, ties: Bool = true
    ) -> ModelShape {
        ModelShape(
            name: name,
            configuration: TransformerConfiguration(
                vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: feedForward, layerCount: layers, headCount: heads,
                keyValueHeadCount: keyValueHeads, contextLength: 2048, ropeTheta: theta, tiesEmbeddings: ties))
    }

    /// A shape by its name, or from a config.json.
    public static func find(_ nameOrFile: String) throws -> ModelShape {
        if let known = named.first(where: { $0.name == nameOrFile }) { return known }
        guard let json = try? Data(contentsOf: URL(filePath: nameOrFile)) else {
            throw FinetuneError.unknownShape(nameOrFile, known: named.map(\.name))
        }
        do {
            return ModelShape(name: nameOrFile, configuration: try TransformerConfiguration(json: json, path: nameOrFile))
        } catch {
            throw FinetuneError.shapeFile(nameOrFile, reason: "\(error)")
        }
    }
}
