import Ground
import Records

/// A model that scores pairs, and how it is asked.
///
/// Where it can be, the score is the expected value over the rubric's labels after one forward pass. A model that shows no probabilities, a
/// rubric that asks for reasons, and several samples are read from text by `SpokenScore`.
public struct Judge: Sendable {
    public let model: any LanguageModel
    public let rubrics: Rubrics
    /// How many answers are sampled and averaged; one takes the expected value, or the likeliest answer.
    public let samples: Int
    /// Where the randomness of several samples starts.
    public let seed: UInt64

    public init(_ model: any LanguageModel, by rubrics: Rubrics, samples: Int = 1, seed: UInt64 = 0) {
        self.model = model
        self.rubrics = rubrics
        self.samples = samples
        self.seed = seed
    }

    /// As the model was trained, where it has the role judge, and else by the five-point rubric in words.
    public init(_ model: any LanguageModel) {
        self.init(model, by: model.card.roles.contains(.judge) ? .trained : .fivePoint)
    }

    /// The rubric that a pair is scored by: that of the language given, or else of the output's own.
    public func rubric(of output: String, language: String?) -> Rubric {
        rubrics.all.count == 1 ? rubrics.all[0] : rubrics.rubric(for: language ?? LanguageDetector.shared.detect(output)?.code)
    }

    /// The score of an output as an answer to an instruction.
    ///
    /// - Parameters:
    ///   - output: cut at a sentence end where the whole prompt would not fit the model's context.
    ///   - key: keys the randomness of samples, such as the pair's id.
    /// - Throws: a `Rejection` where not even its first sentence fits, or where the judge gives no score.
    public func score(
        of output: String, to instruction: String, language: String? = nil, key: String = "judge"
    ) async throws -> ExpectedScore {
        let rubric = rubric(of: output, language: language)
        let room = rubric.givesReasons ? Self.tokensOfReasons : Self.tokensOfScore
        let asksOnce = samples == 1 && !rubric.givesReasons && rubric.labels != nil && model.card.givesProbabilities
        let prompt = try await PassageTruncation.fit(output, in: model, reserving: asksOnce ? 1 : room) {
            .chat(rubric.turns(instruction: instruction, output: $0))
        }.prompt
        if asksOnce, let labels = rubric.labels {
            do {
                let masses = try await model.probabilities(of: labels.map { Label(spellings: $0) }, after: prompt)
                return try ExpectedScore(masses: masses, scale: rubric.scale)
            } catch is ProbabilitiesUnavailable {}
        }
        return try await spokenScore(after: prompt, by: rubric, tokens: room, key: key)
    }

    private static let tokensOfScore = 8
    private static let tokensOfReasons = 256

    /// The shares of the scores among the answers; an answer without one lowers the mass. Throws the first answer's reason where none has one.
    private func spokenScore(after prompt: Prompt, by rubric: Rubric, tokens: Int, key: String) async throws -> ExpectedScore {
        let (model, samples) = (model, samples)
        let sampling = samples == 1 ? Sampling.greedy(maxNewTokens: tokens) : Sampling(maxNewTokens: tokens, seed: seed)
        let found = try await sideBySide(0..<samples) { sample -> Result<Double, Rejection> in
            let answer = try await model.complete(prompt, sampling: sampling, key: samples == 1 ? "judge" : "\(key) judgement \(sample)")
            return Result { () throws(Rejection) in
                try SpokenScore.read(answer.text, scale: rubric.scale, isCut: answer.end == .length)
            }
        }
        if let first = found.first, !found.contains(where: { (try? $0.get()) != nil }) { _ = try first.get() }
        var masses = rubric.scale.map { _ in 0.0 }
        for case .success(let score) in found {
            // Between two labels it counts for both, by its nearness.
            let place = score - Double(rubric.scale.lowerBound)
            let below = Int(place)
            let above = place - Double(below)
            masses[below] += (1 - above) / Double(samples)
            if above > 0 { masses[below + 1] += above / Double(samples) }
        }
        return try ExpectedScore(masses: masses, scale: rubric.scale)
    }
}
