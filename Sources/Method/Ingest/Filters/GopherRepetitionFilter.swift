import Ground
import Records

/// Drops text that repeats lines, paragraphs or runs of words (Rae et al. 2021, table A1, arXiv 2112.11446), with the thresholds and reasons
/// of the published pipelines.
public struct GopherRepetitionFilter: Sendable, Equatable {
    public var duplicateLines = 0.3
    public var duplicateParagraphs = 0.3
    public var duplicateLineCharacters = 0.2
    public var duplicateParagraphCharacters = 0.2
    /// The characters of the commonest run of 2, 3 and 4 words.
    public var topRuns = [0.2, 0.18, 0.16]
    /// The characters of runs of 5 to 10 words that stood before.
    public var duplicateRuns = [0.15, 0.14, 0.13, 0.12, 0.11, 0.1]

    public init() {}

    /// Everything of it that decides what it drops, by name.
    var settings: JSONObject {
        [
            "duplicate_lines": .double(duplicateLines), "duplicate_paragraphs": .double(duplicateParagraphs),
            "duplicate_line_characters": .double(duplicateLineCharacters),
            "duplicate_paragraph_characters": .double(duplicateParagraphCharacters),
            "top_runs": .array(topRuns.map(JSONValue.double)), "duplicate_runs": .array(duplicateRuns.map(JSONValue.double)),
        ]
    }

    func rejection(of text: FilterText) -> Rejection? { rules(text).rejection() }

    /// The rules in the order in which the published pipelines ask.
    func rules(_ text: FilterText) -> [FilterRule] {
        let length = Double(max(1, text.length))
        let paragraphs = text.parts(betweenLineFeeds: 2, in: text.trimmed(0..<text.bytes.count))
        let byParagraph = text.duplicates(among: paragraphs)
        let lines = text.parts(betweenLineFeeds: 1, in: 0..<text.bytes.count)
        let byLine = text.duplicates(among: lines)
        var rules = [
            FilterRule("empty", .least(1), count: { text.length }),
            FilterRule("dup_para_frac", .most(duplicateParagraphs)) { Double(byParagraph.count) / Double(paragraphs.count) },
            FilterRule("dup_para_char_frac", .most(duplicateParagraphCharacters)) { Double(byParagraph.characters) / length },
            FilterRule("dup_line_frac", .most(duplicateLines)) { Double(byLine.count) / Double(lines.count) },
            FilterRule("dup_line_char_frac", .most(duplicateLineCharacters)) { Double(byLine.characters) / length },
        ]
        let hashes = text.words.map(text.hash)
        // Running sums of lengths: a run's characters without the spaces between.
        var sums = [0]
        sums.reserveCapacity(hashes.count + 1)
        for word in text.words { sums.append((sums.last ?? 0) + text.length(word)) }
        let ends = sums
        for (offset, threshold) in topRuns.enumerated() {
            let n = offset + 2
            rules.append(FilterRule("top_\(n)_gram", .most(threshold)) { Double(topRun(hashes, ends, n)) / length })
        }
        for (offset, threshold) in duplicateRuns.enumerated() {
            let n = offset + 5
            rules.append(
                FilterRule("duplicated_\(n)_n_grams", .most(threshold)) { Double(duplicateCharacters(hashes, ends, n)) / length })
        }
        return rules
    }

    /// Characters of the commonest run with its spaces, times its number; of equally common ones the first.
    private func topRun(_ hashes: [UInt64], _ sums: [Int], _ n: Int) -> Int {
        guard hashes.count >= n else { return 0 }
        var runs = RunCounts(capacity: hashes.count)
        for start in 0...hashes.count - n { runs.count(run(hashes, start, n), at: start) }
        return (sums[runs.first + n] - sums[runs.first] + n - 1) * runs.best
    }

    private func duplicateCharacters(_ hashes: [UInt64], _ sums: [Int], _ n: Int) -> Int {
        guard hashes.count >= n else { return 0 }
        var seen = RunSet(capacity: hashes.count)
        var (characters, start) = (0, 0)
        while start <= hashes.count - n {
            if seen.insert(run(hashes, start, n)) {
                start += 1
            } else {
                characters += sums[start + n] - sums[start]
                start += n
            }
        }
        return characters
    }

    private func run(_ hashes: [UInt64], _ start: Int, _ n: Int) -> UInt64 {
        var hash: UInt64 = 0
        for index in start..<start + n { hash = WordHash.adding(word: hashes[index], to: hash) }
        return hash
    }
}

/// How often runs occur, and which is the commonest: of equally common ones the one that stood first.
private struct RunCounts {
    private struct Slot {
        var run: UInt64 = 0
        /// How often, and from where; 0 marks an empty slot.
        var count: Int32 = 0
        var first: Int32 = 0
    }

    private var slots: [Slot]
    private(set) var best = 0
    private(set) var first = 0

    /// Room for that many runs and no more.
    init(capacity: Int) {
        var size = 64
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
    }

    mutating func count(_ run: UInt64, at start: Int) {
        var place = Int(truncatingIfNeeded: run ^ run >> 32) & (slots.count - 1)
        while slots[place].count > 0, slots[place].run != run { place = (place + 1) & (slots.count - 1) }
        if slots[place].count == 0 { slots[place] = Slot(run: run, count: 0, first: Int32(truncatingIfNeeded: start)) }
        slots[place].count += 1
        let (count, earliest) = (Int(slots[place].count), Int(slots[place].first))
        if count > best || (count == best && earliest < first) { (best, first) = (count, earliest) }
    }
}
