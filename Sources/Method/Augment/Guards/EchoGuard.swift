import Records

/// Drops what says the passage again instead of asking for it: no question, and either a sentence of the passage from its first word on, as it
/// is or with a word or two changed, or a statement made of hardly any words but the passage's. What follows a question or a first line is
/// such a copy too, when it is long.
///
/// A question may be made of the passage's words: answers often repeat what they answer. So may an instruction behind its verb ("Name five
/// teams in the state of New York"), which is why a copy counts from the first word. Of 8,449 instructions of people it would drop eight.
enum EchoGuard {
    /// The share of the instruction that the copy makes up, from the first word on.
    static let leastCopied = 0.8
    /// The share of the words that run along the passage in a copy that is not word for word.
    static let leastNear = 0.9
    /// The share of a statement's words that the passage has.
    static let leastShared = 0.9
    /// Shorter ones are names and phrases, which a passage and an instruction may well share.
    static let fewestWords = 8
    /// Words that a copy may have too many, too few or changed, where it is long enough for them.
    static let mostChanged = 2
    /// Behind a question or a first line people list what they ask about, and the answer may list it again; that is shorter.
    static let fewestFollowing = 16

    static func rejection(of written: WrittenInstruction) -> Rejection? {
        let words = written.words
        guard words.count >= fewestWords else { return nil }
        let passage = WrittenInstruction.words(written.passage)
        for part in following(written.text) {
            let words = WrittenInstruction.words(part)
            if words.count >= fewestFollowing, let same = nearlyCopied(words, in: passage) { return echo(same, of: words.count, leastNear) }
        }
        guard !written.isQuestion else { return nil }
        let copied = longestBeginning(of: words, in: passage)
        if copied >= fewestWords, Double(copied) >= leastCopied * Double(words.count) { return echo(copied, of: words.count, leastCopied) }
        if let same = nearlyCopied(words, in: passage) { return echo(same, of: words.count, leastNear) }
        guard let last = written.text.last, ".。!！".contains(last), !written.text.contains(where: { ":：\n".contains($0) }) else {
            return nil
        }
        let known = Set(passage)
        let shared = words.count { known.contains($0) }
        return Double(shared) >= leastShared * Double(words.count) ? echo(shared, of: words.count, leastShared) : nil
    }

    /// What stands behind the last question and what stands behind the first line.
    private static func following(_ text: String) -> [String] {
        let question = text.lastIndex { "?？؟".contains($0) }
        let line = text.firstIndex(where: \.isNewline)
        return [question, line].compactMap { place in place.map { String(text[text.index(after: $0)...]) } }
    }

    /// How many of `words` run along the passage from a place where their first word stands, when hardly any word differs; nil when more do.
    static func nearlyCopied(_ words: [Substring], in passage: [Substring]) -> Int? {
        let most = min(mostChanged, Int((1 - leastNear) * Double(words.count) + 1e-9))
        guard most > 0, let first = words.first else { return nil }
        let fewest = passage.indices.lazy.filter { passage[$0] == first }
            .compactMap { changes(from: words, toBeginningOf: passage[$0...].prefix(words.count + most), most: most) }.min()
        return fewest.map { words.count - $0 }
    }

    /// The fewest words to add, leave out or change that make `words` a beginning of `passage`; nil when it takes more than `most`.
    private static func changes(from words: [Substring], toBeginningOf passage: ArraySlice<Substring>, most: Int) -> Int? {
        var row = Array(0...passage.count)
        for (place, word) in words.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in passage.enumerated() {
                let changed = diagonal + (word == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
            }
            if row.allSatisfy({ $0 > most }) { return nil }
        }
        return row.min().flatMap { $0 <= most ? $0 : nil }
    }

    private static func echo(_ words: Int, of all: Int, _ threshold: Double) -> Rejection {
        Rejection("instruction_echo", value: .double((Double(words) / Double(all) * 1000).rounded() / 1000), threshold: .double(threshold))
    }

    /// The length of the longest beginning of `words` that stands in `passage` as it is.
    static func longestBeginning(of words: [Substring], in passage: [Substring]) -> Int {
        passage.indices.map { place in zip(words, passage[place...]).prefix { $0 == $1 }.count }.max() ?? 0
    }
}
