import Ground
import LanguageModels
import Records
import Testing

@testable import Finetune

struct RewriteRowsTests {
    private static let seeds = (0..<60).compactMap { number in
        try? Seed([
            "id": .string("s\(number)"), "instruction": .string("How do I grow plant \(number)?"),
            "output": .string("Plant \(number) wants sun. Water it in the morning. Cut it back in autumn."),
        ])
    }

    @Test("each seed gives a row whose passage holds the output, with other text around it in most, and the output is what is said")
    func rows() throws {
        let rows = RoleRows.rows(for: [.rewrite], seeds: Self.seeds, curated: [], seed: 1)
        #expect(rows.count == 60)
        var noisy = 0
        for (row, seed) in zip(rows, Self.seeds) {
            let turns = row.dialogue(row.output)
            #expect(turns.map(\.role) == [.user, .assistant] && turns[1].content == seed.output)
            let bare = RewritePrompt(language: "en").turns(instruction: seed.instruction, passage: seed.output)
            if turns[0] != bare[0] { noisy += 1 }
            #expect(turns[0].content.contains(seed.instruction) && turns[0].content.contains(seed.output))
        }
        #expect((36...57).contains(noisy), "\(noisy)")
    }

    @Test("the noise depends on the seed's id and the number given, not on the order")
    func keyed() {
        func rows(_ seeds: [Seed], _ seed: UInt64) -> [String: String] {
            Dictionary(
                RewriteRows(seeds: seeds, seed: seed).rows().map { ($0.pair.id, $0.before + "|" + $0.behind) }, uniquingKeysWith: { $1 })
        }
        #expect(rows(Self.seeds, 1) == rows(Self.seeds, 1))
        #expect(rows(Self.seeds, 1) != rows(Self.seeds, 2))
    }

    @Test("German seeds get German lines around them, and are asked in German")
    func german() throws {
        let seeds = try (0..<40).map { number in
            try Seed([
                "id": .string("g\(number)"), "instruction": .string("Wie ziehe ich Pflanze \(number)?"),
                "output": .string(
                    "Die Pflanze \(number) will Sonne und ist am Morgen zu gießen. Im Herbst wird sie auf die Hälfte gekürzt."),
            ])
        }
        let rows = RoleRows.rows(for: [.rewrite], seeds: seeds, curated: [], seed: 1)
        let asked = rows.map { $0.dialogue($0.output)[0].content }
        #expect(asked.allSatisfy { $0.hasPrefix("ANFRAGE:") })
        #expect(asked.contains { $0.contains("Newsletter, um nichts zu verpassen") })
        #expect(!asked.contains { $0.contains("newsletter for more") })
    }

    @Test("a row that is cut is cut in passage and answer alike")
    func cut() {
        let row = RoleRows.rows(for: [.rewrite], seeds: Self.seeds, curated: [], seed: 1)[3]
        let turns = row.dialogue("Plant 3 wants sun.")
        #expect(turns[1].content == "Plant 3 wants sun." && !turns[0].content.contains("Cut it back in autumn.\n\nTurn"))
    }
}
