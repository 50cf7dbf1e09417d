import Containers
import Foundation
import Ground

/// humpback.json: what Humpback knows about a model beyond what Hugging Face's files can say. It stands beside the weights, or beside
/// adapters, and every key may be left out:
///
/// | key | value | written by |
/// | --- | --- | --- |
/// | `roles` | any of "forward", "backward", "judge", "rewrite"; a plain base model has none, and may play any | `finetune` |
/// | `languages` | ISO 639-1 codes of what it was trained on | `finetune`, `pretrain` |
/// | `base` | the fingerprint of the model that it was trained from | `finetune`, `merge` |
/// | `licence` | the licence, or where its text is | `finetune`, from the base |
/// | `prompts` | the version of the wording that the role was learned in | `finetune` |
/// | `reads_headings` | true for a backward model that learned from prompts that name the page and the section | `finetune` |
/// | `loss` | what preferences were learned by | `finetune --loss` |
/// | `trained_by` | another program that trained it, with its version | what `export --trainer` wrote, `run --train-with` |
/// | `gain` | `middle` and `width` of a backward model's gain, in nats (see `Gain`) | `finetune`, fitted on held-out seeds |
/// | `combination` | how a backward model's signals make one probability (see `SignalCombination`) | `finetune`, fitted on held-out seeds |
/// | `combination_with_forward` | the same, with signals that a forward model measures | `finetune --forward` |
/// | `temperature` | what `augment` and `generate` sample at, from 0 to 10 | by hand |
/// | `no_repeat` | the least run of tokens that an answer does not say twice, at least 2 | by hand |
/// | `best_of` | how many answers `generate` samples for one to be given, at least 1 | by hand |
///
/// An unknown key, a value of another type and a number out of range are errors that name the key: a misspelt setting that does nothing
/// is worse than none.
public struct ModelNotes: Sendable, Equatable {
    public var roles: [String]
    public var languages: [String]
    public var base: String?
    public var licence: String?
    public var prompts: String?
    public var readsHeadings = false
    public var loss: String?
    public var trainedBy: String?
    public var gain: Gain?
    public var combination: SignalCombination?
    public var combinationWithForward: SignalCombination?
    public var temperature: Double?
    public var noRepeat: Int?
    public var bestOf: Int?

    /// How the gain of a backward model tells whether instruction and text belong together: as likely as not where it is `middle` nats, and
    /// e times likelier with each `width` more.
    public struct Gain: Sendable, Equatable, Codable {
        public var middle: Double
        /// Above 0.
        public var width: Double

        public init(middle: Double, width: Double) {
            self.middle = middle
            self.width = width
        }
    }

    public init(roles: [String] = [], languages: [String] = [], base: String? = nil) {
        self.roles = roles
        self.languages = languages
        self.base = base
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
        } catch let error as BadNote {
            throw .badNote(path: path, reason: error.reason)
        } catch {
            throw .badNote(path: path, reason: decodingReason(error))
        }
    }

    /// Writes the notes as humpback.json into a folder.
    public func write(to folder: URL) throws(ModelError) {
        let place = folder.appending(path: ModelFolder.notesName)
        let content: Data
        do { content = try sortedJSON(self) } catch { throw .cannotWrite(path: place.path, reason: "\(error)") }
        try ModelError.writing(place) { try $0.write(content) }
    }
}

// MARK: - The file

