import LanguageModels
import Records
import TestSupport
import Testing

@testable import Rounds

struct PromptWritingStageTests {
    static func stage(made: [String] = [], answer: String = "") throws -> PromptWritingStage {
        let seeds = try (0..<12).map { try Seed(["instruction": .string("Seed\nnumber \($0)?"), "output": "Yes."]) }
        return PromptWritingStage(
            model: ScriptedModel { _, _ in answer }, seeds: seeds, made: made, sampling: Sampling(maxNewTokens: 20, seed: 3))
    }

    @Test("the examples are six seeds and two earlier prompts, one a line, drawn by the prompt's id alone")
    func request() throws {
        let stage = try Self.stage(made: ["Made one?", "Made two?", "Made three?"])
        let lines = stage.prompt(for: "a").split(separator: "\n")
        #expect(lines.count == 10 && lines.last == "9.")
        #expect(lines.count { $0.contains("Seed number") } == 6 && lines.count { $0.contains("Made") } == 2)
        #expect(stage.prompt(for: "a") == stage.prompt(for: "a") && stage.prompt(for: "a") != stage.prompt(for: "b"))
        #expect(try Self.stage().prompt(for: "a").split(separator: "\n").count { $0.contains("Seed number") } == 8)
    }

    @Test("a prompt that nobody could answer is dropped with its reason")
    func rejections() async throws {
        func reason(_ text: String) async throws -> String {
            guard case .dropped(_, let rejection) = try await Self.stage(answer: text).outcome("x") else { return "kept" }
            return rejection.reason
        }
        #expect(try await reason("") == "prompt_empty")
        #expect(try await reason("Why so?") == "prompt_short")
        #expect(try await reason("Describe the Picture above.") == "prompt_unanswerable")
        #expect(try await reason(String(repeating: "word ", count: 30)) == "prompt_unfinished")
        #expect(PromptWritingStage.rejection(of: String(repeating: "word ", count: 151), end: .stop)?.reason == "prompt_long")
        #expect(try await reason("How is bread made?") == "kept")
    }

    @Test("ROUGE-L of 0.7 to any prompt before is a near duplicate, and a resumed run remembers what was written")
    func novelty() {
        #expect(NovelPrompts.likeness(["a", "b", "c", "d"], ["a", "x", "c", "d"]) == 0.75)
        #expect(NovelPrompts.likeness(["a"], ["a", "b", "c", "d"]) == 0)
        let filter = NovelPrompts(known: ["How do I bake good bread?"])
        func isKept(_ text: String) -> Bool {
            guard case .kept? = filter.review(.kept([["instruction": .string(text)]])).first else { return false }
            return true
        }
        #expect(!isKept("How do I bake bread?"))
        #expect(isKept("Why is the sky blue?"))
        #expect(!isKept("why is the sky so blue"))
        filter.add("Name three rivers.")
        #expect(!isKept("Name three rivers"))
    }
}
