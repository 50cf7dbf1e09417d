import Records

/// Drops what says the passage again instead of asking for it: no question, and either a sentence of the passage from its first word on,
/// or a statement made of hardly any words but the passage's.
///
/// A question may be made of the passage's words: answers often repeat what they answer. So may an instruction behind its verb ("Name five
/// teams in the state of New York"), which is why a copy counts from the first word. Of 8,449 instructions of people it would drop six.
enum EchoGuard {
    /// The share of the instruction that the copy makes up, from the first word on.
    static let leastCopied = 0.8
    /// The share of a statement's words that the passage has.
    static let leastShared = 0.9
    /// Shorter ones are names and phrases, which a passage and an instruction may well share.
    static let fewestWords = 8

    static func rejection(of written: WrittenInstruction) -> Rejection? {
        let words = written.words
        guard !written.isQuestion, words.count >= fewestWords else { return nil }
        let passage = WrittenInstruction.words(written.passage)
        let copied = longestBeginning(of: words, in: passage)
        if copied >= fewestWords, Double(copied) >= leastCopied * Double(words.count) { return echo(copied, of: words.count, leastCopied) }
        guard let last = written.text.last, ".。!！".contains(last), !written.text.contains(where: { ":：\n".contains($0) }) else {
            return nil
        }
        let known = Set(passage)
        let shared = words.count { known.contains($0) }
        return Double(shared) >= leastShared * Double(words.count) ? echo(shared, of: words.count, leastShared) : nil
    }

    private static func echo(_ words: Int, of all: Int, _ threshold: Double) -> Rejection {
        Rejection("instruction_echo", value: .double((Double(words) / Double(all) * 1000).rounded() / 1000), threshold: .double(threshold))
    }

    /// The length of the longest beginning of `words` that stands in `passage` as it is.
    static func longestBeginning(of words: [Substring], in passage: [Substring]) -> Int {
        passage.indices.map { place in zip(words, passage[place...]).prefix { $0 == $1 }.count }.max() ?? 0
    }
}
