import Foundation
import Ground
import LanguageModels
import Records
import Transformer

/// What the notes of a backward model say that only the trained weights can tell: how its gain is read, and how its signals are combined.
struct FittedNotes: Sendable {
    let plan: FinetunePlan
    /// Seeds that it was not trained on.
    let seeds: [Seed]
    /// What is said of the fits.
    let note: @Sendable (String) -> Void

    /// The notes with both, as far as they could be fitted.
    @Sendable func notes(_ folder: URL, _ notes: ModelNotes) async throws -> ModelNotes {
        guard let model = try await plan.openTrained?(folder) else { return notes }
        return try await self.notes(of: model, notes)
    }

    func notes(of model: any LanguageModel, _ notes: ModelNotes) async throws -> ModelNotes {
        var notes = notes
        guard let measuring = plan.signals, seeds.count >= SignalCombination.leastSeeds else {
            take(try await GainFit.scale(of: model, on: seeds), into: &notes)
            if plan.signals != nil { note(tooFew) }
            return notes
        }
        let pairs =
            try await SignalFit.ownPairs(of: seeds) { try await measuring.instructions(model, $0, $1) } + SignalFit.pairs(of: seeds)
        let values = try await SignalFit.values(of: pairs) { try await measuring.signals(model, $0, $1) }
        let rows = SignalFit.rows(pairs, values)
        let points = rows.filter { $0.kind == .true || $0.kind == .mismatched }.compactMap { row in
            row.values[Self.gain].map { GainFit.Point(gain: $0, isTrue: row.kind == .true) }
        }
        take(GainFit.scaleOfEnough(points), into: &notes)
        notes.combination = combination(SignalFit(rows))
        if let forward = try await measuring.openForward?() {
            let few = SignalFit.fewer(pairs).filter { values[$0] != nil }
            let further = try await SignalFit.values(of: few.map { pairs[$0] }) { try await measuring.forwardSignals(forward, $0, $1) }
            let both = zip(few, further).map { place, found in
                found.map { $0.merging(values[place] ?? [:]) { one, _ in one } }
            }
            let fit = SignalFit(SignalFit.rows(few.map { pairs[$0] }, both), forward: forward.card.fingerprint)
            notes.combinationWithForward = combination(fit)
        }
        return notes
    }

    /// The name of the gain among the signals.
    private static let gain = "backward_gain"

    private func combination(_ fit: SignalFit) -> SignalCombination? {
        for line in fit.account { note(line) }
        return fit.combination
    }

    private var tooFew: String {
        let least = SignalCombination.leastSeeds
        return
            "signals were not combined, so that `curate --select combined` cannot go by this model: \(seeds.count) seeds were held out for it, and "
            + "\(least) are needed; give \(10 * least) seeds, or `--held-out \(least)`"
    }

    private func take(_ scale: GainScale?, into notes: inout ModelNotes) {
        guard let scale else {
            note(
                "the gain was not fitted, so that curate reads it by the standard scale: "
                    + (seeds.isEmpty
                        ? "give \(10 * GainFit.leastPairs) seeds, or \(GainFit.leastPairs) held out"
                        : "on \(seeds.count) held-out seeds it does not tell true pairs from wrong ones"))
            return
        }
        notes.gain = .init(middle: scale.middle, width: scale.width)
        note(
            "gain, fitted on \(seeds.count) held-out seeds: the two belong together as likely as not at \(scale.middle) nats, and e times likelier with each "
                + "\(scale.width) more")
    }
}
