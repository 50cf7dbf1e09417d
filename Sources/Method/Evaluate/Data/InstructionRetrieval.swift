import Foundation
import Ground

/// How well instructions lead back to the outputs that they were written for: BM25 among all outputs, without any model.
///
/// A high share alone is no praise: an instruction that copies a rare word or the first sentence leads back too. So cheap instructions made
/// of the output itself stand beside, and how many words an instruction takes from its output.
public struct InstructionRetrieval: Sendable {
    public struct Figures: Sendable, Equatable {
        /// The share of instructions for which their own output comes first, and for which it is among the first ten.
        public let hit1: Double
        public let hit10: Double
        /// The share of distinct words that stand in the output.
        public let overlap: Double
        /// The share of instructions of which eight words in a row stand in the output.
        public let echo: Double
        /// ROUGE-L F1 to the human instructions; nil where none is known.
        public let rougeL: Double?
        /// The mean number of words.
        public let words: Double
    }

    private let index: LexicalIndex
    private let outputs: [String]
    private let humans: [String?]

    /// - Parameters:
    ///   - outputs: the texts to find again.
    ///   - humans: what a person would ask for each, where it is known.
    public init(outputs: [String], humans: [String?]) {
        precondition(outputs.count == humans.count, "a place for a human instruction beside each output")
        (self.outputs, self.humans) = (outputs, humans)
        index = LexicalIndex(outputs)
    }

    /// The figures of one instruction for each output.
    public func figures(of instructions: [String]) -> Figures {
        var (first, ten, overlap, echo, words) = (0, 0, 0.0, 0, 0)
        var rouge: [Double] = []
        for (place, instruction) in instructions.enumerated() {
            let found = index.ranking(for: instruction, limit: 10)
            // The same output twice is found whichever comes first.
            if found.first.map({ $0 == place || outputs[$0] == outputs[place] }) == true { first += 1 }
            if found.contains(where: { $0 == place || outputs[$0] == outputs[place] }) { ten += 1 }
            let (own, text) = (LexicalIndex.words(instruction), LexicalIndex.words(outputs[place]))
            let (distinct, known) = (Set(own), Set(text))
            overlap += Double(distinct.intersection(known).count) / Double(max(1, distinct.count))
            if Self.echoes(own, text) { echo += 1 }
            words += own.count
            if let human = humans[place] { rouge.append(Self.rougeL(own, LexicalIndex.words(human))) }
        }
        let count = Double(max(1, instructions.count))
        return Figures(
            hit1: Double(first) / count, hit10: Double(ten) / count, overlap: overlap / count, echo: Double(echo) / count,
            rougeL: rouge.isEmpty ? nil : rouge.reduce(0, +) / Double(rouge.count), words: Double(words) / count)
    }

    /// Instructions that anybody could make of the outputs: what a written one must be better than.
    public var templates: [(name: String, instructions: [String])] {
        let first = outputs.map { text in String(text.split(whereSeparator: { ".!?\n".contains($0) }).first ?? "") }
        let five = outputs.map { "Explain " + $0.split(whereSeparator: \.isWhitespace).prefix(5).joined(separator: " ") }
        return [("what is (two rare words)", whatIs), ("explain (first five words)", five), ("first sentence", first)]
    }

    /// Asks for the two words that tell each output from the others best: often there, and rare elsewhere.
    private var whatIs: [String] {
        let words = outputs.map { LexicalIndex.words($0) }
        let texts = Dictionary(words.flatMap { Set($0).map { ($0, 1.0) } }, uniquingKeysWith: +)
        return words.map { words in
            let counts = Dictionary(words.map { ($0, 1.0) }, uniquingKeysWith: +)
            func weight(_ word: Substring) -> Double {
                let found = texts[word] ?? 1
                return (counts[word] ?? 0) * log(1 + (Double(outputs.count) - found + 0.5) / (found + 0.5))
            }
            let best = counts.keys.map { (weight($0), $0) }.sorted { ($1.0, $0.1) < ($0.0, $1.1) }
            return "What is " + best.prefix(2).map { String($0.1) }.joined(separator: " and ") + "?"
        }
    }

    static func echoes(_ words: [Substring], _ text: [Substring], length: Int = 8) -> Bool {
        guard words.count >= length, text.count >= length else { return false }
        let runs = Set((0...(text.count - length)).map { Array(text[$0..<$0 + length]) })
        return (0...(words.count - length)).contains { runs.contains(Array(words[$0..<$0 + length])) }
    }

    /// Lin 2004: the F1 of the longest common subsequence of words, of the first 120 of each.
    static func rougeL(_ one: [Substring], _ other: [Substring]) -> Double {
        let (a, b) = (Array(one.prefix(120)), Array(other.prefix(120)))
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        let common = Double(longestCommonSubsequence(a, b))
        guard common > 0 else { return 0 }
        let (precision, recall) = (common / Double(a.count), common / Double(b.count))
        return 2 * precision * recall / (precision + recall)
    }
}
