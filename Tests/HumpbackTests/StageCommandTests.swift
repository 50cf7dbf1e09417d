import Foundation
import TestSupport
import Testing

@Suite struct StageCommandTests {
    private func lines(_ url: URL) throws -> [Substring] { try String(contentsOf: url, encoding: .utf8).split(separator: "\n") }

    @Test("augment writes the same bytes with one thread and one sequence as with several")
    func sameBytes() throws {
        let kitchen = try Kitchen.open()
        let words = [
            "augment", "--model", "backward", "--max-new-tokens", "16", "--limit", "5", "--rejects", "-", "--max-broken", "1", "-q",
        ]
        let few = try BuiltTool.run(
            words + ["--threads", "1", "--batch", "1", "passages.jsonl", "-o", "/dev/null", "--force"], in: kitchen.folder)
        let many = try BuiltTool.run(
            words + ["--threads", "2", "--batch", "8", "passages.jsonl", "-o", "/dev/null", "--force"], in: kitchen.folder)
        #expect(few.status == 0, "\(few)")
        #expect(few.lines.count == 5)
        #expect(few.output == many.output)
    }

    @Test("curate --keep-all rates every pair, and --top-fraction selects by rank")
    func curate() throws {
        let kitchen = try Kitchen.open()
        let pairs = "pairs-by-hand.jsonl"
        let content = (0..<8).map {
            "{\"id\": \"p\($0)\", \"passage_id\": \"q\($0)\", \"instruction\": \"Say \($0)\", \"output\": \"Number \($0)\", \"mine\": \($0)}\n"
        }
        try Data(content.joined().utf8).write(to: kitchen.folder.appending(path: pairs))
        let all = try BuiltTool.run("curate", "--model", "judge", "--keep-all", "--max-broken", "1", pairs, in: kitchen.folder)
        #expect(all.status == 0 && all.lines.count == 8, "\(all)")
        for line in all.lines {
            #expect(line.contains("\"score\":") && line.contains("\"selected\":") && line.contains("\"mine\":"))
        }
        let best = try BuiltTool.run("curate", "--model", "judge", "--top-fraction", "0.25", "--max-broken", "1", pairs, in: kitchen.folder)
        let scores = all.lines.compactMap(Self.score).sorted(by: >)
        #expect(best.status == 0 && best.lines.count == 2, "\(best)")
        #expect(best.lines.compactMap(Self.score).sorted(by: >) == Array(scores.prefix(2)))
    }

    private static func score(_ line: some StringProtocol) -> Double? {
        let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return record?["score"] as? Double
    }

    @Test("curate without a judge rates by the gain of the models that are named, and says how high the scores go where none is enough")
    func gainAlone() throws {
        let kitchen = try Kitchen.open()
        let words = ["curate", "--backward", "backward", "--forward", "forward", "--max-broken", "1", "pairs.jsonl"]
        let all = try BuiltTool.run(words + ["--keep-all"], in: kitchen.folder)
        #expect(all.status == 0 && !all.lines.isEmpty, "\(all)")
        #expect(all.lines.allSatisfy { $0.contains("\"rubric\":\"mean_gain\"") && !$0.contains("\"rubric\":\"trained\"") })
        let none = try BuiltTool.run(words + ["--min-score", "5"], in: kitchen.folder)
        #expect(none.status == 1 && none.lines.isEmpty, "\(none)")
        #expect(none.messages.contains("no pair has the score 5") && none.messages.contains("--top-fraction"))
        let both = try BuiltTool.run(["curate", "--model", "judge", "--judge", "none", "pairs.jsonl"], in: kitchen.folder)
        #expect(both.status == 64 && both.messages.contains("--judge none asks nobody"), "\(both)")
    }

    @Test("a passage given to curate ends with status 2 and says that augment comes first")
    func wrongOrder() throws {
        let ended = try BuiltTool.run("curate", "--model", "judge", "passages.jsonl", in: Kitchen.open().folder)
        #expect(ended.status == 2, "\(ended)")
        #expect(ended.messages.contains("passages.jsonl:1: this is a passage, and a pair is wanted: `humpback augment` comes first"))
    }

    @Test("a model of another role is refused with the command that makes the right one")
    func wrongRole() throws {
        let kitchen = try Kitchen.open()
        let ended = try BuiltTool.run("curate", "--model", "backward", "pairs.jsonl", in: kitchen.folder)
        #expect(ended.status == 2, "\(ended)")
        #expect(ended.messages.contains("backward was trained as backward"))
        #expect(ended.messages.contains("humpback finetune --role judge"))
        let other = try BuiltTool.run("augment", "--model", "judge", "passages.jsonl", in: kitchen.folder)
        #expect(other.status == 2)
        #expect(other.messages.contains("humpback finetune --role backward"))
    }

    @Test(
        "augment keeps the best of several samples, the same for every batch, and says what --rank alone lacks",
        arguments: ["likelihood", "gain"])
    func rank(name: String) throws {
        let kitchen = try Kitchen.open()
        let words = [
            "augment", "--model", "backward", "--max-new-tokens", "48", "--max-broken", "1", "-q", "--rank", name, "passages.jsonl",
        ]
        let best = try BuiltTool.run(words + ["--samples", "8", "--batch", "1", "--threads", "1"], in: kitchen.folder)
        #expect(best.status == 0 && (1...40).contains(best.lines.count), "\(best)")
        #expect(best.lines.allSatisfy { $0.contains("\"instruction_rank\":{\"by\":\"\(name)\",\"nats\":") }, "\(best)")
        #expect(try BuiltTool.run(words + ["--samples", "8", "--batch", "9"], in: kitchen.folder).output == best.output)
        let alone = try BuiltTool.run(words, in: kitchen.folder)
        #expect(alone.status == 64 && alone.messages.contains("give --samples 4"), "\(alone)")
    }

