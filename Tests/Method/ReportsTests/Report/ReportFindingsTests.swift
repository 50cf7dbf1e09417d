import Foundation
import Ground
import TestSupport
import Testing

@testable import Reports

/// What evaluate, scale and calibrate print as JSON, in the report.
struct ReportFindingsTests {
    private func page(_ files: [String: String]) async throws -> (html: String, remarks: [Remark]) {
        try await withTemporaryDirectory { place in
            for (name, text) in files { try Data(text.utf8).write(to: place.appending(path: name)) }
            let page = ReportPage(try RunSurvey(try RunFiles([place.path])), title: "Run")
            return (page.html, page.remarks)
        }
    }

    private static let task =
        #"{"task":"quiz","format":"choices","questions":20,"chance":0.25,"shots":2,"models":[{"model":"base","fingerprint":"0","#
        + #""accuracy":0.4,"accuracy_standard_error":0.11,"true_mass":0.3},{"model":"<M1>","accuracy":0.6,"accuracy_standard_error":0.11,"#
        + #""differences":[{"measure":"accuracy","sentence":"quiz: no difference can be told."}],"per_question":[]}]}"#

    @Test("tasks stand in one table with intervals, and beside what guessing gives")
    func tasks() async throws {
        let (html, remarks) = try await page(["tasks.json": "{\"tasks\":[\(Self.task)]}"])
        #expect(html.contains("<h2>Tasks</h2>") && html.contains("quiz: no difference can be told."))
        #expect(html.contains("40.0 %") && html.contains("18.4 % to 61.6 %") && html.contains("true mass"))
        #expect(html.contains(">guessing</text>") && html.contains("&lt;M1&gt;") && !html.contains("<M1>"))
        #expect(remarks.isEmpty, "\(remarks)")
    }

    @Test("the verdict on imitation stands in words above its figures, with what has moved")
    func imitation() async throws {
        let object =
            #"{"reference":"people","instructions":40,"models":[{"model":"base","instructions":40,"vocabulary":0.2,"vocabulary_interval":[0.15,0.25]},"#
            + #"{"model":"M1","instructions":40,"vocabulary":0.4,"vocabulary_interval":[0.3,0.5],"length":0.5,"moved":{"vocabulary":{"verdict":"higher"}}}],"#
            + #""verdicts":{"M1":"imitation"},"sentences":{"M1":"M1 speaks more like people, and solves no task better."},"tasks":[\#(Self.task)]}"#
        let (html, _) = try await page(["imitation.json": object])
        #expect(html.contains("<strong>M1 speaks more like people, and solves no task better.</strong>"))
        #expect(html.contains("40 % (30 % to 50 %) ▲") && html.contains("20 % (15 % to 25 %)<"))
        #expect(html.contains("<h2>Tasks</h2>") && html.contains("<h2>Style and capability</h2>"))
    }

    @Test("a curve over the number of pairs is drawn with its points and told in words")
    func scaling() async throws {
        let points = [(10, 0.5), (20, 0.6), (40, 0.7)].map { #"{"n":\#($0.0),"figure":\#($0.1),"fit":\#($0.1)}"# }.joined(separator: ",")
        let object =
            #"{"sets":[{"set":"curated","alpha":0.1443,"alpha_interval":[0.1,0.2],"at":[\#(points)]}],"#
            + #""exchange":[{"sentence":"At 40 pairs one is worth 2."}]}"#
        let (html, _) = try await page(["scale.json": object])
        #expect(html.contains("<h2>More pairs</h2>") && html.contains("curated: twice the pairs change the figure by 0.1"))
        #expect(html.contains("At 40 pairs one is worth 2."))
        #expect(html.matches(of: /<circle class="dot c0"/).count == 3 && html.contains("<polyline class=\"line c0 d0\""))
    }

    @Test("people's verdicts over the score are drawn with their intervals and the least score")
    func calibration() async throws {
        let object =
            #"{"min_score":3.5,"kept":10,"kept_good":9,"precision":0.9,"pairs":30,"good":15,"separation":0.8,"#
            + #""fit":[{"from":1,"to":3,"pairs":20,"good":6,"share":0.3},{"from":3.5,"to":5,"pairs":10,"good":9,"share":0.9}]}"#
        let (html, _) = try await page(["calibration.json": object])
        #expect(html.contains("Of 30 pairs with a verdict 15 are good.") && html.contains("80.0 % of the cases"))
        #expect(html.contains("1.00 to 3.00") && html.contains("class=\"mark\"") && html.matches(of: /line c0 bar/).count == 2)
    }

    @Test("figures that are none, and lists that are empty, leave their part out or empty, and nothing breaks")
    func broken() async throws {
        let (html, _) = try await page([
            "a.json": #"{"tasks":[{"task":"x","questions":3,"models":[{"model":"m"}]},5]}"#, "b.json": #"{"sets":[],"exchange":[]}"#,
            "c.json": #"{"fit":[{"from":2,"to":1,"pairs":1,"good":1}],"separation":0.5}"#,
            "d.json": #"{"reference":"r","instructions":1,"models":[]}"#,
            "e.json": #"{"sets":[{"set":"s","alpha":1e400,"at":[]}],"exchange":[]}"#,
        ])
        for title in ["Tasks", "More pairs", "Style and capability", "Scores and people's verdicts"] {
            #expect(!html.contains("<h2>\(title)</h2>"), "\(title)")
        }
        #expect(!html.contains("nan"))
    }

    @Test("the whole run stands in one sentence")
    func sentence() async throws {
        let passages = (0..<4).map { "{\"id\":\"p\($0)\",\"text\":\"Take glue.\"}\n" }.joined()
        let (html, _) = try await page([
            "passages.jsonl": passages,
            "passages.jsonl.summary.json": #"{"stage":"ingest","read":1,"used":1,"kept":4,"dropped":{},"broken":{}}"#,
            "report.json": #"{"base_model":"smol","models":[{"model":"base","loss":4.3871},{"model":"M1","loss":4.0249,"pairs":21,"#
                + #""against_base":{"interval":[-0.427,-0.093]}}]}"#,
        ])
        #expect(
            html.contains(
                "<p class=\"summary\">1 page became 4 passages; M1 loses 0.093 to 0.427 nats a token less than smol on 21 pairs that no training saw.</p>"
            ))
    }
}
