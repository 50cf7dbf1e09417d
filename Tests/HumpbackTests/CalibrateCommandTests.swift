import Foundation
import TestSupport
import Testing

@Suite struct CalibrateCommandTests {
    @Test("a table for people, the option for curate, or JSON; verdicts from a file of their own")
    func prints() async throws {
        try await withTemporaryDirectory { place in
            let rated = (0..<20).map { "{\"id\":\"p\($0)\",\"score\":\(1 + Double($0) / 5)}\n" }.joined()
            let labels = (0..<20).map { "{\"id\":\"p\($0)\",\"label\":\"\($0 < 10 ? "bad" : "good")\"}\n" }.joined()
            let words = ["calibrate", "--target", "0.95", "--labels", "labels.jsonl", "rated.jsonl"]
            try Data(rated.utf8).write(to: place.appending(path: "rated.jsonl"))
            try Data(labels.utf8).write(to: place.appending(path: "labels.jsonl"))
            let text = try BuiltTool.run(words, in: place)
            #expect(
                text.status == 0 && text.output.contains("\n--min-score 3") && text.output.contains("separation      1.000"), "\(text)")
            #expect(text.output.contains("with certainty: no least score shows that 95.0 % of what passes is good"), "\(text)")
            #expect(try BuiltTool.run(words + ["--flag"], in: place).output == "--min-score 3.0\n")
            #expect(try BuiltTool.run(words + ["--json"], in: place).output.hasPrefix("{\"min_score\":3.0,\"kept\":10,\"kept_good\":10,"))
            let none = try BuiltTool.run(["calibrate", "rated.jsonl"], in: place)
            #expect(none.status == 2 && none.messages.contains("--labels FILE"), "\(none)")
        }
    }
}
