import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite("Standard input is read for one thing")
struct StandardInputUsesTests {
    /// What the check says of a command line, nil where it lets it pass.
    private func refusal(_ line: String) -> String? {
        do throws(UsageError) {
            let (command, rest) = try Humpback.find(line.split(separator: " ").map(String.init))
            try StandardInputUses.check(try Arguments(rest, for: command), of: command)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "two uses are refused by their names, whatever standard input is called",
        arguments: [
            ("curate --seed-data -", "--seed-data and the input, of which no file is named"),
            ("curate --seed-data - -", "--seed-data and the input;"),
            ("curate --seed-data /dev/stdin /dev/fd/0", "--seed-data and the input;"),
            ("curate --precision 0.9 --labels - --seed-data - pairs", "--labels"), ("curate - pairs -", "the input and the input"),
            ("augment --exclude -", "--exclude and the input"), ("calibrate --labels - -", "--labels and the input"),
            ("finetune --seed-data -", "--seed-data and the input, of which no file is named"),
            ("finetune --seed-data seed --held-out - -", "--held-out and the input"),
            ("finetune --role backward --seed-data - --held-out -", "--seed-data and --held-out"),
            ("evaluate --data - --passages -", "--data and --passages"), ("compare - -", "the input and the input"),
            ("export --stage-summary -", "--stage-summary and the input"), ("evaluate --task mmlu=- --training-data -", "--task"),
        ])
    func twice(_ line: String, _ words: String) {
        let said = refusal(line)
        #expect(said?.hasPrefix("standard input can be read once") == true && said?.contains(words) == true, "\(said ?? "passes")")
    }

    @Test(
        "an option that cannot read standard input says so",
        arguments: [
            "curate --rubric - pairs", "generate --prices - --prompt x", "augment --from-batch - passages", "ingest --blocked-urls - pages",
            "label --labels - pairs", "evaluate --model - pairs", "convert --tokenizer - in out", "run --seed-data - --run R",
            "spin --held-out - --run R", "run --corpus - --run R",
        ])
    func never(_ line: String) {
        let said = refusal(line)
        #expect(said?.contains("standard input") == true && said?.hasPrefix("--") == true, "\(said ?? "passes")")
    }

    @Test(
        "one use passes",
        arguments: [
            "curate", "curate -", "curate --seed-data - pairs", "curate --precision 0.9 --labels /dev/stdin pairs", "finetune -",
            "finetune --seed-only --seed-data -", "finetune --role backward --seed-data -", "generate --prompt x --exclude -",
            "evaluate --data -", "evaluate -", "compare a -", "augment --rejects - --summary - passages", "export --card - pairs",
        ])
    func once(_ line: String) { #expect(refusal(line) == nil) }

    @Test("the tool refuses with the status of usage and reads nothing")
    func tool() throws {
        let ended = try BuiltTool.run(["curate", "--seed-data", "-"], in: FileManager.default.temporaryDirectory)
        #expect(ended.status == 64 && ended.messages.contains("standard input can be read once"), "\(ended)")
    }
}
