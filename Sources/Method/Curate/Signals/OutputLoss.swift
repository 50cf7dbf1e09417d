import LanguageModels

/// What an output costs a model, in nats a token: behind its instruction, behind an empty one, or as plain text.
///
/// Li, Zhang et al. 2024, "From Quantity to Quality" (arXiv 2308.12032): the ratio of the first two is the instruction-following difficulty.
enum OutputLoss {
    /// Behind an instruction, asked as the model answers; an empty one tells nothing but that an answer follows, so that the two differ in
    /// nothing else.
    ///
    /// - Parameter room: an instruction that the output must fit behind too, so that both losses are of the same text.
    /// - Throws: a `Rejection` where not even the first sentence of the output fits.
    static func behind(_ instruction: String, room: String, of output: String, in model: any LanguageModel) async throws -> Double {
        let card = model.card
        let fitted = try await PassageTruncation.fit(output, in: model, reserving: spareTokens) {
            .chat(card.forwardTurns("\(room)\n\($0)"))
        }
        return mean(try await model.logLikelihood(of: fitted.text, after: .chat(card.forwardTurns(instruction))))
    }

    /// As text that stands alone, behind a line end.
    static func ofText(_ output: String, in model: any LanguageModel) async throws -> Double {
        let fitted = try await PassageTruncation.fit(output, in: model, reserving: spareTokens) { .text($0) }
        return mean(try await model.logLikelihood(of: fitted.text, after: .text("\n")))
    }

    /// Nats a token.
    static func mean(_ likelihood: LogLikelihood) -> Double { -likelihood.total / Double(max(1, likelihood.logProbabilities.count)) }

    /// Tokens that may join or part where texts meet.
    private static let spareTokens = 24
}
