import Foundation
import Ground
import Inference
import Tokenization
import Transformer

/// What a person may want to know of a model, a line a fact.
enum ModelReport {
    private typealias Fact = (String, String)

    static func of(_ folder: ModelFolder) throws -> String {
        let shape = folder.configuration
        let checkpoint = try folder.checkpoint()
        let storages = checkpoint.storages
        let bytes = storages.reduce(0) { $0 + $1.bytes }
        let types = Set(storages.map(\.type)).sorted().joined(separator: ", ")
        let files = checkpoint.fileCount == 1 ? "one file" : "\(checkpoint.fileCount) files"
        var missing: [String] = []
        var facts: [Fact] = [(folder.ggufPaths == [folder.directory.path] ? "file" : "folder", folder.directory.relativePath)]
        facts += network(shape)
        facts.append(("parameters", "\(shape.parameterCount), stored as \(types) in \(files) of \(Figures.size(bytes))"))
        facts += memory(shape)
        facts.append(("roles", folder.notes.roles.isEmpty ? "none: a base model" : folder.notes.roles.joined(separator: ", ")))
        facts += tokenizer(folder, &missing)
        facts.append(("languages", folder.notes.languages.isEmpty ? "not said" : folder.notes.languages.joined(separator: ", ")))
        facts.append(("licence", folder.licence ?? "not said"))
        if folder.licence == nil {
            missing.append(
                folder.isGGUF ? "a licence (general.license)" : "a licence (in README.md, or as \"licence\" in humpback.json)")
        }
        if !folder.isGGUF, !FileManager.default.fileExists(atPath: folder.directory.appending(path: "generation_config.json").path) {
            missing.append("generation_config.json")
        }
        if folder.endTokenIDs.isEmpty { missing.append("a token that ends an answer (eos_token_id)") }
        facts.append(("base", folder.notes.base ?? "not said"))
        facts.append(("fingerprint", try folder.fingerprint()))
        facts += notes(folder.notes)
        facts.append(("missing", missing.isEmpty ? "nothing" : missing.joined(separator: "; ")))
        return text(facts)
    }

    static func ofAdapters(_ place: URL) throws -> String {
        let (settings, base) = try AdapterFolder.settings(directory: place)
        let found = (try? ModelFolder.base(ofAdapters: place))?.path
        // Their own notes, and what they lack of the base's where it is there.
        let folder = try? ModelFolder(directory: place)
        let notesPlace = place.appending(path: "humpback.json")
        let notes =
            try folder?.notes ?? (FileManager.default.fileExists(atPath: notesPlace.path) ? ModelNotes(reading: notesPlace) : ModelNotes())
        let scale = settings.isRankStabilized ? "alpha / √rank" : "alpha / rank"
        var facts: [Fact] = [
            ("folder", place.relativePath),
            ("adapters", "low-rank, rank \(settings.rank), alpha \(shortest(settings.alpha)), scale \(scale)"),
            ("matrices", settings.targets.map(\.rawValue).joined(separator: ", ")), ("base", base ?? "not said"),
            ("base's folder", found ?? "not found here"),
            ("roles", notes.roles.isEmpty ? "not said" : notes.roles.joined(separator: ", ")),
            ("languages", notes.languages.isEmpty ? "not said" : notes.languages.joined(separator: ", ")),
            ("licence", folder?.licence ?? notes.licence ?? "not said"),
        ]
        facts += self.notes(notes)
        facts.append(
            ("to use them", (found == nil ? "" : "--model \(place.relativePath), or ") + "humpback merge BASE \(place.relativePath) OUT"))
        return text(facts)
    }

    // MARK: - Parts

