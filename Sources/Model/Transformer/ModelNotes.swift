import Foundation

/// humpback.json: what Humpback knows about a model beyond what Hugging Face's files can say.
public struct ModelNotes: Sendable, Equatable, Codable {
    /// The roles it was trained for ("forward", "backward", "judge"); empty for a plain base model, which may play any.
    public var roles: [String]
    /// ISO 639-1 codes of the languages it was trained on; empty where nobody said.
    public var languages: [String]
    /// The fingerprint of the model it was trained from.
    public var base: String?
    /// What a person may want to know, by topic.
    public var notes: [String: String]

    public init(roles: [String] = [], languages: [String] = [], base: String? = nil, notes: [String: String] = [:]) {
        self.roles = roles
        self.languages = languages
        self.base = base
        self.notes = notes
    }

    /// Reads a humpback.json.
    public init(reading file: URL) throws(ModelError) {
        guard let json = FileManager.default.contents(atPath: file.path) else {
            throw .missingFile(path: file.path, advice: "Leave it out, or copy it again.")
        }
        try self.init(json: json, path: file.path)
    }

    init(json: Data, path: String) throws(ModelError) {
        do {
            self = try JSONDecoder().decode(ModelNotes.self, from: json)
        } catch {
            throw .malformed(path: path, reason: decodingReason(error))
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        roles = try container.decodeIfPresent([String].self, forKey: .roles) ?? []
        languages = try container.decodeIfPresent([String].self, forKey: .languages) ?? []
        base = try container.decodeIfPresent(String.self, forKey: .base)
        notes = try container.decodeIfPresent([String: String].self, forKey: .notes) ?? [:]
    }
}
