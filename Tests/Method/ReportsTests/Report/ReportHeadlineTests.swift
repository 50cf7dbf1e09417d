import Foundation
import Ground
import Records
import Stages
import TestSupport
import Testing

@testable import Reports

@Suite struct ReportHeadlineTests {
    private func page(_ files: [String: String]) async throws -> String {
        try await withTemporaryDirectory { place in
            for (name, text) in files {
                let file = place.appending(path: name)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            return ReportPage(try RunSurvey(try RunFiles([place.path])), title: "Run").html
        }
    }
    private let passages = (0..<4).map { "{\"id\":\"p\($0)\",\"text\":\"Take glue.\"}\n" }.joined()
    private let kept =
        "{\"id\":\"p0-0\",\"passage_id\":\"p0\",\"instruction\":\"How?\",\"output\":\"Take glue.\",\"score\":4.5,\"ratings\":[{\"rubric\":\"mean_gain\","
        + "\"scale\":[0,1],\"probabilities\":{\"match\":0.9,\"other\":0.1},\"mass\":1,\"judge\":\"b 00 int8\",\"iteration\":1,\"gain\":9.5}]}\n"

    @Test("the headline has pages, kept pairs, and the loss before and after with what the interval says")
    func numbers() async throws {
        let html = try await page([
            "passages.jsonl": passages, "curated1.jsonl": kept,
            "passages.jsonl.summary.json": #"{"stage":"ingest","read":1234,"used":3,"kept":4,"dropped":{},"broken":{}}"#,
            "report.json": #"{"base_model":"smol","models":[{"model":"base","loss":4.3871},{"model":"M1","loss":4.0249,"pairs":21,"#
                + #""against_base":{"interval":[-0.427,-0.093]}}]}"#,
        ])
        #expect(html.contains("<b>1,234</b>pages were read") && html.contains("<b>1</b>pairs were kept"))
        #expect(html.contains("<b>4.387 → 4.025</b>held-out loss of smol, and of M1: better by 0.093 to 0.427 on 21 pairs"))
        #expect(html.contains("Models: base smol"))
    }

    @Test("a score made of gains is not called a judge's, terms that occur are explained, and pairs are folded")
    func words() async throws {
        let html = try await page(["passages.jsonl": passages, "curated1.jsonl": kept])
        #expect(html.contains("The score, made of the gain alone") && !html.contains("The judge&#39;s score"))
        #expect(html.contains("<dt>gain</dt>") && !html.contains("<dt>label mass</dt>") && !html.contains("<dt>margin</dt>"))
        #expect(html.contains("<details class=\"pair\">") && !html.contains("<article"))
        let judged = try await page(["curated1.jsonl": kept.replacing("mean_gain", with: "trained").replacing(",\"gain\":9.5", with: "")])
        #expect(judged.contains("The judge&#39;s score") && judged.contains("<dt>label mass</dt>"))
    }

    @Test("the files of self-rewarding are known: places, new prompts, preferences")
    func selfRewarding() async throws {
        let html = try await page([
            "asks1.jsonl": "{\"id\":\"prompt-1-0\"}\n{\"id\":\"prompt-1-1\"}\n",
            "prompts1.jsonl": "{\"id\":\"prompt-1-0\",\"instruction\":\"How?\",\"origin\":\"selfplay\",\"made_by\":{\"model\":\"base\"}}\n",
            "preferences1.jsonl": "{\"id\":\"prompt-1-0\",\"prompt\":\"How?\",\"chosen\":\"So.\",\"rejected\":\"No.\"}\n",
        ])
        #expect(html.contains("2 places for new prompts") && html.contains("1 new prompts") && html.contains("1 preferences"))
        #expect(!html.contains("records of another kind") && !html.contains("of a kind that no stage writes"))
    }

    @Test("every cell of a table says what it is where the page is narrow")
    func narrow() async throws {
        let html = try await page(["passages.jsonl": passages, "curated1.jsonl": kept])
        #expect(html.contains("@media (max-width: 42rem)") && html.contains("data-name=\"records\""))
        #expect(!html.contains("data-name=\"\""))
    }

    @Test(
        "an interval is told in words",
        arguments: [
            (-0.3, -0.1, "better by 0.100 to 0.300"), (0.1, 0.2, "worse by 0.100 to 0.200"), (-0.1, 0.2, "no difference can be told"),
        ])
    func verdicts(low: Double, high: Double, words: String) throws {
        let object: JSONObject = [
            "models": [
                ["model": "base", "loss": 3.0],
                ["model": "M1", "loss": 2.0, "against_base": ["interval": [.double(low), .double(high)]]],
            ]
        ]
        #expect(RunOutcome(object)?.verdict == words)
        #expect(RunOutcome(["models": [["model": "base", "loss": 3.0]]]) == nil)
    }
}