    /// What humpback.json says beside roles, languages, base and licence.
    private static func notes(_ notes: ModelNotes) -> [Fact] {
        let facts: [(String, String?)] = [
            ("prompts", notes.prompts), ("reads headings", notes.readsHeadings ? "yes" : nil), ("loss", notes.loss),
            ("trained by", notes.trainedBy), ("combination", notes.combination.map(combination)),
            ("with forward", notes.combinationWithForward.map(combination)),
            ("gain", notes.gain.map { "even odds at \(shortest($0.middle)) nats, e times better with each \(shortest($0.width)) more" }),
            ("temperature", notes.temperature.map(shortest)), ("no repeat", notes.noRepeat.map { "\($0) tokens" }),
            ("best of", notes.bestOf.map(String.init)),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func combination(_ found: SignalCombination) -> String {
        "of " + found.terms.map { "\($0.signal) (\(Figures.fixed($0.weight, 2)))" }.joined(separator: ", ")
            + (found.fittedTo == nil ? "; fitted to people's pairs against mismatched and spoilt ones" : "")
    }

    private static func network(_ shape: TransformerConfiguration) -> [Fact] {
        let layers = (0..<shape.layerCount).map(shape.attention)
        let windows = Set(layers.compactMap(\.window)).sorted().map(String.init).joined(separator: ", ")
        let windowed = layers.count { $0.window != nil }
        let unplaced = layers.count { $0.positions == .none }
        var context = "\(shape.contextLength) tokens"
        if windowed > 0 { context += "; \(windowed) of \(shape.layerCount) layers see the last \(windows)" }
        if unplaced > 0 { context += "; \(unplaced) layers without positions" }
        return [
            ("architecture", "\(shape.architecture.rawValue) (\(shape.architecture.modelType))"),
            ("layers", "\(shape.layerCount) of width \(shape.hiddenSize), feed-forward \(shape.intermediateSize)"),
            ("heads", "\(shape.headCount), keys and values \(shape.keyValueHeadCount), \(shape.headDimension) wide"),
            ("vocabulary", "\(shape.vocabularySize) tokens, head \(shape.tiesEmbeddings ? "tied to the embedding" : "of its own")"),
            ("context", context),
        ]
    }

    private static func memory(_ shape: TransformerConfiguration) -> [Fact] {
        let weights = Precision.allCases.map { "\(Figures.size(InferenceNetwork.memory(for: shape, precision: $0))) in \($0.rawValue)" }
        let cache = InferenceNetwork.cacheBytesPerToken(for: shape)
        return [
            (
                "memory",
                "weights \(weights.joined(separator: ", ")); \(Figures.size(1000 * cache)) a 1,000 tokens of context; "
                    + "to train all of it \(Figures.size(16 * shape.parameterCount)) and what a batch keeps"
            )
        ]
    }

    private static func tokenizer(_ folder: ModelFolder, _ missing: inout [String]) -> [Fact] {
        let words: Tokenizer
        do {
            words = try Tokenizer(directory: folder.tokenizerDirectory)
        } catch {
            missing.append("a tokenizer")
            return [("tokenizer", "\(error)")]
        }
        if words.vocabularySize > folder.configuration.vocabularySize {
            missing.append("\(words.vocabularySize - folder.configuration.vocabularySize) rows of the embedding for the tokenizer's tokens")
        }
        if words.chatTemplate == nil { missing.append("a chat template (the plain one is used)") }
        return self.words(words)
    }

    private static func words(_ words: Tokenizer) -> [Fact] {
        func name(_ token: Int32) -> String { words.decode([token], skippingSpecialTokens: false) }
        let special = [
            words.beginToken.map { "begins with \(name($0))" },
            words.endTokens.isEmpty ? nil : "ends with \(words.endTokens.map(name).joined(separator: " or "))",
            words.padToken.map { "pads with \(name($0))" },
        ].compactMap { $0 }
        let template = words.chatTemplate ?? .plain(for: words)
        let sample = [ChatMessage(.user, "How deep does a humpback dive?"), ChatMessage(.assistant, "To 200 metres.")]
        let rendered: String
        do {
            let text = try template.text(sample, addingGenerationPrompt: false, with: words)
            rendered = "\n" + text.split(separator: "\n", omittingEmptySubsequences: false).map { "  | " + $0 }.joined(separator: "\n")
        } catch {
            rendered = ": \(error)"
        }
        return [
            ("tokenizer", ([words.family, "\(words.vocabularySize) tokens"] + special).joined(separator: ", ")),
            ("template", (words.chatTemplate == nil ? "none, so the plain one" : "its own") + rendered),
        ]
    }

    private static func text(_ facts: [Fact]) -> String {
        let width = max(14, 2 + (facts.map(\.0.count).max() ?? 0))
        return facts.map { $0.0.padded(to: width) + $0.1 }.joined(separator: "\n") + "\n"
    }

}
