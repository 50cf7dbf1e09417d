import Foundation
import Ground
import Reports
import Stages
import TestSupport
import Testing

@testable import Reports

struct RunSurveyTests {
    private static func rated(_ number: Int, score: Double) -> String {
        """
        {"id":"p\(number)-0","passage_id":"p\(number)","instruction":"How do I mend thing \(number)?","output":"Take some glue.","lang":"en",\
        "url":"https://www.mending.example/\(number)","licence":"https://creativecommons.org/licenses/by/4.0/","origin":"augmented",\
        "made_by":{"stage":"augment","model":"/srv/models/b","seed":0},"score":\(score),"selected":true,"ratings":[{"rubric":"trained",\
        "scale":[1.0,5.0],"probabilities":{"1":0.5,"5":0.5},"mass":0.98,"judge":"j 00 int8","iteration":1}]}

        """
    }

    /// A run as the tool leaves it, with hostile and broken lines in it.
    private static func write(to place: URL) throws {
        let manager = FileManager.default
        try manager.createDirectory(at: place.appending(path: "M1"), withIntermediateDirectories: true)
        let passages = (0..<60).map { "{\"id\":\"p\($0)\",\"text\":\"Take some glue.\",\"url\":\"https://www.mending.example/\($0)\"}\n" }
            .joined()
        let pairs = (0..<50).map {
            "{\"id\":\"p\($0)-0\",\"passage_id\":\"p\($0)\",\"instruction\":\"How?\",\"output\":\"Take some glue.\"}\n"
        }.joined()
        var curated = (0..<30).map { rated($0, score: 4 + Double($0 % 10) / 10) }.joined()
        curated +=
            "{\"id\":\"x-0\",\"instruction\":\"</script><script>alert('1')</script>\",\"output\":\"a\\u0000\\u202Eb \\\"q\\\" </details>\","
        curated += "\"url\":\"javascript:alert(1)\",\"source\":{\"file\":\"/srv/secret/a.html\"},\"score\":5.0,\"passage_id\":\"x\"}\n"
        curated += "{\"id\": torn\nnot json at all\n"
        let rejects = (30..<50).map {
            rated($0, score: 2).replacing(
                "\"selected\":true",
                with: "\"rejected_by\":\"curate\",\"kind\":\"dropped\",\"reason\":\"score_low\",\"value\":2.0,\"threshold\":4.0")
        }.joined()
        let metrics = (1...40).map {
            "{\"step\":\($0),\"loss\":\(5 - 0.05 * Double($0)),\"learning_rate\":0.001,\"target_tokens\":10\($0 % 10 == 0 ? ",\"held_out_loss\":\(3 + 0.05 * Double($0))" : "")}\n"
        }.joined()
        let summary = """
            {"stage":"ingest","read":100,"used":30,"kept":60,"empty":0,"dropped":{"too_short":200,"duplicate":5},"broken":{"binary":1},
            "broken_items":1,"interrupted":false,"settings":{"cache":"/srv/secret/cache"},"times":{"seconds":1.5}}
            """
        for (name, text) in [
            ("passages.jsonl", passages), ("pairs.jsonl", pairs), ("curated1.jsonl", curated), ("curated1.jsonl.rejects", rejects),
            ("passages.jsonl.summary.json", summary), ("M1/metrics.jsonl", metrics), ("M1/humpback.json", "{\"roles\":[\"forward\"]}"),
            ("journal.json", "{\"ingest\":{\"done\":true}}"),
            (
                "report.json",
                "{\"models\":[{\"model\":\"M0\",\"loss\":3.1,\"pairs\":40,\"loss_standard_error\":0.05},{\"model\":\"M1\",\"loss\":3.05,\"pairs\":40,\"loss_standard_error\":0.05}]}"
            ),
        ] { try Data(text.utf8).write(to: place.appending(path: name)) }
    }

    @Test("a run's folder is measured: funnel, reasons, scores, trainings, models, and what is no record")
    func wholeRun() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(to: place)
            let files = try RunFiles([place.path])
            #expect(
                files.files.map(\.label) == [
                    "M1/metrics.jsonl", "curated1.jsonl", "curated1.jsonl.rejects", "pairs.jsonl", "passages.jsonl",
                    "passages.jsonl.summary.json", "report.json",
                ])
            let survey = try RunSurvey(files)
            #expect(
                Funnel(survey).rows.map { "\($0.name) \($0.count) \($0.share ?? -1)" } == [
                    "pages 100 -1.0", "pages that gave a passage 30 0.3", "passages 60 -1.0", "pairs 50 \(50.0 / 60)", "kept pairs 31 0.62",
                ])
            #expect(survey.scores.count == 51 && survey.keptScores.count == 31)
            #expect(survey.brokenReasons.total == 2)
            #expect(survey.brokenPlaces.allSatisfy { $0.hasPrefix("curated1.jsonl:3") }, "\(survey.brokenPlaces)")
            #expect(survey.trainings.map(\.label) == ["M1"] && survey.trainings[0].steps == 40)
            #expect(survey.losses.map(\.label) == ["M0", "M1"])
            let reasons = RejectedReasons.groups(of: survey)
            #expect(reasons.map { "\($0.stage) \($0.isDropped) \($0.total)" } == ["ingest true 205", "ingest false 1", "curate true 20"])
        }
    }

    @Test("the page has the same bytes whatever the folder is called, names no folder, and nothing of a text becomes markup")
    func page() async throws {
        try await withTemporaryDirectory { place in
            let (one, other) = (place.appending(path: "one"), place.appending(path: "other"))
            try Self.write(to: one)
            try Self.write(to: other)
            let page = ReportPage(try RunSurvey(try RunFiles([one.path])), title: "A run")
            #expect(page.html == ReportPage(try RunSurvey(try RunFiles([other.path + "/"])), title: "A run").html)
            #expect(!page.html.contains("/srv") && !page.html.contains(place.lastPathComponent))
            #expect(!page.html.contains("<script") && !page.html.contains("href=\"javascript") && !page.html.contains("\u{202E}"))
            #expect(page.html.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)"))
            #expect(page.html.components(separatedBy: "<details").count == page.html.components(separatedBy: "</details>").count)
            #expect(page.html.components(separatedBy: "<details class=\"pair\">").count - 1 == 20)
            for part in ["M0", "score_low", "mending.example", "2 lines are no records", "rises again", "creativecommons.org"] {
                #expect(page.html.contains(part), "\(part)")
            }
        }
    }

    @Test("a run of which nothing is wrong gets no remark, one whose scores are all alike does")
    func remarks() async throws {
        try await withTemporaryDirectory { place in
            let words = ["Why", "How", "What", "When", "Where", "Who", "Name", "Tell", "List", "Give"]
            let good = (0..<40).map {
                Self.rated($0, score: 3 + 0.05 * Double($0)).replacing("How do I mend", with: "\(words[$0 % 10]) does \($0) mend")
                    .replacing("www.mending", with: "site\($0 % 4)")
            }.joined()
            try Data(good.utf8).write(to: place.appending(path: "good.jsonl"))
            let bad = (0..<40).map { Self.rated($0, score: 4.5) }.joined()
            try Data(bad.utf8).write(to: place.appending(path: "bad.jsonl"))
            let none = Remark.all(on: try RunSurvey(try RunFiles([place.appending(path: "good.jsonl").path])))
            #expect(none.isEmpty, "\(none)")
            let some = Remark.all(on: try RunSurvey(try RunFiles([place.appending(path: "bad.jsonl").path]))).map(\.text)
            #expect(some.contains { $0.hasPrefix("Nearly all scores are equal") } && some.contains { $0.contains("begin with “how do”") })
        }
    }

    @Test("what is not there is refused, and so is a folder without anything of a run; a torn file is named")
    func absent() async throws {
        try await withTemporaryDirectory { place in
            #expect(throws: FileError.self) { try RunFiles([place.appending(path: "none.jsonl").path]) }
            #expect(throws: StageError.noRecords(inputs: [place.path])) { try RunFiles([place.path]) }
            try Data([0x1F, 0x8B, 8, 0]).write(to: place.appending(path: "torn.jsonl.gz"))
            let survey = try RunSurvey(try RunFiles([place.path]))
            #expect(survey.files.first?.fault?.contains("torn.jsonl.gz is torn") == true, "\(survey.files)")
        }
    }
}
