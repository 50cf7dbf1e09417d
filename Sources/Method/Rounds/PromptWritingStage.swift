import Foundation
import Ground
import LanguageModels
import Records
import Stages
import Synchronization

/// Writes new prompts by example, as Self-Instruct does (Wang et al. 2023, arXiv 2212.10560): eight instructions, six of the seeds and two
/// of earlier iterations, and the model writes the ninth.
///
/// The examples of a prompt are chosen by its id alone, so that neither order nor batching shows in the result; that is why the two of the
/// model's making come from earlier iterations, and from the seeds in the first.
struct PromptWritingStage: Sendable {
    let model: any LanguageModel
    let seeds: [String]
    let made: [String]
    let sampling: Sampling
    private let maker: JSONObject

    private static let examples = 8
    private static let madeExamples = 2
    /// Longer instructions make poor examples.
    private static let longestExample = 300

    init(model: any LanguageModel, seeds: [Seed], made: [String], sampling: Sampling) {
        self.model = model
        let lines = seeds.map { $0.instruction.singleSpaced }
        let short = lines.filter { $0.count <= Self.longestExample }
        self.seeds = short.isEmpty ? lines : short
        self.made = made
        var sampling = sampling
        sampling.stop = ["\n"]
        self.sampling = sampling
        maker = MadeBy(stage: "selfreward prompts", model: model.card, sampling: sampling).object
    }

    func run(_ options: StageOptions) async throws -> StageSummary {
        let filter = NovelPrompts(known: seeds + made)
        let step = OrderedStep(review: filter.review) { object in
            if let text = object["instruction"]?.string { filter.add(text) }
        }
        let settings: JSONObject = ["made_by": .object(maker), "examples": .string(RecordID.make(seeds + made))]
        return try await StageRunner(stage: "selfreward", settings: settings, options: options, orderedStep: step).run { record in
            try await outcome(record.object["id"]?.string ?? "")
        }
    }

    func outcome(_ id: String) async throws -> Outcome {
        let completion = try await model.complete(.text(prompt(for: id)), sampling: sampling, key: id)
        let text = completion.text.singleSpaced
        let record: JSONObject = [
            "id": .string(id), "instruction": .string(text), "origin": .string(Origin.selfplay.rawValue), "made_by": .object(maker),
        ]
        if let rejection = Self.rejection(of: text, end: completion.end) { return .dropped(record, rejection) }
        return .kept([record])
    }

    /// The numbered list that the model goes on with.
    func prompt(for id: String) -> String {
        var random = KeyedRandom(seed: sampling.seed, key: "examples \(id)")
        func some(_ count: Int, of list: [String]) -> [String] {
            var indices = Array(list.indices)
            random.shuffle(&indices)
            return indices.prefix(count).map { list[$0] }
        }
        let own = some(Self.madeExamples, of: made)
        var chosen = some(Self.examples - own.count, of: seeds) + own
        random.shuffle(&chosen)
        let lines = chosen.enumerated().map { "\($0 + 1). \($1)" }
        return "Requests to an assistant, each about something else:\n" + lines.joined(separator: "\n") + "\n\(chosen.count + 1)."
    }

    /// Why a prompt cannot be used by itself, or nil.
    static func rejection(of text: String, end: Completion.End) -> Rejection? {
        let words = text.split(separator: " ").count
        if text.isEmpty { return Rejection("prompt_empty", value: 0, threshold: 1) }
        if end == .length { return Rejection("prompt_unfinished", value: .integer(words), threshold: "end of line") }
        if words < 3 { return Rejection("prompt_short", value: .integer(words), threshold: 3) }
        if words > 150 { return Rejection("prompt_long", value: .integer(words), threshold: 150) }
        let unanswerable = ["image", "images", "picture", "pictures", "graph", "graphs", "photo", "video"]
        if let word = LexicalIndex.words(text).map(String.init).first(where: unanswerable.contains) {
            return Rejection("prompt_unanswerable", value: .string(word))
        }
        return nil
    }

}

/// Drops prompts that are nearly the same as one before: ROUGE-L of 0.7 or more, as in Self-Instruct.
final class NovelPrompts: Sendable {
    private static let mostAlike = 0.7
    private let known: Mutex<[[Substring]]>

    init(known: [String]) { self.known = Mutex(known.map(LexicalIndex.words)) }

    @Sendable func review(_ outcome: Outcome) -> [Outcome] {
        guard case .kept(let records) = outcome, let record = records.first, let text = record["instruction"]?.string else {
            return [outcome]
        }
        let words = LexicalIndex.words(text)
        let nearest = known.withLock { $0.map { Self.likeness(words, $0) }.max() ?? 0 }
        if nearest >= Self.mostAlike {
            let value = (nearest * 1000).rounded() / 1000
            return [.dropped(record, Rejection("prompt_near_duplicate", value: .double(value), threshold: .double(Self.mostAlike)))]
        }
        add(text)
        return [outcome]
    }

    @Sendable func add(_ text: String) { known.withLock { $0.append(LexicalIndex.words(text)) } }

    /// ROUGE-L: the harmonic mean of the longest common subsequence's share of both texts.
    static func likeness(_ one: [Substring], _ other: [Substring]) -> Double {
        let total = one.count + other.count
        // The shorter text bounds the common part, and most pairs end here.
        guard total > 0, 2 * Double(min(one.count, other.count)) / Double(total) >= mostAlike else { return 0 }
        return 2 * Double(longestCommonSubsequence(one, other)) / Double(total)
    }
}
