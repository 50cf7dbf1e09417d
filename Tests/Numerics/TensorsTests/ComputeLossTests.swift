import Foundation
import Testing

import Tensors

@Suite struct ComputeLossTests {
    @Test("the loss of even logits is the log of their number, and its gradient pulls the target up")
    func evenLogits() {
        let logits = Tensor<Double>(zeros: [2, 4])
        let losses = Tensor<Double>(zeros: [2])
        oracle.crossEntropy(logits: logits, targets: [2, -1], gradientScale: [1, 1], losses: losses)
        #expect(abs(losses[0] - log(4)) < 1e-15 && losses[1] == 0)
        #expect(logits.array == [0.25, 0.25, -0.75, 0.25, 0, 0, 0, 0])
    }

    @Test("the gradient is the derivative of the scaled losses")
    func gradient() {
        var numbers = Numbers(seed: 11)
        let logits: Tensor<Double> = numbers.tensor([3, 19], range: 3)
        let targets: [Int32] = [4, -1, 18]
        let scale = [0.5, 1, 2]
        let losses = Tensor<Double>(zeros: [3])
        let gradient = logits.copy()
        oracle.crossEntropy(logits: gradient, targets: targets, gradientScale: scale, losses: losses)
        let error = gradientError(of: logits, gradient: gradient) {
            zip(oracle.logProbabilities(logits: logits, targets: targets), scale).reduce(0) { $0 - $1.0 * $1.1 }
        }
        #expect(error < 1e-8)
        let logProbabilities = oracle.logProbabilities(logits: logits, targets: targets)
        #expect(zip(logProbabilities, losses.array).allSatisfy { abs($0 + $1) < 1e-12 })
    }

    @Test("every variant gives the bits of the oracle, at every length below four blocks, for ordinary and extreme logits")
    func variants() {
        var numbers = Numbers(seed: 12)
        for v in Array(1..<66) + [1000, 4097] {
            for range in [2.0, 60, 400] {
                let logits: Tensor<Float> = numbers.tensor([6, v], range: range)
                let targets = (0..<5).map { Int32($0 % 3 == 2 ? -1 : ($0 * 7) % v) }
                func results(_ compute: Compute) -> [[UInt32]] {
                    let part = logits.copy().rows(1..<6)
                    let logProbabilities = compute.logProbabilities(logits: part, targets: targets)
                    let sums = compute.logSumExp(part)
                    let losses = Tensor<Float>(zeros: [5])
                    compute.crossEntropy(logits: part, targets: targets, gradientScale: [1, 0.5, 2, 0.1, 3], losses: losses)
                    return [logProbabilities.map(\.bitPattern), sums.map(\.bitPattern), bits(losses), bits(part)]
                }
                let expected = results(oracle)
                for compute in allComputes { #expect(results(compute) == expected, "v \(v) range \(range) \(compute.instructionSet)") }
            }
        }
    }

    @Test("Float log-probabilities agree with Double ones")
    func accuracy() {
        var numbers = Numbers(seed: 13)
        let logits: Tensor<Float> = numbers.tensor([20, 5000], range: 12)
        let doubles = Tensor(logits.array.map(Double.init), shape: logits.shape)
        let targets = (0..<20).map { Int32($0 * 250) }
        let expected = oracle.logProbabilities(logits: doubles, targets: targets)
        for compute in allComputes {
            let found = compute.logProbabilities(logits: logits, targets: targets)
            // Two roundings of numbers near 32.
            #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 5e-6 })
        }
    }
}
