import Foundation
import LanguageModels
import Records

/// The probability that a request and a text belong together, from the likelihoods of a backward model, and of a forward one where it is
/// given.
///
/// Either model's gain estimates the pointwise mutual information of request and text, log p(x, y) - log p(x) - log p(y); the mean of two
/// estimates that err for different reasons errs less. The probability is a logistic function of that mean.
public struct PairMatch: Sendable {
    public let backward: BackwardGain
    public let forward: ForwardGain?

    /// - Parameter forward: nil leaves it to the backward model alone.
    public init(backward: any LanguageModel, forward: (any LanguageModel)? = nil) {
        self.backward = BackwardGain(backward: backward)
        self.forward = forward.map(ForwardGain.init)
    }

    /// What the models say of one pair.
    struct Measure: Equatable {
        /// In nats.
        var backwardGain: Double
        var forwardGain: Double?

        /// The mean of the gains.
        var gain: Double { forwardGain.map { (backwardGain + $0) / 2 } ?? backwardGain }

        /// The probability that request and text belong together.
        var match: Double {
            let (middle, width) = forwardGain == nil ? (BackwardGain.middle, BackwardGain.width) : (PairMatch.middle, PairMatch.width)
            return 1 / (1 + exp((middle - gain) / width))
        }
    }

    /// The mean gain at which a match is as likely as not, and what more of it makes a match e times likelier, in nats: a logistic
    /// regression on true, near and hard wrong requests of 181 human pairs, none of which a model was trained on.
    static let middle = 7.0
    static let width = 2.5

    /// Asks both models. Throws a `Rejection` where the text does not fit a context.
    func measure(_ pair: Pair) async throws -> Measure {
        async let from = backward.gain(of: pair.instruction, from: pair.output)
        let after = try await forward?.gain(of: pair.output, after: pair.instruction)
        return try await Measure(backwardGain: from, forwardGain: after)
    }

    /// The measure as an entry of a record's `ratings`.
    func rating(_ measure: Measure, iteration: Int) -> Rating {
        let match = ExpectedScore.rounded(measure.match)
        let judges = [backward.backward.card] + (forward.map { [$0.forward.card] } ?? [])
        let parts = measure.forwardGain.map { [("backward", measure.backwardGain), ("forward", $0)] } ?? []
        return Rating(
            rubric: forward == nil ? "backward_gain" : "mean_gain", scale: 0...1,
            probabilities: [("match", match), ("other", ExpectedScore.rounded(1 - match))], mass: 1,
            judge: judges.map { "\($0.name) \($0.fingerprint) \($0.precision)" }.joined(separator: ", "), iteration: iteration,
            gain: ExpectedScore.rounded(measure.gain), gainParts: parts.map { ($0, ExpectedScore.rounded($1)) })
    }

    /// What makes two runs give the same bytes.
    var settings: JSONValue {
        let forward = forward.map { JSONValue.string($0.forward.card.fingerprint) } ?? .null
        return .object(["backward": .string(backward.backward.card.fingerprint), "forward": forward])
    }
}
