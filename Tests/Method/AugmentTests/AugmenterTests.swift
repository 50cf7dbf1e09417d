import Foundation
import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Augment

private func passage(_ text: String = "Bees dance to tell where flowers are.", lang: String? = nil) throws -> Passage {
    var object: JSONObject = ["id": "p1", "text": .string(text), "extra": ["kept": 1], "title": "Bees"]
    if let lang { object["lang"] = .string(lang) }
    return try Passage(object)
}

struct AugmenterTests {
    @Test("a passage becomes a pair with its fields in place, text renamed output, and how it was made")
    func pair() async throws {
        let model = ScriptedModel(roles: [.backward], answer: { _, _ in "  How do bees tell where flowers are? \n" })
        let outcomes = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage())
        guard case .kept(let objects)? = outcomes.first, let pair = objects.first else { throw Missing() }
        #expect(pair["id"]?.string == "p1-0")
        #expect(pair["passage_id"]?.string == "p1")
        #expect(pair["instruction"]?.string == "How do bees tell where flowers are?")
        #expect(pair["output"]?.string == "Bees dance to tell where flowers are.")
        #expect(pair["extra"] == ["kept": 1])
        #expect(pair["origin"]?.string == "augmented")
        #expect(pair["made_by"]?.object?["temperature"]?.double == 0.7)
        #expect(pair["text"] == nil)
    }

    @Test("what the guards drop is sampled again as often as asked, each time by a key of its own, and the pair says which attempt it is")
    func attempts() async throws {
        let model = ScriptedModel(roles: [.backward]) { _, key in key == "p1-0~3" ? "How do bees tell where flowers are?" : "" }
        for (attempts, kept) in [(1, nil), (2, nil), (3, 3), (9, 3)] as [(Int, Int?)] {
            let outcome = try await Augmenter(model: model, options: AugmentOptions(attempts: attempts)).pairs(from: passage()).first
            switch outcome {
            case .kept(let pairs): #expect(pairs.first?["attempt"]?.integer == kept && kept != nil)
            case .dropped(_, let rejection): #expect(kept == nil && rejection.reason == "instruction_empty")
            default: throw Missing()
            }
        }
        // Without chance the second attempt is the first.
        let greedy = AugmentOptions(attempts: 3, temperature: 0)
        guard case .dropped? = try await Augmenter(model: model, options: greedy).pairs(from: passage()).first else { throw Missing() }
        let (once, twice) = (AugmentOptions(), AugmentOptions(attempts: 2))
        #expect(try Augmenter(model: model, options: once).settings != Augmenter(model: model, options: twice).settings)
    }

    @Test("a model is sampled from as its maker measured it, unless the caller says otherwise")
    func notedSampling() async throws {
        var model = ScriptedModel(roles: [.backward], answer: { _, _ in "How do bees tell where flowers are?" })
        model.card.sampling = .init(temperature: 0.5)
        #expect(try Augmenter(model: model, options: AugmentOptions()).options.sampling.temperature == 0.5)
        #expect(try Augmenter(model: model, options: AugmentOptions(temperature: 0.9)).options.sampling.temperature == 0.9)
        let outcomes = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage())
        guard case .kept(let objects)? = outcomes.first, let pair = objects.first else { throw Missing() }
        #expect(pair["made_by"]?.object?["temperature"]?.double == 0.5)
    }

    @Test("a model without the role is told what to do by examples, and what any model says around an instruction is taken off")
    func cleaned() async throws {
        for roles in [[], [ModelRole.backward]] {
            let model = ScriptedModel(roles: roles) { _, _ in
                "Sure! Here is the question:\n\"How do bees tell where flowers are?\"\n\nAnswer: they dance."
            }
            let augmenter = try Augmenter(model: model, options: AugmentOptions())
            guard case .kept(let objects)? = try await augmenter.pairs(from: passage()).first, let pair = objects.first else {
                throw Missing()
            }
            #expect(pair["instruction"]?.string == "How do bees tell where flowers are?")
            #expect(pair["made_by"]?.object?["prompts"]?.string == BackwardPrompt(for: model.card).version)
        }
    }

    @Test("a German passage is asked about in German, by its field or its text, and an answer in English is dropped")
    func german() async throws {
        let text = "Bienen tanzen, um zu zeigen, wo die Blumen sind und wie weit der Weg zu ihnen ist."
        let model = ScriptedModel { prompt, _ in
            prompt.contains("Hier ist noch ein Text:")
                ? "Wie zeigen Bienen, wo die Blumen sind?" : "How do the bees tell where the flowers are?"
        }
        for lang in ["de", nil] {
            let outcomes = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage(text, lang: lang))
            guard case .kept(let objects)? = outcomes.first, let pair = objects.first else { throw Missing() }
            #expect(pair["instruction"]?.string == "Wie zeigen Bienen, wo die Blumen sind?")
            #expect(pair["made_by"]?.object?["prompts"]?.string == "examples-chat-de-1")
        }
        let foreign = ScriptedModel { _, _ in "How do the bees tell where the flowers are?" }
        let outcomes = try await Augmenter(model: foreign, options: AugmentOptions()).pairs(from: passage(text, lang: "de"))
        guard case .dropped(_, let rejection)? = outcomes.first else { throw Missing() }
        #expect(rejection.reason == "instruction_language")
    }

    @Test("one sample at the paper's nucleus and temperature, 0.3 for a model that is told by examples")
    func plainDefaults() throws {
        for roles in [[], [ModelRole.backward]] {
            let settled = try Augmenter(model: ScriptedModel(roles: roles), options: AugmentOptions()).options
            #expect(settled.samples == 1 && settled.sampling.noRepeat == 0)
            #expect(settled.sampling.temperature == (roles.isEmpty ? 0.3 : 0.7) && settled.sampling.topP == 0.9)
        }
    }

    @Test("samples are numbered, and each draws under a key of its own")
    func samples() async throws {
        let model = ScriptedModel(answer: { _, key in "Which request is answered under \(key)?" })
        let outcomes = try await Augmenter(model: model, options: AugmentOptions(samples: 3)).pairs(from: passage())
        let instructions = outcomes.compactMap { if case .kept(let objects) = $0 { objects.first?["instruction"]?.string } else { nil } }
        #expect(instructions == (0..<3).map { "Which request is answered under p1-\($0)?" })
    }

    @Test(
        "what is no instruction is dropped with its reason, whoever wrote it",
        arguments: [
            ("", "instruction_empty"), ("Why?", "instruction_short"), (String(repeating: "x", count: 801) + "?", "instruction_long"),
            ("I'm sorry, but I cannot help with that.", "instruction_refuses"), ("The text is about bees.", "instruction_answers"),
            ("What is a bee?<|im_end|>", "instruction_leaks_prompt"),
            ("What does this passage say of bees?", "instruction_points_elsewhere"),
            ("How do bees how do bees dance?", "instruction_repeats"),
            ("Bees dance to tell where flowers are in spring", "instruction_echo"),
            ("Was ist ein Tanz und wie geht er?", "instruction_language"),
        ])
    func guarded(said: String, reason: String) async throws {
        let text = "Bees dance to tell where flowers are in spring, and that is how they find them."
        for roles in [[], [ModelRole.backward]] {
            let augmenter = try Augmenter(model: ScriptedModel(roles: roles, answer: { _, _ in said }), options: AugmentOptions())
            guard case .dropped(_, let rejection)? = try await augmenter.pairs(from: passage(text)).first else { throw Missing() }
            #expect(rejection.reason == reason)
        }
    }

    @Test("a page's name that shares no word with a text without headings is not told")
    func names() async throws {
        let seen = Seen()
        var model = ScriptedModel(
            roles: [.backward],
            answer: { prompt, _ in
                seen.note(prompt); return "How do bees tell where flowers are?"
            })
        model.card.readsHeadings = true
        for (title, heading, isTold) in [
            ("Bees", [], true), ("scan 0412", [], false), ("scan 0412", ["scan 0412"], false), ("scan 0412", ["Dance"], true),
        ]
            as [(String, [JSONValue], Bool)]
        {
            let object: JSONObject = [
                "id": "p1", "text": "Bees dance to tell where flowers are.", "title": .string(title), "heading": .array(heading),
            ]
            _ = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: Passage(object))
            #expect(seen.prompt.contains("Page: \(title)") == isTold, "\(title) \(heading)")
        }
    }

    @Test("an instruction that the token limit cut off is dropped, and one behind which the model went on is not")
    func unfinished() async throws {
        var options = AugmentOptions()
        options.sampling.maxNewTokens = 4
        let model = ScriptedModel(answer: { _, _ in "one two three four five six" })
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, options: options).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(rejection == Rejection("instruction_cut_off", value: "token limit", threshold: "end of turn"))
        let answering = ScriptedModel(answer: { _, _ in "What do bees?\n\nThey dance all day." })
        guard case .kept(let pairs)? = try await Augmenter(model: answering, options: options).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(pairs.first?["instruction"]?.string == "What do bees?")
    }

    @Test("a passage in a language the model's card does not name is refused, unless any language is asked for")
    func language() async throws {
        let model = ScriptedModel(languages: ["en"], answer: { _, _ in "Was machen Bienen den ganzen Tag?" })
        guard
            case .dropped(_, let rejection)? = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage(lang: "de"))
                .first
        else { throw Missing() }
        #expect(rejection.reason == "language_not_of_model")
        let any = try await Augmenter(model: model, options: AugmentOptions(anyLanguage: true)).pairs(from: passage(lang: "de"))
        guard case .kept? = any.first else { throw Missing() }
    }

    @Test("a passage too long for the context is cut at a sentence end and marked")
    func truncation() async throws {
        let text = (1...40).map { "Sentence number \($0) has exactly seven words." }.joined(separator: " ")
        let seen = Seen()
        let model = ScriptedModel(
            roles: [.backward], contextLength: 200,
            answer: { prompt, _ in
                seen.note(prompt); return "What are these sentences about?"
            })
        let outcomes = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage(text))
        guard case .kept(let objects)? = outcomes.first else { throw Missing() }
        #expect(objects.first?["truncated_prompt"] == true)
        #expect(objects.first?["output"]?.string == text)
        #expect(seen.prompt.contains("words.\n\nWhich request"))
    }

    @Test("a model of another role is refused with the command that makes the right one")
    func wrongRole() {
        let error = #expect(throws: AugmentError.self) { try Augmenter(model: ScriptedModel(roles: [.judge]), options: AugmentOptions()) }
        #expect(error?.description.contains("humpback finetune --role backward") == true)
    }
}

private struct Missing: Error {}

private final class Seen: @unchecked Sendable {
    private let lock = NSLock()
    private var text = ""
    var prompt: String { lock.withLock { text } }
    func note(_ prompt: String) { lock.withLock { text = prompt } }
}
