import Foundation

/// generation_config.json: how the model's makers want it sampled, and which tokens end an answer.
public struct GenerationConfiguration: Sendable, Equatable {
    public var beginTokenID: Int?
    public var endTokenIDs: [Int]
    public var padTokenID: Int?
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?

    public init(
        beginTokenID: Int? = nil, endTokenIDs: [Int] = [], padTokenID: Int? = nil, temperature: Double? = nil, topP: Double? = nil,
        topK: Int? = nil
    ) {
        self.beginTokenID = beginTokenID
        self.endTokenIDs = endTokenIDs
        self.padTokenID = padTokenID
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
    }

    /// - Throws: `ModelError.malformed` that names the key and its value, for the ids of tokens that the vocabulary does not have too.
    init(json: Data, path: String, vocabularySize: Int) throws(ModelError) {
        do {
            let file = try JSONDecoder().decode(GenerationFile.self, from: json)
            self.init(
                beginTokenID: file.bos_token_id?.ids.first, endTokenIDs: file.eos_token_id?.ids ?? [],
                // Minus one stands for none in files of old.
                padTokenID: file.pad_token_id?.ids.first.flatMap { $0 == -1 ? nil : $0 },
                temperature: file.temperature, topP: file.top_p, topK: file.top_k)
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
        let ids =
            endTokenIDs.map { ("eos_token_id", $0) }
            + [("bos_token_id", beginTokenID), ("pad_token_id", padTokenID)].compactMap { key, id in id.map { (key, $0) } }
        for (key, id) in ids where !(0..<vocabularySize).contains(id) {
            throw .malformed(path: path, reason: "\(key) is \(id), outside the vocabulary of \(vocabularySize)")
        }
    }

    func json() throws -> Data {
        try sortedJSON(
            GenerationFile(
                bos_token_id: beginTokenID.map { TokenIDs([$0]) }, eos_token_id: endTokenIDs.isEmpty ? nil : TokenIDs(endTokenIDs),
                pad_token_id: padTokenID.map { TokenIDs([$0]) }, temperature: temperature, top_p: topP, top_k: topK,
                do_sample: temperature == nil ? nil : true))
    }
}

// The names are the file's own.
// swift-format-ignore: AlwaysUseLowerCamelCase
private struct GenerationFile: Codable {
    var bos_token_id: TokenIDs?
    var eos_token_id: TokenIDs?
    var pad_token_id: TokenIDs?
    var temperature: Double?
    var top_p: Double?
    var top_k: Int?
    var do_sample: Bool?
}
