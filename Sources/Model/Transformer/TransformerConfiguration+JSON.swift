import Foundation
import Tensors

/// config.json as Hugging Face writes it, in the older form (`rope_theta`, `rope_scaling`) and the newer (`rope_parameters`).
extension TransformerConfiguration {
    /// Reads config.json; an architecture or option that Humpback does not run is named in the error, with those it does.
    public init(json: Data, path: String) throws(ModelError) {
        let file = try ConfigurationFile(json: json, path: path)
        let architecture = try file.knownArchitecture(path: path)
        let family = architecture.family
        try file.refuseUnknownOptions(path: path)

        func required(_ value: Int?, _ name: String) throws(ModelError) -> Int {
            guard let value else { throw .malformed(path: path, reason: "\(name) is missing") }
            return value
        }
        let rope = file.rope_parameters?.global
        let heads = try required(file.num_attention_heads, "num_attention_heads")
        let vocabulary = try required(file.vocab_size, "vocab_size")
        // Some files name tokens that their vocabulary does not have; no text ever holds them. Minus one stands for no token to begin
        // or to fill with.
        func inside(_ token: Int?, _ key: String) throws(ModelError) -> Int? {
            guard let token else { return nil }
            let least = key == "eos_token_id" ? 0 : -1
            guard token >= least, token <= Int32.max else {
                throw .malformed(path: path, reason: "\(key) is \(token), which is no token's id")
            }
            return (0..<max(1, vocabulary)).contains(token) ? token : nil
        }
        var ends: [Int] = []
        for id in file.eos_token_id?.ids ?? [] { if let end = try inside(id, "eos_token_id") { ends.append(end) } }
        self.init(
            architecture: architecture, vocabularySize: vocabulary,
            hiddenSize: try required(file.hidden_size, "hidden_size"),
            intermediateSize: try required(file.intermediate_size, "intermediate_size"),
            layerCount: try required(file.num_hidden_layers, "num_hidden_layers"), headCount: heads,
            keyValueHeadCount: file.num_key_value_heads ?? heads,
            headDimension: file.head_dim ?? (file.has("head_dim") ? nil : family.headDimension),
            contextLength: file.max_position_embeddings ?? 2048, normEpsilon: file.rms_norm_eps ?? 1e-6,
            ropeTheta: rope?.rope_theta ?? file.rope_theta ?? family.ropeTheta,
            ropeScaling: try (rope ?? file.rope_scaling)?.scaling(path: path) ?? .none,
            tiesEmbeddings: file.tie_word_embeddings ?? family.tiesEmbeddings,
            beginTokenID: try inside(file.bos_token_id, "bos_token_id"), endTokenIDs: ends,
            padTokenID: try inside(file.pad_token_id, "pad_token_id"),
            initializerRange: file.initializer_range ?? 0.02, form: try family.form(file, path: path).simplified)
        try validate(path: path)
    }

    /// config.json with sorted keys, for old and new versions of transformers alike.
    public func json(storage: StorageFormat) throws -> Data {
        var rope = RopeFile(rope_type: "default", rope_theta: ropeTheta)
        switch ropeScaling {
        case .none: break
        case .linear(let factor):
            rope.rope_type = "linear"
            rope.factor = factor
        case .llama3(let factor, let low, let high, let original):
            rope.rope_type = "llama3"
            rope.factor = factor
            rope.low_freq_factor = low
            rope.high_freq_factor = high
            rope.original_max_position_embeddings = original
        }
        var file = ConfigurationFile()
        file.architectures = [architecture.rawValue]
        file.model_type = architecture.modelType
        file.vocab_size = vocabularySize
        file.hidden_size = hiddenSize
        file.intermediate_size = intermediateSize
        file.num_hidden_layers = layerCount
        file.num_attention_heads = headCount
        file.num_key_value_heads = keyValueHeadCount
        file.head_dim = headDimension
        file.max_position_embeddings = contextLength
        file.rms_norm_eps = normEpsilon
        file.rope_theta = ropeTheta
        file.rope_scaling = ropeScaling == .none ? nil : rope
        file.rope_parameters = RopeParametersFile(all: rope)
        file.tie_word_embeddings = tiesEmbeddings
        file.bos_token_id = beginTokenID
        file.eos_token_id = endTokenIDs.isEmpty ? nil : TokenIDs(endTokenIDs)
        file.pad_token_id = padTokenID
        file.initializer_range = initializerRange
        file.torch_dtype = storage.torchName
        file.dtype = storage.torchName
        architecture.family.write(self, to: &file)
        return try file.json()
    }
}

/// One token id or a list of them, as `eos_token_id` has it.
struct TokenIDs: Codable, Equatable {
    var ids: [Int]

    init(_ ids: [Int]) { self.ids = ids }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let ids = (try? [container.decode(Int.self)]) ?? (try? container.decode([Int].self)) {
            self.ids = ids
            return
        }
        // What is a number, but not a whole one or far too large a one, is named.
        let numbers = (try? [container.decode(Double.self)]) ?? (try? container.decode([Double].self)) ?? []
        guard let number = numbers.first(where: { Int(exactly: $0) == nil }) else {
            throw DecodingError.typeMismatch(Int.self, .init(codingPath: decoder.codingPath, debugDescription: "no token's id"))
        }
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(number) is no token's id")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if ids.count == 1 { try container.encode(ids[0]) } else { try container.encode(ids) }
    }
}

func sortedJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    return data
}

/// A decoding error in words: which field, and what is wrong with it.
func decodingReason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String { path.isEmpty ? "the whole" : path.map(\.stringValue).joined(separator: ".") }
    return switch error {
    case DecodingError.typeMismatch(let type, let context): "\(place(context.codingPath)) is not of the type \(type)"
    case DecodingError.valueNotFound(let type, let context): "\(place(context.codingPath)) is null instead of \(type)"
    case DecodingError.keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
        "\(place(context.codingPath)): \(context.debugDescription)"
    default: "the file is not valid JSON"
    }
}
