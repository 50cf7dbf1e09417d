import Records
import Testing

@testable import Augment

struct LanguageGuardTests {
    static let passages = [
        "en": "A dam is a wall across a river. It holds the water back, so that there is enough of it when it does not rain.",
        "de": "Ein Damm ist eine Mauer quer durch einen Fluss. Er hält das Wasser zurück, damit es auch dann reicht, wenn es nicht regnet.",
        "es": "Una presa es un muro que cruza un río. Retiene el agua para que no falte cuando no llueve durante los meses de verano.",
        "fr": "Un barrage est un mur qui traverse une rivière. Il retient l'eau pour qu'elle ne manque pas quand il ne pleut plus.",
        "zh": "水坝是横跨河流的一道墙。它把水拦住，这样在不下雨的时候也有足够的水。",
        "ru": "Плотина — это стена поперёк реки. Она задерживает воду, чтобы её хватало, когда нет дождя.",
    ]
    private static let instructions = [
        ("en", "What is a dam and how does it hold the water back?"), ("de", "Was ist ein Damm und wie hält er das Wasser zurück?"),
        ("es", "¿Qué es una presa y cómo retiene el agua de un río?"),
        ("fr", "Qu'est-ce qu'un barrage et comment est-ce que l'eau est retenue ?"),
        ("zh", "什么是水坝，它怎样把水拦住？"), ("ru", "Что такое плотина и как она задерживает воду?"),
    ]

    @Test(
        "each language passes beside a passage in it and is dropped beside one in another, whether the record names it or not",
        arguments: [true, false])
    func languages(isNamed: Bool) throws {
        for (language, said) in Self.instructions {
            for (other, passage) in Self.passages {
                let written = WrittenInstruction(said, about: passage, language: isNamed ? other : nil)
                let rejection = LanguageGuard.rejection(of: written)
                #expect((rejection == nil) == (language == other), "\(said) beside \(other)")
                if let rejection { #expect(rejection.reason == "instruction_language", "\(rejection)") }
            }
        }
    }

    @Test("the reason names both languages, or both scripts")
    func named() throws {
        func found(_ text: String, _ language: String) -> Rejection? {
            LanguageGuard.rejection(of: WrittenInstruction(text, about: Self.passages[language] ?? "", language: language + "-XX"))
        }
        #expect(
            found("What is a dam and how does it hold the water back?", "de")
                == Rejection("instruction_language", value: "en", threshold: "de"))
        #expect(
            found("What is a dam?", "zh") == Rejection("instruction_language", value: "latin letters", threshold: "chinese letters"))
    }

    @Test(
        "short ones, names and foreign words are no proof",
        arguments: [
            ("Was ist Python?", "en"), ("Python 是什么？", "zh"), ("¿Qué es el software?", "es"),
            ("Translate \"Ich liebe dich\" to English.", "en"), ("HTTP 404", "zh"), ("Was war in Paris?", "de"),
        ])
    func noProof(said: String, language: String) {
        #expect(LanguageGuard.rejection(of: WrittenInstruction(said, about: Self.passages[language] ?? "", language: language)) == nil)
    }

    @Test("a passage in a language that nobody here knows is held to its script alone")
    func unknown() {
        let finnish = "Pavut ovat vihreitä, ja huomenna syömme ne kaikki yhdessä."
        #expect(LanguageGuard.rejection(of: WrittenInstruction("Mitä huomenna syödään?", about: finnish, language: "fi")) == nil)
        #expect(LanguageGuard.rejection(of: WrittenInstruction("明天我们一起吃什么东西？", about: finnish, language: "fi")) != nil)
    }
}
