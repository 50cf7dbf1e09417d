import LanguageModels
import Tokenization

/// Text to the token ids of a prompt and back, as one model has it.
struct PromptEncoder: Sendable {
    let tokenizer: Tokenizer
    private let template: ChatTemplate
    private let recent = RecentPrompts()

    init(tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        template = tokenizer.chatTemplate ?? .plain(for: tokenizer)
    }

    /// The prompt's tokens; nothing that turns or texts hold becomes a special token.
    func tokens(_ prompt: Prompt) throws -> [Int32] { try recent.tokens(of: prompt, encoded) }

    private func encoded(_ prompt: Prompt) throws -> [Int32] {
        switch prompt {
        case .chat(let messages):
            var turns = messages
            let begun = turns.last?.role == .assistant ? turns.popLast()?.content : nil
            let opened = try template.tokens(turns, addingGenerationPrompt: true, with: tokenizer).tokens
            return opened + (begun.map { tokenizer.encode($0) } ?? [])
        case .text(let text):
            return tokenizer.encode(text, parsingSpecialTokens: false, addingSpecialTokens: true)
        }
    }

    /// The tokens of what goes on behind a prompt. Behind plain text they are those of the running text, where the prompt's stay what they
    /// are: a tokenizer that writes a space before a text's first word writes none in its midst.
    func continuation(_ text: String, of prompt: Prompt, tokens before: [Int32]) throws -> [Int32] {
        if case .text(let told) = prompt {
            let whole = try tokens(.text(told + text))
            if whole.starts(with: before) { return Array(whole[before.count...]) }
        }
        return tokenizer.encode(text)
    }

    /// The text of sampled tokens. A character that was cut in the middle at the end is left out.
    func text(_ tokens: [Int32]) -> String {
        String(decoding: Self.withoutTornEnd(bytes(tokens)), as: UTF8.self)
    }

    func bytes(_ tokens: some Sequence<Int32>) -> [UInt8] {
        tokens.flatMap { tokenizer.isSpecial($0) ? [] : tokenizer.bytes(of: $0) }
    }

    /// The bytes up to an unfinished character at the end.
    static func withoutTornEnd(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.dropLast(back) : bytes[...]
        }
        return bytes[...]
    }
}

/// Looks for the texts that end an answer.
struct StopTexts: Sendable {
    private let texts: [[UInt8]]
    /// The bytes of the longest.
    let longest: Int

    init(_ texts: [String]) {
        self.texts = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
        longest = self.texts.map(\.count).max() ?? 0
    }

    var isEmpty: Bool { texts.isEmpty }

    /// Where the first of the texts begins, or nil.
    func first(in bytes: [UInt8]) -> Int? {
        bytes.indices.first { place in texts.contains { bytes[place...].starts(with: $0) } }
    }
}
