import LanguageModels
import Records

/// By what the best of several instructions for one passage is told.
public enum InstructionRank: String, Sendable, CaseIterable {
    /// The mean log-probability of its tokens under the backward model, in nats.
    case likelihood
    /// How much likelier the passage makes it than texts that say nothing do, in nats (`BackwardPrompt.gain`).
    case gain

    /// Of the samples that passed the guards, the best one with how it was chosen; the others are dropped, with the best one's figure as
    /// the threshold. Of equals the first is kept.
    func best(
        of outcomes: [Outcome], after prompt: Prompt, asking: BackwardPrompt, in model: any LanguageModel
    ) async throws -> [Outcome] {
        let passed = outcomes.indices.filter { outcomes[$0].keptPair != nil }
        let figures = try await sideBySide(passed) { index in
            guard let pair = outcomes[index].keptPair, let instruction = pair["instruction"]?.string else { return -Double.infinity }
            switch self {
            case .likelihood: return pair["instruction_log_prob"]?.double ?? -Double.infinity
            case .gain: return ExpectedScore.rounded(try await asking.gain(of: instruction, after: prompt, in: model))
            }
        }
        guard let best = figures.max() else { return outcomes }
        var (outcomes, isChosen) = (outcomes, false)
        for (index, figure) in zip(passed, figures) {
            guard var pair = outcomes[index].keptPair else { continue }
            if figure == best, !isChosen {
                isChosen = true
                pair["instruction_rank"] = [
                    "by": .string(rawValue), "nats": .double(figure), "passed": .integer(passed.count), "samples": .integer(outcomes.count),
                ]
                outcomes[index] = .kept([pair])
            } else {
                outcomes[index] = .dropped(pair, Rejection("instruction_outranked", value: .double(figure), threshold: .double(best)))
            }
        }
        return outcomes
    }
}

extension Outcome {
    /// The one pair that was kept.
    fileprivate var keptPair: JSONObject? {
        if case .kept(let pairs) = self { pairs.first } else { nil }
    }
}
