import Ground
import Records

/// Drops lists and fragments by their lines (Penedo et al. 2024, arXiv 2406.17557), with the thresholds and reasons of the published
/// pipeline; its paper gives 0.1 for repeated characters, its pipeline 0.01.
public struct FineWebFilter: Sendable, Equatable {
    /// The least share of lines that end with the end of a sentence.
    public var punctuatedLines = 0.12
    /// The largest share of lines of at most `shortLineLength` characters.
    public var shortLines = 0.67
    public var shortLineLength = 30
    public var duplicateCharacters = 0.01
    public var lineFeedsPerWord = 0.3

    public init() {}

    /// Everything of it that decides what it drops, by name.
    var settings: JSONObject {
        [
            "punctuated_lines": .double(punctuatedLines), "short_lines": .double(shortLines),
            "short_line_length": .integer(shortLineLength), "duplicate_characters": .double(duplicateCharacters),
            "line_feeds_per_word": .double(lineFeedsPerWord),
        ]
    }

    func rejection(of text: FilterText) -> Rejection? { rules(text).rejection() }

    /// The rules in the order in which the published pipeline asks.
    func rules(_ text: FilterText) -> [FilterRule] {
        let lines = text.lines.filter { !text.trimmed($0).isEmpty }
        let count = Double(max(1, lines.count))
        let feeds = text.bytes.count { $0 == 10 }
        return [
            FilterRule("empty", .least(1), count: { lines.count }),
            FilterRule("line_punct_ratio", .least(punctuatedLines)) { Double(lines.count { endsSentence(text.bytes, $0) }) / count },
            FilterRule("short_line_ratio", .most(shortLines)) { Double(lines.count { text.length($0) <= shortLineLength }) / count },
            FilterRule("char_dup_ratio", .most(duplicateCharacters)) {
                Double(text.duplicates(among: lines).characters) / Double(max(1, text.length - feeds))
            },
            FilterRule("list_ratio", .most(lineFeedsPerWord)) { Double(feeds) / Double(max(1, text.words.count)) },
        ]
    }

    private func endsSentence(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
        guard let last = line.last else { return false }
        if bytes[last] < 0x80 { return bytes[last] == 46 || bytes[last] == 33 || bytes[last] == 63 }
        let tail = String(decoding: bytes[max(line.lowerBound, line.upperBound - 4)..<line.upperBound], as: UTF8.self)
        return tail.unicodeScalars.last?.properties.isSentenceTerminal ?? false
    }
}
