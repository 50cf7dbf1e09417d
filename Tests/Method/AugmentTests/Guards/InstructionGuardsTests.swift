import Foundation
import LanguageModels
import Stages
import TestSupport
import Testing

@testable import Augment

struct InstructionGuardsTests {
    private let guards = InstructionGuards(asking: BackwardPrompt(for: ScriptedModel().card))

    private static let good = [
        "es": [
            "¿Qué es una presa?", "Explícame cómo funciona una presa.", "Dame una lista de los ríos más largos de España.",
            "¿Por qué se construyen presas en los ríos?", "Escribe una carta al alcalde sobre la presa rota.",
            "A partir de estos ingredientes propón una receta: harina, agua y sal.", "¿Cuál es la diferencia entre una presa y un azud?",
            "Resume la historia de las presas romanas", "No entiendo los diques; explícamelos con un ejemplo.",
            "Nombra tres presas famosas.",
        ],
        "fr": [
            "Qu'est-ce qu'un barrage ?", "Explique-moi comment fonctionne un barrage.",
            "Donne-moi une liste des plus longs fleuves de France.",
            "Pourquoi construit-on des barrages sur les rivières ?", "Écris une lettre au maire à propos du barrage rompu.",
            "Quelle est la différence entre un barrage et un déversoir ?", "Résume l'histoire des barrages romains",
            "Je ne comprends pas les digues, explique-les avec un exemple.", "Cite trois barrages célèbres.", "À quoi sert l'eau retenue ?",
        ],
        "de": [
            "Was ist ein Damm?", "Erkläre mir, wie ein Damm das Wasser hält.", "Nenne die längsten Flüsse in Deutschland.",
            "Warum baut man Dämme in Flüsse?", "Schreibe dem Bürgermeister einen Brief über den gebrochenen Damm.",
            "Was ist der Unterschied zwischen einem Damm und einem Wehr?", "Fasse die Geschichte der römischen Dämme zusammen",
            "Ich verstehe Deiche nicht; erkläre sie an einem Beispiel.", "Nenne drei berühmte Dämme.", "Wozu dient das gestaute Wasser?",
        ],
        "zh": [
            "什么是水坝？", "请解释水坝是怎样工作的。", "列出中国最长的五条河流。", "为什么要在河上修建水坝？", "给市长写一封关于水坝决口的信。",
            "水坝和堰有什么区别？", "概述罗马水坝的历史", "我不明白堤防，请举例说明。", "说出三座著名的水坝。", "拦住的水有什么用处？",
        ],
    ]
    private static let bad = [
        "es": [
            ("Lo siento, pero no puedo ayudar con eso.", "instruction_refuses"), ("Este texto describe las presas.", "instruction_answers"),
            ("Según el texto, ¿qué es una presa?", "instruction_points_elsewhere"),
            ("¿Qué es una presa que es una presa que es una presa?", "instruction_repeats"),
            ("Una presa es un muro que cruza un río.", "instruction_echo"), ("What is a dam and how does it work?", "instruction_language"),
        ],
        "fr": [
            ("Je suis désolé, mais je ne peux pas.", "instruction_refuses"), ("Ce texte décrit les barrages.", "instruction_answers"),
            ("D'après le texte, qu'est-ce qu'un barrage ?", "instruction_points_elsewhere"),
            ("Qu'est-ce qu'un barrage et un barrage et un barrage ?", "instruction_repeats"),
            ("Un barrage est un mur qui traverse une rivière.", "instruction_echo"),
            ("What is a dam and how does it work?", "instruction_language"),
        ],
        "de": [
            ("Es tut mir leid, aber das geht nicht.", "instruction_refuses"), ("Dieser Text beschreibt Dämme.", "instruction_answers"),
            ("Was ist laut dem Text ein Damm?", "instruction_points_elsewhere"),
            ("Was ist ein Damm, was ist ein Damm?", "instruction_repeats"),
            ("Ein Damm ist eine Mauer quer durch einen Fluss.", "instruction_echo"),
            ("What is a dam and how does it work?", "instruction_language"),
        ],
        "zh": [
            ("抱歉，我无法回答。", "instruction_refuses"), ("这段文字介绍了水坝。", "instruction_answers"), ("根据上文，什么是水坝？", "instruction_points_elsewhere"),
            ("什么是水坝什么是水坝", "instruction_repeats"), ("水坝是横跨河流的一道墙。", "instruction_echo"), ("What is a dam?", "instruction_language"),
        ],
    ]

    @Test(
        "good instructions pass in Spanish, French, German and Chinese, and what is none is dropped for its reason",
        arguments: good.keys.sorted())
    func languages(code: String) throws {
        let passage = try #require(LanguageGuardTests.passages[code])
        for said in Self.good[code] ?? [] {
            let rejection = guards.rejection(of: WrittenInstruction(said, about: passage, language: code))
            #expect(rejection == nil, "\(said)")
        }
        for (said, reason) in Self.bad[code] ?? [] {
            #expect(guards.rejection(of: WrittenInstruction(said, about: passage, language: code))?.reason == reason, "\(said)")
        }
    }

    @Test(
        "instructions in the words of people pass",
        arguments: [
            "What is a dam?", "Explain to me how a dam holds water.", "I want to build a dam. Where do I start?", "dams in Europe",
            "A dam broke in my village; write a letter to the mayor.", "Is a weir a dam?", "Name the largest dam of the world",
            "The largest dams of the world, please list them.", "A farmer has a 6\" pipe: how much water flows through it?",
        ])
    func passes(said: String) { #expect(guards.rejection(of: WrittenInstruction(said, about: "A wall across a river.")) == nil) }

    @Test(
        "of 8,449 instructions that people wrote less than one in 150 is dropped",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func people() throws {
        let directory = try #require(SharedData.directory)
        let rows = try RecordSource.readAll([directory.appending(path: "seeds/dolly.jsonl.gz").path]).map(\.object)
            .filter { $0["context"]?.string?.isEmpty != false }
        var dropped: [String: [String]] = [:]
        for row in rows {
            guard let said = row["instruction"]?.string, let passage = row["response"]?.string else { continue }
            let cleaned = InstructionCleaner.cleaned(said).instruction
            guard let rejection = guards.rejection(of: WrittenInstruction(cleaned, about: passage, language: "en")) else { continue }
            // Those that carry a long text of their own are no instructions of the kind that a passage answers.
            if rejection.reason != "instruction_long" { dropped[rejection.reason, default: []].append(cleaned) }
        }
        let counts = dropped.mapValues(\.count)
        #expect(rows.count == 8449 && counts.values.reduce(0, +) < rows.count / 150, "\(counts) \(dropped.mapValues { $0.prefix(8) })")
    }
}
