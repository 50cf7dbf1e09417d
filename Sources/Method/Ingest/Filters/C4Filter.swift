import Records

/// Drops lines that are no sentences, and text of which too few remain (Raffel et al. 2020, arXiv 1910.10683), with the rules and reasons of
/// the published pipelines.
///
/// The rules on braces and on the word JavaScript are off where code is kept, as it is here by default.
public struct C4Filter: Sendable, Equatable {
    public var needsEndMark = true
    public var sentences = 5
    public var wordsPerLine = 3
    public var longestWord = 1000
    public var dropsJavaScript = false
    public var dropsBraces = false

    public init() {}

    private static let policies = ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"]

    /// What becomes of a line.
    enum Verdict: Equatable {
        case keep(sentences: Int)
        case leaveOut
        case dropAll(String)
    }

    /// Whether the text of these lines passes as a whole, and for each line whether it stays.
    func review(_ lines: [String], _ thresholds: FilterThresholds = FilterThresholds()) -> (finding: FilterFinding, isKept: [Bool]) {
        var kept: [Bool] = []
        var count = 0
        for line in lines {
            switch verdict(on: line) {
            case .dropAll(let reason) where !thresholds.asks(reason): kept.append(true)
            case .dropAll(let reason): return (FilterFinding("c4", reason, Rejection(reason)), [])
            case .leaveOut: kept.append(false)
            case .keep(let sentences):
                count += sentences
                kept.append(true)
            }
        }
        let rule = FilterRule("too_few_sentences", .least(Double(sentences)), count: { count })
        let finding = [rule].adjusted(by: thresholds).first?.finding()
        return (finding ?? FilterFinding(rule.reason, .integer(count), .null, isPassed: true), kept)
    }

    func verdict(on whole: String) -> Verdict {
        let words = whole.split(whereSeparator: \.isWhitespace)
        if words.contains(where: { $0.utf8.count > longestWord && $0.unicodeScalars.count > longestWord }) { return .leaveOut }
        let line = C4Filter.withoutCitations(Array(PageMetadata.trimmed(whole).utf8))
        if needsEndMark, !C4Filter.hasEndMark(line) { return .leaveOut }
        if words.count < wordsPerLine { return .leaveOut }
        let text = String(decoding: line, as: UTF8.self)
        let small = text.lowercased()
        if small.contains("lorem ipsum") { return .dropAll("lorem_ipsum") }
        if dropsJavaScript, small.contains("javascript") { return .leaveOut }
        if dropsBraces, line.contains(UInt8(ascii: "{")) { return .dropAll("curly_bracket") }
        if C4Filter.policies.contains(where: { small.contains($0) }) { return .leaveOut }
        return .keep(sentences: SentenceSplitter.shared.ranges(of: line).count)
    }

    private static func hasEndMark(_ line: [UInt8]) -> Bool {
        guard let last = line.last else { return false }
        guard last == 46 || last == 63 || last == 33 || last == 34 || last == 39 else { return false }
        return !(line.count >= 3 && line.suffix(3).allSatisfy { $0 == 46 })
    }

    /// The line without `[12]`, `[edit]` and `[citation needed]`.
    static func withoutCitations(_ line: [UInt8]) -> [UInt8] {
        guard line.contains(UInt8(ascii: "[")) else { return line }
        var output: [UInt8] = []
        var index = 0
        while index < line.count {
            if line[index] == UInt8(ascii: "["), let end = line[index...].firstIndex(of: UInt8(ascii: "]")) {
                let inside = line[index + 1..<end]
                if inside.allSatisfy(\.isASCIIDigit) || inside.elementsEqual("edit".utf8) || inside.elementsEqual("citation needed".utf8) {
                    index = end + 1
                    continue
                }
            }
            output.append(line[index])
            index += 1
        }
        return output
    }
}
