import Finetune
import Foundation
import LanguageModels
import Records
import Stages

/// What is known of a loop before its steps are done: how long its texts are, and how fast this machine is with its base.
struct LoopSurvey: Sendable {
    let folder: LoopFolder
    let base: FinetunePlan
    let seeds: [Seed]
    /// The file of passages of a loop that has pages.
    var passages: String?
    var limit: Int?
    /// Of rated pairs, what will be kept.
    var selectedShare = BacktranslationPlan.fallbackShare
    /// Preferences of an iteration, at most.
    var preferences = 0

    init(folder: LoopFolder, base: FinetunePlan, seeds: [Seed]) {
        self.folder = folder
        self.base = base
        self.seeds = seeds
    }

    /// Tokens of a seed, and tokens a second of what models do.
    struct Pace: Sendable {
        var seedTokens: Double
        var bytesPerToken: Double
        var reading: Double
        var writing: Double
        var training: Double
    }

    /// Texts that are read together to measure a pace, and the bytes of each: as many as fill the processor, as long as passages are.
    private static let (texts, textBytes) = (16, 1500)

    /// Asks the base for a few seconds' work.
    func pace() async throws -> Pace {
        folder.note("measuring how fast this machine reads, writes and learns with the base; it takes up to a minute")
        let model = try await folder.models.open(base.base.path)
        let some = Array(seeds.prefix(8))
        let prompts = some.map { Prompt.chat(model.card.forwardTurns($0.instruction)) }
        let lengths = try await sideBySide(some.indices) {
            try await model.tokenCount(of: prompts[$0]) + model.tokenCount(of: some[$0].output)
        }
        let tokens = Double(lengths.reduce(0, +))
        let bytes = Double(some.reduce(0) { $0 + $1.instruction.utf8.count + $1.output.utf8.count })
        let clock = ContinuousClock()
        // The first text finds the weights cold, and says nothing of the others.
        _ = try await read(some[0].output, after: prompts[0], by: model)
        let longer = Self.joined(seeds)
        let begin = clock.now
        let read = try await sideBySide(longer.indices) { try await self.read(longer[$0], after: prompts[$0 % prompts.count], by: model) }
        let reading = begin.duration(to: clock.now)
        let sampling = Sampling(temperature: 1, topP: 1, maxNewTokens: 24)
        let start = clock.now
        let written = try await sideBySide(some.indices) {
            try await model.complete(prompts[$0], sampling: sampling, key: "pace \($0)").tokenCount
        }
        let writing = start.duration(to: clock.now)
        return Pace(
            seedTokens: tokens / Double(max(1, some.count)), bytesPerToken: bytes / max(1, tokens),
            reading: Double(read.reduce(0, +)) / Self.seconds(reading),
            writing: Double(written.reduce(0, +)) / Self.seconds(writing),
            training: try await Finetuner(plan: base).tokensPerSecond(seeds: seeds))
    }

    /// Asks how likely a text is; how many tokens that were.
    private func read(_ text: String, after prompt: Prompt, by model: any LanguageModel) async throws -> Int {
        do { return try await model.logLikelihood(of: text, after: prompt).tokens.count + model.tokenCount(of: prompt) } catch is Rejection
        {
            return 0
        }
    }

    /// Texts as long as passages are, made of the seeds' outputs one after the other.
    private static func joined(_ seeds: [Seed]) -> [String] {
        var next = 0
        return (0..<texts).map { _ in
            var text = ""
            while text.utf8.count < textBytes {
                text += (text.isEmpty ? "" : "\n\n") + seeds[next % seeds.count].output.prefix(textBytes)
                next += 1
            }
            return text
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        max(1e-6, Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18)
    }

    /// The passages that will be worked on: those that are there, or nil where none are yet.
    func passageCount() throws -> (count: Int, bytes: Int)? {
        guard let passages, FileManager.default.fileExists(atPath: folder.path(passages)) else { return nil }
        var (count, bytes) = (0, 0)
        var source = try RecordSource([folder.path(passages)])
        while let item = try source.next() {
            guard case .item(let record) = item.content else { continue }
            count += 1
            bytes += record.object["text"]?.string?.utf8.count ?? 0
        }
        let mean = count > 0 ? bytes / count : 0
        let used = min(count, limit ?? count)
        return (used, used * mean)
    }
}
