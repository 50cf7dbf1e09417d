import Ground
import LanguageModels
import Records

/// A model that says which of two answers is the better one, asked in both orders.
///
/// Judges prefer what they see first (Zheng et al. 2023, arXiv 2306.05685), so only what both orders agree on counts; anything else is a
/// tie. The wording is our own, and short, for small models.
public struct PairwiseJudge: Sendable {
    let model: any LanguageModel

    public init(_ model: any LanguageModel) { self.model = model }

    /// The least probability of the three letters together for which a judgement counts.
    static let minimumMass = 0.5

    /// The verdict on one pair.
    ///
    /// - Throws: a `Rejection` where the pair does not fit the context, or the judge says no letter.
    public func verdict(on pair: AnswerPair, names: [String]) async throws -> Verdict {
        let straight = try await better(pair.instruction, pair.first.output, pair.second.output)
        let turned = 3 - (try await better(pair.instruction, pair.second.output, pair.first.output))
        return Verdict(
            pair, preference: straight == turned ? straight : 1.5, annotator: model.card.name, names: names, orders: [straight, turned])
    }

    /// 1 where the judge prefers the answer that it sees first, 2 where the second, 1.5 for a tie.
    private func better(_ instruction: String, _ first: String, _ second: String) async throws -> Double {
        let prompt = Prompt.chat(Self.turns(instruction, first, second))
        let tokens = try await model.tokenCount(of: prompt)
        guard tokens + 4 <= model.card.contextLength else {
            throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(model.card.contextLength - 4))
        }
        let values = [1, 2, 1.5]
        if model.card.givesProbabilities {
            do {
                let found = try await model.probabilities(of: ["A", "B", "C"].map { Label($0, " " + $0) }, after: prompt)
                let mass = found.reduce(0, +)
                guard mass >= Self.minimumMass else {
                    throw Rejection(
                        "label_mass_low", value: .double(ExpectedScore.rounded(mass)), threshold: .double(Self.minimumMass))
                }
                let best = found.indices.reduce(0) { found[$1] > found[$0] ? $1 : $0 }
                return values[best]
            } catch is ProbabilitiesUnavailable {}
        }
        let said = try await model.complete(prompt, sampling: .greedy(maxNewTokens: 8), key: "judge").text
        let letters = said.split { !$0.isLetter }.compactMap { ["A", "B", "C"].firstIndex(of: $0) }
        guard letters.count == 1 else {
            throw Rejection("verdict_unreadable", value: .string(said), threshold: "one letter: A, B or C")
        }
        return values[letters[0]]
    }

    static func turns(_ instruction: String, _ first: String, _ second: String) -> [ChatMessage] {
        let answers = "ANSWER A\n\(first)\n\nANSWER B\n\(second)"
        let question = "The better answer (one letter, A, B or C):"
        return [ChatMessage(.system, rule), ChatMessage(.user, "REQUEST\n\(instruction)\n\n\(answers)\n\n\(question)")]
    }

    static let rule = """
        You compare two answers to a request and say one letter: A if answer A is better, B if answer B is better, C if they are equally good.
        What counts is whether the answer is right, fits the request and helps. Neither the order of the answers nor their length nor how \
        they are laid out counts.
        """
}
