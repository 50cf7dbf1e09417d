import LanguageModels
import Records

/// Which predicted instructions are worth a judge's time.
///
/// The paper filters nothing here; the length bounds are those a reproduction used after the fact (10 to 800 characters, FACTS of
/// Spico197/Humpback), and an instruction that copies the passage is of no use as a request.
public struct InstructionFilter: Sendable, Equatable {
    public var minimumCharacters: Int
    public var maximumCharacters: Int
    /// An instruction that shares this many running words with the passage is an echo; 0 switches the rule off.
    public var echoWords: Int

    public init(minimumCharacters: Int = 10, maximumCharacters: Int = 800, echoWords: Int = 8) {
        self.minimumCharacters = minimumCharacters
        self.maximumCharacters = maximumCharacters
        self.echoWords = echoWords
    }

    var fingerprint: String {
        "repeats 3 quotes pointing 3 \(minimumCharacters) \(maximumCharacters) \(echoWords)"
    }

    /// The model's words without surrounding white space.
    static func cleaned(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    /// Why the instruction does not pass, or nil.
    ///
    /// - Parameter said: what the model said, and how it ended.
    func rejection(of instruction: String, output: String, said completion: Completion) -> Rejection? {
        let length = instruction.unicodeScalars.count
        if instruction.isEmpty { return Rejection("instruction_empty", value: 0, threshold: .integer(minimumCharacters)) }
        if completion.end == .length { return Rejection("instruction_unfinished", value: "token limit", threshold: "end of turn") }
        if length < minimumCharacters {
            return Rejection("instruction_short", value: .integer(length), threshold: .integer(minimumCharacters))
        }
        if length > maximumCharacters {
            return Rejection("instruction_long", value: .integer(length), threshold: .integer(maximumCharacters))
        }
        let said = Self.words(instruction)
        let quotes = instruction.count { $0 == "\"" }
        if !quotes.isMultiple(of: 2) { return Rejection("instruction_open_quote", value: .integer(quotes), threshold: "an even number") }
        if let repeated = Self.repetition(in: said) {
            return Rejection("instruction_repeats", value: .string(repeated), threshold: "said once")
        }
        if let words = Self.pointing(in: instruction) {
            return Rejection("instruction_points_elsewhere", value: .string(words), threshold: "a request that stands by itself")
        }
        if echoWords > 0 {
            let run = Self.longestSharedRun(of: said, in: Self.words(output), stoppingAt: echoWords)
            if run >= echoWords { return Rejection("instruction_echo", value: .integer(run), threshold: .integer(echoWords)) }
        }
        return nil
    }

    static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }
    }

    /// One to six words that stand again right behind themselves, or behind a joining word ("the difference between an oar and an oar")
    /// or a possessive one's s ("the moon's moon"), articles apart: a model going round in a circle. Of 12,000 requests written by people
    /// (Dolly) 0.8 % have such words, of a small model's 15 %.
    static func repetition(in words: [Substring]) -> String? {
        let words = words.filter { !articles.contains(String($0)) }
        for start in words.indices where words[start].count > 1 {
            for length in 1...6 where start + 2 * length <= words.count {
                let run = words[start..<start + length]
                let next = start + length
                let isJoined = words[start].count > 2 && joining.contains(String(words[next])) && next + 1 + length <= words.count
                if run.elementsEqual(words[next..<next + length])
                    || isJoined && run.elementsEqual(words[next + 1..<next + 1 + length])
                {
                    return run.joined(separator: " ")
                }
            }
        }
        return nil
    }

    /// Not "to", "by" and "on": people go from day to day, step by step. "s" is a possessive's.
    private static let joining: Set<String> = [
        "s", "and", "or", "of", "with", "than", "in", "for", "from", "at", "is", "are", "und", "oder", "von", "mit", "als", "aus", "ist",
        "sind",
    ]
    private static let articles: Set<String> = ["a", "an", "the", "der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem"]

    /// Words that point at a text or a list that the request does not hold ("the following" with nothing behind it); nil where there are none.
    static func pointing(in instruction: String) -> String? {
        let small = instruction.lowercased()
        return pointers.first { words in
            guard let place = small.firstRange(of: words) else { return false }
            let rest = small[place.upperBound...]
            return rest.first?.isLetter != true && !rest.contains { ",:\n".contains($0) }
        }
    }

    private static let pointers = [
        "the following", "the passage", "this passage", "the paragraph", "this paragraph", "this text", "this article", "this list",
    ]

    /// The length of the longest run of words of `short` that stands in `long`, counted up to `limit`.
    static func longestSharedRun(of short: [Substring], in long: [Substring], stoppingAt limit: Int) -> Int {
        var places = [Substring: [Int]]()
        for (index, word) in long.enumerated() { places[word, default: []].append(index) }
        var longest = 0
        for start in short.indices where short.count - start > longest {
            for place in places[short[start]] ?? [] {
                var run = 1
                while run < limit, start + run < short.count, place + run < long.count, short[start + run] == long[place + run] { run += 1 }
                longest = max(longest, run)
                if longest >= limit { return longest }
            }
        }
        return longest
    }
}
