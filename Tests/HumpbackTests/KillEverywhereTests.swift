import Foundation
import TestSupport
import Testing

/// Kills the tool right after each of its renames and removals in turn, by a library that is preloaded into it.
struct Killer {
    /// The folder whose changes count.
    let folder: URL
    private let seen: URL
    private let log: URL

    static let library = BuiltTool.executable.deletingLastPathComponent().appending(path: "libkillhook.so")
    static var isPresent: Bool { FileManager.default.fileExists(atPath: library.path) }

    init(_ folder: URL) {
        self.folder = folder
        (seen, log) = (URL(filePath: folder.path + ".seen"), URL(filePath: folder.path + ".log"))
    }

    /// Runs the tool to its end; what happened in it.
    func run(_ words: [String], in place: URL) throws -> (ended: BuiltTool.Ended, events: Set<String>) {
        (try run(words, in: place, variable: "HUMPBACK_KILL_LOG", log), try events(log))
    }

    /// Runs the tool again and again, each time from where it was killed and killed after the first event that was never killed at, until it
    /// ends by itself.
    func killEverywhere(_ words: [String], in place: URL) throws -> (ended: BuiltTool.Ended, killedAt: Set<String>) {
        var ended: BuiltTool.Ended
        var count = 0
        repeat {
            ended = try run(words, in: place, variable: "HUMPBACK_KILL_SEEN", seen)
            count += 1
        } while ended.status == SIGKILL && count < 2000
        return (ended, try events(seen))
    }

    private func run(_ words: [String], in place: URL, variable: String, _ file: URL) throws -> BuiltTool.Ended {
        try BuiltTool.run(
            words, in: place,
            environment: ["LD_PRELOAD": Self.library.path, "HUMPBACK_KILL_UNDER": folder.path, variable: file.path])
    }

    private func events(_ file: URL) throws -> Set<String> {
        Set(try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init))
    }
}

@Suite(.enabled(if: Killer.isPresent, "needs libkillhook.so, which a whole build makes")) struct KillEverywhereTests {
    /// Runs the words whole in one folder, and killed everywhere in another; both must end with the same files.
    static func prove(_ words: (String) -> [String], files: [String], at place: URL, in kitchen: Kitchen) throws {
        let whole = Killer(place.appending(path: "whole"))
        let (ended, events) = try whole.run(words(whole.folder.path), in: kitchen.folder)
        #expect(ended.status == 0, "\(ended)")
        let killed = Killer(place.appending(path: "killed"))
        let (end, killedAt) = try killed.killEverywhere(words(killed.folder.path), in: kitchen.folder)
        #expect(end.status == 0 && end.output == ended.output, "\(end)")
        // What happens under a hidden name is another thing after a kill; what arrives under its own name is not.
        let missed = events.filter { !$0.contains("/.") }.subtracting(killedAt)
        #expect(missed.isEmpty, "never killed after \(missed.sorted())")
        for file in files {
            let bytes = [whole, killed].map { try? Data(contentsOf: $0.folder.appending(path: file)) }
            #expect(bytes[0] != nil && bytes[0] == bytes[1], "\(file) differs")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: killed.folder.path)
        #expect(names.filter { $0.hasSuffix(".training") || $0.hasSuffix(".removed") || $0.hasSuffix(".part") } == [])
    }

    @Test("run, killed after every rename, removal and entry of its journal, ends with the files of an undisturbed run")
    func run() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            // A judge that puts its probability on the labels, which takes steps.
            let judge = place.appending(path: "judge").path
            let made = try BuiltTool.run(
                "finetune", "--role", "judge", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "150", "--out", judge,
                in: kitchen.folder)
            #expect(made.status == 0, "\(made)")
            try Self.prove(
                {
                    [
                        "run", "--judge-model", judge, "--backward-model", "backward", "--run", $0, "--base", "base", "--corpus", "pages",
                        "--seed-data", "seed.jsonl",
                        "--held-out", "4",
                        "--iterations", "1", "--steps", "3", "--checkpoint-every", "1", "--held-out-every", "2", "--keep", "both",
                        "--lora-rank", "2", "--limit", "8", "--samples", "8", "--max-new-tokens", "48", "--precision", "float32",
                        "--max-broken", "1",
                        "--top-fraction", "0.5", "-q",
                    ]
                },
                files: [
                    "passages.jsonl", "pairs.jsonl", "pairs.rated1", "curated1.jsonl", "M1/model.safetensors",
                    "M1/adapter/adapter_model.safetensors", "report.md", "report.json",
                ], at: place, in: kitchen)
        }
    }

    @Test("spin, killed after every rename, removal and entry of its journal, ends with the files of an undisturbed run")
    func spin() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            try Self.prove(
                {
                    [
                        "spin", "--run", $0, "--base", "base", "--seed-data", "seed.jsonl", "--held-out", "4", "--iterations", "1",
                        "--steps",
                        "2", "--max-new-tokens", "200", "--compare", "-q",
                    ]
                },
                files: ["preferences1.jsonl", "M1/model.safetensors", "continued/model.safetensors", "report.md"], at: place, in: kitchen)
        }
    }
}
