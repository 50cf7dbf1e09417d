import Foundation
import TestSupport
import Testing

/// `curate` with a judge that is told a rubric in words, as a process of its own.
@Suite struct JudgeCommandTests {
    private static let pairs = """
        {"id":"p1","instruction":"What is a dam?","output":"A dam is a wall across a river that holds the water back.","origin":"augmented"}
        {"id":"p2","instruction":"Was ist ein Damm?","output":"Ein Damm ist eine Mauer im Fluss, die das Wasser hält.","lang":"de","origin":"augmented"}

        """

    private func said(_ text: String) -> LoopbackServer.Act {
        .answer(200, #"{"choices":[{"message":{"content":"\#(text)"},"finish_reason":"stop"}]}"#)
    }

    private func withPairs(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            try Data(Self.pairs.utf8).write(to: folder.appending(path: "pairs.jsonl"))
            try Data("scale: 0 to 10\nreasons: yes\n\nGrade as a dam keeper.\n".utf8).write(to: folder.appending(path: "keeper.txt"))
            try await body(folder)
        }
    }

    private func curate(_ folder: URL, _ words: String...) throws -> BuiltTool.Ended {
        try BuiltTool.run(["curate", "--keep-all", "--max-broken", "1"] + words + ["pairs.jsonl"], in: folder)
    }

    @Test("a judge of a server reads the rubric in the language of each pair, and the rating names it")
    func languages() async throws {
        try await withPairs { folder in
            let server = try LoopbackServer { request in request.body.contains("Du bewertest") ? said("Bewertung: 4,5") : said("Score: 3") }
            defer { server.stop() }
            let ended = try curate(folder, "--model", "http://127.0.0.1:\(server.port)/v1#m")
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.lines.count == 2)
            for (line, words) in zip(ended.lines, [[#""score":3.0,"#, "five-point-en"], [#""score":4.5,"#, "five-point-de"]]) {
                for word in words { #expect(line.contains(word), "\(line)") }
            }
        }
    }

    @Test("a rubric of one's own is told with its examples, reasons are read behind, and what is no score leaves the pair unrated")
    func own() async throws {
        try await withPairs { folder in
            let line = #"{"instruction":"Why?","output":"So.","score":2,"reasons":"It says nothing."}"#
            try Data((line + "\n").utf8).write(to: folder.appending(path: "shown.jsonl"))
            let server = try LoopbackServer { request in
                let isTold = request.body.contains("Grade as a dam keeper.") && request.body.contains(#"It says nothing.\nScore: 2"#)
                return said(isTold && !request.body.contains("Mauer") ? #"It names 1 river.\n\n**Score:** 8/10"# : "Score: eight")
            }
            defer { server.stop() }
            let ended = try curate(
                folder, "--model", "http://127.0.0.1:\(server.port)/v1#m", "--rubric", "keeper.txt", "--examples", "shown.jsonl",
                "--rejects",
                "rejects.jsonl")
            #expect(ended.status == 0 && ended.lines.count == 1, "\(ended)")
            #expect(ended.output.contains(#""score":4.2,"#) && ended.output.contains(#""rubric":"keeper","scale":[0.0,10.0]"#), "\(ended)")
            let rejects = try String(contentsOf: folder.appending(path: "rejects.jsonl"), encoding: .utf8)
            for word in [#""reason":"score_unreadable""#, #""value":"Score: eight""#, #""threshold":"a score from 0 to 10""#] {
                #expect(rejects.contains(word), "\(rejects)")
            }
        }
    }

    @Test("several answers of a judge are averaged, and another rubric is another run")
    func samples() async throws {
        try await withPairs { folder in
            let server = try LoopbackServer { _ in said("Score: 2") }
            defer { server.stop() }
            let words = ["--model", "http://127.0.0.1:\(server.port)/v1#m", "-o", "out.jsonl", "pairs.jsonl", "--keep-all", "--resume"]
            let ended = try BuiltTool.run(["curate", "--judge-samples", "3"] + words, in: folder)
            #expect(ended.status == 0 && server.requests.count == 6, "\(ended)")
            let other = try BuiltTool.run(["curate", "--judge-samples", "3", "--rubric", "additive"] + words, in: folder)
            #expect(other.status == 2 && other.messages.contains("rubrics was"), "\(other)")
        }
    }

    @Test(
        "what does not go together is said before a model is opened",
        arguments: [
            (["--judge", "trained", "--rubric", "additive"], "say --judge forward"),
            (["--judge", "none", "--reasons"], "say --judge forward"),
            (["--judge", "none", "--judge-samples", "2"], "nobody judges"),
        ])
    func combinations(words: [String], advice: String) async throws {
        try await withPairs { folder in
            let ended = try BuiltTool.run(["curate"] + words + ["pairs.jsonl"], in: folder)
            #expect(ended.status == 64 && ended.messages.contains(advice), "\(ended)")
        }
    }

    @Test("a rubric that is no name and no file is refused, with the names and where to learn more")
    func unknown() async throws {
        try await withPairs { folder in
            let ended = try curate(folder, "--model", "http://127.0.0.1:9/v1#m", "--rubric", "five-points")
            #expect(ended.status == 2 && ended.messages.contains("five-point-de") && ended.messages.contains("help rubrics"), "\(ended)")
        }
    }

    @Test("help rubrics explains the format, and prints a rubric as the file that it would be")
    func help() throws {
        let all = try BuiltTool.run("help", "rubrics")
        #expect(all.status == 0 && all.output.contains("scale: 1 to 3") && all.output.contains("additive-de"))
        let one = try BuiltTool.run("help", "rubrics", "five-point-de")
        #expect(one.status == 0 && one.output.hasPrefix("scale: 1 to 5\nlanguage: de\nreasons: no\n\nDu bewertest"))
        #expect(try BuiltTool.run("help", "rubrics", "six-point").status == 64)
    }
}
