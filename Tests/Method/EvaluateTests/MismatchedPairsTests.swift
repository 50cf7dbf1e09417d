import Records
import Testing

@testable import Evaluate

struct MismatchedPairsTests {
    private static func pair(_ instruction: String, _ output: String) throws -> Seed {
        try Seed(["instruction": .string(instruction), "output": .string(output)])
    }

    private static func pairs() throws -> [Seed] {
        try [
            pair("How do bees find their way home?", "By the sun."), pair("How do bees make honey?", "From nectar."),
            pair("What is the tallest tower of Paris?", "The Eiffel Tower."),
            pair("How do bees find their way home in winter?", "They stay."),
            pair("Who wrote the tale of the two cities?", "Dickens."), pair("How do ants find their way home?", "By scent."),
        ]
    }

    @Test("the near one shares words but not half of them, and neither is the pair itself")
    func near() throws {
        let pairs = try Self.pairs()
        let found = MismatchedPairs(pairs).others
        #expect(found[0].near == 1)
        for (index, others) in found.enumerated() {
            #expect(others.near != index && others.random != index && others.random != nil)
        }
    }

    @Test("the choice does not depend on the order of the pairs")
    func order() throws {
        let pairs = try Self.pairs()
        let shuffled = Array(pairs.reversed())
        func names(_ pairs: [Seed]) -> [String: [String?]] {
            Dictionary(
                uniqueKeysWithValues: zip(pairs, MismatchedPairs(pairs, strangers: 3).others).map { pair, others in
                    (pair.instruction, ([others.near] + others.strangers).map { $0.map { pairs[$0].instruction } })
                })
        }
        #expect(names(pairs) == names(shuffled))
    }

    @Test("several strangers are different pairs, the first of them the one that would stand alone")
    func strangers() throws {
        let pairs = try Self.pairs()
        let (several, one) = (MismatchedPairs(pairs, strangers: 3).others, MismatchedPairs(pairs).others)
        for (index, others) in several.enumerated() {
            #expect((1...3).contains(others.strangers.count) && Set(others.strangers).count == others.strangers.count)
            #expect(!others.strangers.contains(index) && others.random == one[index].random)
        }
        #expect(several.contains { $0.strangers.count == 3 })
    }

    @Test("where all instructions are alike there is no wrong one")
    func none() throws {
        let pairs = try [Self.pair("Say yes.", "Yes."), Self.pair("Say yes.", "Yes, I do.")]
        #expect(MismatchedPairs(pairs).others.allSatisfy { $0 == .init() })
    }
}
