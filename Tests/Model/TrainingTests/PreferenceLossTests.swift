import Foundation
import Testing

@testable import Training

@Suite("PreferenceLoss") struct PreferenceLossTests {
    static let all: [PreferenceLoss] = [
        .dpo(beta: 0.1, labelSmoothing: 0), .dpo(beta: 0.3, labelSmoothing: 0.1), .spin(lambda: 0.1), .hinge(beta: 0.2), .ipo(beta: 0.1),
    ]

    static func pair(
        _ loss: PreferenceLoss, chosen: (Double, Double), rejected: (Double, Double), lengths: (Int, Int) = (1, 1)
    ) -> PreferenceLoss.Value {
        loss.value(
            chosen: .init(policy: chosen.0, reference: chosen.1, tokens: lengths.0),
            rejected: .init(policy: rejected.0, reference: rejected.1, tokens: lengths.1))
    }

    /// Chosen and rejected log-probabilities, policy and reference, whose log-ratio differences are 0, 10 and 20: with beta 0.1 the
    /// losses are ln 2, ln(1 + e⁻¹) and ln(1 + e⁻²).
    static let vectors: [(chosen: (Double, Double), rejected: (Double, Double), dpo: Double)] = [
        ((-0.5, -0.5), (-0.1, -0.1), 0.6931), ((-10, -10.1), (-30, -20.1), 0.3133), ((-1, -0.1), (-21, -0.1), 0.1269),
    ]

    @Test("gives ln 2, ln(1 + 1/e) and ln(1 + 1/e²) for differences of 0, 10 and 20 at beta 0.1, DPO and SPIN alike")
    func vectors() {
        for vector in Self.vectors {
            for loss in [PreferenceLoss.dpo(beta: 0.1, labelSmoothing: 0), .spin(lambda: 0.1)] {
                #expect(abs(Self.pair(loss, chosen: vector.chosen, rejected: vector.rejected).loss - vector.dpo) < 5e-5)
            }
        }
    }

    @Test("has hinge 1, 0, 0 and IPO 25, 25, 225 for the same differences at beta 0.1")
    func hingeAndIPO() {
        let hinge = Self.vectors.map { Self.pair(.hinge(beta: 0.1), chosen: $0.chosen, rejected: $0.rejected).loss }
        let ipo = Self.vectors.map { Self.pair(.ipo(beta: 0.1), chosen: $0.chosen, rejected: $0.rejected).loss }
        for (found, expected) in zip(hinge + ipo, [1.0, 0, 0, 25, 25, 225]) { #expect(abs(found - expected) < 1e-9) }
    }

    @Test("starts at ln 2 where policy and reference agree, whatever the smoothing")
    func start() {
        for smoothing in [0, 0.1, 0.5] {
            let value = Self.pair(.dpo(beta: 0.1, labelSmoothing: smoothing), chosen: (-7, -7), rejected: (-3, -3))
            #expect(abs(value.loss - log(2)) < 1e-12)
        }
    }

    @Test("has the gradients that central differences give")
    func gradients() {
        let step = 1e-5
        for loss in Self.all {
            for (chosen, rejected) in [(-3.0, -5.0), (-9.0, -4.0), (-40.0, -2.0)] {
                func value(_ c: Double, _ r: Double) -> PreferenceLoss.Value {
                    Self.pair(loss, chosen: (c, -4), rejected: (r, -4.5), lengths: (3, 5))
                }
                let here = value(chosen, rejected)
                let byChosen = (value(chosen + step, rejected).loss - value(chosen - step, rejected).loss) / (2 * step)
                let byRejected = (value(chosen, rejected + step).loss - value(chosen, rejected - step).loss) / (2 * step)
                #expect(abs(here.chosenGradient - byChosen) < 1e-6, "\(loss)")
                #expect(abs(here.rejectedGradient - byRejected) < 1e-6, "\(loss)")
            }
        }
    }

    @Test("stays finite for log-probabilities of a thousand nats")
    func extremes() {
        for loss in Self.all {
            let value = Self.pair(loss, chosen: (-100_000, 0), rejected: (0, -100_000))
            #expect(value.loss.isFinite && value.chosenGradient.isFinite && value.rejectedGradient.isFinite)
        }
    }
}
