import Foundation
import LanguageModels
import Records

/// Self-augmentation: a backward model predicts, for each passage, the instruction it would answer.
///
/// Li et al. 2023 (arXiv 2308.06259), section 2.2: x̂ ~ p(x | y), nucleus sampling with p = 0.9 at T = 0.7. Several samples a passage are
/// an extension of ours, and so are guidance, by which a small model keeps to the passage, and drawing again what the filter refuses: the
/// request is then a sample of the model's distribution over those that pass. Each sample's randomness is keyed by the passage's id, the
/// sample's number and the attempt's, so that neither order nor batching shows in the result.
public struct Augmenter: Sendable {
    public var model: any LanguageModel
    /// Scores each request beside its passage; nil asks nobody.
    public var judge: (any LanguageModel)?
    public var options: AugmentOptions
    private let maker: JSONObject
    /// A model that was not trained to write instructions is told to, by examples; what it says is cleaned and guarded.
    private let asking: BackwardPrompt

    /// - Parameter judge: says how well a request fits its passage; without one the model itself where a least score is asked for.
    public init(model: any LanguageModel, judge: (any LanguageModel)? = nil, options: AugmentOptions) throws {
        let roles = model.card.roles
        guard roles.isEmpty || roles.contains(.backward) else {
            throw AugmentError.wrongRole(model: model.card.name, roles: roles)
        }
        var options = options
        options.settle(for: model.card, judge: judge?.card)
        self.judge = options.minScore == nil ? nil : judge ?? model
        if let card = self.judge?.card, !card.roles.isEmpty, !card.roles.contains(.judge) {
            throw AugmentError.notAJudge(model: card.name, roles: card.roles)
        }
        if options.aboutPhrases != .never, !model.card.givesProbabilities { throw AugmentError.noLikelihoods(model: model.card.name) }
        self.model = model
        self.options = options
        asking = BackwardPrompt(for: model.card)
        maker = MadeBy(stage: "augment", model: model.card, sampling: options.sampling, prompts: asking.version).object
    }

    /// What makes two runs give the same bytes, for `--resume` to compare.
    public var settings: JSONObject {
        [
            "made_by": .object(maker), "samples": .integer(options.samples), "any_language": .bool(options.anyLanguage),
            "instruction_filter": .string(options.filter.fingerprint), "attempts": .integer(options.attempts),
            "min_score": options.minScore.map { .double($0) } ?? .null,
            "judge": judge.map { .object(MadeBy(stage: "augment", model: $0.card).object) } ?? .null,
            "about_phrases": .string(options.aboutPhrases.rawValue),
            "judge_leaves_headed": .bool(judge?.card.drawing?.leavesHeaded == true),
        ]
    }

    /// The candidate pairs of one passage, each kept or dropped with its reason.
    public func pairs(from passage: Passage) async throws -> [Outcome] {
        if let refusal = languageRefusal(of: passage) { return [.dropped(passage.object, refusal)] }
        let prompt: FittedPrompt
        do {
            prompt = try await self.prompt(for: passage)
        } catch let rejection as Rejection {
            return [.broken(passage.object, rejection)]
        }
        let samples = try await sideBySide(0..<options.samples) { sample in
            try await options.aboutPhrases == .always
                ? notDrawn(of: passage, sample: sample) : drawn(of: passage, sample: sample, prompt: prompt)
        }
        return options.aboutPhrases == .never
            ? samples.map(\.outcome) : try await askingAboutPhrases(of: passage, prompt: prompt, where: samples)
    }

    private struct FittedPrompt {
        var prompt: Prompt
        /// The part of the passage that it holds.
        var text: String
        var truncated: Bool
        /// Whether it names the passage's page or section.
        var namesHeading: Bool
    }

    /// The backward prompt, the passage cut at a sentence end where it and the answer would not fit the model's context.
    private func prompt(for passage: Passage) async throws -> FittedPrompt {
        let asking = asking
        let readsHeadings = model.card.readsHeadings
        let (title, heading) = readsHeadings && !Self.isNamedAtRandom(passage) ? (passage.pageName, passage.heading.last) : (nil, nil)
        let fitted = try await PassageTruncation.fit(
            passage.text, in: model, reserving: options.sampling.maxNewTokens
        ) { text in
            asking.prompt(text, title: title, heading: heading)
        }
        return FittedPrompt(
            prompt: fitted.prompt, text: fitted.text, truncated: fitted.isTruncated, namesHeading: title != nil || heading != nil)
    }

    /// Whether all that is known of the passage beside its text is a name that shares no word with it, as a file's name may ("scan 0412"):
    /// a small model would ask about the name.
    private static func isNamedAtRandom(_ passage: Passage) -> Bool {
        guard let title = passage.title, passage.heading.isEmpty || passage.heading == [title] else { return false }
        return Set(InstructionFilter.words(title)).isDisjoint(with: InstructionFilter.words(passage.text))
    }

    /// What became of a sample, and all that was written for it on the way.
    private struct Sample {
        var outcome: Outcome
        var written: [String]
    }

    private static func instruction(of outcome: Outcome) -> String? {
        switch outcome {
        case .kept(let pairs): pairs.first?["instruction"]?.string
        case .dropped(let pair, _), .broken(let pair, _): pair["instruction"]?.string
        }
    }

    private func notDrawn(of passage: Passage, sample: Int) -> Sample {
        let pair = Pair(passage, sample: sample, instruction: "", madeBy: maker).object
        return Sample(outcome: .dropped(pair, Rejection("instruction_no_phrase", value: 0, threshold: 1)), written: [])
    }

