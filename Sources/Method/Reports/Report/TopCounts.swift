/// The most frequent of any number of words, in bounded memory.
///
/// Exact while no more than `capacity` different words have come. Beyond that, as Misra and Gries (1982) do it, each count is too low by
/// at most `uncertainty`.
struct TopCounts: Sendable {
    struct Entry: Sendable, Equatable {
        var word: String
        var count: Int
    }

    private let capacity: Int
    /// Longer words are cut to this many characters, so that memory stays bounded.
    private let longest: Int
    private var counts: [String: Int] = [:]
    private(set) var total = 0
    /// By how much a count may be too low.
    private(set) var uncertainty = 0

    init(capacity: Int = 1024, longest: Int = 120) {
        self.capacity = capacity
        self.longest = longest
    }

    mutating func add(_ word: String) {
        total += 1
        let word = word.utf8.count > longest ? String(String.UnicodeScalarView(word.unicodeScalars.prefix(longest))) : word
        if counts[word] != nil || counts.count < capacity {
            counts[word, default: 0] += 1
            return
        }
        uncertainty += 1
        counts = counts.compactMapValues { $0 > 1 ? $0 - 1 : nil }
    }

    mutating func add(_ word: String, count: Int) {
        total += count
        counts[word, default: 0] += count
    }

    subscript(word: String) -> Int { counts[word] ?? 0 }
    var isEmpty: Bool { counts.isEmpty }
    /// How many different words came; at least so many where they were more than fit.
    var distinct: Int { counts.count }

    /// The words in the order of their counts, equal ones in alphabetical order.
    func top(_ count: Int = .max) -> [Entry] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { Entry(word: $0.key, count: $0.value) }
    }

    /// The share of all that the most frequent word has.
    var greatestShare: Double { total > 0 ? Double(counts.values.max() ?? 0) / Double(total) : 0 }
}
