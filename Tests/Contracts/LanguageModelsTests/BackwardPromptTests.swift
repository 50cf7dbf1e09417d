import Foundation
import Ground
import Records
import TestSupport
import Testing

@testable import LanguageModels

struct BackwardPromptTests {
    private func card(_ roles: [ModelRole], hasChatTemplate: Bool = true) -> ModelCard {
        var card = ScriptedModel(roles: roles).card
        card.hasChatTemplate = hasChatTemplate
        return card
    }

    @Test("a backward model is asked as it was trained")
    func trained() {
        let asking = BackwardPrompt(for: card([.backward, .judge], hasChatTemplate: false))
        #expect(!asking.asksByExample)
        #expect(
            asking.prompt("Dams hold water.", title: "Dams", heading: "Use")
                == .chat(RolePrompts.backward("Dams hold water.", title: "Dams", heading: "Use")))
        #expect(asking.continuation("What is a dam?") == "What is a dam?" && asking.stop.isEmpty)
        #expect(asking.ownWords == [RolePrompts.backwardQuestion] && asking.exampleInstructions.isEmpty)
    }

    @Test("a model that follows instructions sees two examples as turns, and its answer is begun")
    func conversation() throws {
        let asking = BackwardPrompt(for: card([]))
        guard case .chat(let turns) = asking.prompt("Dams hold water.") else {
            Issue.record("no conversation")
            return
        }
        let users = turns.filter { $0.role == .user }
        #expect(users.count == 3 && users[2].content.contains("Dams hold water."))
        #expect(turns.last?.role == .assistant)
        #expect(asking.exampleInstructions.count == 2)
        #expect(
            asking.exampleInstructions.allSatisfy { example in turns.contains { $0.role == .assistant && $0.content.hasSuffix(example) } })
    }

    @Test("a base model without a chat template continues plain text, up to the end of the line")
    func plain() {
        let asking = BackwardPrompt(for: card([], hasChatTemplate: false))
        guard case .text(let text) = asking.prompt("Dams hold water.") else {
            Issue.record("no plain text")
            return
        }
        #expect(text.hasSuffix("instruction:") && asking.stop == ["\n"] && asking.continuation("What?") == " What?")
        #expect(asking.exampleInstructions.allSatisfy(text.contains))
    }

    @Test("all prompts of one model begin alike up to the text, so that the examples are computed once")
    func sharedBeginning() {
        for hasChatTemplate in [true, false] {
            let asking = BackwardPrompt(for: card([], hasChatTemplate: hasChatTemplate))
            let (one, other) = (text(of: asking.prompt("Dams hold water.")), text(of: asking.prompt("Weirs do not.")))
            let common = zip(one, other).prefix { $0 == $1 }.count
            #expect(one.count - common < 120, "\(common) of \(one.count)")
        }
    }

    @Test("about a German text a model is told in German, by German examples, and the texts that say nothing are German too")
    func german() {
        for hasChatTemplate in [true, false] {
            let (english, german) = (
                BackwardPrompt(for: card([], hasChatTemplate: hasChatTemplate)),
                BackwardPrompt(for: card([], hasChatTemplate: hasChatTemplate), language: "de-CH")
            )
            let prompt = text(of: german.prompt("Dämme halten Wasser zurück."))
            for part in german.exampleInstructions + ["Frage"] { #expect(prompt.contains(part)) }
            for part in ["Question", "Here is", "Write", "sourdough"] { #expect(!prompt.localizedCaseInsensitiveContains(part), "\(part)") }
            for words in german.exampleInstructions + german.neutralTexts {
                #expect(LanguageDetector.shared.detect(words)?.code == "de", "\(words)")
            }
            #expect(german.version != english.version && german.isGerman && !english.isGerman)
            #expect(Set(german.ownWords).isDisjoint(with: english.ownWords))
            #expect(BackwardPrompt(for: card([], hasChatTemplate: hasChatTemplate), language: "fr") == english)
        }
        let trained = BackwardPrompt(for: card([.backward]), language: "de")
        #expect(trained.prompt("Dämme halten Wasser.") == .chat(RolePrompts.backward("Dämme halten Wasser.")))
    }

    private func text(of prompt: Prompt) -> String {
        switch prompt {
        case .chat(let turns): turns.map(\.content).joined(separator: "\n")
        case .text(let text): text
        }
    }
}
