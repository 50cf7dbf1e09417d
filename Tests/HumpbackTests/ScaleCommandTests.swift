import Foundation
import TestSupport
import Testing

@Suite struct ScaleCommandTests {
    @Test("two sets of records stand side by side with what a pair of one is worth in the other's")
    func sets() async throws {
        try await withTemporaryDirectory { place in
            let numbers = [100, 200, 400, 800]
            let lines = numbers.flatMap { number in
                let (x, wobble) = (log(Double(number)), number == 200 ? 0.01 : -0.005)
                return [
                    #"{"set": "human", "n": \#(number), "accuracy": \#(4 * x + wobble)}"#,
                    #"{"set": "curated", "n": \#(number), "accuracy": \#(4 * x + 4 * log(3.0) - wobble)}"#,
                ]
            }
            let ended = try BuiltTool.run(
                "scale", "--figure", "accuracy", "growth.jsonl", "--json", in: place, files: ["growth.jsonl": lines.joined(separator: "\n")]
            )
            #expect(ended.status == 0, "\(ended)")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
            let sets = try #require(object["sets"] as? [[String: Any]])
            #expect(sets.map { $0["set"] as? String } == ["human", "curated"])
            #expect(abs((sets[0]["alpha"] as? Double ?? 0) - 4) < 0.02)
            let exchange = try #require((object["exchange"] as? [[String: Any]])?.first)
            #expect(abs((exchange["rate"] as? Double ?? 0) - 3) < 0.05)
            let text = try BuiltTool.run("scale", "--figure", "accuracy", "growth.jsonl", in: place)
            #expect(
                text.output.contains("At 800 pairs one pair of curated is worth 3.0")
                    || text.output.contains("one pair of curated is worth 2.9"), "\(text)")
        }
    }

    @Test("reports of evaluate and compare give their last model's figure, and what has none is an error")
    func reports() async throws {
        try await withTemporaryDirectory { place in
            var files: [String: String] = [:]
            for (number, figure) in [(100, 0.3), (200, 0.4), (400, 0.5)] {
                files["\(number).json"] =
                    #"{"tasks": [{"models": [{"model": "base", "accuracy": 0.1}, {"model": "M", "accuracy": \#(figure)}]}]}"#
            }
            files["loss.json"] = #"{"models": [{"loss": 2.5}]}"#
            files["void.json"] = ""
            let ended = try BuiltTool.run("scale", "100=100.json", "200=200.json", "400=400.json", in: place, files: files)
            #expect(ended.status == 0 && ended.output.contains("100 to 400") && ended.output.contains("0.1443"), "\(ended)")
            let mixed = try BuiltTool.run("scale", "100=100.json", "200=200.json", in: place)
            #expect(mixed.status == 2 && mixed.messages.contains("three points"), "\(mixed)")
            let none = try BuiltTool.run("scale", "--figure", "f1", "100=100.json", in: place)
            #expect(none.status == 2 && none.messages.contains("there is no figure f1"), "\(none)")
            let empty = try BuiltTool.run("scale", "void.json", in: place)
            #expect(empty.status == 2 && empty.messages.contains("void.json"), "\(empty)")
        }
    }
}
