import Foundation
import TestSupport
import Testing

@Suite struct InspectCommandTests {
    @Test("says architecture, memory at each precision, tokenizer, template, licence and what is missing")
    func report() throws {
        let ended = try BuiltTool.run("inspect", "judge", in: Kitchen.open().folder)
        #expect(ended.status == 0, "\(ended)")
        for fact in [
            "architecture  LlamaForCausalLM (llama)", "KiB in float32", "KiB in int8", "roles         judge", "byte-level BPE",
            "400 tokens",
            "| <|user|>How deep does a humpback dive?", "licence       not said", "missing       a licence", "context       1536 tokens",
        ] {
            #expect(ended.output.contains(fact), "\(fact) in \(ended.output)")
        }
    }

    @Test("a model goes to llama.cpp's format and back: the same weights and the same tokens")
    func roundTrip() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            func path(_ name: String) -> String { place.appending(path: name).path }
            let there = try BuiltTool.run("convert", "judge", path("judge.gguf"), "--storage", "f32", in: kitchen.folder)
            #expect(there.status == 0, "\(there)")
            let back = try BuiltTool.run("convert", path("judge.gguf"), path("again"), "--storage", "f32", in: kitchen.folder)
            #expect(back.status == 0 && back.messages.contains("as float32"), "\(back)")
            let shown = try BuiltTool.run("inspect", path("judge.gguf"))
            #expect(shown.output.contains("architecture  LlamaForCausalLM"), "\(shown)")
            let texts = "{\"text\": \"Soak what is dry overnight: 12 beans, <|end|> \u{e9}!\"}\n{\"text\": \"  two\\n\\nlines\"}\n"
            let tokens = try ["judge", path("again")].map {
                try BuiltTool.run("tokenize", "--model", $0, "--quiet", input: texts, in: kitchen.folder).output
            }
            #expect(tokens[0] == tokens[1] && !tokens[0].isEmpty)
            let asked = "{\"prompt\": \"Warm the oven\", \"continuation\": \" before anything goes in.\"}\n"
            let scores = try ["judge", path("again")].map {
                try BuiltTool.run("loglik", "--model", $0, "--precision", "float32", "--quiet", input: asked, in: kitchen.folder).output
            }
            #expect(scores[0] == scores[1] && !scores[0].isEmpty)
            #expect(try BuiltTool.run("inspect", path("again")).output.contains("roles         judge"))
        }
    }
}
