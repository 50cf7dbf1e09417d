import Ground
import Records
import Testing

@testable import Finetune

private let seeds: [Seed] = {
    let topics = ["bees", "bread", "tides", "chess", "knitting", "volcanoes", "budgets", "sleep", "pottery", "swimming", "trains", "moss"]
    return topics.flatMap { topic in
        ["How do I learn about \(topic)?", "Explain what matters most about \(topic) for a beginner."].compactMap { instruction in
            try? Seed([
                "instruction": .string(instruction),
                "output": .string(
                    "There is much to say about \(topic) in \(instruction.count) words. First, look closely at \(topic) yourself. Then read a good book on \(topic). "
                        + "After that, ask people who know \(topic) well. Finally, keep notes about \(topic) every day."),
            ])
        }
    }
}()

struct JudgeRowsTests {
    private let rows = JudgeRows(seeds: seeds, seed: 1).rows()

    @Test("a true pair always has the top label, anything else a lower one")
    func labels() {
        let truths = Set(seeds.map { $0.instruction + "\n" + $0.output })
        #expect(rows.allSatisfy { truths.contains($0.instruction + "\n" + $0.output) == ($0.score == 5) })
        #expect(Set(rows.map(\.score)).isSuperset(of: [1, 2, 5]))
    }

    @Test("about half of the rows are true pairs, so that no label is the safe guess")
    func balance() {
        let share = Double(rows.count { $0.score == 5 }) / Double(rows.count)
        #expect((0.35...0.65).contains(share))
    }

    @Test("a stranger's instruction shares less than half of its words with the true one")
    func strangers() {
        let own = Dictionary(seeds.map { ($0.output, $0.instruction) }, uniquingKeysWith: { first, _ in first })
        for row in rows where row.id.hasSuffix("/random") {
            #expect(LexicalIndex.jaccard(row.instruction, own[row.output] ?? "") < 0.5)
        }
    }

    @Test("the same seeds give the same rows, in another order the same rows for each seed")
    func determinism() {
        #expect(rows == JudgeRows(seeds: seeds, seed: 1).rows())
        #expect(rows != JudgeRows(seeds: seeds, seed: 2).rows())
    }

    @Test("each way of spoiling an answer changes it, and says what it deserves", arguments: SpoiledAnswer.allCases)
    func spoiling(kind: SpoiledAnswer) throws {
        var random = KeyedRandom(seed: 3, key: "spoil")
        let spoiled = try #require(kind.spoil(seeds[0].output, with: seeds[5].output, random: &random))
        #expect(spoiled != seeds[0].output)
        #expect((1...4).contains(kind.score))
    }
}
