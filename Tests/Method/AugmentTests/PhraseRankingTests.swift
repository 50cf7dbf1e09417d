import LanguageModels
import Records
import TestSupport
import Testing

@testable import Augment

struct PhraseRankingTests {
    private let text = "A planet moves around the Sun. It has no light, and a moon follows it on the way."

    private func requests(_ model: ScriptedModel, written: [String] = [], _ isAllowed: (String) -> Bool = { _ in true }) async throws
        -> [String]
    {
        let prompt = Prompt.chat(RolePrompts.backward(text))
        let ranking = PhraseRanking(model: model, prompt: prompt, text: text, written: written)
        return try await ranking.requests(isAllowed).map(\.instruction)
    }

    @Test("the request that the text makes likeliest comes first, once for each phrase")
    func likeliest() async throws {
        let model = ScriptedModel(nats: { said, _ in said == "What is a planet?" ? -0.1 : said.contains("Sun") ? -0.2 : -2 })
        let found = try await requests(model)
        #expect(found.prefix(2) == ["What is a planet?", "Tell me about the Sun."])
        #expect(Set(found).count == found.count && found.count { $0.contains("planet") } == 1)
    }

    @Test("one that is likely without the text counts less")
    func anywhere() async throws {
        // Of 4 words each: -4 behind the text; without it the planet -40, the moon -4.
        let model = ScriptedModel(nats: { said, asked in
            said.hasPrefix("Tell") ? -90 : asked.hasPrefix("A planet") || said.contains("moon") ? -1 : -10
        })
        #expect(try await requests(model).first == "What is a planet?")
    }

    @Test("what the model wrote freely, refused or not, draws the choice to what it speaks of")
    func written() async throws {
        let model = ScriptedModel(nats: { _, _ in -0.5 })
        #expect(try await requests(model, written: ["Which moons moon is?", "Why does the moon a moon?"]).first?.contains("moon") == true)
        #expect(try await requests(model, written: ["How are planets of planets?"]).first?.contains("planet") == true)
    }

    @Test("a request that the filter refuses is not asked")
    func filtered() async throws {
        let found = try await requests(ScriptedModel()) { !$0.contains("planet") }
        #expect(!found.isEmpty && !found.contains { $0.contains("planet") })
    }

    @Test(
        "\"what\" is asked where number and article are sure and it is no person, else only \"tell me\"",
        arguments: [
            ("A planet is round.", "a planet", "What is a planet?"),
            ("They look at the old stars of the sky.", "the old stars of the sky", "What are the old stars of the sky?"),
            ("We bake with olive oil.", "olive oil", "What is olive oil?"), ("Look at the chicken.", "the chicken", nil),
            ("We met Smith.", "Smith", nil), ("We know Kafka. Kafka is a server.", "Kafka", "What is Kafka?"),
            ("We read Franz Kafka. Franz Kafka was a writer.", "Franz Kafka", nil), ("They read about physics.", "physics", nil),
        ] as [(String, String, String?)])
    func wordings(text: String, phrase: String, question: String?) throws {
        let found = try #require(PassagePhrase.all(in: text).first { $0.text == phrase })
        #expect(PhraseRanking.wordings(of: found, speaksOfOne: false) == ["Tell me about \(phrase)."] + (question.map { [$0] } ?? []))
    }

    @Test("a text that says he or she has no \"what\" for its names")
    func persons() throws {
        let found = try #require(PassagePhrase.all(in: "We know Kafka. Kafka was a writer.").first)
        #expect(PhraseRanking.wordings(of: found, speaksOfOne: true) == ["Tell me about Kafka."])
        #expect(EnglishAgreement.speaksOfOnePerson("And then he left.") && !EnglishAgreement.speaksOfOnePerson("The heat."))
    }

    @Test("the share of a phrase is the mean over the requests of how much of it they hold")
    func share() throws {
        let phrase = try #require(PassagePhrase.all(in: "We bake with olive oil.").first)
        #expect(PhraseRanking.share(of: phrase, in: [["olive", "oil"], ["oil"], []]) == 0.5)
        #expect(PhraseRanking.share(of: phrase, in: []) == 0)
    }
}
