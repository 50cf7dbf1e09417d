import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct GGUFVocabularyTests {
    @Test(
        "gives the published tokens of llama.cpp's vocabularies", .enabled(if: SharedData.isPresent, "needs ../shared/data"),
        arguments: ["gpt-2", "starcoder", "deepseek-llm", "llama-spm", "phi-3"])
    func publishedTokens(name: String) throws {
        let place = try #require(SharedData.directory).appending(path: "tokenizers/llama.cpp-vocab/ggml-vocab-\(name).gguf")
        let tokenizer = try Tokenizer(gguf: GGUFHeader(Array(try Data(contentsOf: place))).vocabulary)
        for (text, tokens) in try VocabularyFixture(place).cases {
            #expect(tokenizer.encode(text) == tokens, "\(text.debugDescription)")
        }
    }

    @Test("writes the fields from which the same tokens come back", arguments: ["gpt2_with_digits", "llama3", "qwen2", "llama2", "gemma"])
    func roundTrip(name: String) throws {
        let golden = try Golden(name)
        let again = try Tokenizer(gguf: try golden.tokenizer.ggufVocabulary())
        // The format has no place for added tokens that must stand alone, nor for ignored merges as such.
        for item in golden.cases where !item.text.contains("[X]") && !item.text.contains("   ") {
            #expect(again.encode(item.text) == item.plain, "\(item.text.debugDescription)")
        }
    }

    @Test("a chat template beside a GGUF file wins over the file's own")
    func templateBeside() async throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../models/calf/base").standardized
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: models.path).first { $0.hasSuffix(".gguf") })
        try await withTemporaryDirectory { place in
            try FileManager.default.createSymbolicLink(
                at: place.appending(path: file), withDestinationURL: models.appending(path: file))
            let own = try Tokenizer(directory: place)
            try Data(#"{"chat_template": "{{ messages[0].content }}"}"#.utf8).write(to: place.appending(path: "tokenizer_config.json"))
            #expect(try Tokenizer(directory: place).chatTemplate?.source == "{{ messages[0].content }}")
            try Data("{{ bos_token }}".utf8).write(to: place.appending(path: "chat_template.jinja"))
            let other = try Tokenizer(directory: place)
            #expect(other.chatTemplate?.source == "{{ bos_token }}" && other.chatTemplate != own.chatTemplate)
            #expect(other.encode("A bridge.") == own.encode("A bridge.") && other.endTokens == own.endTokens)
        }
    }

    @Test("refuses fields that do not fit")
    func refuses() throws {
        for broken in [
            GGUFVocabulary(model: "bert", tokens: ["a"]), GGUFVocabulary(model: "gpt2", preTokenizer: "magic", tokens: ["a"]),
            GGUFVocabulary(model: "llama", tokens: ["a"]), GGUFVocabulary(model: "gpt2", tokens: ["a"], merges: ["a b"]),
            GGUFVocabulary(model: "gpt2", tokens: ["a"], kinds: [.normal, .control]),
        ] {
            #expect(throws: TokenizationError.self) { try Tokenizer(gguf: broken) }
        }
    }
}

/// As much of a GGUF file's header as holds the tokenizer.
private struct GGUFHeader {
    private let bytes: [UInt8]
    private var at = 24
    private var values: [String: Any] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        for _ in 0..<Int(number(at: 16, size: 8)) {
            let name = text()
            values[name] = value(kind: Int(take(4)))
        }
    }

    var vocabulary: GGUFVocabulary {
        func field<T>(_ name: String) -> T? { values["tokenizer.ggml.\(name)"] as? T }
        let kinds: [Int] = field("token_type") ?? []
        return GGUFVocabulary(
            model: field("model") ?? "", preTokenizer: field("pre") ?? "default", tokens: field("tokens") ?? [],
            kinds: kinds.compactMap { GGUFVocabulary.Kind(rawValue: $0) }, scores: field("scores") ?? [], merges: field("merges") ?? [],
            beginToken: field("bos_token_id"), endToken: field("eos_token_id"), addsBegin: field("add_bos_token"))
    }

    private func number(at place: Int, size: Int) -> UInt64 { (0..<size).reversed().reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) } }

    private mutating func take(_ size: Int) -> UInt64 {
        defer { at += size }
        return number(at: at, size: size)
    }

    private mutating func text() -> String {
        let count = Int(take(8))
        defer { at += count }
        return String(decoding: bytes[at..<at + count], as: UTF8.self)
    }

    private mutating func value(kind: Int) -> Any {
        switch kind {
        case 0, 1: return Int(take(1))
        case 7: return take(1) != 0
        case 2, 3: return Int(take(2))
        case 4, 5: return Int(take(4))
        case 6: return Float(bitPattern: UInt32(take(4)))
        case 8: return text()
        case 9:
            let (kind, count) = (Int(take(4)), Int(take(8)))
            switch kind {
            case 8: return (0..<count).map { _ in text() }
            case 6: return (0..<count).map { _ in Float(bitPattern: UInt32(take(4))) }
            default: return (0..<count).map { _ in Int(take(kind < 2 ? 1 : 4)) }
            }
        default: return Int(truncatingIfNeeded: take(8))
        }
    }
}
