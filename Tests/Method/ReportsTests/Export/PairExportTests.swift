import Ground
import LanguageModels
import Records
import Reports
import Testing

@testable import Reports

struct PairExportTests {
    static let pair: JSONObject = [
        "id": "p-0", "passage_id": "p", "instruction": "How do I mend it?", "output": "Glue it.", "url": "https://a.example/",
        "score": 4.75,
        "selected": true, "origin": "augmented",
    ]

    private func line(_ export: PairExport, _ record: JSONObject = pair) throws -> String {
        guard case .kept(let records) = try export.outcome(of: record) else { return "" }
        return records.map(\.serialized).joined(separator: "\n")
    }

    private func reason(_ export: PairExport, _ record: JSONObject) throws -> String? {
        guard case .dropped(_, let rejection) = try export.outcome(of: record) else { return nil }
        return rejection.reason
    }

    @Test("each layout has the fields that its trainers read")
    func layouts() throws {
        #expect(
            try line(PairExport(format: .messages))
                == #"{"id":"p-0","messages":[{"role":"user","content":"How do I mend it?"},{"role":"assistant","content":"Glue it."}]}"#)
        #expect(
            try line(PairExport(format: .completion))
                == #"{"id":"p-0","prompt":[{"role":"user","content":"How do I mend it?"}],"completion":[{"role":"assistant","content":"Glue it."}]}"#
        )
        #expect(
            try line(PairExport(format: .alpaca, keptFields: ["url", "licence"]))
                == #"{"id":"p-0","instruction":"How do I mend it?","input":"","output":"Glue it.","url":"https://a.example/","licence":null}"#
        )
        #expect(
            try line(PairExport(format: .sharegpt))
                == #"{"id":"p-0","conversations":[{"from":"human","value":"How do I mend it?"},{"from":"gpt","value":"Glue it."}]}"#)
    }

    @Test("what is written is a seed of the same words for this tool too", arguments: ExportFormat.allCases)
    func readBack(format: ExportFormat) throws {
        var record = Self.pair
        record["system"] = "Be brief."
        let seed = try Seed(JSONObject(parsing: try line(PairExport(format: format), record)))
        #expect(seed.instruction == "How do I mend it?" && seed.output == "Glue it." && seed.system == "Be brief.")
    }

    @Test("with source tags a pair and a seed have the system prompts of their training")
    func tags() throws {
        let export = PairExport(format: .alpaca, addsSourceTags: true)
        #expect(try line(export).contains("\"system\":\"\(RolePrompts.webTag)\""))
        let seed: JSONObject = ["instruction": "Why?", "response": "So.", "context": ""]
        #expect(try line(export, seed).contains("\"system\":\"\(RolePrompts.seedTag)\",\"instruction\":\"Why?\""))
    }

    @Test("a score off the scale is held against no least score", arguments: ["1e400", "-1e400", "7", "0.5"])
    func offScale(score: String) throws {
        let record = try JSONObject(parsing: #"{"id":"p","instruction":"Why?","output":"So.","origin":"augmented","score":\#(score)}"#)
        let error = #expect(throws: Rejection.self) { try PairExport(format: .messages, minimumScore: 1).outcome(of: record) }
        #expect(error?.reason == "score_out_of_range")
        #expect(try line(PairExport(format: .messages), record).contains("So."))
    }

    @Test("pairs that were not selected, score too low or opted out are dropped with the reason, passages are refused")
    func dropped() throws {
        var (unselected, optedOut, unrated) = (Self.pair, Self.pair, Self.pair)
        unselected["selected"] = false
        optedOut["opt_out"] = "noai"
        unrated["score"] = nil
        let export = PairExport(format: .messages, minimumScore: 4.5)
        #expect(try reason(export, unselected) == "not_selected")
        #expect(try reason(export, optedOut) == "opt_out")
        #expect(try reason(export, unrated) == "no_score")
        #expect(try reason(PairExport(format: .messages, minimumScore: 4.9), Self.pair) == "score_low")
        #expect(try reason(PairExport(format: .messages, includesOptedOut: true), optedOut) == nil)
        #expect(throws: RecordsError.self) { try export.outcome(of: ["text": "A passage.", "score": 5.0]) }
    }
}
