import Ground
import LanguageModels
import Records

/// How like the seeds a pair is: the cosine between what the model makes of the pair and what it makes of the seed nearest to it.
///
/// RDS+ of Ivison et al. 2025, "Large-Scale Data Selection for Instruction Tuning" (arXiv 2503.01807): the mean of the last hidden states over
/// instruction and output, each weighted by its position, of a pretrained model. They let queries choose in turn; one value a pair is the
/// largest cosine.
public struct SeedNearness: Sendable {
    let model: any LanguageModel
    /// Of length 1.
    let seeds: [[Double]]
    /// Of the seeds' texts.
    let fingerprint: UInt64

    /// Reads the seeds, at most `mostSeeds` of them, chosen by a hash of their texts.
    ///
    /// - Throws: `HiddenStatesUnavailable` for a model of a server, `CurateError.noSeedFits` where no seed fits its context.
    public init(to seeds: [Seed], in model: any LanguageModel) async throws {
        let chosen = Self.chosen(seeds)
        let states = try await sideBySide(chosen.indices) { index -> [Double]? in
            do { return try await Self.direction(chosen[index].instruction, chosen[index].output, in: model) } catch is Rejection {
                return nil
            }
        }
        let texts = chosen.map { $0.instruction + "\u{0}" + $0.output }.sorted().joined(separator: "\u{0}")
        self.init(states: states.compactMap(\.self), fingerprint: stableHash64(texts), model: model)
        if self.seeds.isEmpty { throw CurateError.noSeedFits(seeds.count) }
    }

    init(states: [[Double]], fingerprint: UInt64 = 0, model: any LanguageModel) {
        (seeds, self.fingerprint, self.model) = (states, fingerprint, model)
    }

    /// The cosine of the nearest seed, from -1 to 1.
    func nearness(of pair: Pair) async throws -> Double {
        let own = try await Self.direction(pair.instruction, pair.output, in: model)
        return seeds.map { zip(own, $0).reduce(0) { $0 + $1.0 * $1.1 } }.max() ?? 0
    }

    /// The pooled state, of length 1. Throws a `Rejection` where not even the first sentence of the output fits.
    static func direction(_ instruction: String, _ output: String, in model: any LanguageModel) async throws -> [Double] {
        let card = model.card
        let fitted = try await PassageTruncation.fit(output, in: model, reserving: spareTokens) {
            .chat(card.forwardTurns("\(instruction)\n\($0)"))
        }
        let state = try await model.pooledState(of: fitted.text, after: .chat(card.forwardTurns(instruction)))
        let length = state.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? state.map { $0 / length } : state
    }

    /// More seeds cost a comparison a pair each and come nearer to what is there already.
    static let mostSeeds = 1000
    private static let spareTokens = 24

    private static func chosen(_ seeds: [Seed]) -> [Seed] {
        guard seeds.count > mostSeeds else { return seeds }
        return Array(seeds.sorted { stableHash64($0.instruction + $0.output) < stableHash64($1.instruction + $1.output) }.prefix(mostSeeds))
    }
}
