import Foundation
import Ground
import LanguageModels
import Records

/// How the gain of a backward model tells true pairs from wrong ones, fitted on seeds that it was not trained on.
///
/// Each pair stands for a true one; two wrong ones are its text with the instruction of another pair, the one most like its own and the
/// one that fits its text best by words (BM25). The scale is Platt's (Platt 1999, "Probabilistic outputs for support vector machines"):
/// a logistic regression of true against wrong on the gain, both kinds weighing the same, towards targets a little inside of 0 and 1, so
/// that it is finite where the gain makes no mistake.
struct GainFit {
    /// Fewer pairs tell too little: the standard error of the middle would be some nats.
    static let leastPairs = 16
    /// More pairs are worth little: 64 take half a minute with SmolLM2-135M on two cores, and place the middle within half a nat.
    static let mostPairs = 64

    /// A gain in nats, and whether the pair is a true one.
    struct Point: Equatable {
        var gain: Double
        var isTrue: Bool
    }

    /// Seeds for the fit, and what is left to train on: those held out where there are enough, else a tenth of the seeds, chosen by a hash
    /// of their texts; none where a tenth is too few.
    static func split(_ seeds: [Seed], heldOut: [Seed]) -> (training: [Seed], fitting: [Seed]) {
        if heldOut.count >= leastPairs { return (seeds, SeedFile.split(heldOut, holdingOut: mostPairs).heldOut) }
        let tenth = min(mostPairs, seeds.count / 10)
        guard tenth >= leastPairs else { return (seeds, []) }
        let parts = SeedFile.split(seeds, holdingOut: tenth)
        return (parts.training, parts.heldOut)
    }

    /// The scale of a model; nil where too few pairs fit its context, or where its gain does not tell true pairs from wrong ones.
    static func scale(of backward: any LanguageModel, on seeds: [Seed]) async throws -> GainScale? {
        let gain = BackwardGain(backward: backward)
        let pairs = self.pairs(of: seeds)
        let gains = try await sideBySide(pairs.indices) { index -> Double? in
            do { return try await gain.gain(of: pairs[index].instruction, from: pairs[index].output) } catch is Rejection { return nil }
        }
        return scaleOfEnough(zip(pairs, gains).compactMap { pair, gain in gain.map { Point(gain: $0, isTrue: pair.isTrue) } })
    }

    /// The same of gains that were measured already.
    static func scaleOfEnough(_ points: [Point]) -> GainScale? { points.count(where: \.isTrue) < leastPairs ? nil : scale(of: points) }

    struct TestPair: Equatable {
        var instruction: String
        var output: String
        var isTrue: Bool
    }

    /// The true and the wrong pairs that some seeds make; they depend on the seeds' texts and order alone.
    static func pairs(of seeds: [Seed]) -> [TestPair] {
        let instructions = LexicalIndex(seeds.map(\.instruction))
        return seeds.indices.flatMap { index in
            let own = seeds[index]
            func isOther(_ other: Int) -> Bool {
                other != index && seeds[other].output != own.output && LexicalIndex.jaccard(seeds[other].instruction, own.instruction) < 0.5
            }
            let near = instructions.ranking(for: own.instruction, limit: 60).first(where: isOther)
            let fitting = instructions.ranking(for: own.output, limit: 60).first { isOther($0) && $0 != near }
            return [TestPair(instruction: own.instruction, output: own.output, isTrue: true)]
                + [near, fitting].compactMap(\.self).map {
                    TestPair(instruction: seeds[$0].instruction, output: own.output, isTrue: false)
                }
        }
    }

    /// The logistic regression, by Newton's method; nil where all gains are equal or one kind is missing, or where more gain makes it less
    /// likely that the two belong together.
    static func scale(of points: [Point]) -> GainScale? {
        let (trues, wrongs) = (Double(points.count(where: \.isTrue)), Double(points.count { !$0.isTrue }))
        guard trues > 0, wrongs > 0 else { return nil }
        let mean = points.reduce(0) { $0 + $1.gain } / Double(points.count)
        let deviation = (points.reduce(0) { $0 + ($1.gain - mean) * ($1.gain - mean) } / Double(points.count)).squareRoot()
        guard deviation > 0, deviation.isFinite else { return nil }
        let rows = points.map { point in
            (
                x: (point.gain - mean) / deviation, target: point.isTrue ? (trues + 1) / (trues + 2) : 1 / (wrongs + 2),
                weight: 0.5 / (point.isTrue ? trues : wrongs)
            )
        }
        func loss(_ slope: Double, _ intercept: Double) -> Double {
            rows.reduce(0) { sum, row in
                let z = slope * row.x + intercept
                return sum + row.weight * (max(z, 0) + log1p(exp(-abs(z))) - row.target * z)
            }
        }
        var (slope, intercept) = (0.0, 0.0)
        for _ in 0..<100 {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
            for row in rows {
                let p = GainScale.probability(logOdds: slope * row.x + intercept)
                let (error, curvature) = (row.weight * (p - row.target), row.weight * p * (1 - p))
                (g0, g1) = (g0 + error * row.x, g1 + error)
                (h00, h01, h11) = (h00 + curvature * row.x * row.x, h01 + curvature * row.x, h11 + curvature)
            }
            let determinant = h00 * h11 - h01 * h01
            guard abs(g0) + abs(g1) > 1e-10, determinant > 0 else { break }
            let step = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant)
            // Halved until the loss falls, as Lin, Lin and Weng (2007) advise.
            var share = 1.0
            while share > 1e-9, loss(slope - share * step.0, intercept - share * step.1) > loss(slope, intercept) { share /= 2 }
            (slope, intercept) = (slope - share * step.0, intercept - share * step.1)
        }
        guard slope > 0 else { return nil }
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        return GainScale(middle: rounded(mean - intercept * deviation / slope), width: max(0.001, rounded(deviation / slope)))
    }
}
