import Foundation
import LanguageModels

/// Whether a request and a text belong together, by a forward model: how much likelier the request makes the text than requests that ask
/// for nothing in particular do.
///
/// gain = log p(output | instruction) - mean over neutral requests of log p(output | neutral request), in nats. It estimates the same
/// log-odds as `BackwardGain`, from the other side: a request that names what the text is about makes its rare words likelier, one that
/// only resembles it does not.
public struct ForwardGain: Sendable {
    /// Requests that any text answers equally badly.
    static let neutralRequests = ["What is it?", "How do I do this?", "Tell me about this."]

    public let forward: any LanguageModel

    /// What the gain says of a match: the model's own scale, or the standard one.
    public var scale: GainScale { forward.card.gain ?? .standard }

    public init(forward: any LanguageModel) { self.forward = forward }

    /// What a forward model says of a pair.
    struct Measure: Equatable {
        /// In nats.
        var gain: Double
        /// Nats a token of the output behind the instruction.
        var loss: Double
    }

    /// The gain in nats, over the longest beginning of the output that fits the context behind the request. Throws a `Rejection` where not
    /// even its first sentence does.
    public func gain(of output: String, after instruction: String) async throws -> Double {
        try await measure(output, after: instruction).gain
    }

    /// The gain, and the loss that it is made from.
    func measure(_ output: String, after instruction: String) async throws -> Measure {
        let fitted = try await PassageTruncation.fit(output, in: forward, reserving: Self.spareTokens) {
            .chat(forward.card.forwardTurns("\(instruction)\n\($0)"))
        }
        let told = try await forward.logLikelihood(of: fitted.text, after: .chat(forward.card.forwardTurns(instruction)))
        var untold = 0.0
        for request in Self.neutralRequests {
            untold += try await forward.logLikelihood(of: fitted.text, after: .chat(forward.card.forwardTurns(request))).total
        }
        return Measure(gain: told.total - untold / Double(Self.neutralRequests.count), loss: OutputLoss.mean(told))
    }

    /// What a neutral request may be longer than a short one, and what tokens may join or part where texts meet.
    private static let spareTokens = 24
}
