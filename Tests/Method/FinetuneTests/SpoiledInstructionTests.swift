import Ground
import Testing

@testable import Finetune

struct SpoiledInstructionTests {
    private static let request = "What is the difference between volcanoes and earthquakes in Iceland?"

    @Test(
        "each way of spoiling a request changes it, keeps most of its words and says what it deserves",
        arguments: SpoiledInstruction.allCases)
    func spoiling(way: SpoiledInstruction) throws {
        for key in ["a", "b", "c", "d", "e"] {
            var random = KeyedRandom(seed: 3, key: key)
            let spoiled = try #require(way.spoil(Self.request, random: &random))
            #expect(spoiled != Self.request)
            #expect(LexicalIndex.jaccard(spoiled, Self.request) >= 0.5)
            #expect((2...3).contains(way.score))
        }
    }

    @Test(
        "a verb of the wrong number and a missing word are what they say",
        arguments: [
            (SpoiledInstruction.wrongNumber, "What are tide pools?", "What is tide pools?"),
            (.wordMissing, "Explain how to swim.", "Explain how swim."),
        ])
    func example(way: SpoiledInstruction, request: String, expected: String) {
        var random = KeyedRandom(seed: 0, key: "x")
        #expect(way.spoil(request, random: &random) == expected)
    }

    @Test("a request too short to be spoiled stays out", arguments: SpoiledInstruction.allCases)
    func short(way: SpoiledInstruction) {
        var random = KeyedRandom(seed: 0, key: "x")
        #expect(way.spoil("Why so?", random: &random) == nil)
    }
}
