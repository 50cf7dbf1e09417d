import LanguageModels
import Records

/// The checks of an answer that a model made of a passage: what they object to, the original stands in place of.
///
/// They count words and know no model. What matters is that nothing is invented: at least so much of the answer's words come from the
/// passage, each word as often as the passage has it, and every number stands there or in the instruction.
struct RewriteCheck: Sendable {
    /// The least share of the answer's words that the passage has.
    var leastKept = Self.usualLeastKept

    static let usualLeastKept = 0.8
    /// Shorter ones are no answer that a passage of a page is worth.
    static let fewestWords = 8
    /// The least share of the passage's length: an answer of one sentence out of thirty throws away what was to be learned.
    static let leastLength = 0.15
    /// What stands in a stage's settings; it changes when a check does.
    static let version = "rewrite-checks-1"

    /// What a model wrote, as the checks look at it.
    struct Written {
        let text: String
        let words: [Substring]
        let isCutOff: Bool

        init(_ text: String, isCutOff: Bool = false) {
            self.text = text
            words = WrittenInstruction.words(text)
            self.isCutOff = isCutOff
        }
    }

    /// The first objection, or nil.
    func rejection(of written: Written, passage: String, instruction: String) -> Rejection? {
        let passageWords = WrittenInstruction.words(passage)
        if written.words.isEmpty { return Rejection("rewrite_empty", value: 0, threshold: .integer(Self.fewestWords)) }
        if written.isCutOff { return Rejection("rewrite_cut_off", value: "token limit", threshold: "end of turn") }
        if let line = written.text.split(whereSeparator: \.isNewline).first(where: { RewritePrompt.marks.contains(String($0)) }) {
            return Rejection("rewrite_leaks_prompt", value: .string(String(line)), threshold: "words of its own")
        }
        if let refusal = PhraseGuard.refusal(in: WrittenInstruction(written.text, about: passage)) {
            return Rejection("rewrite_refuses", value: refusal.value, threshold: "an answer")
        }
        if written.words == passageWords {
            return Rejection("rewrite_same", value: .integer(written.words.count), threshold: "other words than the passage's")
        }
        let fewest = max(Self.fewestWords, Int(Self.leastLength * Double(passageWords.count)))
        if written.words.count < fewest {
            return Rejection("rewrite_short", value: .integer(written.words.count), threshold: .integer(fewest))
        }
        let share = Self.keptShare(of: written.words, in: passageWords)
        guard share >= leastKept else {
            return Rejection("rewrite_ungrounded", value: .double(share), threshold: .double(leastKept))
        }
        if let number = inventedNumber(in: written.text, known: Set(passageWords + WrittenInstruction.words(instruction))) {
            return Rejection("rewrite_invents", value: .string(number), threshold: "a number of the passage")
        }
        if let circle = RepetitionGuard.circle(in: written.words), passageWords.firstRange(of: circle + circle) == nil {
            return Rejection("rewrite_repeats", value: .string(circle.joined(separator: " ")), threshold: "said once")
        }
        return nil
    }

    /// The share of words that the passage has too, each as often as it has it; three decimals.
    static func keptShare(of words: [Substring], in passage: [Substring]) -> Double {
        var left: [Substring: Int] = [:]
        for word in passage { left[word, default: 0] += 1 }
        let kept = words.count { word in
            guard let count = left[word], count > 0 else { return false }
            left[word] = count - 1
            return true
        }
        // Cut, not rounded: a share below the least never reads as the least.
        return words.isEmpty ? 0 : Double(kept * 1000 / words.count) / 1000
    }

    /// A number that nobody said, but for those that number the lines of a list.
    private func inventedNumber(in text: String, known: Set<Substring>) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            var rest = line.drop { $0.isWhitespace || "*_#-".contains($0) }
            let digits = rest.prefix(while: \.isNumber)
            if !digits.isEmpty, let mark = rest.dropFirst(digits.count).first, ".)".contains(mark),
                rest.dropFirst(digits.count + 1).first?.isNumber != true
            {
                rest = rest.dropFirst(digits.count + 1)
            }
            let words = WrittenInstruction.words(String(rest))
            if let number = words.first(where: { $0.contains(where: \.isNumber) && !known.contains($0) }) { return String(number) }
        }
        return nil
    }
}
