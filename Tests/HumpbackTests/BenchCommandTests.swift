import Foundation
import Ground
import Testing

@Suite struct BenchCommandTests {
    @Test("a shape is timed, and the rates stand in one JSON object")
    func rates() throws {
        let ended = try BuiltTool.run("bench", "--shape", "calf-tiny", "--prompts", "2", "--passages", "10", "--json")
        #expect(ended.status == 0, "\(ended)")
        let object = try JSONObject(parsing: ended.output.trimmingCharacters(in: .newlines))
        #expect(object["precision"] == "int8")
        for key in [
            "int8_peak", "float32_peak", "read_peak", "product_share", "scoring_tokens_per_second", "scoring_product_share",
            "judging_seconds",
            "generation_seconds",
            "stream_tokens_per_second", "training_tokens_per_second", "augment_hours", "curate_hours", "peak_memory_bytes",
        ] {
            #expect(object[key]?.double ?? 0 > 0, "\(key) in \(ended.output)")
        }
    }

    @Test("a part alone is timed, in lines for people")
    func part() throws {
        let ended = try BuiltTool.run("bench", "--shape", "calf-tiny", "--prompts", "2", "--only", "scoring")
        #expect(ended.status == 0 && ended.output.contains("\nscoring ") && !ended.output.contains("\ngeneration "), "\(ended)")
    }

    @Test("an unknown shape, and a shape beside a model, are refused")
    func refusals() throws {
        let unknown = try BuiltTool.run("bench", "--shape", "whale")
        #expect(unknown.status == 2 && unknown.messages.contains("smollm2-135m"), "\(unknown)")
        #expect(try BuiltTool.run("bench", "--shape", "calf-tiny", "--model", "m").status == 64)
    }
}
