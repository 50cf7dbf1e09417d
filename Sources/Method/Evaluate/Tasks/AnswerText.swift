/// How what a model wrote is held against the answers that are right.
public enum AnswerText {
    /// As SQuAD and Natural Questions compare (Rajpurkar et al. 2016, arXiv 1606.05250): small letters, without ASCII punctuation, the
    /// articles a, an and the, and extra white space.
    public static func normalized(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars where !isPunctuation(scalar) { kept.append(scalar) }
        return String(kept).split(whereSeparator: \.isWhitespace).filter { !["a", "an", "the"].contains($0) }.joined(separator: " ")
    }

    /// Whether it is one of the answers, normalised.
    public static func isExact(_ text: String, among answers: [String]) -> Bool {
        let said = normalized(text)
        return answers.contains { normalized($0) == said }
    }

    /// The harmonic mean of precision and recall over normalised words, with the nearest of the answers.
    public static func f1(_ text: String, among answers: [String]) -> Double {
        let said = normalized(text).split(separator: " ")
        return answers.map { answer in
            let wanted = normalized(answer).split(separator: " ")
            guard !said.isEmpty, !wanted.isEmpty else { return said.isEmpty && wanted.isEmpty ? 1 : 0 }
            var left = Dictionary(wanted.map { ($0, 1) }, uniquingKeysWith: +)
            var common = 0
            for word in said where left[word, default: 0] > 0 {
                left[word, default: 0] -= 1
                common += 1
            }
            guard common > 0 else { return 0 }
            let (precision, recall) = (Double(common) / Double(said.count), Double(common) / Double(wanted.count))
            return 2 * precision * recall / (precision + recall)
        }.max() ?? 0
    }

    /// The last number in a text of GSM8K, as the Language Model Evaluation Harness finds it: the last run of two characters or more of
    /// digits, points, commas and dollar signs, or the last digits, with a minus before it; nil where there is none. Three dots at the
    /// end of a text are such a run too, and no number.
    public static func lastNumber(_ text: String) -> String? {
        let characters = Array(text.unicodeScalars)
        var (found, at): (String?, Int) = (nil, 0)
        func end(_ start: Int, _ allowed: (UnicodeScalar) -> Bool) -> Int {
            var end = start
            while end < characters.count, allowed(characters[end]) { end += 1 }
            return end
        }
        while at < characters.count {
            let start = characters[at] == "-" ? at + 1 : at
            let run = end(start) { isDigit($0) || "$.,".unicodeScalars.contains($0) }
            let digits = end(start, isDigit)
            let last = run - start >= 2 ? run : digits
            guard last > start else {
                at += 1
                continue
            }
            found = String(String.UnicodeScalarView(characters[at..<last]))
            at = last
        }
        return found.map(number)
    }

    /// The number behind the first "#### ", nil where there is none.
    public static func markedNumber(_ text: String) -> String? {
        guard let mark = text.firstRange(of: "#### ") else { return nil }
        var rest = text[mark.upperBound...].unicodeScalars
        var digits = rest.first == "-" ? "-" : ""
        if !digits.isEmpty { rest.removeFirst() }
        let run = rest.prefix { isDigit($0) || $0 == "." || $0 == "," }
        guard !run.isEmpty else { return nil }
        digits += String(run)
        return number(digits)
    }

    /// Without commas, dollar signs and a full stop at the end.
    private static func number(_ text: String) -> String {
        let plain = text.trimmed.filter { $0 != "," && $0 != "$" }
        return plain.hasSuffix(".") ? String(plain.dropLast()) : plain
    }

    private static func isDigit(_ scalar: UnicodeScalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isPunctuation(_ scalar: UnicodeScalar) -> Bool {
        scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F && !scalar.properties.isAlphabetic && !isDigit(scalar)
    }
}
