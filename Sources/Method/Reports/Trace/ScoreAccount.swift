import Foundation
import Ground
import LanguageModels
import Records

/// Why a pair has its score: the score as a sum, its terms, and one sentence.
public struct ScoreAccount: Sendable, Equatable {
    /// The score as a sum, then what stands in it; none where the ratings do not come to the score, as those of another program.
    public let terms: [String]
    /// What decided, in words.
    public let sentence: String

    /// Nil for a record without a score or without ratings of the last round.
    public init?(_ record: JSONObject) {
        let all = (record["ratings"]?.array ?? []).compactMap { $0.object.flatMap(Rating.init) }
        guard let score = record["score"]?.double, let round = all.map(\.iteration).max() else { return nil }
        let ratings = all.filter { $0.iteration == round }
        let judged = ratings.last { $0.gain == nil && $0.parts.isEmpty }
        let gained = ratings.last { $0.gain != nil }
        let combined = ratings.last { !$0.parts.isEmpty }
        let expected = judged.flatMap(Self.expected)
        let belonging = (combined ?? gained)?.probabilities.first?.probability
        guard expected != nil || belonging != nil, judged == nil || expected != nil else { return nil }
        var lines: [String] = []
        let found = 1 + ((expected ?? 5) - 1) * (belonging ?? 1)
        if abs(found - score) < 0.005 {
            switch (expected, belonging) {
            case (let expected?, let share?):
                lines.append("\(Self.number(score)) = 1 + (\(Self.number(expected)) by the judge - 1) x \(Self.number(share))")
            case (nil, let share?): lines.append("\(Self.number(score)) = 1 + 4 x \(Self.number(share))")
            case (_?, nil): lines.append("\(Self.number(score)), the judge's expected score, from 1 to 5")
            case (nil, nil): break
            }
            if let share = belonging { lines += Self.odds(share, gained: combined == nil ? gained : nil, combined) }
        }
        terms = lines
        sentence = Self.sentence(expected, belonging, gained, combined)
    }

    // MARK: - The sum

    private static func number(_ value: Double) -> String { Figures.fixed(value, 3) }
    private static func signed(_ value: Double) -> String { (value < 0 ? "- " : "+ ") + Figures.fixed(abs(value), 2) }

    /// The judge's expected label on the scale from 1 to 5.
    private static func expected(_ rating: Rating) -> Double? {
        let (low, high) = (rating.scale.lowerBound, rating.scale.upperBound)
        let labels = rating.probabilities.compactMap { entry in Double(entry.label).map { $0 * entry.probability } }
        guard labels.count == rating.probabilities.count, !labels.isEmpty, high > low else { return nil }
        return 1 + 4 * (labels.reduce(0, +) - low) / (high - low)
    }

    /// What the probability is made of, as log-odds.
    private static func odds(_ share: Double, gained: Rating?, _ combined: Rating?) -> [String] {
        if let combined {
            let sum = combined.parts.reduce(0) { $0 + $1.logOdds }
            let terms = combined.parts.enumerated().map { place, part in
                place == 0 ? "\(Figures.fixed(part.logOdds, 2)) \(part.signal)" : "\(signed(part.logOdds)) \(part.signal)"
            }
            return ["\(number(share)) is the probability at log-odds \(Figures.fixed(sum, 2)) = \(terms.joined(separator: " "))"]
        }
        guard let gained, let gain = gained.gain, !gained.gainScales.isEmpty else { return [] }
        let parts = gained.gainParts.isEmpty ? [(role: gained.gainScales[0].role, gain: gain)] : gained.gainParts
        let terms = parts.compactMap { part -> (text: String, odds: Double)? in
            guard let scale = gained.gainScales.first(where: { $0.role == part.role }) else { return nil }
            let words =
                "(\(Figures.fixed(part.gain, 2)) nats of \(part.role) gain - \(Figures.fixed(scale.middle, 2))) / \(Figures.fixed(scale.width, 2))"
            return (words, (part.gain - scale.middle) / scale.width)
        }
        guard terms.count == parts.count else { return [] }
        let sum = terms.reduce(0) { $0 + $1.odds } / Double(terms.count)
        let text = terms.map(\.text).joined(separator: " + ")
        return [
            "\(number(share)) is the probability at log-odds \(Figures.fixed(sum, 2)) = \(terms.count > 1 ? "half of \(text)" : text)"
        ]
    }

    // MARK: - In words

    /// What a gain says; of one model it goes one way only.
    private static func effect(_ gain: Double, roles: [String]) -> String {
        let (by, nats) = (gain > 0 ? "likelier by" : "no likelier", gain > 0 ? " \(Figures.fixed(gain, 1)) nats" : "")
        if roles == ["backward"] { return "the output makes the instruction \(by)\(nats)" }
        if roles == ["forward"] { return "the instruction makes the output \(by)\(nats)" }
        return "instruction and output make each other \(by)\(nats)"
    }

    private static func sentence(_ expected: Double?, _ belonging: Double?, _ gained: Rating?, _ combined: Rating?) -> String {
        var said: [String] = []
        if let combined {
            let parts = combined.parts.dropFirst().sorted { $0.logOdds > $1.logOdds }
            let best = parts.first.flatMap { $0.logOdds > 0 ? "\($0.signal) speaks most for the pair" : nil }
            let worst = parts.last.flatMap { $0.logOdds < 0 ? "\($0.signal) most against it" : nil }
            let both = [best, worst].compactMap(\.self)
            said.append(both.isEmpty ? "no signal speaks for or against the pair" : both.joined(separator: ", "))
        } else if let gained, let gain = gained.gain, let belonging {
            let measured = gained.gainParts.isEmpty ? gained.gainScales.map(\.role) : gained.gainParts.map(\.role)
            let makes = Self.effect(gain, roles: measured.isEmpty && gained.rubric == "backward_gain" ? ["backward"] : measured)
            let word =
                belonging >= 0.875
                ? "so that they surely belong together"
                : belonging >= 0.5 ? "which is likely, not sure, of two that belong together" : "too little for two that belong together"
            said.append("\(makes), \(word)")
        }
        if let expected {
            let opinion =
                "the judge calls the pair \(expected >= 4.5 ? "very good" : expected >= 3.5 ? "good" : expected >= 2.5 ? "middling" : "bad")"
            said.append(opinion)
        }
        let text = said.joined(separator: "; ")
        return (text.first?.uppercased() ?? "") + text.dropFirst() + "."
    }
}
