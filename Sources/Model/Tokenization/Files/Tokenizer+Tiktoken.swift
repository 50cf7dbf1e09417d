import Foundation
import Ground

extension Tokenizer {
    /// Reads a tiktoken rank file, such as Llama 3's tokenizer.model or qwen.tiktoken.
    /// - Parameter family: whose split pattern and special tokens it has; nil recognises the published files by their number of tokens.
    /// - Throws: `TokenizationError` for a file that is not a rank file, or of an unknown family.
    public init(tiktoken place: URL, family: TiktokenFamily? = nil) throws { try self.init(tiktoken: place, family: family, adding: []) }

    init(tiktoken place: URL, family: TiktokenFamily? = nil, adding added: [AddedToken]) throws {
        let tokens = try RankFile(try TokenizerSettings.read(place)).tokens
        guard let family = family ?? TiktokenFamily(ranks: tokens.count) else {
            throw TokenizationError.unsupported(
                part: "rank file", found: "with \(tokens.count) tokens",
                supported: "those of " + TiktokenFamily.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var writer = TokenizerWriter()
        writer.vocabulary = tokens.map { ByteAlphabet.token($0) }
        writer.merges = RankFile.merges(tokens)
        writer.ignoresMerges = true
        writer.isByteLevel(splittingBy: family.pattern)
        // Qwen normalizes before it splits; the others take text as it is.
        if family == .qwen { writer.normalizer = #"{"type": "NFC"}"# }
        for (index, name) in family.specialTokens.enumerated() {
            // Ids follow each other in a tokenizer.json, so that one without a token needs a name too.
            let id = tokens.count + index
            writer.added.append(AddedToken(id: Int32(id), content: name ?? "<|unused_\(id)|>"))
        }
        writer.add(added)
        var settings = TokenizerSettings()
        settings.isPresent = true
        settings.beginToken = family.begin
        settings.endToken = family.end
        if let begin = family.begin, let id = writer.added.first(where: { $0.content == begin })?.id {
            writer.begins(with: begin, id: Int(id))
        }
        self = try Tokenizer(json: writer.json, settings: settings)
    }

    /// Reads the two files of GPT-2: the vocabulary as JSON, and the merges, one a line.
    public init(vocabulary place: URL, merges: URL) throws { try self.init(vocabulary: place, merges: merges, isQwen: false, adding: []) }

    /// Reads such files of GPT-2's kind, or of Qwen 2's, which normalizes and splits in another way.
    init(vocabulary place: URL, merges: URL, isQwen: Bool, adding added: [AddedToken]) throws {
        let root = try JSONNode.reading(try TokenizerSettings.read(place))
        var writer = TokenizerWriter()
        var ids: [[UInt8]: Int] = [:]
        for field in root.object ?? [] {
            guard let id = field.value.integer, id >= 0 else {
                throw TokenizationError.malformed(part: "vocabulary", problem: "an id is not a number")
            }
            ids[Array(field.key)] = id
        }
        writer.vocabulary = Array(repeating: "", count: ids.count)
        for (token, id) in ids {
            guard id < ids.count else {
                throw TokenizationError.malformed(part: "vocabulary", problem: "the id \(id) lies beyond its \(ids.count) tokens")
            }
            writer.vocabulary[id] = String(decoding: token, as: UTF8.self)
        }
        for (number, line) in try TokenizerSettings.read(merges).split(separator: 0x0A).enumerated()
        where !line.starts(with: "#version".utf8) {
            let sides = line.split(separator: 0x20)
            guard sides.count == 2, let left = ids[Array(sides[0])], let right = ids[Array(sides[1])] else {
                throw TokenizationError.malformed(part: "merges", problem: "line \(number + 1) is not a pair of tokens of the vocabulary")
            }
            writer.merges.append((left, right))
        }
        writer.isByteLevel(splittingBy: (isQwen ? WordSplitter.llama3(digits: 1) : .gpt2).pattern)
        if isQwen { writer.normalizer = #"{"type": "NFC"}"# }
        writer.add(added)
        if writer.added.allSatisfy({ $0.content != "<|endoftext|>" }), let end = ids[Array("<|endoftext|>".utf8)] {
            writer.added.append(AddedToken(id: Int32(end), content: "<|endoftext|>"))
        }
        var settings = TokenizerSettings()
        settings.isPresent = true
        settings.endToken = "<|endoftext|>"
        self = try Tokenizer(json: writer.json, settings: settings)
    }
}
