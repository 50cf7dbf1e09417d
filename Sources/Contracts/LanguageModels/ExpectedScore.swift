import Ground
import Records

/// The score of a pair as the expectation over the rubric's labels 1 to 5.
public struct ExpectedScore: Sendable, Equatable {
    /// The least total probability of the labels for which a judgement counts.
    public static let minimumMass = 0.5

    /// The probability of the labels, renormalised over them.
    public let probabilities: [Double]
    /// The probability that the judge gave to all labels together, before they were renormalised.
    public let mass: Double
    /// 1.0 to 5.0.
    public let score: Double

    /// Throws a `Rejection` where the judge would rather have said something else than a label.
    public init(masses: [Double]) throws(Rejection) {
        let mass = masses.reduce(0, +)
        guard mass >= Self.minimumMass else {
            throw Rejection("label_mass_low", value: .double(Self.rounded(mass)), threshold: .double(Self.minimumMass))
        }
        self.mass = Self.rounded(mass)
        probabilities = masses.map { Self.rounded($0 / mass) }
        score = Self.rounded(zip(1..., masses).reduce(0) { $0 + Double($1.0) * $1.1 / mass })
    }

    /// Six decimals: what float32 arithmetic supports.
    public static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

extension LanguageModel {
    /// The score from 1 to 5 that this model, as a judge, expects of a text in the prompt that `turns` writes around it.
    ///
    /// - Parameter output: cut at a sentence end where the whole prompt would not fit the model's context.
    /// - Throws: a `Rejection` where not even its first sentence fits, or where the judge gives no score.
    public func expectedScore(
        of output: String, asking turns: @Sendable (_ output: String) -> [ChatMessage]
    ) async throws -> ExpectedScore {
        let prompt = try await PassageTruncation.fit(output, in: self, reserving: 1) { .chat(turns($0)) }.prompt
        guard card.givesProbabilities else { return try await spokenScore(after: prompt) }
        let labels = RolePrompts.scoreLabels.map { Label(spellings: $0) }
        do {
            return try ExpectedScore(masses: try await probabilities(of: labels, after: prompt))
        } catch is ProbabilitiesUnavailable {
            return try await spokenScore(after: prompt)
        }
    }

    /// A judge without probabilities answers in text: exactly one digit, or the pair is unrated. Of an answer that was cut only whole lines
    /// count, since what the digit belongs to may come behind the cut.
    private func spokenScore(after prompt: Prompt) async throws -> ExpectedScore {
        let answer = try await complete(prompt, sampling: .greedy(maxNewTokens: 8), key: "judge")
        let said = answer.end == .length ? answer.text.prefix { !$0.isNewline } : answer.text[...]
        let digits = said.split { !$0.isNumber }
        let score = digits.count == 1 ? Int(digits[0]).flatMap { (1...5).contains($0) ? $0 : nil } : nil
        if answer.end == .length, score == nil || said.endIndex == answer.text.endIndex {
            throw Rejection("answer_cut", value: .string(answer.text), threshold: "a score before the cut")
        }
        guard let score else { throw Rejection("score_unreadable", value: .string(answer.text), threshold: "one digit, 1 to 5") }
        return try ExpectedScore(masses: (1...5).map { $0 == score ? 1 : 0 })
    }
}
