import Foundation
import TestSupport
import Testing

@Suite struct ReportCommandTests {
    @Test("what the tool made becomes one page, the same twice, on standard output or in a file that is not overwritten")
    func page() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let page = place.appending(path: "report.html").path
            let pairs = (0..<30).map {
                "{\"id\":\"p\($0)-0\",\"passage_id\":\"p\($0)\",\"instruction\":\"Say \($0)\",\"output\":\"It is \($0)\",\"origin\":\"augmented\"}\n"
            }
            try Data(pairs.joined().utf8).write(to: kitchen.folder.appending(path: "reported-pairs.jsonl"))
            let words = ["report", "passages.jsonl", "reported-pairs.jsonl", "forward", "backward"]
            let ended = try BuiltTool.run(words + ["-o", page], in: kitchen.folder)
            #expect(ended.status == 0 && ended.output.isEmpty && ended.messages.contains("note: "), "\(ended)")
            let html = try String(contentsOf: URL(filePath: page), encoding: .utf8)
            #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
            for part in ["passages.jsonl", "Training loss", "forward", "Pairs to look at", "<svg"] {
                #expect(html.contains(part), "\(part)")
            }
            #expect(try BuiltTool.run(words + ["--quiet"], in: kitchen.folder).output == html)
            let again = try BuiltTool.run(words + ["-o", page], in: kitchen.folder)
            #expect(again.status == 2 && again.messages.contains("--force"), "\(again)")
            #expect(try BuiltTool.run(words + ["-o", page, "--force", "-q"], in: kitchen.folder).status == 0)
        }
    }

    @Test("nothing to report on is said")
    func nothing() throws {
        let none = try BuiltTool.run("report")
        #expect(none.status == 64 && none.messages.contains("--run DIR"), "\(none)")
        let absent = try BuiltTool.run("report", "no-such-run")
        #expect(absent.status == 2 && absent.messages.contains("there is no such file or folder"), "\(absent)")
    }
}
