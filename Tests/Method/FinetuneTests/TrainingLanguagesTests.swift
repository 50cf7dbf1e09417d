import Ground
import Records
import Testing

@testable import Finetune

struct TrainingLanguagesTests {
    /// Knows German by one of its words, and English by another.
    static let detect: @Sendable (String) -> String? = { $0.contains(" und ") ? "de" : $0.contains(" and ") ? "en" : nil }

    static func languages(_ texts: [(stated: String?, text: String)]) -> TrainingLanguages {
        var languages = TrainingLanguages(detect: detect)
        for text in texts { languages.add(stated: text.stated, text: text.text) }
        return languages
    }

    @Test("German seeds make a German model, whatever the base knew")
    func german() throws {
        let seed = try Seed(JSONObject(parsing: #"{"instruction": "Wie geht das?", "output": "Mit Hammer und Nagel."}"#))
        var languages = TrainingLanguages(detect: Self.detect)
        languages.add(Array(repeating: seed, count: 3))
        #expect(languages.codes(base: ["en", "fr"]) == ["de"])
    }

    @Test("the language that a record states goes before the one of its text, its country apart")
    func stated() {
        #expect(Self.languages([("pt-BR", "this and that"), ("PT", "")]).codes(base: ["en"]) == ["pt"])
    }

    @Test("a language of less than a twentieth of the records is chance")
    func chance() {
        let texts = Array(repeating: (stated: String?.none, text: "this and that"), count: 39) + [("nl", "")]
        #expect(Self.languages(texts).codes(base: []) == ["en"])
        #expect(Self.languages(Array(texts.suffix(20))).codes(base: []) == ["en", "nl"])
    }

    @Test("where most records tell no language the base's stand beside")
    func untold() {
        #expect(Self.languages([(nil, "x"), (nil, "y"), (nil, "dies und das")]).codes(base: ["en", "de"]) == ["de", "en"])
        #expect(Self.languages([]).codes(base: ["en"]) == ["en"])
    }
}
