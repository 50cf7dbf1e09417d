/// What a model thinks aloud before it answers, which local models and some servers hand over as a part of the answer.
public struct ThoughtBlock: Equatable, Sendable {
    /// What is said behind the thoughts; nil where the answer was cut within them.
    public let answer: String?
    public let hasThoughts: Bool

    /// Pairs of marks by the families that write them: DeepSeek, Qwen and most others; Cohere; Mistral; Kimi; Seed; Gemma; GPT-OSS.
    private static let marks: [(opening: String, closing: String)] = [
        ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"), ("<reasoning>", "</reasoning>"),
        ("<|START_THINKING|>", "<|END_THINKING|>"), ("[THINK]", "[/THINK]"), ("◁think▷", "◁/think▷"), ("<seed:think>", "</seed:think>"),
        ("<|channel>thought", "<channel|>"), ("<|channel|>analysis", "<|channel|>final<|message|>"),
    ]

    /// Looks for marks at the beginning alone: further on they are what the answer is about.
    public init(_ text: String) {
        let said = text.drop(while: \.isWhitespace)
        for (opening, closing) in Self.marks where said.hasPrefix(opening) {
            hasThoughts = true
            answer = said.firstRange(of: closing).map { Self.beginning(said[$0.upperBound...]) }
            return
        }
        // Some templates open the thoughts in the prompt, and the answer holds their end alone, on a line of its own.
        for (opening, closing) in Self.marks {
            guard let end = said.firstRange(of: closing), !said[..<end.lowerBound].contains(opening),
                said[..<end.lowerBound].last.map(\.isNewline) ?? true, said[end.upperBound...].first.map(\.isNewline) ?? true
            else { continue }
            hasThoughts = true
            answer = Self.beginning(said[end.upperBound...])
            return
        }
        hasThoughts = false
        answer = text
    }

    /// Whether a token opens thoughts: a model that begins with it says its answer later.
    public static func isOpened(by token: String) -> Bool {
        let token = token.trimmingPrefix(while: \.isWhitespace)
        return token.count > 1 && marks.contains { $0.opening.hasPrefix(token) || token.hasPrefix($0.opening) }
    }

    private static func beginning(_ text: Substring) -> String { String(text.drop(while: \.isWhitespace)) }
}
