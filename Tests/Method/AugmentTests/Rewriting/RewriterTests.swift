import Foundation
import Ground
import LanguageModels
import Records
import Stages
import TestSupport
import Testing

@testable import Augment

struct RewriterTests {
    private static let passage = "Hi there! A dam is a wall across a river that holds the water back. Subscribe to our page!"
    private static let answer = "A dam is a wall across a river that holds the water back."

    private func pair(_ fields: JSONObject = JSONObject()) throws -> Pair {
        var object: JSONObject = [
            "id": "p1-0", "passage_id": "p1", "instruction": "What is a dam?", "output": .string(Self.passage), "origin": "augmented",
            "licence": "CC-BY-4.0", "url": "https://a.example/dam", "made_by": ["model": "B"],
        ]
        for (key, value) in fields.fields { object[key] = value }
        return try Pair(object)
    }

    private func written(_ model: ScriptedModel, _ pair: Pair, _ options: RewriteOptions = RewriteOptions()) async throws -> JSONObject {
        guard case .kept(let objects) = try await Rewriter(model: model, options: options).outcome(of: pair), let object = objects.first
        else { throw Missing() }
        return object
    }

    @Test("a pair that was rewritten has the new output and origin; the original stands beside with its score, and the source stays")
    func rewritten() async throws {
        let pair = try pair(["score": 4.2, "selected": true, "ratings": [], "signals": ["length": 3.0]])
        let object = try await written(ScriptedModel(answer: { _, _ in "Sure! Here is the answer:\n\n**Answer:** \(Self.answer)" }), pair)
        #expect(object["output"]?.string == Self.answer && object["origin"] == "rewritten" && object["selected"] == true)
        #expect(object["rewriting"] == ["kept": "rewritten", "share": 1.0])
        #expect(object["licence"] == "CC-BY-4.0" && object["url"] == "https://a.example/dam" && object["made_by"] == ["model": "B"])
        #expect(object["score"] == nil && object["ratings"] == nil && object["signals"] == nil)
        let original = try #require(object["original"]?.object)
        #expect(original["output"]?.string == Self.passage && original["score"] == 4.2 && original["origin"] == "augmented")
        #expect(object["rewritten_by"]?.object?["stage"] == "rewrite" && object["rewritten_by"]?.object?["prompts"] == "rewrite-1")
        #expect(RecordShape.of(object) == .pair)
    }

    @Test("what the checks object to leaves the pair as it was, with reason, value and threshold")
    func stays() async throws {
        let pair = try pair(["score": 4.2])
        let model = ScriptedModel(answer: { _, _ in "Humans erect such marvellous buildings everywhere because floods threaten them." })
        let object = try await written(model, pair)
        #expect(object["output"]?.string == Self.passage && object["origin"] == "augmented" && object["score"] == 4.2)
        #expect(object["rewriting"] == ["kept": "original", "reason": "rewrite_ungrounded", "value": 0.0, "threshold": 0.8])
        guard
            case .dropped(let dropped, let rejection) = try await Rewriter(
                model: model, options: RewriteOptions(keepsRewrittenAlone: true)
            ).outcome(of: pair)
        else { throw Missing() }
        #expect(dropped == pair.object && rejection.reason == "rewrite_ungrounded")
    }

    @Test(
        "seeds, pairs that were rewritten and pairs that were not selected are not asked about",
        arguments: [
            (["origin": "seed"], "rewrite_of_seed"), (["origin": "rewritten"], "rewrite_again"), (["selected": false], "not_selected"),
        ] as [(JSONObject, String)])
    func untouched(fields: JSONObject, reason: String) async throws {
        let model = ScriptedModel(answer: { _, _ in
            Issue.record("asked")
            return ""
        })
        #expect(try await written(model, pair(fields))["rewriting"]?.object?["reason"]?.string == reason)
    }

    @Test("a passage that does not fit the context with its answer stays, rather than be cut")
    func long() async throws {
        let model = ScriptedModel(contextLength: 60, answer: { _, _ in Self.answer })
        #expect(try await written(model, pair())["rewriting"]?.object?["reason"] == "prompt_too_long")
    }

