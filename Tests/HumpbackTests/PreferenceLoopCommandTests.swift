import Foundation
import TestSupport
import Testing

@Suite struct PreferenceLoopCommandTests {
    static let files = ["preferences1.jsonl", "preferences2.jsonl", "M1/model.safetensors", "M2/model.safetensors", "report.md"]

    static func contents(_ place: URL) throws -> [Data] { try files.map { try Data(contentsOf: place.appending(path: $0)) } }

    /// Runs the loop whole and, in another folder, killed where `isReady` says, again and again, until it ends by itself.
    static func proveResume(_ words: [String], killedBy marks: [String], in kitchen: Kitchen, at place: URL) throws {
        let whole = try BuiltTool.run(words + ["--run", place.appending(path: "whole").path], in: kitchen.folder)
        #expect(whole.status == 0 && whole.output.contains("| M2 |"), "\(whole)")
        let killed = place.appending(path: "killed")
        for mark in marks {
            try BuiltTool.killed(words + ["--run", killed.path], in: kitchen.folder) {
                FileManager.default.fileExists(atPath: killed.appending(path: mark).path)
            }
        }
        let resumed = try BuiltTool.run(words + ["--run", killed.path, "--threads", "1"], in: kitchen.folder)
        #expect(resumed.status == 0 && resumed.output == whole.output, "\(resumed)")
        #expect(try contents(place.appending(path: "whole")) == contents(killed))
        let again = try BuiltTool.run(words + ["--run", killed.path], in: kitchen.folder)
        #expect(again.status == 0 && again.output == whole.output && !again.messages.contains("step 1/"), "\(again)")
    }

    @Test("spin, killed in the middle of answers and trainings, goes on to the bytes of an undisturbed run, on one thread or two")
    func spin() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let words = [
                "spin", "--base", "base", "--seed-data", "seed.jsonl", "--iterations", "2", "--steps", "4", "--max-new-tokens", "300",
                "--compare",
            ]
            try Self.proveResume(words, killedBy: ["preferences1.jsonl", "M1.training", "M2.training"], in: kitchen, at: place)
            let report = try String(contentsOf: place.appending(path: "whole/report.md"), encoding: .utf8)
            #expect(report.contains("| M0, 8 more steps on the seeds |"), "\(report)")
        }
    }

    @Test("selfreward, killed in the middle, goes on to the bytes of an undisturbed run, and counts what it dropped")
    func selfReward() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let words = [
                "selfreward", "--base", "base", "--seed-data", "seed.jsonl", "--iterations", "2", "--steps", "4", "--first-steps", "300",
                "--prompts", "40", "--max-new-tokens", "200", "--temperature", "1.2", "--top-p", "1", "--least-gap", "0",
                // A model 32 wide has too little to average over for 8 bits, and must put its probability on the labels here.
                "--precision", "float32",
            ]
            try Self.proveResume(words, killedBy: ["M0.training", "prompts1.jsonl", "M1.training"], in: kitchen, at: place)
        }
    }

    @Test("a loop without its folder or seeds says what is missing")
    func missing() throws {
        let place = try Kitchen.open().folder
        for command in ["spin", "selfreward"] {
            let nowhere = try BuiltTool.run(command, "--seed-data", "seed.jsonl", in: place)
            #expect(nowhere.status == 64 && nowhere.messages.contains("--run DIR is missing"), "\(nowhere)")
            let seedless = try BuiltTool.run(command, "--run", "x", in: place)
            #expect(seedless.status == 64 && seedless.messages.contains("--seed-data FILE is missing"), "\(seedless)")
        }
    }
}
