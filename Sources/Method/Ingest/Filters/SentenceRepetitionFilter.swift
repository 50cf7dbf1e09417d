import Ground
import Records

/// Drops passages that say the same thing again: two sentences whose word n-grams overlap too much.
///
/// Li et al. 2023 (appendix E) compare sentence pairs by the Jaccard index of their n-grams and give neither n nor cut-off. Ours: word
/// 3-grams, sentences of at least 8 words, and a passage goes where a pair of sentences reaches 0.7. Time is linear in the text but for
/// sentences that share a 3-gram, of which at most 400 are compared.
struct SentenceRepetitionFilter: Sendable {
    var gramLength = 3
    var minimumWords = 8
    var cutOff = 0.7

    func rejection(of text: String) -> Rejection? { finding(in: text).rejection }

    func finding(in text: String) -> FilterFinding {
        let value = highestSimilarity(in: text)
        var finding = FilterFinding(
            "repeated_sentences", .double((value * 1000).rounded() / 1000), .double(cutOff), isPassed: value < cutOff)
        finding.filter = "repetition"
        return finding
    }

    /// The highest Jaccard index of a pair of sentences.
    func highestSimilarity(in text: String) -> Double {
        let bytes = Array(text.utf8)
        var grams: [Set<UInt64>] = []
        for range in Sentences.ranges(of: bytes).prefix(400) {
            let words = WordHash.words(of: bytes[range]).map(\.hash)
            guard words.count >= minimumWords else { continue }
            grams.append(Set(WordHash.runs(of: words, length: gramLength)))
        }
        var holders: [UInt64: [Int]] = [:]
        var best = 0.0
        for (index, set) in grams.enumerated() {
            var shared: [Int: Int] = [:]
            for gram in set {
                for other in holders[gram] ?? [] { shared[other, default: 0] += 1 }
                holders[gram, default: []].append(index)
            }
            for (other, count) in shared { best = max(best, Double(count) / Double(set.count + grams[other].count - count)) }
        }
        return best
    }
}
