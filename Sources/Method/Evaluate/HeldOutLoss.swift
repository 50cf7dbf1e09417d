import Foundation
import LanguageModels
import Records

/// The loss of a forward model on pairs it never saw: the mean negative log-probability, in nats, of the tokens of the output.
public struct HeldOutLoss: Sendable {
    public var model: any LanguageModel
    /// Generation joins both tags; evaluation asks as generation does.
    public var tag: String

    public init(model: any LanguageModel, tag: String = RolePrompts.joinedTags) {
        self.model = model
        self.tag = tag
    }

    /// The log-likelihood of one pair's output, cut at a sentence end where it does not fit the context.
    public func logLikelihood(of pair: Pair) async throws -> LogLikelihood {
        let prompt = Prompt.chat(RolePrompts.forward(pair.instruction, tag: tag, system: pair.system))
        let room = try await model.card.contextLength - model.tokenCount(of: prompt) - 1
        let output = try await PassageTruncation.fit(pair.output, in: model, reserving: model.card.contextLength - room) { .text($0) }.text
        return try await model.logLikelihood(of: output, after: prompt)
    }
}

/// Sums of log-likelihoods, in the order of the pairs, so that the same pairs give the same number.
public struct LossSummary: Sendable, Equatable {
    public private(set) var pairs = 0
    public private(set) var tokens = 0
    public private(set) var bytes = 0
    public private(set) var totalLogProbability = 0.0
    public private(set) var sumOfPairLosses = 0.0

    public init() {}

    public mutating func add(_ likelihood: LogLikelihood, output: String) {
        guard !likelihood.logProbabilities.isEmpty else { return }
        pairs += 1
        tokens += likelihood.logProbabilities.count
        bytes += output.utf8.count
        totalLogProbability += likelihood.total
        sumOfPairLosses -= likelihood.total / Double(likelihood.logProbabilities.count)
    }

    /// Nats a token of output.
    public var loss: Double { tokens > 0 ? -totalLogProbability / Double(tokens) : .nan }
    /// The mean over pairs of each pair's loss, which gives short outputs the weight of long ones.
    public var lossPerPair: Double { pairs > 0 ? sumOfPairLosses / Double(pairs) : .nan }
    public var perplexity: Double { exp(loss) }
    /// Bits a byte of output: comparable between tokenizers.
    public var bitsPerByte: Double { bytes > 0 ? -totalLogProbability / log(2) / Double(bytes) : .nan }
}
