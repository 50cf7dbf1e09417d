import Ground
import Inference

/// What was timed, in rates, in shares of what the machine can do, and in hours for a corpus.
struct BenchmarkReport {
    private let result: Benchmark.Result
    private let passages: Int

    init(_ result: Benchmark.Result, passages: Int) {
        self.result = result
        self.passages = passages
    }

    var object: JSONObject {
        var object: JSONObject = [
            "model": .string(result.name), "precision": .string(result.precision), "instruction_set": .string(result.instructionSet),
            "threads": .integer(result.threads), "parameters": .integer(result.configuration.parameterCount),
            "int8_peak": .double(result.peaks.int8Operations.rounded()), "float32_peak": .double(result.peaks.floatOperations.rounded()),
            "read_peak": .double(result.peaks.bytesRead.rounded()), "load_seconds": .double(result.loadSeconds),
            "prompts": .integer(result.prompts),
        ]
        for (key, value) in numbers { object[key] = .double(value) }
        object["peak_memory_bytes"] = .integer(result.peakMemoryBytes)
        if !result.notes.isEmpty { object["notes"] = .array(result.notes.map { .string($0) }) }
        return object
    }

    var text: String {
        var lines = [
            ("model", "\(result.name), \(millions(result.configuration.parameterCount)) million weights"),
            ("engine", "\(result.precision), \(result.threads) threads, \(result.instructionSet)"),
            (
                "machine",
                "int8 \(giga(result.peaks.int8Operations)) Gop/s, float32 \(giga(result.peaks.floatOperations)) Gflop/s, reading "
                    + "\(giga(result.peaks.bytesRead)) GB/s at most"
            ), ("loading", "\(rounded(result.loadSeconds)) s"),
        ]
        if let operations = result.productOperations {
            lines.append(
                ("products", "\(giga(operations)) Gop/s, \(percent(operations / peak)) of the machine's peak, with nothing between them"))
        }
        if let rate = scoringRate, let share = scoringShare {
            lines.append(("scoring", "\(rounded(rate)) tokens/s; their products are \(percent(share)) of what the peak would do"))
        }
        if let seconds = result.judgingSeconds {
            let gain = result.scoringSeconds.map { ", \(rounded($0 / seconds)) times as fast" } ?? ""
            lines.append(
                ("judging", "\(rounded(seconds)) s for the same with a rubric of \(Benchmark.rubricTokens) tokens in common\(gain)"))
        }
        if let seconds = result.generationSeconds, let rate = generationRate {
            lines.append(
                ("generation", "\(rounded(seconds)) s for \(result.prompts) prompts, \(rounded(rate)) new tokens/s with the prompts' time"))
        }
        if let rate = result.streamTokensPerSecond, let share = streamShare {
            lines.append(("one stream", "\(rounded(rate)) tokens/s; the weights alone are \(percent(share)) of what memory gives"))
        }
        if let rate = result.trainingTokensPerSecond { lines.append(("training", "\(rounded(rate)) tokens/s, float32")) }
        lines.append(("memory", "\(result.peakMemoryBytes >> 20) MiB at most"))
        let hours = [augmentHours.map { "augment \(rounded($0)) h" }, curateHours.map { "curate \(rounded($0)) h" }].compactMap { $0 }
        if !hours.isEmpty {
            lines.append(
                (
                    "\(passages) passages",
                    hours.joined(separator: ", ") + " (\(Benchmark.promptTokens) tokens and \(Benchmark.newTokens) new ones each; "
                        + "\(Benchmark.scoredTokens) to rate)"
                ))
        }
        lines += result.notes.map { ("note", $0) }
        let width = (lines.map(\.0.count).max() ?? 0) + 2
        return lines.map { $0.0.padded(to: width) + $0.1 + "\n" }.joined()
    }

    private var numbers: [(String, Double)] {
        let all: [(String, Double?)] = [
            ("product_operations", result.productOperations), ("product_share", result.productOperations.map { $0 / peak }),
            ("scoring_tokens_per_second", scoringRate), ("scoring_product_share", scoringShare),
            ("judging_seconds", result.judgingSeconds), ("generation_seconds", result.generationSeconds),
            ("generation_new_tokens_per_second", generationRate),
            ("stream_tokens_per_second", result.streamTokensPerSecond), ("stream_read_share", streamShare),
            ("training_tokens_per_second", result.trainingTokensPerSecond), ("augment_hours", augmentHours), ("curate_hours", curateHours),
        ]
        return all.compactMap { key, value in value.map { (key, $0) } }
    }

    private var scoringRate: Double? { result.scoringSeconds.map { Double(result.prompts * Benchmark.scoredTokens) / $0 } }

    private var scoringShare: Double? {
        result.scoringSeconds.map {
            let operations = result.prompts * (Benchmark.scoredTokens * result.layerOperations + result.headOperations)
            return Double(operations) / $0 / peak
        }
    }

    private var peak: Double { result.precision == Precision.int8.rawValue ? result.peaks.int8Operations : result.peaks.floatOperations }

    private var generationRate: Double? { result.generationSeconds.map { Double(result.prompts * Benchmark.newTokens) / $0 } }
    private var streamShare: Double? { result.streamTokensPerSecond.map { $0 * Double(result.bytesRead) / result.peaks.bytesRead } }
    private var augmentHours: Double? { result.generationSeconds.map(hours) }
    private var curateHours: Double? { result.scoringSeconds.map(hours) }
    private func hours(_ seconds: Double) -> Double { seconds / Double(result.prompts) * Double(passages) / 3600 }

    private func millions(_ count: Int) -> String { rounded(Double(count) / 1e6) }
    private func giga(_ value: Double) -> String { rounded(value / 1e9) }
    private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

    /// Three digits that count, none behind the point for a large number.
    private func rounded(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let factor = value >= 10 ? 10.0 : value >= 1 ? 100 : 1000
        return "\((value * factor).rounded() / factor)"
    }
}
