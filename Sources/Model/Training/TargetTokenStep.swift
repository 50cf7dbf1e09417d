import Tensors
import Transformer

/// What the forward and backward passes of one optimiser step give beside gradients.
struct StepResult {
    var loss: Double
    var tokens: Int
    var targetTokens: Int
    var preference: PreferenceSummary?
}

/// Supervised training: L = −(1/T) Σ log p(target), T being the target tokens of the whole optimiser step, so that the loss does not
/// depend on how the step is cut into micro-batches.
struct TargetTokenStep<R: Real> {
    let network: TransformerNetwork<R>
    let tokenBudget: Int

    /// Adds the gradients of the step's mean loss; nil where it was cancelled on the way, with gradients of no use.
    func forwardBackward(
        _ examples: [TrainingExample], dropout: Double, seed: UInt64, gradients: Gradients<R>, isCancelled: () -> Bool
    ) -> StepResult? {
        let masks = network.dropout(dropout, seed: seed, firstToken: 0)
        let opening = masks.rate == 0 && masks.adapterRate == 0 ? opening(of: examples) : nil
        let openingLength = opening?.tokens.count ?? 0
        let batches = MicroBatch.pack(examples, opening: openingLength, tokenBudget: tokenBudget)
        let targets = batches.reduce(0) { $0 + $1.targets.count }
        let scale = R(1 / Double(max(1, targets)))
        var sum = 0.0
        for batch in batches {
            if isCancelled() { return nil }
            let losses = network.lossAndGradients(
                tokens: batch.tokens, sequenceLengths: batch.lengths, targets: .init(rows: batch.targetRows, ids: batch.targets),
                scales: Array(repeating: scale, count: batch.targets.count),
                dropout: network.dropout(dropout, seed: seed, firstToken: batch.firstToken), opening: opening, gradients: gradients)
            sum = losses.reduce(sum) { $0 + Double($1) }
        }
        if let opening { network.addGradients(of: opening, to: gradients) }
        return StepResult(
            loss: sum / Double(max(1, targets)),
            tokens: batches.reduce(0) { $0 + $1.tokens.count + openingLength * $1.lengths.count }, targetTokens: targets)
    }

    /// The mean loss of all targets, without gradients or dropout; nil where it was cancelled on the way.
    func loss(_ examples: [TrainingExample], isCancelled: () -> Bool) -> Double? {
        var (sum, count) = (0.0, 0)
        let opening = opening(of: examples)
        for batch in MicroBatch.pack(examples, opening: opening?.tokens.count ?? 0, tokenBudget: tokenBudget) {
            if isCancelled() { return nil }
            let losses = network.losses(
                tokens: batch.tokens, sequenceLengths: batch.lengths, targets: .init(rows: batch.targetRows, ids: batch.targets),
                opening: opening)
            sum = losses.reduce(sum) { $0 + Double($1) }
            count += losses.count
        }
        return sum / Double(max(1, count))
    }

    /// What all examples begin with, where it is worth a pass of its own: a few tokens feed a product badly where the weights are laid out
    /// anew for each, so only over a base that is laid out once.
    private func opening(of examples: [TrainingExample]) -> SharedOpening<R>? {
        guard network.base != nil else { return nil }
        let tokens = TrainingExample.opening(of: examples)
        return tokens.count >= 8 ? network.opening(tokens) : nil
    }
}
