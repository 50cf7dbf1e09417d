import Foundation
import Testing

import Tensors

@Suite struct ComputeLayersTests {
    @Test("rmsNorm scales a row to a mean square of one")
    func normValues() {
        let x = Tensor<Double>([3, 4, 0, 0], shape: [1, 4])
        let y = Tensor<Double>(zeros: [1, 4])
        let r = Tensor<Double>(zeros: [1])
        oracle.rmsNorm(x, weight: Tensor([1, 2, 1, 1], shape: [4]), epsilon: 0, into: y, inverseRMS: r)
        #expect(abs(r[0] - 0.4) < 1e-15 && abs(y[0] - 1.2) < 1e-15 && abs(y[1] - 3.2) < 1e-15 && y[2] == 0)
    }

    @Test("rmsNormBackward is the derivative, added to what was there")
    func normGradient() {
        var numbers = Numbers(seed: 4)
        let x: Tensor<Double> = numbers.tensor([3, 21])
        let weight: Tensor<Double> = numbers.tensor([21])
        let dy: Tensor<Double> = numbers.tensor([3, 21])
        let y = Tensor<Double>(zeros: [3, 21])
        let r = Tensor<Double>(zeros: [3])
        let loss = {
            oracle.rmsNorm(x, weight: weight, epsilon: 1e-5, into: y, inverseRMS: r)
            return dot(y, dy)
        }
        _ = loss()
        let dx = Tensor<Double>(zeros: [3, 21])
        let dWeight = Tensor<Double>(zeros: [21])
        oracle.rmsNormBackward(dy: dy, x: x, weight: weight, inverseRMS: r, dx: dx, dWeight: dWeight)
        #expect(gradientError(of: x, gradient: dx, loss: loss) < 1e-8)
        #expect(gradientError(of: weight, gradient: dWeight, loss: loss) < 1e-8)
        _ = loss()
        let once = dx.copy()
        oracle.rmsNormBackward(dy: dy, x: x, weight: weight, inverseRMS: r, dx: dx, dWeight: dWeight)
        #expect(zip(dx.array, once.array).allSatisfy { abs($0 - 2 * $1) < 1e-12 })
    }

