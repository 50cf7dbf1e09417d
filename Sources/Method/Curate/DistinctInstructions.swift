import Ground
import Records

/// Instructions of which none is too like another, by ROUGE-L (Lin 2004): the F1 of the longest common subsequence of words.
///
/// Self-Instruct (Wang et al. 2023, arXiv 2212.10560) keeps an instruction whose ROUGE-L to every kept one is below 0.7. Only kept instructions
/// that share enough words can come near the bound, and those are found by their words.
struct DistinctInstructions {
    let bound: Double
    private var kept: [[Substring]] = []
    /// Word to the kept instructions that hold it, each as often as it does.
    private var places: [Substring: [Int]] = [:]
    private var empty = false

    init(bound: Double) { self.bound = bound }

    /// Why an instruction is too like a kept one; nil where it is not.
    func reason(_ instruction: String) -> Rejection? {
        let words = LexicalIndex.words(instruction)
        var likeness = words.isEmpty && empty ? 1 : 0.0
        for (place, shared) in shared(words) {
            let other = kept[place]
            let longest = Double(2 * shared) / Double(words.count + other.count)
            guard longest >= bound, longest > likeness else { continue }
            likeness = max(likeness, rougeL(words, other))
        }
        return likeness >= bound ? Rejection("near_duplicate_instruction", value: .double(likeness), threshold: .double(bound)) : nil
    }

    mutating func add(_ instruction: String) {
        let words = LexicalIndex.words(instruction)
        if words.isEmpty { empty = true }
        for word in words { places[word, default: []].append(kept.count) }
        kept.append(words)
    }

    /// For kept instructions that share words with these how many, each counted as often as it stands in both.
    private func shared(_ words: [Substring]) -> [(place: Int, count: Int)] {
        var counts: [Int: Int] = [:]
        for (word, own) in Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +) {
            for (place, others) in Dictionary((places[word] ?? []).map { ($0, 1) }, uniquingKeysWith: +) {
                counts[place, default: 0] += min(own, others)
            }
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
