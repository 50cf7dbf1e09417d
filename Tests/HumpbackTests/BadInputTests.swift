import Foundation
import TestSupport
import Testing

@Suite struct BadInputTests {
    private static let page = """
        <html><head><title>Soup</title></head><body><h1>Soup</h1><h2>Stock</h2><p>\(String(repeating: "Slowly simmered bones give a clear stock, "
            + "and vegetables give it sweetness when they are roasted first. ", count: 1))
        \((1...12).map { "Step \($0) of the recipe asks for \($0 * 7) grams of something different and patience. " }.joined())</p></body></html>
        """

    /// A folder with a page and a tokenizer made from it.
    private func withKitchen(_ body: (URL) throws -> Void) async throws {
        try await withTemporaryDirectory { place in
            try Data(Self.page.utf8).write(to: place.appending(path: "soup.html"))
            let made = try BuiltTool.run(
                "tokenizer", "train", "--vocabulary", "400", "text.txt", "--out", "tok", in: place, files: ["text.txt": Self.page])
            #expect(made.status == 0, "\(made)")
            try body(place)
        }
    }

    @Test("a line that is no JSON is broken, counted against --max-broken, and written to --rejects with its place")
    func malformedLine() async throws {
        try await withKitchen { place in
            let lines = "{\"text\": \"one\"}\n{\"text\": \n{\"text\": \"three\"}\n"
            let ended = try BuiltTool.run("tokenize", "--model", "tok", "--rejects", "rejects.jsonl", input: lines, in: place)
            #expect(ended.status == 1, "\(ended)")
            #expect(ended.messages.contains("more than 5 % of the records were broken, the first at standard input:2: invalid_json"))
            #expect(ended.messages.contains("rejects.jsonl says which and why"))
            #expect(ended.lines.count == 2)
            let rejects = try String(contentsOf: place.appending(path: "rejects.jsonl"), encoding: .utf8)
            #expect(rejects.contains("standard input") && rejects.contains("2"), "\(rejects)")
            let tolerant = try BuiltTool.run("tokenize", "--model", "tok", "--max-broken", "0.5", input: lines, in: place)
            #expect(tolerant.status == 0, "\(tolerant)")
        }
    }

    @Test("a torn gzip file ends the run with status 2 and says where it is torn")
    func tornGzip() async throws {
        try await withKitchen { place in
            let whole = try BuiltTool.run("ingest", "soup.html", "-o", "passages.jsonl.gz", in: place)
            #expect(whole.status == 0, "\(whole)")
            let packed = try Data(contentsOf: place.appending(path: "passages.jsonl.gz"))
            try packed.prefix(packed.count / 2).write(to: place.appending(path: "torn.jsonl.gz"))
            let ended = try BuiltTool.run("tokenize", "--model", "tok", "torn.jsonl.gz", in: place)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("torn.jsonl.gz is torn"))
        }
    }

    @Test("a folder without a page ends with status 2 and says what ingest reads")
    func emptyCorpus() async throws {
        try await withTemporaryDirectory { place in
            try FileManager.default.createDirectory(at: place.appending(path: "empty"), withIntermediateDirectories: true)
            let ended = try BuiltTool.run("ingest", "empty", in: place)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("empty: no page in it. Ingest reads"))
            let absent = try BuiltTool.run("ingest", "absent", in: place)
            #expect(absent.status == 2)
            #expect(absent.messages.contains("absent: there is no such file or folder"))
        }
    }

    @Test("an input without a record ends with status 2")
    func emptyInput() async throws {
        try await withKitchen { place in
            let ended = try BuiltTool.run("tokenize", "--model", "tok", in: place)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("no record came in on standard input"))
        }
    }

    @Test("an output that exists is kept unless --force or --resume is given")
    func existingOutput() async throws {
        try await withKitchen { place in
            let output = place.appending(path: "passages.jsonl")
            try Data("mine\n".utf8).write(to: output)
            let ended = try BuiltTool.run("ingest", "soup.html", "-o", "passages.jsonl", in: place)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("passages.jsonl exists already; --resume goes on with it, --force writes it anew"))
            #expect(try String(contentsOf: output, encoding: .utf8) == "mine\n")
            #expect(try BuiltTool.run("ingest", "soup.html", "-o", "passages.jsonl", "--force", in: place).status == 0)
            #expect(try String(contentsOf: output, encoding: .utf8).contains("\"text\""))
        }
    }

    @Test("a model folder that is not there ends with status 2 and says what belongs into one")
    func missingModel() async throws {
        try await withTemporaryDirectory { place in
            let ended = try BuiltTool.run("inspect", "nowhere", in: place)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("no such model"))
            let unset = try BuiltTool.run("inspect", in: place, environment: ["HUMPBACK_MODELS": place.path])
            #expect(unset.status == 2)
            #expect(unset.messages.contains("HUMPBACK_MODELS"))
        }
    }

    @Test("options are checked before work begins: unknown, twice, out of range, in contradiction; status 64")
    func options() throws {
        let unknown = try BuiltTool.run("ingest", "--limt", "3", "x")
        #expect(unknown.status == 64)
        #expect(unknown.messages.contains("there is no option --limt. Did you mean --limit?"))
        let twice = try BuiltTool.run("ingest", "--limit", "3", "--limit=4", "x")
        #expect(twice.status == 64)
        #expect(twice.messages.contains("--limit is given twice"))
        let range = try BuiltTool.run("ingest", "--max-broken", "1.5", "x")
        #expect(range.status == 64)
        #expect(range.messages.contains("--max-broken expects a number from 0 to 1, and got \"1.5\""))
        let none = try BuiltTool.run("ingest", "x", "--limit")
        #expect(none.status == 64)
        #expect(none.messages.contains("--limit needs a value: --limit N"))
        let contradiction = try BuiltTool.run("ingest", "--min-chars", "900", "--max-chars", "100", "x")
        #expect(contradiction.status == 64)
        #expect(try BuiltTool.run("ingest").messages.contains("PATH is missing"))
        #expect(try BuiltTool.run("tokenizer").messages.contains("say humpback tokenizer train"))
    }
}
