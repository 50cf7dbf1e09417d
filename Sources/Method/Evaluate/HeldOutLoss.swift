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
    public func logLikelihood(of pair: Seed) async throws -> LogLikelihood {
        let prompt = Prompt.chat(RolePrompts.forward(pair.instruction, tag: tag, system: pair.system))
        let room = try await model.card.contextLength - model.tokenCount(of: prompt) - 1
        let output = try await PassageTruncation.fit(pair.output, in: model, reserving: model.card.contextLength - room) { .text($0) }.text
        return try await model.logLikelihood(of: output, after: prompt)
    }
}

extension HeldOutLoss {
    /// The losses of all pairs, a bounded number of them under way at a time, summed in their order.
    public func summary(of pairs: [Seed], concurrency: Int = 64, progress: @Sendable (Int) -> Void = { _ in }) async throws -> LossSummary {
        var found = [LogLikelihood?](repeating: nil, count: pairs.count)
        try await withThrowingTaskGroup(of: (Int, LogLikelihood).self) { group in
            var next = 0
            func add() {
                guard next < pairs.count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await logLikelihood(of: pairs[index])) }
            }
            for _ in 0..<concurrency { add() }
            var done = 0
            while let (index, likelihood) = try await group.next() {
                found[index] = likelihood
                done += 1
                progress(done)
                add()
            }
        }
        var summary = LossSummary()
        for (pair, likelihood) in zip(pairs, found) { if let likelihood { summary.add(likelihood, output: pair.output) } }
        return summary
    }
}

/// Sums of log-likelihoods, in the order of the pairs, so that the same pairs give the same number.
public struct LossSummary: Sendable, Equatable {
    public private(set) var pairs = 0
    public private(set) var tokens = 0
    public private(set) var bytes = 0
    public private(set) var totalLogProbability = 0.0
    public private(set) var sumOfPairLosses = 0.0
    private var tally = RatioTally()

    public init() {}

    public mutating func add(_ likelihood: LogLikelihood, output: String) {
        guard !likelihood.logProbabilities.isEmpty else { return }
        pairs += 1
        tokens += likelihood.logProbabilities.count
        bytes += output.utf8.count
        totalLogProbability += likelihood.total
        sumOfPairLosses -= likelihood.total / Double(likelihood.logProbabilities.count)
        tally.add(-likelihood.total, per: Double(likelihood.logProbabilities.count))
    }

    /// Nats a token of output.
    public var loss: Double { tokens > 0 ? -totalLogProbability / Double(tokens) : .nan }
    /// One standard error of `loss` over the choice of pairs; nil for fewer than two.
    public var lossStandardError: Double? { tally.standardError }
    /// The mean over pairs of each pair's loss, which gives short outputs the weight of long ones.
    public var lossPerPair: Double { pairs > 0 ? sumOfPairLosses / Double(pairs) : .nan }
    public var perplexity: Double { exp(loss) }
    /// Bits a byte of output: comparable between tokenizers.
    public var bitsPerByte: Double { bytes > 0 ? -totalLogProbability / log(2) / Double(bytes) : .nan }

    /// The figures by name.
    public var object: JSONObject {
        [
            "pairs": .integer(pairs), "tokens": .integer(tokens), "loss": .double(loss), "loss_per_pair": .double(lossPerPair),
            "perplexity": .double(perplexity), "bits_per_byte": .double(bitsPerByte),
            "loss_standard_error": lossStandardError.map { .double($0) } ?? .null,
        ]
    }
}
