import Tensors

/// The update of the weights by their gradients, with its moments.
///
/// Memory: two numbers a weight for AdamW and RMSProp, one for Muon's matrices.
final class Optimizer<R: Real> {
    private let trainables: [Trainable<R>]
    private let kind: TrainingOptions.Optimizer
    private let weightDecay: Double
    private let compute: Compute
    /// First moments of AdamW; momentum of Muon.
    private let first: [Tensor<R>]
    /// Second moments; nil where Muon needs none.
    private let second: [Tensor<R>?]

    init(_ trainables: [Trainable<R>], _ kind: TrainingOptions.Optimizer, weightDecay: Double, compute: Compute) {
        self.trainables = trainables
        self.kind = kind
        self.weightDecay = weightDecay
        self.compute = compute
        first = trainables.map { Tensor(zeros: $0.value.shape) }
        second = trainables.map { Self.usesMuon(kind, $0) ? nil : Tensor(zeros: $0.value.shape) }
    }

    /// The moments, for a checkpoint.
    var blobs: [CheckpointStore.Blob] {
        zip(trainables, first).map { $1.blob("\($0.name) first moment") }
            + zip(trainables, second).compactMap { $1?.blob("\($0.name) second moment") }
    }

    /// The global norm of the gradients: squares summed in Double, tensor after tensor in the layout's order.
    func gradientNorm() -> Double {
        trainables.reduce(0) { $0 + compute.sumOfSquares($1.gradient) }.squareRoot()
    }

    /// Changes the weights, and sets the gradients to zero.
    ///
    /// - Parameters:
    ///   - step: counts from 0.
    ///   - gradientScale: what every gradient is multiplied by first, as clipping asks.
    func update(step: Int, learningRate: Double, gradientScale: Double) {
        for (index, trainable) in trainables.enumerated() {
            let decay = trainable.isMatrix ? weightDecay : 0
            guard let second = second[index] else {
                muon(trainable, momentum: first[index], learningRate: learningRate, gradientScale: gradientScale, weightDecay: decay)
                trainable.gradient.fill(0)
                continue
            }
            let (beta1, beta2, epsilon) = betas
            compute.adamW(
                parameter: trainable.value, gradient: trainable.gradient, m: first[index], v: second, learningRate: learningRate,
                beta1: beta1,
                beta2: beta2, epsilon: epsilon, weightDecay: decay, step: correctsBias ? step + 1 : .max, gradientScale: gradientScale)
            trainable.gradient.fill(0)
        }
    }

    /// RMSProp is AdamW without first moment, decay and correction of the bias.
    private var betas: (Double, Double, Double) {
        switch kind {
        case .adamW(let beta1, let beta2, let epsilon), .muon(_, _, let beta1, let beta2, let epsilon): (beta1, beta2, epsilon)
        case .rmsProp(let alpha, let epsilon): (0, alpha, epsilon)
        }
    }

    private var correctsBias: Bool {
        if case .rmsProp = kind { false } else { true }
    }

    private static func usesMuon(_ kind: TrainingOptions.Optimizer, _ trainable: Trainable<R>) -> Bool {
        if case .muon = kind { trainable.isHiddenMatrix } else { false }
    }

    private func muon(
        _ trainable: Trainable<R>, momentum: Tensor<R>, learningRate: Double, gradientScale: Double, weightDecay: Double
    ) {
        guard case .muon(let mu, let scale, _, _, _) = kind else { return }
        Muon(momentum: mu, scale: scale, compute: compute).update(
            trainable.value, gradient: trainable.gradient, momentum: momentum, learningRate: learningRate, gradientScale: gradientScale,
            weightDecay: weightDecay)
    }
}
