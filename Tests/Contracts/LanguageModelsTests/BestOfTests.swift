import LanguageModels
import TestSupport
import Testing

@Suite struct BestOfTests {
    @Test("of several answers the likeliest as a whole is given, be it shorter or longer")
    func likeliest() async throws {
        let model = ScriptedModel(
            answer: { _, key in key.hasSuffix("~3") ? "Peas boil." : key.hasSuffix("~2") ? "Peas" : "Peas are of the peas." },
            nats: { said, _ in said == "Peas boil." ? -1 : -3 })
        let sampling = Sampling(temperature: 0.5)
        for (number, wanted) in [(1, "Peas are of the peas."), (2, "Peas"), (3, "Peas boil."), (9, "Peas boil.")] {
            #expect(try await model.complete(.text("Cook peas"), sampling: sampling, key: "p", bestOf: number).text == wanted)
        }
    }

    @Test("an answer that the token limit cut off gives way to one that ended")
    func unfinished() async throws {
        let model = ScriptedModel(
            answer: { _, key in key.hasSuffix("~2") ? "Peas boil." : "Peas and more peas" },
            nats: { said, _ in said == "Peas boil." ? -5 : -0.1 })
        let sampling = Sampling(temperature: 0.5, maxNewTokens: 2)
        #expect(try await model.complete(.text("Cook peas"), sampling: sampling, key: "p", bestOf: 2).text == "Peas boil.")
    }
}
