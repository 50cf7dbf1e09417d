import Foundation
import LanguageModels

/// Whether an instruction and a text belong together, by a forward model: how much likelier the instruction makes the text than
/// instructions that ask for nothing in particular do.
///
/// gain = log p(output | instruction) - mean over neutral instructions of log p(output | neutral instruction), in nats. It estimates the
/// same log-odds as `BackwardGain`, from the other side: an instruction that names what the text is about makes its rare words likelier,
/// one that only resembles it does not.
public struct ForwardGain: Sendable {
    /// Instructions that any text answers equally badly.
    ///
    /// Of 100 pairs of uncleaned pages one of them alone ranks like all three with .976 to .989 (Spearman), two with .994 to .996, and their gains
    /// lie 1 to 2.5 and .5 to 1.3 nats off: three keep the scores what they are, and samples of one output share them.
    static let neutralInstructions = ["What is it?", "How do I do this?", "Tell me about this."]

    public let forward: any LanguageModel

    /// How the gain is read: the model's own scale, or the standard one.
    public var scale: GainScale { forward.card.gain ?? .standard }

    /// What outputs cost behind the neutral instructions, as far as it was asked for.
    private let neutral: NeutralLikelihoods

    public init(forward: any LanguageModel, neutral: NeutralLikelihoods = NeutralLikelihoods()) {
        self.forward = forward
        self.neutral = neutral
    }

    /// What a forward model says of a pair.
    struct Measure: Equatable {
        /// In nats.
        var gain: Double
        /// Nats a token of the output behind the instruction.
        var loss: Double
    }

    /// The gain in nats, over the longest beginning of the output that fits the context behind the instruction. Throws a `Rejection` where
    /// not even its first sentence does.
    public func gain(of output: String, after instruction: String) async throws -> Double {
        try await measure(output, after: instruction).gain
    }

    /// The gain, and the loss that it is made from.
    func measure(_ output: String, after instruction: String) async throws -> Measure {
        let fitted = try await PassageTruncation.fit(output, in: forward, reserving: Self.spareTokens) {
            .chat(forward.card.forwardTurns("\(instruction)\n\($0)"))
        }
        let told = try await forward.logLikelihood(of: fitted.text, after: .chat(forward.card.forwardTurns(instruction)))
        let untold = try await neutral.value(of: fitted.text) { [forward] in
            var sum = 0.0
            for neutral in Self.neutralInstructions {
                sum += try await forward.logLikelihood(of: fitted.text, after: .chat(forward.card.forwardTurns(neutral))).total
            }
            return sum / Double(Self.neutralInstructions.count)
        }
        return Measure(gain: told.total - untold, loss: OutputLoss.mean(told))
    }

    /// What a neutral instruction may be longer than a short one, and what tokens may join or part where texts meet.
    private static let spareTokens = 24
}
