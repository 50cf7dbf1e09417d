import Ground
import LanguageModels
import Records

/// The probability that an instruction and a text belong together, from the likelihoods of a backward model, and of a forward one where it
/// is given.
///
/// Either model's gain estimates the pointwise mutual information of instruction and text, log p(x, y) - log p(x) - log p(y), and its scale
/// makes of it the log-odds that the two belong together (`GainScale`); the mean of two estimates that err for different reasons errs less.
public struct PairGain: Sendable {
    public let backward: BackwardGain
    public let forward: ForwardGain?

    /// - Parameter forward: nil leaves it to the backward model alone.
    public init(backward: any LanguageModel, forward: (any LanguageModel)? = nil) {
        self.backward = BackwardGain(backward: backward)
        self.forward = forward.map { ForwardGain(forward: $0) }
    }

    /// What the models say of one pair.
    struct Measure: Equatable {
        /// In nats.
        var backwardGain: Double
        var forwardGain: Double?
        var backwardScale = GainScale.standard
        var forwardScale = GainScale.standard
        /// Nats a token of the output, by the forward model.
        var forwardLoss: Double?
        /// Nats a token of the instruction, by the backward model.
        var instructionLoss: Double?

        /// What the forward model says.
        var forward: ForwardGain.Measure? {
            guard let forwardGain, let forwardLoss else { return nil }
            return ForwardGain.Measure(gain: forwardGain, loss: forwardLoss)
        }

        /// The mean of the gains.
        var gain: Double { forwardGain.map { (backwardGain + $0) / 2 } ?? backwardGain }

        /// The probability that instruction and text belong together.
        var probability: Double {
            let backward = backwardScale.logOdds(backwardGain)
            return GainScale.probability(logOdds: forwardGain.map { (backward + forwardScale.logOdds($0)) / 2 } ?? backward)
        }
    }

    /// Asks both models. Throws a `Rejection` where the text does not fit a context.
    func measure(_ pair: Pair) async throws -> Measure {
        async let from = backward.measure(pair.instruction, from: pair.output)
        let after = try await forward?.measure(pair.output, after: pair.instruction)
        let before = try await from
        return Measure(
            backwardGain: before.gain, forwardGain: after?.gain, backwardScale: backward.scale, forwardScale: forward?.scale ?? .standard,
            forwardLoss: after?.loss, instructionLoss: before.loss)
    }

    /// The measure as an entry of a record's `ratings`.
    func rating(_ measure: Measure, iteration: Int) -> Rating {
        let probability = ExpectedScore.rounded(measure.probability)
        let judges = [backward.backward.card] + (forward.map { [$0.forward.card] } ?? [])
        let parts = measure.forwardGain.map { [("backward", measure.backwardGain), ("forward", $0)] } ?? []
        let scales = [("backward", measure.backwardScale)] + (forward == nil ? [] : [("forward", measure.forwardScale)])
        return Rating(
            rubric: forward == nil ? "backward_gain" : "mean_gain", scale: 0...1,
            probabilities: [("match", probability), ("other", ExpectedScore.rounded(1 - probability))], mass: 1,
            judge: judges.map { "\($0.name) \($0.fingerprint) \($0.precision)" }.joined(separator: ", "), iteration: iteration,
            gain: ExpectedScore.rounded(measure.gain), gainParts: parts.map { ($0, ExpectedScore.rounded($1)) },
            gainScales: scales.map { ($0, $1.middle, $1.width) })
    }

    /// What makes two runs give the same bytes.
    var settings: JSONValue {
        func told(_ model: ModelCard, _ scale: GainScale) -> JSONValue {
            ["model": .string(model.fingerprint), "middle": .double(scale.middle), "width": .double(scale.width)]
        }
        let forward = forward.map { told($0.forward.card, $0.scale) } ?? .null
        return .object(["backward": told(backward.backward.card, backward.scale), "forward": forward])
    }
}
