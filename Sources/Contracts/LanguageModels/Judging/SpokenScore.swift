import Records

/// The score in what a judge says in words: one number on the rubric's scale, or the reason why there is none.
///
/// A score stands behind its label ("Score: 4", "**Bewertung:** 4,5", "The score is 4."), wherever reasons stand; where nothing has a label,
/// on a line of its own ("4", "4/5", "4 out of 5"). Numbers among the reasons are none, nor are numbers in words, ranges ("3-4") and powers
/// ("1e3"). Two scores that differ are none either: which one was meant is not ours to guess.
public enum SpokenScore {
    /// The reasons for which an answer gives no score.
    public static let reasons: Set = ["score_unreadable", "score_ambiguous", "score_out_of_range", "score_of_other_scale", "answer_cut"]

    /// Reads a score, whole or with a fraction, from `scale.lowerBound` to `scale.upperBound`.
    ///
    /// - Parameter isCut: whether a limit ended the answer; only whole lines count then, since what follows a digit may belong to it.
    public static func read(_ text: String, scale: ClosedRange<Int> = 1...5, isCut: Bool = false) throws(Rejection) -> Double {
        let quoted = String(text.prefix(longestQuotation))
        func cut() -> Rejection { Rejection("answer_cut", value: .string(quoted), threshold: "a score before the cut") }
        guard let answer = ThoughtBlock(text).answer else { throw cut() }
        var lines = answer.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        if isCut { lines = lines.dropLast() }
        let plain = lines.map { Self.plain($0) }
        let labelled = plain.flatMap { labelledValues(in: $0, on: scale) }
        let found = labelled.contains { $0 != .nothing } ? labelled : plain.map { bareValue($0, on: scale) }
        var scores: Set<Double> = []
        for value in found {
            switch value {
            case .score(let score): scores.insert(score)
            case .refused(let reason): throw Rejection(reason, value: .string(quoted), threshold: .string(named(scale)))
            case .nothing: break
            }
        }
        guard let score = scores.first else {
            throw isCut ? cut() : Rejection("score_unreadable", value: .string(quoted), threshold: .string(named(scale)))
        }
        guard scores.count == 1 else { throw Rejection("score_ambiguous", value: .string(quoted), threshold: "one score") }
        return score
    }

    private static let longestQuotation = 300
    private static func named(_ scale: ClosedRange<Int>) -> String { "a score from \(scale.lowerBound) to \(scale.upperBound)" }

    /// What stands in a place where a score may stand.
    private enum Value: Equatable {
        case score(Double)
        case refused(String)
        case nothing
    }

    /// A line in small letters, without what makes it bold, a heading, a quotation or an item of a list.
    private static func plain(_ line: Substring) -> Substring {
        let small = line.lowercased().filter { !"*_`#\"“”„'’\\$".contains($0) }.map { $0 == "：" ? ":" : $0 }
        var rest = String(small)[...].drop { $0.isWhitespace || ">•".contains($0) }
        if rest.hasPrefix("- "), rest.dropFirst(2).first?.isLetter == true { rest = rest.dropFirst(2) }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return rest
    }

    // MARK: - Behind a label

    private static let labels = [
        "score", "rating", "points", "grade", "total", "bewertung", "gesamtbewertung", "wertung", "punktzahl", "punkte", "note",
        "gesamtnote",
    ]
    /// What may stand between the beginning of a sentence and a label.
    private static let qualifiers: Set<Substring> = [
        "the", "my", "final", "overall", "total", "so", "therefore", "thus", "hence", "this", "answers", "die", "meine", "der",
        "endgültige",
        "finale", "gesamte", "daher", "also", "somit",
    ]
    private static let verbs = [":", "=", "is ", "of ", "ist ", "lautet ", "beträgt ", "von "]

