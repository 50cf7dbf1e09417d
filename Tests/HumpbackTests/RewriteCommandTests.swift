import Foundation
import TestSupport
import Testing

/// `rewrite` and what other commands make of its records, as processes of their own.
@Suite struct RewriteCommandTests {
    private static let passage = "Hi there! A dam is a wall across a river that holds the water back. Subscribe to our page!"
    private static let answer = "A dam is a wall across a river that holds the water back."

    private func withPairs(_ body: (URL, String) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let lines = (0..<2).map { number in
                #"{"id":"p\#(number)-0","passage_id":"p\#(number)","instruction":"What is dam \#(number)?","output":"\#(Self.passage)","#
                    + #""lang":"en","licence":"CC0","origin":"augmented","score":4.6,"selected":true,"ratings":[]}"# + "\n"
            }
            try Data(lines.joined().utf8).write(to: folder.appending(path: "curated.jsonl"))
            let server = try LoopbackServer { request in
                let said =
                    request.body.contains("What is dam 0?") ? Self.answer : "Dams are marvellous buildings that humans have always loved."
                return .answer(200, #"{"choices":[{"message":{"content":"\#(said)"},"finish_reason":"stop"}]}"#)
            }
            defer { server.stop() }
            try await body(folder, "http://127.0.0.1:\(server.port)/v1#m")
        }
    }

    private func humpback(_ folder: URL, _ words: String...) throws -> BuiltTool.Ended {
        let ended = try BuiltTool.run(words, in: folder)
        #expect(ended.status == 0, "\(words): \(ended)")
        return ended
    }

    @Test("what rewrite made is told by trace, show, export and report, and what it left alone with the reason")
    func whole() async throws {
        try await withPairs { folder, model in
            let ended = try humpback(folder, "rewrite", "--model", model, "curated.jsonl", "-o", "rewritten.jsonl")
            #expect(
                ended.messages.contains("1 of 2 outputs were rewritten; of the others the original stays: rewrite_ungrounded 1."),
                "\(ended)")
            let trace = try humpback(folder, "trace", "p0", "curated.jsonl", "rewritten.jsonl").output
            for part in [
                "rewritten.jsonl:1  rewritten", "original     90 characters: Hi there!", "rewritten    by m, 100.0 % of its words",
            ] {
                #expect(trace.contains(part), "\(part) in \(trace)")
            }
            let other = try humpback(folder, "trace", "p1", "curated.jsonl", "rewritten.jsonl").output
            #expect(other.contains("original     stays: rewrite_ungrounded, found 0"), "\(other)")
            let shown = try humpback(folder, "show", "rewritten.jsonl").output
            #expect(shown.contains("p0-0  rewritten") && shown.contains("p1-0  score 4.60"), "\(shown)")
            _ = try humpback(
                folder, "export", "rewritten.jsonl", "-o", "train.jsonl", "--format", "messages", "--card", "CARD.md")
            let card = try String(contentsOf: folder.appending(path: "CARD.md"), encoding: .utf8)
            #expect(card.contains("of which rewritten") && card.contains("in the passage's own words"), "\(card)")
            _ = try humpback(folder, "report", "rewritten.jsonl", "-o", "report.html")
            let page = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
            #expect(page.contains("rewritten pairs"))
            #expect(try humpback(folder, "help", "reasons", "rewrite_ungrounded").output.contains("--least-kept"))
        }
    }

    @Test("with --only-rewritten the others are rejects, and nothing is asked twice on --resume")
    func onlyRewritten() async throws {
        try await withPairs { folder, model in
            let words = ["rewrite", "--model", model, "--only-rewritten", "curated.jsonl", "-o", "out.jsonl", "--rejects", "rejects.jsonl"]
            #expect(try BuiltTool.run(words, in: folder).status == 0)
            let kept = try String(contentsOf: folder.appending(path: "out.jsonl"), encoding: .utf8)
            #expect(kept.split(separator: "\n").count == 1 && kept.contains(#""origin":"rewritten""#))
            let rejects = try String(contentsOf: folder.appending(path: "rejects.jsonl"), encoding: .utf8)
            #expect(rejects.contains(#""reason":"rewrite_ungrounded""#) && rejects.contains(#""output":"\#(Self.passage)""#))
        }
    }

    @Test("a passage is refused with the command that comes first")
    func passages() async throws {
        try await withPairs { folder, model in
            try Data(#"{"id":"p","text":"A dam is a wall."}"#.utf8).write(to: folder.appending(path: "passages.jsonl"))
            let ended = try BuiltTool.run(["rewrite", "--model", model, "passages.jsonl"], in: folder)
            #expect(ended.status == 2 && ended.messages.contains("humpback augment"), "\(ended)")
        }
    }

    @Test("finetune makes a rewriter of seeds, which rewrite takes, and which no other command takes for another role")
    func role() throws {
        let kitchen = try Kitchen.open()
        let ended = try BuiltTool.run(
            [
                "finetune", "--role", "rewrite", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "2", "--batch", "2", "--out",
                "rewriter", "--force",
            ], in: kitchen.folder)
        #expect(ended.status == 0, "\(ended)")
        let pairs = kitchen.folder.appending(path: "rewrite-pairs.jsonl")
        try Data(#"{"id":"p","instruction":"What is a dam?","output":"A dam is a wall.","origin":"augmented"}"#.utf8).write(to: pairs)
        let rewritten = try BuiltTool.run(
            ["rewrite", "--model", "rewriter", "--max-new-tokens", "8", "rewrite-pairs.jsonl"], in: kitchen.folder)
        // It has learned next to nothing.
        #expect(rewritten.status == 0 && rewritten.output.contains(#""rewriting":{"kept":"original","reason":"rewrite_"#), "\(rewritten)")
        let measured = try BuiltTool.run(["evaluate", "--model", "rewriter", "seed.jsonl"], in: kitchen.folder)
        #expect(measured.status != 0 && measured.messages.contains("humpback rewrite --model R"), "\(measured)")
        let augmenting = try BuiltTool.run(["augment", "--model", "rewriter", "passages.jsonl"], in: kitchen.folder)
        #expect(augmenting.status == 2 && augmenting.messages.contains("finetune --role backward"), "\(augmenting)")
        let plain = try BuiltTool.run(["rewrite", "--model", "backward", "rewrite-pairs.jsonl"], in: kitchen.folder)
        #expect(plain.status == 2 && plain.messages.contains("finetune --role rewrite"), "\(plain)")
    }
}