    @Test("rope turns halves by the angle of the position, and its inverse turns back")
    func ropeValues() {
        let table = RopeTable<Double>(headDim: 4, theta: 10000, positions: 8)
        let x = Tensor<Double>([1, 2, 3, 4], shape: [1, 1, 4])
        oracle.rope(x, positions: [5], table: table)
        // Angles 5 and 5 / 100 of the pairs (1, 3) and (2, 4).
        let expected = [cos(5) - 3 * sin(5), 2 * cos(0.05) - 4 * sin(0.05), 3 * cos(5) + sin(5), 4 * cos(0.05) + 2 * sin(0.05)]
        #expect(zip(x.array, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(x.array)")
        oracle.rope(x, positions: [5], table: table, inverse: true)
        #expect(zip(x.array, [1, 2, 3, 4]).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test("swiGLUBackward is the derivative")
    func swiGLUGradient() {
        var numbers = Numbers(seed: 5)
        let gate: Tensor<Double> = numbers.tensor([40], range: 4)
        let up: Tensor<Double> = numbers.tensor([40])
        let dy: Tensor<Double> = numbers.tensor([40])
        let y = Tensor<Double>(zeros: [40])
        let loss = {
            oracle.swiGLU(gate: gate, up: up, into: y)
            return dot(y, dy)
        }
        let dGate = Tensor<Double>(zeros: [40])
        let dUp = Tensor<Double>(zeros: [40])
        oracle.swiGLUBackward(dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
        #expect(gradientError(of: gate, gradient: dGate, loss: loss) < 1e-8)
        #expect(gradientError(of: up, gradient: dUp, loss: loss) < 1e-8)
    }

    @Test("geGLU is GELU's tanh form times up, and geGLUBackward its derivative")
    func geGLU() {
        var numbers = Numbers(seed: 15)
        let gate: Tensor<Double> = numbers.tensor([40], range: 4)
        let up: Tensor<Double> = numbers.tensor([40])
        let dy: Tensor<Double> = numbers.tensor([40])
        let y = Tensor<Double>(zeros: [40])
        let loss = {
            oracle.geGLU(gate: gate, up: up, into: y)
            return dot(y, dy)
        }
        _ = loss()
        for i in 0..<40 {
            let g = gate[i]
            #expect(abs(y[i] - 0.5 * g * (1 + tanh((2 / Double.pi).squareRoot() * (g + 0.044715 * g * g * g))) * up[i]) < 1e-12)
        }
        let dGate = Tensor<Double>(zeros: [40])
        let dUp = Tensor<Double>(zeros: [40])
        oracle.geGLUBackward(dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
        #expect(gradientError(of: gate, gradient: dGate, loss: loss) < 1e-8)
        #expect(gradientError(of: up, gradient: dUp, loss: loss) < 1e-8)
    }

    @Test("softcap is cap × tanh(x / cap), and softcapBackward its derivative")
    func softcap() {
        var numbers = Numbers(seed: 16)
        let x: Tensor<Double> = numbers.tensor([40], range: 9)
        let dy: Tensor<Double> = numbers.tensor([40])
        var y = x.copy()
        let loss = {
            y = x.copy()
            oracle.softcap(y, cap: 3)
            return dot(y, dy)
        }
        _ = loss()
        for i in 0..<40 { #expect(abs(y[i] - 3 * tanh(x[i] / 3)) < 1e-12) }
        let dx = dy.copy()
        oracle.softcapBackward(y: y, dy: dx, cap: 3)
        #expect(gradientError(of: x, gradient: dx, loss: loss) < 1e-8)
    }

    @Test("a bias is added to every row, and its gradient is the sum of theirs")
    func bias() {
        let y = Tensor<Double>([1, 2, 3, 4, 5, 6], shape: [2, 3])
        oracle.addBias(Tensor([10, 20, 30], shape: [3]), to: y)
        #expect(y.array == [11, 22, 33, 14, 25, 36])
        let dBias = Tensor<Double>([1, 1, 1], shape: [3])
        oracle.biasBackward(dy: y, dBias: dBias)
        #expect(dBias.array == [26, 48, 70])
    }

    @Test("every variant of the layers gives the bits of the oracle, at every length below four blocks and odd starts")
    func variants() {
        var numbers = Numbers(seed: 6)
        for d in 1..<66 {
            let x: Tensor<Float> = numbers.tensor([5, d], range: 3)
            let dy: Tensor<Float> = numbers.tensor([5, d])
            let up: Tensor<Float> = numbers.tensor([5, d])
            let weight: Tensor<Float> = numbers.tensor([d])
            func results(_ compute: Compute) -> [[UInt32]] {
                // Starting at the second row puts odd lengths on odd addresses.
                let part = 1..<5
                let y = Tensor<Float>(zeros: [5, d])
                let r = Tensor<Float>(zeros: [4])
                let dx = x.copy()
                let dWeight = weight.copy()
                compute.rmsNorm(x.rows(part), weight: weight, epsilon: 1e-5, into: y.rows(part), inverseRMS: r)
                compute.rmsNormBackward(
                    dy: dy.rows(part), x: x.rows(part), weight: weight, inverseRMS: r, dx: dx.rows(part), dWeight: dWeight)
                let z = Tensor<Float>(zeros: [5, d])
                let dGate = Tensor<Float>(zeros: [5, d])
                let dUp = Tensor<Float>(zeros: [5, d])
                compute.swiGLU(gate: x.rows(part), up: up.rows(part), into: z.rows(part))
                compute.swiGLUBackward(
                    dy: dy.rows(part), gate: x.rows(part), up: up.rows(part), dGate: dGate.rows(part), dUp: dUp.rows(part))
                let e = Tensor<Float>(zeros: [5, d])
                let eGate = Tensor<Float>(zeros: [5, d])
                let eUp = Tensor<Float>(zeros: [5, d])
                compute.geGLU(gate: x.rows(part), up: up.rows(part), into: e.rows(part))
                compute.geGLUBackward(
                    dy: dy.rows(part), gate: x.rows(part), up: up.rows(part), dGate: eGate.rows(part), dUp: eUp.rows(part))
                let capped = x.copy()
                compute.softcap(capped.rows(part), cap: 1.7)
                let dCapped = dy.copy()
                compute.softcapBackward(y: capped.rows(part), dy: dCapped.rows(part), cap: 1.7)
                let dropped = x.copy()
                compute.dropout(dropped.rows(part), rate: 0.3, key: 77)
                let ropeTable = RopeTable<Float>(headDim: 2 * d, theta: 10000, positions: 9)
                let turned = Tensor<Float>(zeros: [4, 2, 2 * d])
                for i in 0..<turned.count { turned[i] = x[i % x.count] }
                compute.rope(turned, positions: [0, 3, 8, 1], table: ropeTable)
                let back = turned.copy()
                compute.rope(back, positions: [0, 3, 8, 1], table: ropeTable, inverse: true)
                return [y, r, dx, dWeight, z, dGate, dUp, e, eGate, eUp, capped, dCapped, dropped, turned, back].map(bits)
            }
            let expected = results(oracle)
            for compute in allComputes { #expect(results(compute) == expected, "d \(d) \(compute.instructionSet)") }
        }
    }

    @Test("swiGLU stays finite and tends to its limits at large gates")
    func extremes() {
        let gate = Tensor<Float>([-200, -90, -20, 0, 20, 90, 200], shape: [7])
        let y = Tensor<Float>(zeros: [7])
        for compute in allComputes {
            compute.swiGLU(gate: gate, up: Tensor([1, 1, 1, 1, 1, 1, 1], shape: [7]), into: y)
            #expect(y[0] == 0 && y[3] == 0 && y[4] == 20 && y[6] == 200 && y.array.allSatisfy { $0.isFinite })
        }
    }

    @Test("dropout keeps the share it promises and repeats its mask")
    func dropout() {
        let x = Tensor<Float>([Float](repeating: 1, count: 20000), shape: [20000])
        let y = x.copy()
        oracle.dropout(x, rate: 0.25, key: 9)
        oracle.dropout(y, rate: 0.25, key: 9)
        let dropped = x.array.count { $0 == 0 }
        #expect(bits(x) == bits(y) && abs(dropped - 5000) < 250 && x.array.allSatisfy { $0 == 0 || $0 == Float(1 / 0.75) })
        let z = Tensor<Float>([Float](repeating: 1, count: 20000), shape: [20000])
        oracle.dropout(z, rate: 0.25, key: 10)
        let both = zip(x.array, z.array).count { $0 == 0 && $1 == 0 }
        #expect(abs(both - 1250) < 150)
    }
}
