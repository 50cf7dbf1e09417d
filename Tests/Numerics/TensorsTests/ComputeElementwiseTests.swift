import Testing

import Tensors

@Suite struct ComputeElementwiseTests {
    @Test("gathered rows are the table's, and scattered rows add up where an id repeats")
    func embedding() {
        let table = Tensor<Float>((0..<12).map(Float.init), shape: [4, 3])
        let y = Tensor<Float>(zeros: [3, 3])
        oracle.gatherRows(table, ids: [2, 0, 2], into: y)
        #expect(y.array == [6, 7, 8, 0, 1, 2, 6, 7, 8])
        let gradient = Tensor<Float>(zeros: [4, 3])
        for compute in allComputes {
            gradient.fill(0)
            compute.scatterAddRows(y, ids: [2, 0, 2], into: gradient)
            #expect(gradient.array == [0, 1, 2, 0, 0, 0, 12, 14, 16, 0, 0, 0])
        }
    }

    @Test("AdamW follows its definition, step by step")
    func adamW() {
        let (p, g, m, v) = (
            Tensor<Double>([1, -2], shape: [2]), Tensor<Double>([0.5, 4], shape: [2]), Tensor<Double>(zeros: [2]),
            Tensor<Double>(zeros: [2])
        )
        oracle.adamW(
            parameter: p, gradient: g, m: m, v: v, learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0, weightDecay: 0.5, step: 1,
            gradientScale: 2)
        // The first step has the size of the learning rate, whatever the gradient; the decay takes 0.1 * 0.5 of the parameter.
        #expect(abs(p[0] - (0.95 - 0.1)) < 1e-12 && abs(p[1] - (-1.9 - 0.1)) < 1e-12)
        #expect(abs(m[1] - 0.8) < 1e-12 && abs(v[1] - 0.64) < 1e-12)
    }

    @Test("every variant gives the bits of the oracle, at every length below four blocks and odd starts")
    func variants() {
        var numbers = Numbers(seed: 14)
        for n in Array(1..<66) + [70001] {
            let x: Tensor<Float> = numbers.tensor([n + 3])
            let y: Tensor<Float> = numbers.tensor([n + 3])
            let square: Tensor<Float> = numbers.tensor([n + 3])
            for i in 0..<square.count { square[i] = square[i] * square[i] }
            for start in 0..<3 {
                let part = start..<start + n
                func results(_ compute: Compute) -> [[UInt32]] {
                    let (a, b, c) = (y.copy(), y.copy(), y.copy())
                    compute.add(x.rows(part), to: a.rows(part))
                    compute.scale(b.rows(part), by: 1.7)
                    compute.axpy(0.3, x.rows(part), to: c.rows(part))
                    let (p, m, v) = (x.copy(), y.copy(), square.copy())
                    compute.adamW(
                        parameter: p.rows(part), gradient: y.rows(part), m: m.rows(part), v: v.rows(part), learningRate: 0.01, beta1: 0.9,
                        beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, step: 7, gradientScale: 0.5)
                    let sum = compute.sumOfSquares(x.rows(part)).bitPattern
                    return [a, b, c, p, m, v].map(bits) + [[UInt32(truncatingIfNeeded: sum), UInt32(truncatingIfNeeded: sum >> 32)]]
                }
                let expected = results(oracle)
                for compute in allComputes { #expect(results(compute) == expected, "n \(n) start \(start) \(compute.instructionSet)") }
            }
        }
    }
}
