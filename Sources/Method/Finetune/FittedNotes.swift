import Foundation
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
        var notes = notes
        guard let signals = plan.signals else {
            take(try await GainFit.scale(of: model, on: seeds), into: &notes)
            return notes
        }
        let rows = try await SignalFit.rows(of: seeds) { try await signals(model, $0, $1) }
        let points = rows.filter { $0.kind != .spoilt }.compactMap { row in
            row.values[SignalFit.gain].map { GainFit.Point(gain: $0, isTrue: row.kind == .true) }
        }
        take(GainFit.scaleOfEnough(points), into: &notes)
        guard rows.count(where: { $0.kind == .true }) >= GainFit.leastPairs else { return notes }
        let fit = SignalFit(rows)
        for line in fit.account { note(line) }
        notes.combination = fit.combination.map { found in
            .init(
                intercept: found.intercept,
                terms: found.terms.map { .init(signal: $0.signal, weight: $0.weight, mean: $0.mean, scale: $0.scale) })
        }
        return notes
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
