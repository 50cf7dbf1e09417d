import Ground
import Records

/// Training rows of a judge, made from seed pairs alone.
///
/// The paper's judge is an untrained M_{t-1} with a rubric, and at small sizes that fails: its selection had a precision of 0.44 at 7B
/// (Li et al. 2023, section 3.5), and the best-known reproduction lost quality with it. Here the judge is taught: each seed pair stands
/// for the highest label, and what is wrong with a pair is put there by construction, from "another record's instruction" (1) to "a
/// few sentences short" (3), in the answer or in the instruction.
struct JudgeRows {
    /// An instruction and an answer with the label that the judge should give.
    struct Row: Equatable {
        var id: String
        var instruction: String
        var output: String
        var score: Int
    }

    let seeds: [Seed]
    let seed: UInt64

    /// For every seed pair one row with the top label for each row with a lower one, so that half of the answers are "5".
    func rows() -> [Row] {
        let byInstruction = LexicalIndex(seeds.map(\.instruction))
        let byOutputWords = byInstruction
        return seeds.indices.flatMap { index in
            let pair = seeds[index]
            var random = KeyedRandom(seed: seed, key: "judge \(pair.id)")
            var rows = [Row]()
            func add(_ kind: String, instruction: String? = nil, output: String? = nil, score: Int) {
                rows.append(
                    Row(id: "\(pair.id)/\(kind)", instruction: instruction ?? pair.instruction, output: output ?? pair.output, score: score)
                )
            }
            add("true", score: 5)
            if let near = stranger(in: byInstruction.ranking(for: pair.instruction, limit: 60), to: index) {
                add("near", instruction: seeds[near].instruction, score: 2)
                add("true-2", score: 5)
            }
            if let fitting = stranger(in: byOutputWords.ranking(for: pair.output, limit: 60), to: index) {
                add("fitting", instruction: seeds[fitting].instruction, score: 2)
            }
            if let random = randomStranger(to: index, random: &random) { add("random", instruction: seeds[random].instruction, score: 1) }
            let other = seeds[Int(random.next() % UInt64(seeds.count))].output
            var kinds = SpoiledAnswer.taught
            for _ in 0..<2 {
                let kind = kinds.remove(at: Int(random.next() % UInt64(kinds.count)))
                guard let spoiled = kind.spoil(pair.output, with: other, random: &random) else { continue }
                add("\(kind)", output: spoiled, score: kind.score)
            }
            add("true-3", score: 5)
            let ways = SpoiledInstruction.allCases
            let first = Int(random.next() % UInt64(ways.count))
            for way in ways[first...] + ways[..<first] {
                guard let spoiled = way.spoil(pair.instruction, random: &random) else { continue }
                add("request-\(way)", instruction: spoiled, score: way.score)
                add("true-4", score: 5)
                break
            }
            return rows
        }
    }

    /// The first of the ranked records whose instruction is another one: few shared words, and a similar length, so that length tells
    /// the judge nothing.
    private func stranger(in ranking: [Int], to index: Int) -> Int? {
        let own = seeds[index].instruction
        let length = Double(LexicalIndex.words(own).count)
        func isOther(_ candidate: Int) -> Bool { isStranger(candidate, to: index) }
        func isAsLong(_ candidate: Int) -> Bool {
            abs(Double(LexicalIndex.words(seeds[candidate].instruction).count) - length) <= max(2, 0.3 * length)
        }
        return ranking.first { isOther($0) && isAsLong($0) } ?? ranking.first(where: isOther)
    }

    /// Whether a record's instruction is another one than this record's: neither alike in words nor answered by the same text.
    private func isStranger(_ candidate: Int, to index: Int) -> Bool {
        candidate != index && seeds[candidate].output != seeds[index].output
            && LexicalIndex.jaccard(seeds[candidate].instruction, seeds[index].instruction) < 0.5
    }

    private func randomStranger(to index: Int, random: inout KeyedRandom) -> Int? {
        guard seeds.count > 1 else { return nil }
        for _ in 0..<20 {
            let candidate = Int(random.next() % UInt64(seeds.count))
            if isStranger(candidate, to: index) { return candidate }
        }
        return nil
    }
}