    @Test("a German passage is rewritten in German, by its field or by its text")
    func german() async throws {
        let german = "Hallo! Ein Damm ist eine Mauer im Fluss, die das Wasser hält und auf der man gehen kann."
        let model = ScriptedModel(answer: { prompt, _ in
            prompt.contains("direkte Antwort auf die Anfrage, auf Deutsch") ? "Ein Damm ist eine Mauer im Fluss, die das Wasser hält." : ""
        })
        for fields: JSONObject in [["output": .string(german)], ["output": .string(german), "lang": "de"]] {
            #expect(try await written(model, pair(fields))["origin"] == "rewritten")
        }
        #expect(try await written(model, pair(["lang": "en"]))["rewriting"]?.object?["reason"] == "rewrite_empty")
    }

    @Test("a model that cannot be told what to do is refused before the first pair")
    func refusals() throws {
        #expect(throws: RewriteError.wrongRole(model: "scripted", roles: [.backward])) {
            try Rewriter(model: ScriptedModel(roles: [.backward]))
        }
        var base = ScriptedModel()
        base.card.hasChatTemplate = false
        #expect(throws: RewriteError.noTemplate(model: "scripted")) { try Rewriter(model: base) }
    }

    @Test("thoughts, an announcement, a label and a fence around the answer are taken off, and its own words are not")
    func cleaned() {
        for text in [
            "<think>\nHm.\n</think>\n\nA wall.\nOf stone.", "Sure, here is the answer:\nA wall.\nOf stone.", "Answer: A wall.\nOf stone.",
            "```\nA wall.\nOf stone.\n```", "Hier ist die Antwort:\n\nA wall.\nOf stone.",
        ] { #expect(Rewriter.cleaned(text) == "A wall.\nOf stone.", "\(text)") }
        #expect(Rewriter.cleaned("<think>\nA wall.") == "")
    }

    @Test("a run writes every pair in its order and goes on where it was interrupted, to the same bytes")
    func run() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "pairs.jsonl").path
            let lines = try (0..<12).map { number in
                try pair(["id": .string("p\(number)"), "output": .string("\(Self.passage) Number \(number) of twelve.")]).object.serialized
            }
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            let model = ScriptedModel(answer: { prompt, _ in prompt.contains("Number 3") ? "No." : Self.answer })
            func run(_ name: String, limit: Int? = nil) async throws -> Data? {
                let output = folder.appending(path: name).path
                let options = StageOptions(inputs: [file], output: output, limit: limit, quiet: true, resume: true, concurrency: 3)
                #expect(try await Rewriter(model: model).run(options).kept == limit ?? 12)
                return FileManager.default.contents(atPath: output)
            }
            let whole = try await run("whole.jsonl")
            _ = try await run("parts.jsonl", limit: 5)
            #expect(try await run("parts.jsonl") == whole)
            let records = try RecordSource.readAll([folder.appending(path: "whole.jsonl").path]).map(\.object)
            #expect(records.map { $0["origin"]?.string ?? "" } == (0..<12).map { $0 == 3 ? "augmented" : "rewritten" })
        }
    }
}

private struct Missing: Error {
    @Test("where hardly anything came back rewritten the number and what to do are said; what was not asked about is not counted")
    func hint() {
        let tally = RewriteTally()
        func stayed(_ reason: String) -> Outcome { .kept([["rewriting": ["kept": "original", "reason": .string(reason)]]]) }
        for _ in 0..<9 { tally.add(stayed("rewrite_same")) }
        tally.add(stayed("rewrite_ungrounded"))
        for _ in 0..<5 { tally.add(stayed("not_selected")) }
        let words = tally.words(advice: "train one.") ?? ""
        #expect(words.hasSuffix("10 of the 10 that the model was asked about came back unchanged or were refused: train one."), "\(words)")
        for _ in 0..<2 { tally.add(.kept([["rewriting": ["kept": "rewritten"]]])) }
        #expect(tally.words(advice: "train one.")?.contains("train one.") == false)
    }

    @Test("a model that has not learned to rewrite is told of with the command that makes one that has; a server's is not known")
    func notice() throws {
        let notice = try Rewriter(model: ScriptedModel()).notice ?? ""
        #expect(notice.hasPrefix("scripted has not learned to rewrite") && notice.contains("humpback finetune --role rewrite"))
        #expect(try Rewriter(model: ScriptedModel(roles: [.rewrite])).notice == nil)
        var remote = ScriptedModel()
        remote.card.precision = "remote"
        #expect(try Rewriter(model: remote).notice == nil)
    }
}
