import Ground
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

    /// Everything of it that decides what it drops, by name.
    var settings: JSONObject {
        [
            "needs_end_mark": .bool(needsEndMark), "sentences": .integer(sentences), "words_per_line": .integer(wordsPerLine),
            "longest_word": .integer(longestWord), "drops_java_script": .bool(dropsJavaScript), "drops_braces": .bool(dropsBraces),
        ]
    }

    private static let policies = [
        "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies",
    ].map { Array($0.utf8) }
    private static let loremIpsum = Array("lorem ipsum".utf8)
    private static let javaScript = Array("javascript".utf8)

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
        let bytes = Array(whole.utf8)
        let (words, longest) = C4Filter.words(bytes)
        if longest > longestWord { return .leaveOut }
        let line = C4Filter.withoutCitations(C4Filter.trimmed(bytes))
        if needsEndMark, !C4Filter.hasEndMark(line) { return .leaveOut }
        if words < wordsPerLine { return .leaveOut }
        let small = line.map(\.loweredASCII)
        func says(_ phrase: [UInt8]) -> Bool { C4Filter.contains(small, phrase) }
        if says(C4Filter.loremIpsum) { return .dropAll("lorem_ipsum") }
        if dropsJavaScript, says(C4Filter.javaScript) { return .leaveOut }
        if dropsBraces, line.contains(UInt8(ascii: "{")) { return .dropAll("curly_bracket") }
        if C4Filter.policies.contains(where: says) { return .leaveOut }
        return .keep(sentences: Sentences.ranges(of: line).count)
    }

    /// The number of words between white space, and the code points of the longest.
    private static func words(_ bytes: [UInt8]) -> (count: Int, longest: Int) {
        var (count, longest, length, index) = (0, 0, 0, 0)
        while index < bytes.count {
            let space = spaceLength(bytes, index)
            if space > 0 {
                length = 0
            } else {
                if length == 0 { count += 1 }
                if bytes[index] & 0xC0 != 0x80 || length == 0 { length += 1 }
                longest = max(longest, length)
            }
            index += max(1, space)
        }
        return (count, longest)
    }

    /// The bytes of a white space of Unicode here, 0 where none is.
    private static func spaceLength(_ bytes: [UInt8], _ index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 { return byte == 32 || (9...13).contains(byte) ? 1 : 0 }
        if byte == 0xC2 { return index + 1 < bytes.count && (bytes[index + 1] == 0xA0 || bytes[index + 1] == 0x85) ? 2 : 0 }
        guard (0xE1...0xE3).contains(byte), index + 2 < bytes.count else { return 0 }
        switch (byte, bytes[index + 1], bytes[index + 2]) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F),
            (0xE3, 0x80, 0x80):
            return 3
        default: return 0
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        var (start, end) = (0, bytes.count)
        while start < end, case let length = spaceLength(bytes, start), length > 0 { start += length }
        while end > start, let length = (1...min(3, end - start)).first(where: { spaceLength(bytes, end - $0) == $0 }) { end -= length }
        return end - start == bytes.count ? bytes : Array(bytes[start..<end])
    }

    private static func contains(_ line: [UInt8], _ phrase: [UInt8]) -> Bool {
        guard let first = phrase.first, line.count >= phrase.count else { return false }
        for start in 0...line.count - phrase.count where line[start] == first {
            var length = 1
            while length < phrase.count, line[start + length] == phrase[length] { length += 1 }
            if length == phrase.count { return true }
        }
        return false
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
