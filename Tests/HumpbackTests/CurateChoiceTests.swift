import Foundation
import TestSupport
import Testing

@Suite struct CurateChoiceTests {
    private static let models = ["--backward", "backward", "--forward", "forward", "--base", "base", "--max-broken", "1"]

    /// Twelve pairs of four passages and two hosts.
    private func pairs() throws -> (name: String, folder: URL) {
        let kitchen = try Kitchen.open()
        let lines = (0..<12).map { number in
            "{\"id\": \"p\(number)\", \"passage_id\": \"q\(number / 3)\", \"url\": \"https://\(number < 6 ? "a" : "b").example/\(number)\", "
                + "\"instruction\": \"\(number % 3 == 0 ? "Say a word" : "Count up to \(number)")\", "
                + "\"output\": \"Number \(String(repeating: "soup ", count: number + 1))is it.\", \"origin\": \"augmented\"}\n"
        }
        try Data(lines.joined().utf8).write(to: kitchen.folder.appending(path: "pairs-to-choose.jsonl"))
        return ("pairs-to-choose.jsonl", kitchen.folder)
    }

    private func records(_ ended: BuiltTool.Ended) throws -> [[String: Any]] {
        try ended.lines.compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    @Test("--signals writes what models and text give into each pair, the same for any batch and threads, and changes nothing else")
    func signals() throws {
        let (name, folder) = try pairs()
        let words = ["curate"] + Self.models + ["--keep-all", name]
        let plain = try records(BuiltTool.run(words, in: folder))
        let many = try BuiltTool.run(words + ["--signals", "--seed-data", "seed.jsonl"], in: folder)
        let one = try BuiltTool.run(words + ["--signals", "--seed-data", "seed.jsonl", "--batch", "1", "--threads", "1"], in: folder)
        #expect(many.status == 0 && many.output == one.output, "\(many)")
        let told = try records(many)
        #expect(told.count == 12)
        for (pair, plainly) in zip(told, plain) {
            let signals = try #require(pair["signals"] as? [String: Double])
            for signal in [
                "backward_gain", "forward_gain", "mean_gain", "instruction_loss", "forward_gain_a_word", "forward_loss", "base_loss",
                "alone_loss", "ifd", "text_loss",
            ] {
                #expect(signals[signal] != nil)
            }
            #expect(abs(try #require(signals["nearness"])) <= 1 && signals["judge"] == nil)
            #expect(pair["score"] as? Double == plainly["score"] as? Double && pair["id"] as? String == plainly["id"] as? String)
        }
    }

    @Test("a selector, a budget of tokens, one pair a passage, one instruction and a cap a host choose together, each with its reason")
    func choice() throws {
        let (name, folder) = try pairs()
        func kept(_ words: String...) throws -> [String] {
            try records(BuiltTool.run(["curate"] + Self.models + words + [name], in: folder)).compactMap { $0["id"] as? String }
        }
        #expect(try kept("--select", "length", "--top-fraction", "0.25") == ["p9", "p10", "p11"])
        #expect(try kept("--select", "instruction_loss+length", "--top-fraction", "0.25").count == 3)
        #expect(try kept("--select", "length", "--top-fraction", "0.75", "--one-per-passage") == ["p5", "p8", "p11"])
        #expect(try kept("--select", "length", "--top-fraction", "0.75", "--per-domain", "2") == ["p5", "p10", "p11"])
        let distinct = try kept("--select", "length", "--top-fraction", "1", "--distinct", "0.7")
        #expect(distinct.contains("p9") && !distinct.contains("p6"))
        let random = try kept("--select", "random", "--top-fraction", "0.5")
        let otherwise = try kept("--select", "random", "--top-fraction", "0.5", "--seed", "4")
        #expect(random.count == 6 && otherwise.count == 6 && otherwise != random)
        let chosen = try BuiltTool.run(
            ["curate"] + Self.models + ["--select", "random", "--top-fraction", "0.5", name], in: folder)
        #expect(chosen.lines.count == 6 && chosen.lines.allSatisfy { $0.contains(#""selected_by":"random""#) }, "\(chosen)")
        let budget = try BuiltTool.run(
            ["curate"] + Self.models + ["--select", "length", "--tokens", "60", "--rejects", "-", name, "-o", "/dev/null", "--force"],
            in: folder)
        #expect(budget.status == 0 && budget.output.contains("\"over_token_budget\""), "\(budget)")
    }

    @Test("verdicts set the least score where they show the share; where they do not, what could be had is said and the ratings are kept")
    func precision() throws {
        let (name, folder) = try pairs()
        func labels(_ bad: Int) throws {
            let lines = (0..<12).map { "{\"id\": \"p\($0)\", \"label\": \($0 >= bad)}\n" }
            try Data(lines.joined().utf8).write(to: folder.appending(path: "said.jsonl"))
        }
        let words = ["curate"] + Self.models + ["--precision", "float32", "--labels", "said.jsonl", name, "-o", "precise.jsonl"]
        try labels(0)
        let all = try BuiltTool.run(words + ["--precision", "0.7", "--force"], in: folder)
        #expect(all.status == 0 && all.messages.contains("of 12 verdicts 12 are on such pairs, and 12 of these are good"), "\(all)")
        #expect(try Data(contentsOf: folder.appending(path: "precise.jsonl")).split(separator: 0x0A).count == 12)
        try labels(11)
        let none = try BuiltTool.run(words + ["--precision", "0.9", "--force"], in: folder)
        #expect(none.status == 1 && none.messages.contains("no least score shows that 90.0 %"), "\(none)")
        #expect(none.messages.contains("--resume does not make them again"))
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "precise.jsonl.rated").path))
        let rated = try Data(contentsOf: folder.appending(path: "precise.jsonl.rated"))
        #expect(rated.split(separator: 0x0A).count == 12)
        try labels(0)
        let again = try BuiltTool.run(words + ["--precision", "0.7", "--resume"], in: folder)
        #expect(
            again.status == 0 && !FileManager.default.fileExists(atPath: folder.appending(path: "precise.jsonl.rated").path), "\(again)")
    }

    @Test("verdicts on other ids and on other instructions are counted apart, with the precision the scores were computed in")
    func strangeVerdicts() throws {
        let (name, folder) = try pairs()
        let lines = ["p0", "p1", "p2", "q1", "q2"].map { id in
            #"{"id": "\#(id)", "label": true\#(id == "p1" ? #", "instruction": "Another one?""# : "")}"# + "\n"
        }
        let words = ["curate"] + Self.models + ["--precision", "0.9", "--labels", "odd.jsonl", name, "-o", "odd-out.jsonl", "--force"]
        func said(_ lines: [String], _ more: String...) throws -> String {
            try Data(lines.joined().utf8).write(to: folder.appending(path: "odd.jsonl"))
            let ended = try BuiltTool.run(words + more, in: folder)
            #expect(ended.status == 1, "\(ended)")
            return ended.messages
        }
        let some = try said(lines)
        #expect(some.contains("Of 5 verdicts in --labels 2 are on the rated pairs; the others are on other pairs: 2 on ids"), "\(some)")
        #expect(some.contains("1 on another instruction than the one that stands under the id now"), "\(some)")
        #expect(some.contains("The scores were computed in int8"), "\(some)")
        let none = try said(Array(lines.suffix(2)), "--precision", "float32")
        #expect(none.contains("none of the rated pairs has a verdict") && none.contains("Of 2 verdicts in --labels 0 are on"), "\(none)")
        #expect(none.contains("computed in float32"), "\(none)")
    }

    @Test("what does not go together, or needs what is not there, is refused with what to do")
    func refusals() throws {
        let (name, folder) = try pairs()
        func refused(_ words: String..., status: Int32 = 64, saying: String) throws {
            let ended = try BuiltTool.run(["curate"] + Self.models + words + [name], in: folder)
            #expect(ended.status == status && ended.messages.contains(saying), "\(ended)")
        }
        try refused("--select", "ifd", saying: "--top-fraction or --tokens")
        try refused("--select", "nearness", "--top-fraction", "0.5", saying: "--seed-data FILE")
        try refused("--precision", "0.9", saying: "take some with humpback label")
        try refused("--labels", "x", saying: "--labels goes with --precision SHARE")
        try refused("--precision", "float32", "--labels", "x", saying: "--precision float32 says what products are computed with")
        try refused("--precision", "0.9", "--labels", "x", "--tokens", "9", saying: "--precision 0.9 and --tokens are two ways to select")
        try refused("--precision", "2", saying: "a share from 0.5 to 0.999, int8 or float32")
        try refused("--tokens", "9", "--top-fraction", "0.5", saying: "two ways to select")
        try refused("--select", "judge", "--top-fraction", "0.5", saying: "needs a judge")
        try refused("--select", "charm", saying: "charm")
        try refused("--select", "combined", status: 2, saying: "finetune --role backward")
    }
}
