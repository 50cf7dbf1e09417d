import Tensors
import Transformer

/// Training on preferred and rejected answers: the mean of a `PreferenceLoss` over the pairs of a step.
///
/// The reference's log-probabilities are computed once, before the first step, and cached; they travel with every checkpoint.
struct PreferenceStep<R: Real> {
    let network: TransformerNetwork<R>
    let pairs: PreferencePairs
    let loss: PreferenceLoss
    let tokenBudget: Int
    /// The reference's summed log-probabilities [pairs, 2], chosen and rejected.
    let reference: Tensor<Double>

    init(network: TransformerNetwork<R>, pairs: PreferencePairs, loss: PreferenceLoss, tokenBudget: Int) {
        self.network = network
        self.pairs = pairs
        self.loss = loss
        self.tokenBudget = tokenBudget
        reference = Tensor(zeros: [pairs.count, 2])
    }

    /// Fills the reference with what the network gives now; false where it was cancelled on the way.
    func measureReference(isCancelled: () -> Bool) -> Bool {
        var place = 0
        for batch in MicroBatch.pack(together: pairs.answers, tokenBudget: tokenBudget) {
            if isCancelled() { return false }
            let losses = network.losses(
                tokens: batch.tokens, sequenceLengths: batch.lengths, targets: .init(rows: batch.targetRows, ids: batch.targets))
            for sum in Self.sums(losses, batch.targetCounts) {
                reference[place] = -sum
                place += 1
            }
        }
        return true
    }

    /// Adds the gradients of the step's mean loss; nil where it was cancelled on the way, with gradients of no use.
    func forwardBackward(
        _ indices: [Int], dropout: Double, seed: UInt64, gradients: Gradients<R>, isCancelled: () -> Bool
    ) -> StepResult? {
        var result = StepResult(loss: 0, tokens: 0, targetTokens: 0)
        var (correct, margin) = (0, 0.0)
        var first = 0
        for batch in MicroBatch.pack(together: indices.map { pairs.answers[$0] }, tokenBudget: tokenBudget) {
            if isCancelled() { return nil }
            let here = indices[first..<first + batch.lengths.count / 2]
            first += here.count
            network.lossAndGradients(
                tokens: batch.tokens, sequenceLengths: batch.lengths, targets: .init(rows: batch.targetRows, ids: batch.targets),
                dropout: network.dropout(dropout, seed: seed, firstToken: batch.firstToken), gradients: gradients
            ) { losses in
                let values = self.values(here, Self.sums(losses, batch.targetCounts), batch.targetCounts)
                for value in values {
                    result.loss += value.loss
                    correct += value.margin > 0 ? 1 : 0
                    margin += value.margin
                }
                // A token's loss is −log p, hence the sign.
                let scales = values.flatMap { [-$0.chosenGradient, -$0.rejectedGradient] }.map { $0 / Double(indices.count) }
                return zip(scales, batch.targetCounts).flatMap { Array(repeating: R($0), count: $1) }
            }
            result.tokens += batch.tokens.count
            result.targetTokens += batch.targets.count
        }
        let count = Double(max(1, indices.count))
        result.loss /= count
        result.preference = PreferenceSummary(accuracy: Double(correct) / count, margin: margin / count)
        return result
    }

    private func values(_ indices: ArraySlice<Int>, _ sums: [Double], _ counts: [Int]) -> [PreferenceLoss.Value] {
        indices.enumerated().map { offset, pair in
            func answer(_ side: Int) -> PreferenceLoss.Answer {
                let place = 2 * offset + side
                return .init(policy: -sums[place], reference: reference[2 * pair + side], tokens: counts[place])
            }
            return loss.value(chosen: answer(0), rejected: answer(1))
        }
    }

    /// The sum of the losses of each sequence.
    private static func sums(_ losses: [R], _ counts: [Int]) -> [Double] {
        var start = 0
        return counts.map { count in
            defer { start += count }
            return losses[start..<start + count].reduce(0) { $0 + Double($1) }
        }
    }
}