    @Test("a torn weights file and a missing model folder end with status 2 and name the file")
    func brokenModel() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let torn = place.appending(path: "torn")
            try FileManager.default.copyItem(at: kitchen.folder.appending(path: "backward"), to: torn)
            let weights = torn.appending(path: "model.safetensors")
            let content = try Data(contentsOf: weights)
            try content.prefix(content.count / 2).write(to: weights)
            let ended = try BuiltTool.run("augment", "--model", torn.path, "passages.jsonl", in: kitchen.folder)
            #expect(ended.status == 2, "\(ended)")
            #expect(ended.messages.contains("model.safetensors"))
            let missing = try BuiltTool.run("augment", "--model", "nowhere", "passages.jsonl", in: kitchen.folder)
            #expect(missing.status == 2, "\(missing)")
            #expect(missing.messages.contains("nowhere: no such model"))
        }
    }

    @Test("generate answers a prompt and adds output to records; loglik and evaluate give numbers")
    func forward() throws {
        let place = try Kitchen.open().folder
        let words = ["--model", "forward", "--max-new-tokens", "8"]
        let prompt = try BuiltTool.run(["generate", "--prompt", "Cook peas"] + words, in: place)
        #expect(prompt.status == 0, "\(prompt)")
        let records = try BuiltTool.run(
            ["generate", "-q"] + words, input: Data("{\"prompt\": \"Cook peas\", \"x\": [1]}\n".utf8), in: place)
        #expect(records.status == 0, "\(records)")
        #expect(records.output.hasPrefix("{\"prompt\":\"Cook peas\",\"x\":[1],\"output\":"))
        let loglik = try BuiltTool.run(
            "loglik", "--model", "forward", "--no-template", input: "{\"prompt\": \"Cook\", \"continuation\": \" peas\"}\n", in: place)
        #expect(loglik.output.contains("\"log_prob\":-"), "\(loglik)")
        let loss = try BuiltTool.run("evaluate", "--model", "forward", "--json", "--limit", "4", "seed.jsonl", in: place)
        #expect(loss.output.contains("\"loss\":") && loss.output.contains("\"pairs\":4"), "\(loss)")
    }

    @Test("a prompt that is too long or empty is a rejected record, and the others go on", arguments: ["generate", "loglik"])
    func promptsThatCannotBe(command: String) throws {
        let long = String(repeating: "Cook peas. ", count: 4000)
        let records = ["Cook", long, "", "Peas"].map { "{\"prompt\": \"\($0)\", \"continuation\": \" peas\"}\n" }.joined()
        let ended = try BuiltTool.run(
            [command, "--model", "forward", "--no-template", "--max-broken", "1", "--rejects", "rejects-\(command).jsonl"]
                + (command == "generate" ? ["--max-new-tokens", "4"] : []),
            input: Data(records.utf8), in: Kitchen.open().folder)
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.lines.count == 2)
        let rejects = try lines(Kitchen.open().folder.appending(path: "rejects-\(command).jsonl"))
        #expect(rejects.count == 2)
        #expect(rejects.first?.contains("prompt_too_long") == true && rejects.last?.contains("empty_prompt") == true, "\(rejects)")
    }

    @Test("a killed augment that is resumed writes the bytes of an undisturbed one")
    func killAndResume() async throws {
        let kitchen = try Kitchen.open()
        try await withTemporaryDirectory { place in
            let input = place.appending(path: "many.jsonl")
            let passages = try lines(kitchen.folder.appending(path: "passages.jsonl"))
            let many = (0..<2).flatMap { round in
                passages.map { $0.replacing("{\"id\":\"", with: "{\"id\":\"\(round)", maxReplacements: 1) }
            }
            try Data((many.joined(separator: "\n") + "\n").utf8).write(to: input)
            func words(_ output: String) -> [String] {
                [
                    "augment", "--model", "backward", "--max-new-tokens", "200", "--samples", "4", "--threads", "1", "--max-broken", "1",
                    input.path, "-o",
                    place.appending(path: output).path,
                ]
            }
            let undisturbed = try BuiltTool.run(words("whole.jsonl") + ["-q"], in: kitchen.folder)
            #expect(undisturbed.status == 0, "\(undisturbed)")
            let progress = place.appending(path: "killed.jsonl.progress")
            // On a busy machine the run can end before the signal comes: then it is killed anew.
            for _ in 0..<5 where !FileManager.default.fileExists(atPath: progress.path) {
                try? FileManager.default.removeItem(at: place.appending(path: "killed.jsonl"))
                try BuiltTool.killed(words("killed.jsonl"), in: kitchen.folder) { FileManager.default.fileExists(atPath: progress.path) }
            }
            let resumed = try BuiltTool.run(words("killed.jsonl") + ["--resume"], in: kitchen.folder)
            #expect(resumed.status == 0, "\(resumed)")
            let (whole, killed) = (place.appending(path: "whole.jsonl"), place.appending(path: "killed.jsonl"))
            #expect(try Data(contentsOf: whole) == Data(contentsOf: killed))
        }
    }
}
