import Foundation
import Tensors
import Transformer

/// The weights file of llama2.c, version 0 (.bin): seven Int32 and then Float32 weights, all little-endian.
///
/// Header: dim, hidden, layers, heads, key-value heads, vocabulary (negative where the head is a matrix of its own), context. Then, each
/// over all layers: embedding; attention norms, q, k, v, o; feed-forward norms, w1 (gate), w2 (down), w3 (up); final norm; the rotary
/// tables (cosines and sines, context × headDimension / 2 each, not needed); the head where it is not the embedding.
///
/// That program rotates neighbours (rows 2i and 2i + 1 of a head), Hugging Face's form the two halves (rows i and i + headDimension / 2),
/// so the rows of q and k change places on the way in and out.
public enum Llama2CModel {
    /// Reads such a file. The program's sequences begin, and end, at token 1; 2 is its end-of-text token.
    public static func read(_ url: URL) throws(ModelError) -> Parameters<Float> {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw .missingFile(path: url.path, advice: "Give the .bin file that llama2.c's export wrote.")
        }
        let content: Data
        do {
            content = try Data(contentsOf: url, options: .alwaysMapped)
        } catch {
            throw .malformed(path: url.path, reason: "the file cannot be read (\(error.localizedDescription))")
        }
        let configuration = try header(content, path: url.path)
        let sections = Section.all(configuration)
        let floats = sections.reduce(0) { $0 + $1.count }
        guard content.count == 28 + 4 * floats else {
            throw .malformed(path: url.path, reason: "its header calls for \(28 + 4 * floats) bytes, but the file has \(content.count)")
        }
        var arrays: [String: [Float]] = [:]
        var position = 28
        for section in sections {
            for (name, shape) in section.tensors {
                let count = shape.reduce(1, *)
                var values = floats32(content, at: position, count: count)
                if section.rotates { values = reordered(values, configuration, toHalves: true) }
                arrays[name] = values
                position += 4 * count
            }
            position += 4 * section.skipped
        }
        return Parameters(configuration: configuration) { entry in
            Tensor(arrays[entry.name] ?? [], shape: entry.shape)
        }
    }

    /// Writes such a file, rotary tables included; what the format cannot say is refused.
    public static func write(_ parameters: Parameters<Float>, to url: URL) throws(ModelError) {
        let configuration = parameters.configuration
        func refuse(_ option: String, _ found: String, _ supported: String) throws(ModelError) {
            throw .unsupported(path: url.path, option: option, found: found, supported: [supported])
        }
        if configuration.form != NetworkForm() {
            try refuse("the architecture in this format", configuration.architecture.rawValue, "LlamaForCausalLM")
        }
        if configuration.ropeTheta != 10_000 { try refuse("rope_theta in this format", "\(configuration.ropeTheta)", "10000") }
        if configuration.ropeScaling != .none { try refuse("rope scaling in this format", "\(configuration.ropeScaling)", "none") }
        if configuration.queryWidth != configuration.hiddenSize {
            try refuse("head_dim in this format", "\(configuration.headDimension)", "hidden_size / num_attention_heads")
        }
        if abs(configuration.normEpsilon - 1e-5) > 1e-9 {
            try refuse("rms_norm_eps in this format", "\(configuration.normEpsilon)", "1e-5")
        }
        try ModelError.writing(url) { file in
            let numbers = [
                configuration.hiddenSize, configuration.intermediateSize, configuration.layerCount, configuration.headCount,
                configuration.keyValueHeadCount, configuration.vocabularySize * (configuration.tiesEmbeddings ? 1 : -1),
                configuration.contextLength,
            ]
            try file.write(numbers.map { Int32($0).littleEndian }.withUnsafeBytes { Data($0) })
            for section in Section.all(configuration) {
                for (name, _) in section.tensors {
                    var values = parameters[name]?.array ?? []
                    if section.rotates { values = reordered(values, configuration, toHalves: false) }
                    try file.write(bytes(values))
                }
                if section.skipped > 0 { try file.write(bytes(rotaryTables(configuration))) }
            }
        }
    }

    /// One run of the file: a kind of tensor over all layers, or the rotary tables, which are skipped.
    private struct Section {
        var tensors: [(name: String, shape: [Int])] = []
        var rotates = false
        var skipped = 0

        var count: Int { tensors.reduce(skipped) { $0 + $1.shape.reduce(1, *) } }

        static func all(_ configuration: TransformerConfiguration) -> [Section] {
            func layers(_ part: ParameterLayout.LayerPart) -> Section {
                let tensors = (0..<configuration.layerCount).map {
                    (name: part.name(layer: $0, in: configuration), shape: part.shape(configuration))
                }
                return Section(tensors: tensors, rotates: part == .query || part == .key)
            }
            let layout = ParameterLayout(configuration)
            let table = [configuration.vocabularySize, configuration.hiddenSize]
            let parts: [ParameterLayout.LayerPart] = [
                .inputNorm, .query, .key, .value, .output, .feedForwardNorm, .gate, .down, .up,
            ]
            var sections = [Section(tensors: [(layout.embedding.name, table)])] + parts.map(layers)
            sections.append(Section(tensors: [(layout.finalNorm.name, [configuration.hiddenSize])]))
            sections.append(Section(skipped: configuration.contextLength * configuration.headDimension))
            if !configuration.tiesEmbeddings { sections.append(Section(tensors: [(layout.head.name, table)])) }
            return sections
        }
    }

    private static func header(_ content: Data, path: String) throws(ModelError) -> TransformerConfiguration {
        guard content.count >= 28 else {
            throw .malformed(path: path, reason: "the file has \(content.count) bytes and ends within its header")
        }
        let numbers = (0..<7).map { index in
            content.withUnsafeBytes { Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))) }
        }
        guard numbers[0] != 0x616B_3432 else {
            throw .unsupported(path: path, option: "the llama2.c format", found: "version 1 or later", supported: ["version 0"])
        }
        guard numbers[3] > 0, numbers[0] % numbers[3] == 0 else {
            throw .malformed(path: path, reason: "its header does not describe a llama2.c model: \(numbers)")
        }
        let vocabulary = abs(numbers[5])
        let configuration = TransformerConfiguration(
            vocabularySize: vocabulary, hiddenSize: numbers[0], intermediateSize: numbers[1], layerCount: numbers[2], headCount: numbers[3],
            keyValueHeadCount: numbers[4], contextLength: numbers[6], normEpsilon: 1e-5, ropeTheta: 10_000, tiesEmbeddings: numbers[5] > 0,
            beginTokenID: vocabulary > 2 ? 1 : nil, endTokenIDs: vocabulary > 2 ? [1, 2] : [])
        try configuration.validate(path: path)
        return configuration
    }

    static func reordered(_ values: [Float], _ configuration: TransformerConfiguration, toHalves: Bool) -> [Float] {
        RotaryRows.reordered(
            values, rowLength: configuration.hiddenSize, headDimension: configuration.headDimension, toHalves: toHalves)
    }

    private static func rotaryTables(_ configuration: TransformerConfiguration) -> [Float] {
        let frequencies = configuration.ropeScaling.frequencies(headDimension: configuration.headDimension, theta: configuration.ropeTheta)
        let angles = (0..<configuration.contextLength).flatMap { position in frequencies.map { Double(position) * $0 } }
        return angles.map { Float(cos($0)) } + angles.map { Float(sin($0)) }
    }

    private static func floats32(_ content: Data, at position: Int, count: Int) -> [Float] {
        content.withUnsafeBytes { bytes in
            (0..<count).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4 * $0, as: UInt32.self)))
            }
        }
    }

    private static func bytes(_ values: [Float]) -> Data {
        values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
    }
}
