import Foundation
import Ground
import Records
import Synchronization

/// What looks wrong about the ratings of a run: one sentence each, with the numbers and what to do.
final class RatingAlarms: Sendable {
    /// Fewer pairs tell nothing.
    static let leastPairs = 30
    /// From this share of the pairs on that have about one score, the score tells little.
    private static let alike = 0.9
    /// About one score: on the scale of 1 to 5.
    private static let oneScore = 0.1
    /// A rank correlation from which on choosing by the score is choosing by length.
    private static let tooLike = 0.6
    /// Half of a judge's answers below this mass on its labels are guesses.
    private static let leastMass = 0.8
    /// Widths of a gain's scale from its middle, beyond which no pair of the fit was: the probability there is 1 or 0 to two digits and a half.
    private static let farWidths = 6.0
    private static let tooMany = 0.1

    private struct Gain {
        var middle: Double
        var width: Double
        var count = 0
        var far = 0
    }

    private struct Seen {
        var scores: [Double] = []
        var outputs: [Double] = []
        var instructions: [Double] = []
        var masses: [Double] = []
        var gains: [String: Gain] = [:]
    }

    private let seen = Mutex(Seen())
    private let iteration: Int

    init(iteration: Int) { self.iteration = iteration }

    /// Takes up a pair that was rated.
    func add(_ outcome: Outcome) {
        let pair: JSONObject? =
            switch outcome {
            case .kept(let pairs): pairs.first
            case .dropped(let pair, _): pair
            case .broken: nil
            }
        guard let pair, let score = pair["score"]?.double else { return }
        let ratings = (pair["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }.filter { $0.iteration == iteration }
        let words = pair["instruction"]?.string?.split(whereSeparator: \.isWhitespace).count ?? 0
        let output = pair["output"]?.string?.unicodeScalars.count ?? 0
        seen.withLock { seen in
            seen.scores.append(score)
            seen.outputs.append(Double(output))
            seen.instructions.append(Double(words))
            for rating in ratings {
                if rating.gain == nil, rating.parts.isEmpty { seen.masses.append(rating.mass) }
                let parts = rating.gainParts.isEmpty ? rating.gain.map { [(role: "backward", gain: $0)] } ?? [] : rating.gainParts
                for part in parts {
                    guard let scale = rating.gainScales.first(where: { $0.role == part.role }) else { continue }
                    var gain = seen.gains[part.role] ?? Gain(middle: scale.middle, width: scale.width)
                    gain.count += 1
                    if abs(part.gain - scale.middle) > Self.farWidths * scale.width { gain.far += 1 }
                    seen.gains[part.role] = gain
                }
            }
        }
    }

    /// The alarms, none where all is well.
    var sentences: [String] {
        // In one order, whichever pair came first.
        let seen = self.seen.withLock { $0 }
        guard seen.scores.count >= Self.leastPairs else { return [] }
        return [Self.oneScore(seen), Self.length(seen), Self.mass(seen)].compactMap(\.self)
            + seen.gains.sorted { $0.key < $1.key }.compactMap { Self.far($0.key, $0.value) }
    }

    private static func oneScore(_ seen: Seen) -> String? {
        let scores = seen.scores.sorted()
        let most = Int((Double(scores.count) * alike).rounded(.up))
        let last = most - 1
        guard let start = scores.indices.dropLast(last).first(where: { scores[$0 + last] - scores[$0] <= oneScore }) else { return nil }
        let (low, high) = (Figures.fixed(scores[start], 2), Figures.fixed(scores[start + last], 2))
        return
            "\(most) of \(scores.count) pairs have a score from \(low) to \(high), which hardly tells them apart: choose by rank (--top-fraction), or by "
            + "something else (--select)."
    }

    private static func length(_ seen: Seen) -> String? {
        let found = [("output", seen.outputs), ("instruction", seen.instructions)].map { ($0, rankCorrelation(seen.scores, $1)) }
        guard let (what, correlation) = found.max(by: { abs($0.1) < abs($1.1) }), abs(correlation) >= tooLike else { return nil }
        return
            "the score goes with the length of the \(what) (rank correlation \(Figures.fixed(correlation, 2)) over \(seen.scores.count) pairs), so that "
            + "choosing by it is choosing \(correlation > 0 ? "long" : "short") ones: look at both ends (humpback show --sort score), or rank by a "
            + "gain a word (--select \(seen.gains["forward"] == nil ? "backward" : "forward")_gain_a_word)."
    }

    private static func mass(_ seen: Seen) -> String? {
        let masses = seen.masses.sorted()
        guard masses.count >= leastPairs, masses[masses.count / 2] < leastMass else { return nil }
        return
            "half of the judge's \(masses.count) answers leave its labels a probability of \(Figures.fixed(masses[masses.count / 2], 2)) or less together: it "
            + "would rather say something else, and its scores are half guesses. Take another judge (--model), tell it more (--rubric, --examples), "
            + "or leave it to the gain (--judge none)."
    }

    private static func far(_ role: String, _ gain: Gain) -> String? {
        guard gain.count >= leastPairs, Double(gain.far) >= tooMany * Double(gain.count) else { return nil }
        let (low, high) = (gain.middle - farWidths * gain.width, gain.middle + farWidths * gain.width)
        return
            "\(gain.far) of \(gain.count) \(role) gains lie outside of \(Figures.fixed(low, 1)) to \(Figures.fixed(high, 1)) nats, farther than the seeds that "
            + "their scale was fitted on (middle \(Figures.fixed(gain.middle, 1)), width \(Figures.fixed(gain.width, 1))): there the score is all or nothing. "
            + "Choose by rank (--top-fraction), or fit the scale on seeds like these texts (finetune --role \(role) --held-out)."
    }
}
