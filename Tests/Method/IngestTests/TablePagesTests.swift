import Foundation
import TestSupport
import Testing

@testable import Ingest

@Suite struct TablePagesTests {
    private func pages(_ files: [String: String], of path: String, _ options: IngestOptions = IngestOptions()) async throws -> [String] {
        try await withTemporaryDirectory { folder in
            for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
            var source = try PageSource(paths: [folder.appending(path: path).path], options: options)
            var found: [String] = []
            while let page = try source.nextPage() { found.append(page.fault?.reason ?? String(decoding: page.body, as: UTF8.self)) }
            return found + source.notRead.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        }
    }

    @Test("rows of a table and values of a JSON list are pages, by the field that is named")
    func tables() async throws {
        #expect(try await pages(["a.csv": "url,text\nhttp://a,one\nhttp://b,\"two, three\"\n"], of: "a.csv") == ["one", "two, three"])
        #expect(try await pages(["a.json": #"[{"text":"one"}, {"text":"two"}]"#], of: "a.json") == ["one", "two"])
        var options = IngestOptions()
        options.textField = "body"
        #expect(try await pages(["a.tsv": "n\tbody\n1\tone\n"], of: "a.tsv", options) == ["one"])
        #expect(try await pages(["a.csv": "n,body\n1,one\n"], of: "a.csv") == ["no_text_field"])
    }

    @Test("a folder's files that are no pages are counted by their endings, its notes in JSON too")
    func notRead() async throws {
        let files = [
            "a.pdf": "%PDF-1.7", "b.PDF": "%PDF-1.7", "c.docx": "PK\u{3}\u{4}", "meta.json": "{}", "page.txt": "words", "README": "x",
        ]
        #expect(try await pages(files, of: "") == ["words", "1 .docx", "1 .json", "2 .pdf", "1 without a known ending"])
    }

    @Test("a folder of nothing else says what is there and what makes text of it")
    func nothing() async throws {
        let error = await #expect(throws: IngestError.self) { try await pages(["a.pdf": "%PDF-1.7", "b.pdf": "%PDF-1.7"], of: "") }
        #expect("\(error, default: "")".contains("but 2 .pdf (pdftotext"))
    }

    @Test("a file that is called a page and is none is refused where it is named, and broken alone in a folder")
    func disguised() async throws {
        for name in ["a.txt", "a.html", "a", "a.jsonl"] {
            let error = await #expect(throws: IngestError.self) { try await pages([name: "%PDF-1.7 and on"], of: name) }
            #expect("\(error, default: "")".contains("is a PDF"), "\(name)")
        }
        #expect(try await pages(["a.txt": "%PDF-1.7 and on", "b.txt": "words"], of: "") == ["not_a_page", "words"])
    }

    @Test("a pipe is refused by name and left out of folders, and neither is waited for")
    func pipes() async throws {
        try await withTemporaryDirectory { folder in
            #expect(mkfifo(folder.appending(path: "a.txt").path, 0o600) == 0)
            try Data("words".utf8).write(to: folder.appending(path: "b.txt"))
            var named = try PageSource(paths: [folder.appending(path: "a.txt").path])
            let error = #expect(throws: IngestError.self) { try named.nextPage() }
            #expect("\(error, default: "")".contains("is a pipe or a device"))
            var all = try PageSource(paths: [folder.path])
            #expect(try all.nextPage()?.body == Array("words".utf8))
            #expect(all.notRead == ["pipes and devices": 1])
        }
    }
}