extension ModelNotes: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case roles, languages, base, licence, prompts, loss, gain, combination, temperature
        case combinationWithForward = "combination_with_forward"
        case readsHeadings = "reads_headings"
        case trainedBy = "trained_by"
        case noRepeat = "no_repeat"
        case bestOf = "best_of"
    }

    /// A key of the file, known or not.
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// What is wrong with a value that has the right type, or with a key.
    private struct BadNote: Error { let reason: String }

    private static let knownRoles = ["forward", "backward", "judge", "rewrite"]

    public init(from decoder: any Decoder) throws {
        try Self.refuseUnknown(decoder, known: CodingKeys.allCases.map(\.rawValue), in: "")
        let file = try decoder.container(keyedBy: CodingKeys.self)
        roles = try file.decodeIfPresent([String].self, forKey: .roles) ?? []
        languages = try file.decodeIfPresent([String].self, forKey: .languages) ?? []
        base = try file.decodeIfPresent(String.self, forKey: .base)
        licence = try file.decodeIfPresent(String.self, forKey: .licence)
        prompts = try file.decodeIfPresent(String.self, forKey: .prompts)
        readsHeadings = try file.decodeIfPresent(Bool.self, forKey: .readsHeadings) ?? false
        loss = try file.decodeIfPresent(String.self, forKey: .loss)
        trainedBy = try file.decodeIfPresent(String.self, forKey: .trainedBy)
        if file.contains(.gain) { try Self.refuseUnknown(file.superDecoder(forKey: .gain), known: ["middle", "width"], in: "gain.") }
        gain = try file.decodeIfPresent(Gain.self, forKey: .gain)
        combination = try Self.combination(.combination, in: file)
        combinationWithForward = try Self.combination(.combinationWithForward, in: file)
        temperature = try file.decodeIfPresent(Double.self, forKey: .temperature)
        noRepeat = try Self.whole(.noRepeat, in: file)
        bestOf = try Self.whole(.bestOf, in: file)
        try check()
    }

    public func encode(to encoder: any Encoder) throws {
        var file = encoder.container(keyedBy: CodingKeys.self)
        try file.encode(roles, forKey: .roles)
        try file.encode(languages, forKey: .languages)
        try file.encodeIfPresent(base, forKey: .base)
        try file.encodeIfPresent(licence, forKey: .licence)
        try file.encodeIfPresent(prompts, forKey: .prompts)
        if readsHeadings { try file.encode(true, forKey: .readsHeadings) }
        try file.encodeIfPresent(loss, forKey: .loss)
        try file.encodeIfPresent(trainedBy, forKey: .trainedBy)
        try file.encodeIfPresent(gain, forKey: .gain)
        try file.encodeIfPresent(combination, forKey: .combination)
        try file.encodeIfPresent(combinationWithForward, forKey: .combinationWithForward)
        try file.encodeIfPresent(temperature, forKey: .temperature)
        try file.encodeIfPresent(noRepeat, forKey: .noRepeat)
        try file.encodeIfPresent(bestOf, forKey: .bestOf)
    }

    private static func refuseUnknown(_ decoder: any Decoder, known: [String], in place: String) throws {
        let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        guard let unknown = keys.sorted().first(where: { !known.contains($0) }) else { return }
        let meant = nearestName(to: unknown, among: known).map { "; \(place)\($0) is the nearest" } ?? ""
        throw BadNote(reason: "there is no key \(place)\(unknown)\(meant) (known: \(known.sorted().joined(separator: ", ")))")
    }

    private static func combination(_ key: CodingKeys, in file: KeyedDecodingContainer<CodingKeys>) throws -> SignalCombination? {
        guard file.contains(key) else { return nil }
        let known = SignalCombination.CodingKeys.allCases.map(\.rawValue)
        try refuseUnknown(file.superDecoder(forKey: key), known: known, in: "\(key.rawValue).")
        let fields = try file.nestedContainer(keyedBy: AnyKey.self, forKey: key)
        let place = AnyKey(stringValue: SignalCombination.CodingKeys.terms.rawValue)
        if fields.contains(place) {
            var terms = try fields.nestedUnkeyedContainer(forKey: place)
            while !terms.isAtEnd {
                try refuseUnknown(
                    terms.superDecoder(), known: ["signal", "weight", "mean", "scale"], in: "\(key.rawValue).\(place.stringValue).")
            }
        }
        return try file.decode(SignalCombination.self, forKey: key)
    }

    /// A whole number; of one that is none the decoder would say that the file is no JSON.
    private static func whole(_ key: CodingKeys, in file: KeyedDecodingContainer<CodingKeys>) throws -> Int? {
        guard let number = try file.decodeIfPresent(Double.self, forKey: key) else { return nil }
        guard let whole = Int(exactly: number) else { throw BadNote(reason: "\(key.rawValue) is \(number), not a whole number") }
        return whole
    }

    private func check() throws {
        func require(_ holds: Bool, _ key: CodingKeys, _ reason: String) throws {
            if !holds { throw BadNote(reason: "\(key.rawValue) \(reason)") }
        }
        for role in roles {
            let known = Self.knownRoles
            try require(known.contains(role), .roles, "names \(role), which is none of \(known.joined(separator: ", "))")
        }
        if let gain {
            try require((0.001...1e6).contains(gain.width), .gain, "has a width of \(gain.width), not from 0.001 to a million")
            try require((-1e6...1e6).contains(gain.middle), .gain, "has a middle of \(gain.middle), not within a million")
        }
        let combinations = [(CodingKeys.combination, combination), (.combinationWithForward, combinationWithForward)]
        for (key, combination) in combinations.compactMap({ key, found in found.map { (key, $0) } }) {
            for term in combination.terms {
                try require(
                    term.scale > 0 && [term.scale, term.weight, term.mean].allSatisfy { abs($0) <= 1e9 }, key,
                    "has a term of \(term.signal) with a scale of \(term.scale), not above 0, or a number beyond a billion")
            }
            try require(abs(combination.intercept) <= 1e9, key, "has an intercept of \(combination.intercept)")
            try require(Set(combination.terms.map(\.signal)).count == combination.terms.count, key, "has two terms of one signal")
            let fit = combination.fittedTo ?? SignalCombination.ownSamples
            try require(fit == SignalCombination.ownSamples, key, "is fitted to \(fit), which this version does not know")
        }
        if let temperature { try require((0...10).contains(temperature), .temperature, "is \(temperature), not from 0 to 10") }
        if let noRepeat { try require((2...1_000_000).contains(noRepeat), .noRepeat, "is \(noRepeat), not from 2 to a million") }
        if let bestOf { try require((1...256).contains(bestOf), .bestOf, "is \(bestOf), not from 1 to 256") }
    }
}
