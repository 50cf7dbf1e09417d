import Foundation

/// How a gain in nats becomes the probability that an instruction and a text belong together: the log-odds are (gain - middle) / width.
///
/// What a gain says depends on the model and on the texts: one that knows more gives true pairs more of it, and near ones too. So a
/// backward model's scale is fitted when it is trained (`GainFit`) and stands in its notes.
public struct GainScale: Sendable, Equatable {
    /// The gain, in nats, at which two texts belong together as likely as not.
    public var middle: Double
    /// The nats that make it e times likelier; above 0.
    public var width: Double

    public init(middle: Double, width: Double) {
        self.middle = middle
        self.width = width
    }

    /// The scale of a model whose notes give none: 7 nats, e times likelier with 3 more. By Bayes' rule a gain is the log-odds of a pair
    /// against one taken at random; a wrong instruction that is worth telling from the true one shares words with the text, and begins
    /// some nats higher. It lies between the fits of two models far apart: calf's backward adapters on 96 pairs of corpora/ (7 million
    /// weights: 6.1 and 4.2), and SmolLM2-135M-Instruct that is only shown how, on 64 pairs of Dolly (8.7 and 2.7).
    public static let standard = GainScale(middle: 7, width: 3)

    /// What a person must know of scores that rest on the general scale; nil where the backward model has one of its own, or there is none.
    public static func notice(for backward: ModelCard?) -> String? {
        guard let backward, backward.gain == nil else { return nil }
        return notice(named: backward.name)
    }

    /// The same of a model whose notes have no scale.
    public static func notice(named name: String) -> String {
        "\(name) has no scale of its own for the gain (finetune fits one from 160 seeds on), so the general one makes scores of it, "
            + "which lets more pass or fewer than it should; ranks do not depend on it: choose by --top-fraction."
    }

    public func logOdds(_ gain: Double) -> Double { (gain - middle) / width }

    /// The probability that they belong together, from 0 to 1.
    public static func probability(logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }
}
