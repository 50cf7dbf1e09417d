import Foundation
import TestSupport
import Testing

/// What stands behind standard output belongs to the user: it is appended to, a full disk is told, and nothing that a record says reaches a
/// terminal as it is.
@Suite struct StandardOutputTests {
    private let passage = #"{"id":"a","text":"Beans grow.","heading":["Beans"]}"# + "\n"

    /// Runs a shell's command line with `humpback` as `$H`.
    private func shell(_ line: String, in place: URL) throws -> (status: Int32, messages: String) {
        let process = Process()
        let errors = place.appending(path: "errors.txt")
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "{ \(line)\n} 2>errors.txt"]
        process.currentDirectoryURL = place
        process.environment = ProcessInfo.processInfo.environment.merging(["H": BuiltTool.executable.path]) { $1 }
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, (try? String(contentsOf: errors, encoding: .utf8)) ?? "")
    }

    @Test("output is appended to a file that the shell opened so, by every stage")
    func appends() async throws {
        try await withTemporaryDirectory { folder in
            try Data(passage.utf8).write(to: folder.appending(path: "in.jsonl"))
            try Data("{\"mine\":1}\n".utf8).write(to: folder.appending(path: "all.jsonl"))
            for _ in 0..<2 {
                let ended = try shell("$H ingest --whole-page -q in.jsonl >> all.jsonl", in: folder)
                #expect(ended.status == 0, "\(ended)")
            }
            let lines = try String(contentsOf: folder.appending(path: "all.jsonl"), encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 3 && lines.first == "{\"mine\":1}")
            let first = try shell("{ echo first; $H ingest --whole-page -q in.jsonl; echo last; } > group.txt", in: folder)
            #expect(first.status == 0)
            let group = try String(contentsOf: folder.appending(path: "group.txt"), encoding: .utf8).split(separator: "\n")
            #expect(group.first == "first" && group.last == "last" && group.count == 3)
        }
    }

    @Test(
        "a full disk is told with status 2, by every kind of output", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
        arguments: [
            "show in.jsonl", "report in.jsonl", "help augment", "completions bash", "--version", "explain page.html", "trace aaaa in.jsonl",
            "ingest --whole-page in.jsonl", "",
        ])
    func fullDisk(_ words: String) async throws {
        try await withTemporaryDirectory { folder in
            try Data(passage.replacing("\"a\"", with: "\"aaaa\"").utf8).write(to: folder.appending(path: "in.jsonl"))
            try Data("<h1>Beans</h1><p>They grow.</p>".utf8).write(to: folder.appending(path: "page.html"))
            let ended = try shell("$H \(words) > /dev/full", in: folder)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("standard output") && ended.messages.contains("space"), "\(ended)")
        }
    }

    @Test("a reader that has gone is no failure")
    func closedPipe() async throws {
        try await withTemporaryDirectory { folder in
            try Data(String(repeating: passage, count: 5000).utf8).write(to: folder.appending(path: "in.jsonl"))
            let ended = try shell("$H show --limit 5000 in.jsonl | head -n 1 > /dev/null", in: folder)
            #expect(ended.status == 0 && ended.messages.isEmpty, "\(ended)")
        }
    }

    @Test("what a record, a page or a file's name says cannot steer a terminal")
    func escapes() async throws {
        let evil = "\u{1B}]0;owned\u{7}\u{202E}\u{8}x"
        try await withTemporaryDirectory { folder in
            let json = #"{"id":"aaaa","text":"\u001b[2Jx\u0007","heading":["\u202eb"],"title":"\u009bt","url":"http://x/\u001b"}"# + "\n"
            try Data(json.utf8).write(to: folder.appending(path: "in.jsonl"))
            try Data("<h1>\(evil)</h1><p>\(evil) text</p>".utf8).write(to: folder.appending(path: "page.html"))
            let runs = [
                ["show", "in.jsonl"], ["explain", "--blocks", "page.html"], ["trace", "aaaa", "in.jsonl"],
                ["show", "no\u{1B}[1m\u{202E}.jsonl"], [evil],
            ]
            for words in runs {
                let ended = try BuiltTool.run(words, in: folder)
                for scalar in (ended.output + ended.messages).unicodeScalars {
                    #expect(scalar.value >= 0x20 || scalar == "\n" || scalar == "\t", "\(words)")
                    #expect(scalar != "\u{202E}" && scalar.value != 0x9B && scalar.value != 0x7F, "\(words)")
                }
            }
        }
    }

    @Test("options that a whole page has no use for are refused")
    func wholePage() async throws {
        try await withTemporaryDirectory { folder in
            try Data(passage.utf8).write(to: folder.appending(path: "in.jsonl"))
            for words in [["--language", "de"], ["--min-chars", "5"], ["--preset", "fineweb"]] {
                let ended = try BuiltTool.run(["ingest", "--whole-page"] + words + ["in.jsonl"], in: folder)
                #expect(ended.status == 64 && ended.messages.contains("--whole-page"), "\(ended)")
            }
        }
    }

    @Test(
        "a stream that is closed is told or done without, ends no run by a signal, and no message goes into a file of the user's",
        arguments: [
            ("export in.jsonl >&-", 2, "it is closed"), ("show in.jsonl >&-", 2, "it is closed"), ("help >&-", 2, "it is closed"),
            ("export <&-", 2, "it is closed"), ("export in.jsonl 2>&- >/dev/null", 0, ""),
            ("export in.jsonl -o o.jsonl <&- >&- 2>&-", 0, ""),
            ("export in.jsonl 2>/dev/full >/dev/null", 0, ""),
        ])
    func closedStreams(_ words: String, _ status: Int32, _ text: String) async throws {
        try await withTemporaryDirectory { folder in
            let pair = #"{"instruction":"How?","output":"So."}"# + "\n"
            try Data(pair.utf8).write(to: folder.appending(path: "in.jsonl"))
            let ended = try shell("$H \(words)", in: folder)
            #expect(ended.status == status, "\(words): \(ended)")
            #expect(text.isEmpty || ended.messages.contains(text), "\(words): \(ended)")
            if let written = try? String(contentsOf: folder.appending(path: "o.jsonl"), encoding: .utf8) {
                #expect(written.split(separator: "\n").count == 1 && written.hasPrefix("{"), "\(written)")
            }
        }
    }

    @Test("a full disk behind standard output is no reason for --resume, which goes on with files")
    func fullDiskAdvice() async throws {
        try await withTemporaryDirectory { folder in
            try Data(passage.utf8).write(to: folder.appending(path: "in.jsonl"))
            let ended = try shell("$H ingest --whole-page in.jsonl > /dev/full", in: folder)
            #expect(
                ended.messages.contains("-o FILE --resume in place of > FILE")
                    && !ended.messages.contains("run the command again with --resume"))
        }
    }
}
