import Foundation

/// Which of many texts share rare words with a query: BM25 (Robertson and others, 1994) with k1 = 1.2 and b = 0.75.
///
/// The judge's training rows need wrong instructions that look right; a judge that only counts shared words must not pass.
/// Memory is one posting of eight bytes for each distinct word of each text.
public struct LexicalIndex: Sendable {
    private struct Posting { var text: Int32; var weight: Float }

    private var postings: [Substring: [Posting]] = [:]
    public let count: Int

    public init(_ texts: [String]) {
        count = texts.count
        let words = texts.map(Self.words)
        let mean = max(1, Double(words.reduce(0) { $0 + $1.count }) / Double(max(1, count)))
        var frequencies = [Substring: [(text: Int, count: Int)]]()
        for (index, text) in words.enumerated() {
            for (word, count) in Dictionary(text.map { ($0, 1) }, uniquingKeysWith: +) {
                frequencies[word, default: []].append((index, count))
            }
        }
        for (word, found) in frequencies {
            let rarity = log(1 + (Double(count - found.count) + 0.5) / (Double(found.count) + 0.5))
            postings[word] = found.map { entry in
                let length = 1.2 * (0.25 + 0.75 * Double(words[entry.text].count) / mean)
                return Posting(text: Int32(entry.text), weight: Float(rarity * Double(entry.count) * 2.2 / (Double(entry.count) + length)))
            }
        }
    }

    /// The texts that share a word with the query, the best first, ties by place.
    public func ranking(for query: String, limit: Int) -> [Int] {
        var scores = [Float](repeating: 0, count: count)
        for word in Set(Self.words(query)).sorted() {
            for posting in postings[word] ?? [] { scores[Int(posting.text)] += posting.weight }
        }
        let found = scores.indices.filter { scores[$0] > 0 }
        return Array(found.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }.prefix(limit))
    }

    public static func words(_ text: String) -> [Substring] { text.lowercased().split { !($0.isLetter || $0.isNumber) } }

    /// The share of distinct words that two texts have in common.
    public static func jaccard(_ one: String, _ other: String) -> Double {
        let (a, b) = (Set(words(one)), Set(words(other)))
        let union = a.union(b).count
        return union == 0 ? 1 : Double(a.intersection(b).count) / Double(union)
    }
}
