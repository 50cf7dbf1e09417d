import Foundation
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

    @Test("a model is drawn from as its maker measured it, unless the caller says otherwise")
    func drawing() async throws {
        var model = ScriptedModel(roles: [.backward], answer: { _, _ in "How do bees tell where flowers are?" })
        model.card.drawing = .init(temperature: 0.5, guidance: 1.5)
        let measured = try Augmenter(model: model, options: AugmentOptions()).options.sampling
        #expect(measured.temperature == 0.5)
        #expect(measured.guidance == Guidance(scale: 1.5, against: .chat(RolePrompts.backwardWithoutText)))
        let options = AugmentOptions(drawing: .init(temperature: 0.9, guidance: 1))
        let asked = try Augmenter(model: model, options: options).options.sampling
        #expect(asked.temperature == 0.9 && asked.guidance == nil)
        let outcomes = try await Augmenter(model: model, options: AugmentOptions()).pairs(from: passage())
        guard case .kept(let objects)? = outcomes.first, let pair = objects.first else { throw Missing() }
        #expect(pair["made_by"]?.object?["guidance"]?.double == 1.5)
    }

    @Test("a model without the role is told what to do by examples, and what it says is cleaned")
    func byExample() async throws {
        let model = ScriptedModel(answer: { _, _ in
            "Sure! Here is the question:\n\"How do bees tell where flowers are?\"\n\nAnswer: they dance."
        })
        let augmenter = try Augmenter(model: model, options: AugmentOptions())
        guard case .kept(let objects)? = try await augmenter.pairs(from: passage()).first, let pair = objects.first else { throw Missing() }
        #expect(pair["instruction"]?.string == "How do bees tell where flowers are?")
        #expect(pair["made_by"]?.object?["prompts"]?.string == BackwardPrompt(for: model.card).version)
        // A trained model's words stay as they are.
        let trained = ScriptedModel(roles: [.backward], answer: { _, _ in "Instruction: How do bees tell where flowers are?" })
        guard case .kept(let others)? = try await Augmenter(model: trained, options: AugmentOptions()).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(others.first?["instruction"]?.string == "Instruction: How do bees tell where flowers are?")
        #expect(others.first?["made_by"]?.object?["prompts"]?.string == RolePrompts.version)
    }

    @Test(
        "what such a model says that is no instruction is dropped with its reason",
        arguments: [
            ("I'm sorry, I cannot help with that.", "instruction_refuses"), ("The bees dance for their sisters.", "instruction_answers"),
            ("How does sourdough bread rise without yeast from a packet?", "instruction_leaks_prompt"), ("\"\"", "instruction_short"),
        ])
    func guarded(said: String, reason: String) async throws {
        let outcomes = try await Augmenter(model: ScriptedModel(answer: { _, _ in said }), options: AugmentOptions()).pairs(from: passage())
        guard case .dropped(_, let rejection)? = outcomes.first else { throw Missing() }
        #expect(rejection.reason == reason)
    }

    @Test("nothing is drawn again, scored, guided or asked by phrases unless the notes or the caller want it")
    func plainDefaults() throws {
        for roles in [[], [ModelRole.backward]] {
            let settled = try Augmenter(model: ScriptedModel(roles: roles), options: AugmentOptions()).options
            #expect(settled.attempts == 1 && settled.minScore == nil && settled.aboutPhrases == .never)
            #expect(settled.sampling.guidance == nil && settled.sampling.noRepeat == 0 && settled.filter.minLogProbability == nil)
            #expect(
                settled.filter.words == nil && settled.sampling.temperature == (roles.isEmpty ? 0.3 : 0.7) && settled.sampling.topP == 0.9)
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
        "an instruction that is no use is dropped with its reason",
        arguments: [
            ("", "instruction_empty"), ("Why?", "instruction_short"), (String(repeating: "word ", count: 90), "instruction_long"),
            ("What is the difference between bees and bees?", "instruction_repeats"),
            ("What is the difference between a bee and a bee?", "instruction_repeats"),
            ("What are the dance of the bees?", "instruction_disagrees"),
            ("Who are the bees of the following?", "instruction_points_elsewhere"),
            ("What does this passage say of bees?", "instruction_points_elsewhere"),
            ("What should I know about it?", "instruction_points_elsewhere"),
            ("Give me a short overview of they.", "instruction_points_elsewhere"),
            ("What is a \"flower in the meadow?", "instruction_open_quote"),
            ("What is a flower in the flower?", "instruction_repeats"),
            ("What is the dance of the dance of the bees?", "instruction_repeats"),
            ("What is the bee's bee?", "instruction_repeats"),
            ("Tell me how bees dance to tell where flowers are please", "instruction_echo"),
        ])
    func rejections(said: String, reason: String) async throws {
        var options = AugmentOptions()
        options.filter = InstructionFilter(minimumCharacters: 10, maximumCharacters: 400, echoWords: 7)
        let outcomes = try await Augmenter(model: ScriptedModel(answer: { _, _ in said }), options: options).pairs(from: passage())
        guard case .dropped(_, let rejection)? = outcomes.first else { throw Missing() }
        #expect(rejection.reason == reason)
    }

    @Test("what the filter refuses is drawn again under another key, and the pair says at which attempt it passed")
    func attempts() async throws {
        let model = ScriptedModel(answer: { _, key in
            key.hasSuffix("~3") ? "How do bees tell where flowers are?" : key.hasSuffix("~4") ? "What do bees say of flowers?" : "Why?"
        })
        for attempts in [3, 4, 16] {
            let outcomes = try await Augmenter(model: model, options: AugmentOptions(attempts: attempts)).pairs(from: passage())
            guard case .kept(let objects)? = outcomes.first, let pair = objects.first else { throw Missing() }
            #expect(pair["attempt"]?.integer == 3 && pair["instruction"]?.string == "How do bees tell where flowers are?")
        }
        let fewer = try await Augmenter(model: model, options: AugmentOptions(attempts: 2)).pairs(from: passage())
        guard case .dropped(let refused, let rejection)? = fewer.first else { throw Missing() }
        #expect(rejection.reason == "instruction_short" && refused["attempt"]?.integer == 2)
    }

    @Test(
        "a request that its model finds improbable as a whole is drawn again; the model's own threshold holds unless the caller says another"
    )
    func improbable() async throws {
        var model = ScriptedModel(
            answer: { _, key in key.hasSuffix("~2") ? "How do bees tell where flowers are?" : "What are the best bees to flowers?" },
            nats: { said, _ in said.hasPrefix("How") ? -1 : -2.5 })
        model.card.drawing = .init(minLogProbability: -8)
        guard
            case .kept(let objects)? = try await Augmenter(model: model, options: AugmentOptions(attempts: 16)).pairs(from: passage()).first
        else {
            throw Missing()
        }
        #expect(objects.first?["attempt"]?.integer == 2)
        let once = AugmentOptions(attempts: 1)
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, options: once).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(rejection == Rejection("instruction_improbable", value: -17.5, threshold: .double(-8)))
        let lax = AugmentOptions(drawing: .init(minLogProbability: -20, attempts: 1))
        guard case .kept? = try await Augmenter(model: model, options: lax).pairs(from: passage()).first else { throw Missing() }
        // A server that says nothing of probabilities is not held to them.
        model.card.givesProbabilities = false
        guard case .kept? = try await Augmenter(model: model, options: once).pairs(from: passage()).first else { throw Missing() }
    }

    @Test("a request that the model's own judge scores low is drawn again, and the pair says its score")
    func scored() async throws {
        var model = ScriptedModel(
            roles: [.backward, .judge],
            answer: { _, key in key.hasSuffix("~2") ? "How do bees tell where flowers are?" : "What are the best bees to flowers?" },
            masses: { asked in asked.contains("Request: How do bees tell") ? [0, 0, 0, 0.5, 0.5] : [0.5, 0.25, 0.25, 0, 0] })
        model.card.drawing = .init(minScore: 4)
        guard
            case .kept(let objects)? = try await Augmenter(model: model, options: AugmentOptions(attempts: 16)).pairs(from: passage()).first
        else {
            throw Missing()
        }
        #expect(objects.first?["attempt"]?.integer == 2 && objects.first?["instruction_score"]?.double == 4.5)
        let once = AugmentOptions(attempts: 1)
        guard case .dropped(let pair, let rejection)? = try await Augmenter(model: model, options: once).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(rejection == Rejection("instruction_score_low", value: 1.75, threshold: .double(4)))
        #expect(pair["instruction_score"]?.double == 1.75)
        let lax = AugmentOptions(drawing: .init(minScore: 1.5, attempts: 1))
        guard case .kept? = try await Augmenter(model: model, options: lax).pairs(from: passage()).first else { throw Missing() }
        #expect(try Augmenter(model: model, options: once).settings != Augmenter(model: model, options: lax).settings)
    }

    @Test("a judge that would rather say something else than a score lets nothing pass; a model that is no judge is not asked for scores")
    func unscored() async throws {
        let model = ScriptedModel(
            roles: [.backward, .judge], answer: { _, _ in "How do bees tell where flowers are?" }, masses: { _ in [0, 0, 0, 0, 0.1] })
        let options = AugmentOptions(drawing: .init(minScore: 2, attempts: 1))
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, options: options).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(rejection.reason == "label_mass_low")
        let plain = ScriptedModel(roles: [.backward], answer: { _, _ in "How do bees tell where flowers are?" })
        #expect(throws: AugmentError.self) { try Augmenter(model: plain, options: options) }
        #expect(throws: AugmentError.self) { try Augmenter(model: plain, judge: plain, options: AugmentOptions()) }
        #expect(try Augmenter(model: plain, options: AugmentOptions()).judge == nil)
    }

    @Test("a judge beside the model scores with its own threshold, else 4.5")
    func judgedByAnother() async throws {
        let model = ScriptedModel(roles: [.backward], answer: { _, _ in "How do bees tell where flowers are?" })
        // A judge is trained on texts without page and section, so that it is asked without them too, whatever its backward role reads.
        var judge = ScriptedModel(roles: [.judge], masses: { $0.contains("Page: Bees") ? [0, 1, 0, 0, 0] : [0, 0, 0.5, 0.5, 0] })
        judge.card.readsHeadings = true
        let once = AugmentOptions(drawing: .init(attempts: 1))
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, judge: judge, options: once).pairs(from: passage()).first
        else { throw Missing() }
        #expect(rejection == Rejection("instruction_score_low", value: 3.5, threshold: .double(4.5)))
        judge.card.drawing = .init(minScore: 3.25)
        guard case .kept(let objects)? = try await Augmenter(model: model, judge: judge, options: once).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(objects.first?["instruction_score"]?.double == 3.5)
    }

    @Test("a judge that leaves headed passages is not asked where the writer was told page or section")
    func leavesHeaded() async throws {
        var model = ScriptedModel(roles: [.backward], answer: { _, _ in "How do bees tell where flowers are?" })
        var judge = ScriptedModel(roles: [.judge], masses: { _ in [1, 0, 0, 0, 0] })
        judge.card.drawing = .init(minScore: 3, leavesHeaded: true)
        let once = AugmentOptions(drawing: .init(attempts: 1))
        // The writer is not told the title: the judge is asked.
        guard case .dropped? = try await Augmenter(model: model, judge: judge, options: once).pairs(from: passage()).first else {
            throw Missing()
        }
        model.card.readsHeadings = true
        guard case .kept(let objects)? = try await Augmenter(model: model, judge: judge, options: once).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(objects.first?["instruction_score"] == nil)
        let unnamed = try Passage(["id": "p1", "text": "Bees dance to tell where flowers are."])
        guard case .dropped? = try await Augmenter(model: model, judge: judge, options: once).pairs(from: unnamed).first else {
            throw Missing()
        }
    }

    @Test("where no free request passes, the passage is asked about by its phrases, one a sample, and the pair names the phrase")
    func aboutPhrases() async throws {
        let text = "A beehive is where bees live. The waggle dance tells where flowers are."
        var model = ScriptedModel(
            answer: { _, key in key.hasSuffix("-1") ? "How do bees tell where flowers are?" : "Why?" },
            nats: { said, _ in said.contains("waggle") ? -0.1 : said.contains("beehive") ? -0.2 : -3 })
        model.card.drawing = .init(minLogProbability: -0.01, aboutPhrases: .otherwise)
        let options = AugmentOptions(samples: 3, drawing: .init(minLogProbability: -100, attempts: 2))
        let outcomes = try await Augmenter(model: model, options: options).pairs(from: passage(text))
        let pairs = outcomes.compactMap { if case .kept(let objects) = $0 { objects.first } else { nil } }
        #expect(
            pairs.map { $0["instruction"]?.string } == [
                "What is the waggle dance?", "How do bees tell where flowers are?", "What is a beehive?",
            ])
        #expect(pairs.map { $0["instruction_phrase"]?.string } == ["the waggle dance", nil, "a beehive"])
        #expect(pairs.map { $0["id"]?.string } == ["p1-0", "p1-1", "p1-2"])
        #expect(pairs.first?["instruction_log_prob"]?.double == -0.1)

        let never = AugmentOptions(drawing: .init(minLogProbability: -100, attempts: 2, aboutPhrases: .never))
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, options: never).pairs(from: passage(text)).first else {
            throw Missing()
        }
        #expect(rejection.reason == "instruction_short")
        #expect(try Augmenter(model: model, options: never).settings != Augmenter(model: model, options: options).settings)
    }

    @Test("always asking about phrases draws nothing; a passage without any is dropped with that reason, one of another language as drawn")
    func onlyPhrases() async throws {
        let model = ScriptedModel(answer: { _, _ in
            Issue.record("drawn")
            return "How do bees tell where flowers are?"
        })
        let always = AugmentOptions(drawing: .init(aboutPhrases: .always))
        let augmenter = try Augmenter(model: model, options: always)
        guard case .kept(let objects)? = try await augmenter.pairs(from: passage("We saw a beehive.")).first else { throw Missing() }
        #expect(objects.first?["instruction_phrase"]?.string == "a beehive")
        for (text, lang) in [("It is what it is.", nil), ("We saw a beehive.", "de")] {
            guard case .dropped(_, let rejection)? = try await augmenter.pairs(from: passage(text, lang: lang)).first else {
                throw Missing()
            }
            #expect(rejection.reason == "instruction_no_phrase")
        }
    }

    @Test("a model that gives no log-probabilities cannot say which phrase, and is told")
    func noLikelihoods() {
        let model = ScriptedModel(givesProbabilities: false)
        let error = #expect(throws: AugmentError.self) {
            try Augmenter(model: model, options: AugmentOptions(drawing: .init(aboutPhrases: .otherwise)))
        }
        #expect(error?.description.contains("--about-phrases") == true)
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

    @Test("without chance nothing is drawn again")
    func greedy() async throws {
        let model = ScriptedModel(answer: { _, key in key.contains("~") ? "How do bees tell where flowers are?" : "Why?" })
        let options = AugmentOptions(attempts: 16, drawing: .init(temperature: 0))
        guard case .dropped? = try await Augmenter(model: model, options: options).pairs(from: passage()).first else { throw Missing() }
    }

    @Test("a word that neither the passage nor the list has is refused, one of the page's title is not")
    func words() async throws {
        var options = AugmentOptions()
        options.filter.words = KnownWords("how do what about say of")
        for (said, reason) in [("What do Beez say of flowers?", "instruction_unknown_word"), ("What do bees say of a flower?", nil)] {
            let outcomes = try await Augmenter(model: ScriptedModel(answer: { _, _ in said }), options: options).pairs(from: passage())
            switch outcomes.first {
            case .dropped(_, let rejection)?: #expect(rejection.reason == reason)
            case .kept?: #expect(reason == nil)
            default: throw Missing()
            }
        }
    }

    @Test("an instruction that the token limit cut off is dropped as unfinished")
    func unfinished() async throws {
        var options = AugmentOptions()
        options.sampling.maxNewTokens = 4
        let model = ScriptedModel(answer: { _, _ in "one two three four five six" })
        guard case .dropped(_, let rejection)? = try await Augmenter(model: model, options: options).pairs(from: passage()).first else {
            throw Missing()
        }
        #expect(rejection.reason == "instruction_unfinished")
    }

    @Test("a passage in a language the model's card does not name is refused, unless any language is asked for")
    func language() async throws {
        let model = ScriptedModel(languages: ["en"], answer: { _, _ in "What do bees do all day?" })
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
