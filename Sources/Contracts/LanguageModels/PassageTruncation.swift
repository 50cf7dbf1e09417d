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
        let ends = SentenceEnds.offsets(in: text)
        var (fits, fails) = (0, ends.count)
        while fits < fails {
            let middle = (fits + fails) / 2
            if try await model.tokenCount(of: prompt(prefix(of: text, upTo: ends[middle]))) <= limit {
                fits = middle + 1
            } else {
                fails = middle
            }
        }
        guard fits > 0 else { throw Rejection("prompt_too_long", value: .integer(wholeCount), threshold: .integer(limit)) }
        let cut = prefix(of: text, upTo: ends[fits - 1])
        return Fitted(prompt: prompt(cut), text: cut, isTruncated: true)
    }

    private static func prefix(of text: String, upTo offset: Int) -> String { String(decoding: text.utf8.prefix(offset), as: UTF8.self) }
}
