import Ground
import Reports
import Stages
import Testing

@testable import Reports

struct DataCardTests {
    @Test("the card counts what was handed on and left out, and names licences, makers and filters")
    func card() {
        let measures = DataCardMeasures()
        var pair = PairExportTests.pair
        pair["made_by"] = ["stage": "augment", "model": "/srv/models/b", "precision": "int8", "seed": 0]
        pair["lang"] = "en"
        measures.add(pair)
        pair["licence"] = "https://creativecommons.org/licenses/by/4.0/"
        measures.add(pair)
        measures.add(["instruction": "Why?", "context": "", "response": "So."])
        var summary = StageSummary(stage: "export")
        summary.read = 5
        summary.kept = 3
        summary.dropped = ["opt_out": 2]
        let stage: JSONObject = [
            "stage": "ingest", "read": 9, "kept": 7, "dropped": ["too_short": 2], "settings": ["ignore_opt_out": true],
        ]
        let card = DataCard(
            measures, export: PairExport(format: .messages), summary: summary, stages: [stage], title: "Mending | <b>things</b>")
        for part in [
            "language:\n- en\n", "# Mending \\| &lt;b&gt;things&lt;/b&gt;", "| handed on | 3 |", "| left out: opt\\_out | 2 |",
            "| https://creativecommons.org/licenses/by/4.0/ | 1 |", "| not stated | 2 |", "| of which seed | 1 |",
            "2 pairs of pages that it was told to read nevertheless are left out", "| b | precision int8, seed 0 | 2 |",
            "`ingest` read 9 and kept 7. Dropped: too\\_short 2. Settings: ignore\\_opt\\_out true.",
        ] { #expect(card.markdown.contains(part), "\(part) in \(card.markdown)") }
        #expect(!card.markdown.contains("/srv"))
    }

    @Test("a text of others is no markup in the card")
    func hostile() {
        #expect(DataCard.cell("a|b\n# c <script> [x](y) `d`\u{0}") == "a\\|b \\# c &lt;script&gt; \\[x\\](y) \\`d\\`␀")
    }
}