    private static func labelledValues(in line: Substring, on scale: ClosedRange<Int>) -> [Value] {
        var values: [Value] = []
        for label in labels {
            for place in line.ranges(of: label) where isLabel(place, in: line) {
                var rest = line[place.upperBound...].drop(while: \.isWhitespace)
                if rest.first == "(", let end = rest.firstIndex(of: ")") {
                    rest = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
                }
                guard let verb = verbs.first(where: rest.hasPrefix) else { continue }
                values.append(value(rest.dropFirst(verb.count), on: scale, isWhole: false))
            }
        }
        return values
    }

    /// Whether a label begins a sentence, but for words that qualify it, and ends where its word ends.
    private static func isLabel(_ place: Range<Substring.Index>, in line: Substring) -> Bool {
        if place.upperBound < line.endIndex, line[place.upperBound].isLetter || line[place.upperBound].isNumber { return false }
        let before = line[..<place.lowerBound]
        if let last = before.last, last.isLetter || last.isNumber { return false }
        let sentence = before.lastIndex { ".!?;:,({[—".contains($0) }.map { before[before.index(after: $0)...] } ?? before
        return sentence.split(whereSeparator: \.isWhitespace).allSatisfy(qualifiers.contains)
    }

    // MARK: - A number

    private static func bareValue(_ line: Substring, on scale: ClosedRange<Int>) -> Value { value(line, on: scale, isWhole: true) }

    private static let denominators = ["/", "out of ", "of ", "von ", "aus "]
    private static let connectors = ["-", "–", "—", "~", "to ", "or ", "and ", "bis ", "oder ", "und ", ",", "/", "."]
    private static let units: Set = ["point", "points", "star", "stars", "punkt", "punkte", "punkten", "stern", "sterne", "sternen"]

    /// The number that a text begins with.
    ///
    /// - Parameter isWhole: whether nothing but that number may stand there.
    private static func value(_ text: Substring, on scale: ClosedRange<Int>, isWhole: Bool) -> Value {
        var rest = text.drop(while: \.isWhitespace)
        let isNegative = rest.first.map { "-−–".contains($0) } ?? false
        if isNegative { rest = rest.dropFirst() }
        guard let number = takeNumber(&rest) else { return .nothing }
        var isOfOtherScale = false
        var behind = rest.drop(while: \.isWhitespace)
        if let word = denominators.first(where: behind.hasPrefix) {
            var denominator = behind.dropFirst(word.count).drop(while: \.isWhitespace)
            if let most = takeNumber(&denominator) {
                isOfOtherScale = most != Double(scale.upperBound)
                rest = denominator
                behind = rest.drop(while: \.isWhitespace)
            }
        }
        if let word = connectors.first(where: behind.hasPrefix), behind.dropFirst(word.count).first(where: { $0 != " " })?.isNumber == true,
            !(isWhole == false && ",.".contains(word) && behind.dropFirst(word.count).first == " ")
        {
            return .refused("score_ambiguous")
        }
        if isWhole {
            let end = behind.last == "." ? behind.dropLast() : behind
            guard end.isEmpty || units.contains(String(end)) else { return .nothing }
        } else if let next = rest.first, !next.isWhitespace, !".,;:!?)]}-–—".contains(next) {
            return .nothing
        }
        if isOfOtherScale { return .refused("score_of_other_scale") }
        let isInRange = !isNegative && number >= Double(scale.lowerBound) && number <= Double(scale.upperBound)
        return isInRange ? .score(number) : .refused("score_out_of_range")
    }

    /// Takes a number off: digits, and behind a point or a comma more digits.
    private static func takeNumber(_ rest: inout Substring) -> Double? {
        func digits(_ text: Substring) -> Substring { text.prefix { $0.isASCII && $0.isNumber } }
        let whole = digits(rest)
        guard !whole.isEmpty else { return nil }
        rest = rest.dropFirst(whole.count)
        guard let mark = rest.first, ".,".contains(mark), case let fraction = digits(rest.dropFirst()), !fraction.isEmpty else {
            return Double(whole)
        }
        rest = rest.dropFirst(1 + fraction.count)
        return Double(whole + "." + fraction)
    }
}
