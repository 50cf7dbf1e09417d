import Foundation
import Ground
import LanguageModels
import Records

/// Self-augmentation: a backward model predicts, for each passage, the instruction it would answer.
///
/// Li et al. 2023 (arXiv 2308.06259), section 2.2: x̂ ~ p(x | y), nucleus sampling with p = 0.9 at T = 0.7. Several samples a passage, of
/// which the best may be kept, further attempts and the guards against what is no instruction are extensions of ours. Randomness is keyed by
/// the passage's id and the numbers of sample and attempt, so that neither order nor batching shows in the result.
public struct Augmenter: Sendable {
    public var model: any LanguageModel
    public var options: AugmentOptions
    private let maker: JSONObject
    /// What records say that were made of a text in German by a model that is told by examples.
    private let germanMaker: JSONObject

    public init(model: any LanguageModel, options: AugmentOptions) throws {
        let roles = model.card.roles
        guard roles.isEmpty || roles.contains(.backward) else {
            throw AugmentError.wrongRole(model: model.card.name, roles: roles)
        }
        if let rank = options.rank, !model.card.givesLogLikelihoods {
            throw AugmentError.noLogLikelihoods(model: model.card.name, rank: rank)
        }
        var options = options
        options.settle(for: model.card)
        self.model = model
        self.options = options
        let (card, sampling) = (model.card, options.sampling)
        func maker(_ language: String?) -> JSONObject {
            MadeBy(stage: "augment", model: card, sampling: sampling, prompts: BackwardPrompt(for: card, language: language).version).object
        }
        (self.maker, germanMaker) = (maker(nil), maker("de"))
    }

    /// What makes two runs give the same bytes, for `--resume` to compare.
    public var settings: JSONObject {
        var settings: JSONObject = [
            "made_by": .object(maker), "german_prompts": germanMaker["prompts"] ?? .null, "samples": .integer(options.samples),
            "attempts": .integer(options.attempts),
            "rank": options.rank.map { .string($0.rawValue) } ?? .null, "any_language": .bool(options.anyLanguage),
            "guards": .string(InstructionGuards.version),
        ]
        if options.samples > 1 { settings["twins"] = "dropped" }
        return settings
    }

    /// The candidate pairs of one passage, each kept or dropped with its reason.
    public func pairs(from passage: Passage) async throws -> [Outcome] {
        if let refusal = languageRefusal(of: passage) { return [.dropped(passage.object, refusal)] }
        let prompt: PassageTruncation.Fitted
        // A model that was not trained to write instructions is told to, by examples in the passage's language.
        let asking = BackwardPrompt(for: model.card, language: passage.lang ?? LanguageDetector.shared.detect(passage.text)?.code)
        do {
            prompt = try await self.prompt(for: passage, asking)
        } catch let rejection as Rejection {
            return [.broken(passage.object, rejection)]
        }
        let candidates = try await sideBySide(0..<options.samples) { sample in
            try await candidate(of: passage, sample: sample, prompt: prompt, asking)
        }
        let ranked = try await options.rank?.best(of: candidates, after: prompt.prompt, asking: asking, in: model) ?? candidates
        return ranked.droppingTwins()
    }

    /// The backward prompt, the passage cut at a sentence end where it and the answer would not fit the model's context.
    private func prompt(for passage: Passage, _ asking: BackwardPrompt) async throws -> PassageTruncation.Fitted {
        let readsHeadings = model.card.readsHeadings
        let (title, heading) = readsHeadings && !Self.isNamedAtRandom(passage) ? (passage.pageName, passage.heading.last) : (nil, nil)
        return try await PassageTruncation.fit(passage.text, in: model, reserving: options.sampling.maxNewTokens) { text in
            asking.prompt(text, title: title, heading: heading)
        }
    }

    /// Whether all that is known of the passage beside its text is a name that shares no word with it, as a file's name may ("scan 0412"):
    /// a small model would ask about the name.
    private static func isNamedAtRandom(_ passage: Passage) -> Bool {
        guard let title = passage.title, passage.heading.isEmpty || passage.heading == [title] else { return false }
        return Set(LexicalIndex.words(title)).isDisjoint(with: LexicalIndex.words(passage.text))
    }

    /// The first attempt that the guards let pass, else the last one with its reason.
    private func candidate(
        of passage: Passage, sample: Int, prompt: PassageTruncation.Fitted, _ asking: BackwardPrompt
    ) async throws -> Outcome {
        // Without chance every attempt is the same.
        let attempts = options.sampling.temperature > 0 ? options.attempts : 1
        for attempt in 1..<max(1, attempts) {
            let outcome = try await candidate(of: passage, sample: sample, attempt: attempt, prompt: prompt, asking)
            guard case .dropped = outcome else { return outcome }
        }
        return try await candidate(of: passage, sample: sample, attempt: max(1, attempts), prompt: prompt, asking)
    }

    private func candidate(
        of passage: Passage, sample: Int, attempt: Int, prompt: PassageTruncation.Fitted, _ asking: BackwardPrompt
    ) async throws -> Outcome {
        let key = "\(passage.id)-\(sample)" + (attempt > 1 ? "~\(attempt)" : "")
        let completion = try await model.complete(prompt.prompt, sampling: options.sampling, key: key)
        let said = InstructionCleaner.cleaned(completion.text)
        var pair = Pair(
            passage, sample: sample, instruction: said.instruction, madeBy: asking.isGerman ? germanMaker : maker
        ).object
        if prompt.isTruncated { pair["truncated_prompt"] = true }
        if attempt > 1 { pair["attempt"] = .integer(attempt) }
        if let mean = completion.meanLogProbability { pair["instruction_log_prob"] = .double(ExpectedScore.rounded(mean)) }
        let written = WrittenInstruction(
            said.instruction, about: passage.text, language: passage.lang, isCutOff: completion.end == .length && !said.hasEnded)
        if let rejection = InstructionGuards(asking: asking).rejection(of: written) { return .dropped(pair, rejection) }
        return .kept([pair])
    }

    /// A passage in a language the model was never trained on is refused rather than answered with noise.
    private func languageRefusal(of passage: Passage) -> Rejection? {
        guard !options.anyLanguage, let language = passage.lang, !model.card.languages.isEmpty else { return nil }
        guard !model.card.languages.contains(String(language.prefix(2)).lowercased()) else { return nil }
        return Rejection("language_not_of_model", value: .string(language), threshold: .string(model.card.languages.joined(separator: ",")))
    }
}
