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

    init(json: Data, path: String) throws(ModelError) {
        do {
            let file = try JSONDecoder().decode(GenerationFile.self, from: json)
            self.init(
                beginTokenID: file.bos_token_id, endTokenIDs: file.eos_token_id?.ids ?? [], padTokenID: file.pad_token_id,
                temperature: file.temperature, topP: file.top_p, topK: file.top_k)
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
    }

    func json() throws -> Data {
        try sortedJSON(
            GenerationFile(
                bos_token_id: beginTokenID, eos_token_id: endTokenIDs.isEmpty ? nil : TokenIDs(endTokenIDs), pad_token_id: padTokenID,
                temperature: temperature, top_p: topP, top_k: topK, do_sample: temperature == nil ? nil : true))
    }
}

// The names are the file's own.
// swift-format-ignore: AlwaysUseLowerCamelCase
private struct GenerationFile: Codable {
    var bos_token_id: Int?
    var eos_token_id: TokenIDs?
    var pad_token_id: Int?
    var temperature: Double?
    var top_p: Double?
    var top_k: Int?
    var do_sample: Bool?
}
