import Foundation
import Ground
import LanguageModels
import Records

/// The loss of a forward model on pairs it never saw: the mean negative log-probability, in nats, of the tokens of the output.
///
/// An output that does not fit the context behind its instruction is cut at a sentence end; a pair of which not even one sentence fits is
/// left out, with the reason.
public struct HeldOutLoss: Sendable {
    public var model: any LanguageModel
    /// Generation joins both tags; evaluation asks as generation does. A model without the role forward is asked without any.
    public var tag: String

    public init(model: any LanguageModel, tag: String = RolePrompts.joinedTags) {
        self.model = model
        self.tag = tag
    }

    /// The loss of one pair's output; throws the rejection `prompt_too_long` where not even its first sentence fits.
    ///
    /// - Parameter strangers: instructions of other pairs, for the instruction gain.
    public func loss(of pair: Seed, strangers: [String] = []) async throws -> PairLoss {
        let prompt = Prompt.chat(model.card.forwardTurns(pair.instruction, tag: tag, system: pair.system))
        let length = try await model.tokenCount(of: prompt)
        guard length + 1 < model.card.contextLength else {
            throw Rejection("prompt_too_long", value: .integer(length), threshold: .integer(model.card.contextLength - 2))
        }
        let output: PassageTruncation.Fitted
        do {
            output = try await PassageTruncation.fit(pair.output, in: model, reserving: length + 1) { .text($0) }
        } catch let rejection as Rejection {
            // What is too long is the whole: the prompt, and the least that an output can be cut to.
            let whole = length + (rejection.value.integer ?? 0)
            throw Rejection(rejection.reason, value: .integer(whole), threshold: .integer(model.card.contextLength - 1))
        }
        let likelihood = try await model.logLikelihood(of: output.text, after: prompt)
        guard !likelihood.logProbabilities.isEmpty else { throw Rejection("no_tokens", value: 0, threshold: 1) }
        var loss = PairLoss(likelihood, of: output.text, output: output)
        let gain = InstructionGain(model: model, tag: tag, system: pair.system)
        for stranger in strangers {
            if let found = try await gain.gain(of: output.text, told: likelihood, over: stranger) { loss.gains.append(found) }
        }
        return loss
    }

    /// The losses of all pairs, a bounded number of them under way at a time, in their order.
    public func losses(
        of pairs: [Seed], concurrency: Int = 64, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [PairResult<PairLoss>] {
        try await pairs.measured(concurrency: concurrency, progress: progress) { try await loss(of: pairs[$0]) }
    }

    /// The losses of the pairs that fit, summed in their order.
    public func summary(of pairs: [Seed], concurrency: Int = 64, progress: @Sendable (Int) -> Void = { _ in }) async throws -> LossSummary {
        LossSummary(try await losses(of: pairs, concurrency: concurrency, progress: progress).compactMap { try? $0.get() })
    }
}

/// Sums of losses, in the order of the pairs, so that the same pairs give the same number.
public struct LossSummary: Sendable, Equatable {
    public private(set) var pairs = 0
    public private(set) var tokens = 0
    public private(set) var bytes = 0
    /// Pairs whose output was cut to the context.
    public private(set) var cut = 0
    public private(set) var totalLogProbability = 0.0
    public private(set) var sumOfPairLosses = 0.0
    private var tally = RatioTally()
    private var gains: [Double] = []
    /// Of each pair that has one, in nats a token: how much more its output loses with another pair's instruction.
    public private(set) var instructionGains: [Double] = []

    public init() {}

    public init(_ losses: [PairLoss]) { for loss in losses { add(loss) } }

    public mutating func add(_ loss: PairLoss) {
        guard loss.tokens > 0 else { return }
        pairs += 1
        tokens += loss.tokens
        bytes += loss.bytes
        if loss.isCut { cut += 1 }
        totalLogProbability -= loss.nats
        sumOfPairLosses += loss.loss
        tally.add(loss.nats, per: Double(loss.tokens))
        if let gain = loss.gain { gains.append(gain) }
        if let gain = loss.instructionGain { instructionGains.append(gain) }
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
    /// The mean gain of a backward model, in nats; nil where none was measured.
    public var gain: Double? { gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count) }
    /// The share of pairs whose own output makes the instruction likelier than another pair's does; nil where none was measured.
    public var found: Double? { gains.isEmpty ? nil : Double(gains.count { $0 > 0 }) / Double(gains.count) }

    /// The mean instruction gain over pairs, with its error; nil where none was measured.
    public var instructionGain: PairedDifference? { instructionGains.isEmpty ? nil : PairedDifference(instructionGains) }
    /// The share of pairs whose output is likelier with the own instruction than, in the mean, with others; nil where none was measured.
    public var listens: Double? {
        instructionGains.isEmpty ? nil : Double(instructionGains.count { $0 > 0 }) / Double(instructionGains.count)
    }

    /// The figures by name; a figure without a pair is null.
    public var object: JSONObject {
        func number(_ value: Double) -> JSONValue { value.isFinite ? .double(value) : .null }
        var object: JSONObject = [
            "pairs": .integer(pairs), "tokens": .integer(tokens), "loss": number(loss), "loss_per_pair": number(lossPerPair),
            "perplexity": number(perplexity), "bits_per_byte": number(bitsPerByte),
            "loss_standard_error": lossStandardError.map { .double($0) } ?? .null,
        ]
        if cut > 0 { object["cut"] = .integer(cut) }
        if let gain { object["gain"] = .double(gain) }
        if let found { object["own_output_likelier"] = .double(found) }
        if let gain = instructionGain, let listens {
            object["instruction_gain"] = number(gain.mean)
            object["instruction_gain_interval"] = gain.interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null
            object["instruction_gain_standard_error"] = gain.standardError.map { .double($0) } ?? .null
            object["own_instruction_likelier"] = .double(listens)
        }
        return object
    }
}
