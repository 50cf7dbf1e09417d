import Ground
import Records

/// The one rule for a text that is too long for a model's context: it is cut behind the last sentence with which the whole prompt and
/// the tokens reserved for the answer still fit, and the record says so.
public enum PassageTruncation {
    /// A prompt that fits.
    public struct Fitted: Sendable {
        public let prompt: Prompt
        public let text: String
        public let isTruncated: Bool
    }

    /// The prompt around the text or around its longest beginning that fits, ending with a sentence.
    ///
    /// Throws the rejection `prompt_too_long` where not even the first sentence fits. Counts tokens of at most log2(sentences) + 1 prompts.
    public static func fit(
        _ text: String, in model: any LanguageModel, reserving newTokens: Int, prompt: @Sendable (String) -> Prompt
    ) async throws -> Fitted {
        let limit = model.card.contextLength - newTokens
        let whole = prompt(text)
        let wholeCount = try await model.tokenCount(of: whole)
        if wholeCount <= limit { return Fitted(prompt: whole, text: text, isTruncated: false) }
        var shorter = SentenceCut(of: text)
        while let candidate = shorter.candidate { shorter.note(try await model.tokenCount(of: prompt(candidate)) <= limit) }
        guard let cut = shorter.longest else {
            throw Rejection("prompt_too_long", value: .integer(wholeCount), threshold: .integer(limit))
        }
        return Fitted(prompt: prompt(cut), text: cut, isTruncated: true)
    }
}
