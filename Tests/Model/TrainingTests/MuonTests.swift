import Foundation
import Tensors
import Testing

@testable import Training

@Suite("Muon") struct MuonTests {
    let compute = Compute(pool: ThreadPool(threads: 1))

    @Test("brings singular values near one, the directions kept: on a diagonal the iteration is that of each number alone")
    func diagonal() {
        let values = [3.0, 1.0, 0.4, 0.1]
        for (rows, columns) in [(4, 4), (4, 7), (7, 4)] {
            let matrix = Tensor<Double>(zeros: [rows, columns])
            for (i, value) in values.enumerated() { matrix[i * columns + i] = value }
            Muon(momentum: 0.95, scale: .shape, compute: compute).orthogonalize(matrix)
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot() + 1e-7
            for i in 0..<rows {
                for j in 0..<columns {
                    var expected = 0.0
                    if i == j && i < 4 {
                        expected = values[i] / norm
                        for _ in 0..<5 {
                            let square = expected * expected
                            expected *= 3.4445 - 4.7750 * square + 2.0315 * square * square
                        }
                        #expect((0.6...1.3).contains(expected))
                    }
                    #expect(abs(matrix[i * columns + j] - expected) < 1e-12)
                }
            }
        }
    }

    @Test("takes steps of the stated length, with Nesterov's momentum and decoupled decay")
    func update() {
        let weight = Tensor<Double>([2, 0, 0, 0, 2, 0], shape: [2, 3])
        let momentum = Tensor<Double>([0.5, 0, 0, 0, 0.25, 0], shape: [2, 3])
        let gradient = Tensor<Double>([8, 0, 0, 0, 4, 0], shape: [2, 3])
        // With half the gradient: m = 0.9 m + 0.1 g/2, u = 0.9 m + 0.1 g/2.
        let m = [0.9 * 0.5 + 0.4, 0.9 * 0.25 + 0.2]
        let direction = Tensor<Double>([0.9 * m[0] + 0.4, 0, 0, 0, 0.9 * m[1] + 0.2, 0], shape: [2, 3])
        let muon = Muon(momentum: 0.9, scale: .matchedToAdam, compute: compute)
        muon.orthogonalize(direction)
        muon.update(weight, gradient: gradient, momentum: momentum, learningRate: 0.1, gradientScale: 0.5, weightDecay: 0.2)
        #expect(abs(momentum[0] - m[0]) < 1e-12 && abs(momentum[4] - m[1]) < 1e-12)
        let step = 0.1 * 0.2 * 3.0.squareRoot()
        #expect(abs(weight[0] - (2 * 0.98 - step * direction[0])) < 1e-12)
        #expect(abs(weight[4] - (2 * 0.98 - step * direction[4])) < 1e-12)
    }
}