    /// The first of the attempts that the filter lets pass, or the last one with its reason.
    ///
    /// Once the first is refused, further ones are drawn side by side, since they share the prompt: 2 to 4, 5 to 16, 17 to 64, and on.
    private func drawn(of passage: Passage, sample: Int, prompt: FittedPrompt) async throws -> Sample {
        // Without chance every attempt is the same.
        let attempts = options.sampling.temperature > 0 ? max(1, options.attempts) : 1
        var first = 1
        var written = [String]()
        while true {
            let last = min(attempts, first == 1 ? 1 : (first - 1) * 4)
            let outcomes = try await sideBySide(first...last) { attempt in
                try await candidate(of: passage, sample: sample, attempt: attempt, prompt: prompt)
            }
            written += outcomes.compactMap(Self.instruction)
            let kept = outcomes.first { if case .kept = $0 { true } else { false } }
            if let outcome = kept ?? (last == attempts ? outcomes.last : nil) { return Sample(outcome: outcome, written: written) }
            first = last + 1
        }
    }

    private func candidate(of passage: Passage, sample: Int, attempt: Int, prompt: FittedPrompt) async throws -> Outcome {
        let key = "\(passage.id)-\(sample)" + (attempt > 1 ? "~\(attempt)" : "")
        let completion = try await model.complete(prompt.prompt, sampling: options.sampling, key: key)
        let (instruction, drawn) = said(completion)
        let made = Pair(passage, sample: sample, instruction: instruction, madeBy: maker)
        var pair = made.object
        if prompt.truncated { pair["truncated_prompt"] = true }
        if attempt > 1 { pair["attempt"] = .integer(attempt) }
        if let mean = completion.meanLogProbability { pair["instruction_log_prob"] = .double((mean * 1e6).rounded() / 1e6) }
        if asking.asksByExample, drawn.end == .stop,
            let rejection = InstructionGuard(prompt: asking).rejection(of: instruction, output: passage.text)
        {
            return .dropped(pair, rejection)
        }
        let names = [passage.pageName, passage.heading.last].compactMap(\.self)
        if let rejection = options.filter.rejection(of: instruction, output: passage.text, names: names, drawn: drawn) {
            return .dropped(pair, rejection)
        }
        if let minScore = options.minScore, let judge, !(prompt.namesHeading && judge.card.drawing?.leavesHeaded == true) {
            do {
                let score = try await judge.expectedScore(of: passage.text) { output in
                    RolePrompts.trainedJudge(instruction: instruction, output: output)
                }.score
                pair["instruction_score"] = .double(score)
                if score < minScore {
                    return .dropped(pair, Rejection("instruction_score_low", value: .double(score), threshold: .double(minScore)))
                }
            } catch let rejection as Rejection {
                return .dropped(pair, rejection)
            }
        }
        return .kept([pair])
    }

    /// The instruction in the model's words, and how it ended: one behind which the model went on to answer is whole.
    private func said(_ completion: Completion) -> (String, Completion) {
        let whole = InstructionFilter.cleaned(completion.text)
        guard asking.asksByExample else { return (whole, completion) }
        let instruction = InstructionCleaner.cleaned(whole)
        var drawn = completion
        let isCutBehind = !whole.suffix(Self.lettersAtEnd).contains(instruction.suffix(Self.lettersAtEnd / 2))
        if isCutBehind, !instruction.isEmpty { drawn.end = .stop }
        return (instruction, drawn)
    }

    private static let lettersAtEnd = 32

    /// Requests about the passage's phrases in the place of samples of which none passed, each about another phrase, the best first.
    private func askingAboutPhrases(of passage: Passage, prompt: FittedPrompt, where samples: [Sample]) async throws -> [Outcome] {
        var outcomes = samples.map(\.outcome)
        let missing = outcomes.indices.filter { if case .dropped = outcomes[$0] { true } else { false } }
        guard !missing.isEmpty, passage.lang.map({ $0.lowercased().hasPrefix("en") }) ?? true else { return outcomes }
        var filter = options.filter
        filter.minLogProbability = nil
        let ranking = PhraseRanking(model: model, prompt: prompt.prompt, text: prompt.text, written: samples.flatMap(\.written))
        let requests = try await ranking.requests { request in
            filter.rejection(of: request, output: passage.text, drawn: Completion(text: request, end: .stop, tokenCount: 0)) == nil
        }
        for (sample, request) in zip(missing, requests) {
            var pair = Pair(passage, sample: sample, instruction: request.instruction, madeBy: maker).object
            if prompt.truncated { pair["truncated_prompt"] = true }
            pair["instruction_phrase"] = .string(request.phrase.text)
            pair["instruction_log_prob"] = .double((request.meanLogProbability * 1e6).rounded() / 1e6)
            outcomes[sample] = .kept([pair])
        }
        return outcomes
    }

    /// A passage in a language the model was never trained on is refused rather than answered with noise.
    private func languageRefusal(of passage: Passage) -> Rejection? {
        guard !options.anyLanguage, let language = passage.lang, !model.card.languages.isEmpty else { return nil }
        guard !model.card.languages.contains(String(language.prefix(2)).lowercased()) else { return nil }
        return Rejection("language_not_of_model", value: .string(language), threshold: .string(model.card.languages.joined(separator: ",")))
    }
}
