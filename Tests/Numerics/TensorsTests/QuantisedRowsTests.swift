import Tensors
import Testing

@Suite struct QuantisedRowsTests {
    @Test("rows normed or activated on the way to 8 bits give the bits of both steps apart, in every variant")
    func fused() {
        var numbers = Numbers(seed: 23)
        for (t, d) in [(1, 1), (3, 31), (5, 64), (37, 100), (9, 577)] {
            let x: Tensor<Float> = numbers.tensor([t, d], range: 4)
            let up: Tensor<Float> = numbers.tensor([t, d], range: 2)
            let norm: Tensor<Float> = numbers.tensor([d])
            let w: Tensor<Float> = numbers.tensor([41, d])
            for compute in allComputes {
                let packed = PackedInt8Matrix(w, on: compute)
                let (apart, fused) = (Tensor<Float>(zeros: [t, 41]), Tensor<Float>(zeros: [t, 41]))
                // Larger than needed, and used before, as a step of the network has it.
                let rows = QuantisedRows(rows: t + 2, longest: d + 7)
                compute.quantise(Tensor(zeros: [t + 1, d + 7]), into: rows)
                let y = Tensor<Float>(zeros: [t, d])
                compute.rmsNorm(x, weight: norm, epsilon: 1e-5, into: y, inverseRMS: Tensor(zeros: [t]))
                compute.linear(y, packed, into: apart)
                compute.quantiseNormed(x, weight: norm, epsilon: 1e-5, into: rows)
                compute.linear(rows, packed, into: fused)
                #expect(bits(apart) == bits(fused), "norm [\(t), \(d)] \(compute.instructionSet)")
                compute.swiGLU(gate: x, up: up, into: y)
                compute.linear(y, packed, into: apart)
                compute.quantiseSwiGLU(gate: x, up: up, into: rows)
                compute.linear(rows, packed, into: fused)
                #expect(bits(apart) == bits(fused), "SwiGLU [\(t), \(d)] \(compute.instructionSet)")
                compute.geGLU(gate: x, up: up, into: y)
                compute.linear(y, packed, into: apart)
                compute.quantiseGeGLU(gate: x, up: up, into: rows)
                compute.linear(rows, packed, into: fused)
                #expect(bits(apart) == bits(fused), "GeGLU [\(t), \(d)] \(compute.instructionSet)")
            }
        }
    }

    @Test("every length below a block and beyond and every height of a tile gives the scalar bits, added to what stood there or not")
    func edges() {
        var numbers = Numbers(seed: 24)
        for k in Array(1...67) + [127, 128, 129, 191, 193] {
            let x: Tensor<Float> = numbers.tensor([15, k], range: 3)
            let w: Tensor<Float> = numbers.tensor([1 + k % 66, k])
            let start: Tensor<Float> = numbers.tensor([15, w.rowCount])
            let expected = start.copy()
            oracle.linear(x, PackedInt8Matrix(w, on: oracle), into: expected, accumulate: true)
            for compute in allComputes where compute.pool.threads == 1 {
                let packed = PackedInt8Matrix(w, on: compute)
                for rows in 1...15 {
                    let y = start.rows(0..<rows).copy()
                    compute.linear(x.rows(0..<rows), packed, into: y, accumulate: true)
                    #expect(bits(y) == bits(expected.rows(0..<rows)), "k \(k) rows \(rows) \(compute.instructionSet)")
                }
            }
        }
    }

    @Test("several products at once are each as it is alone")
    func together() {
        var numbers = Numbers(seed: 25)
        let x: Tensor<Float> = numbers.tensor([200, 90])
        let weights: [Tensor<Float>] = [5, 64, 300].map { numbers.tensor([$0, 90]) }
        for compute in allComputes {
            let rows = QuantisedRows(rows: 200, longest: 90)
            compute.quantise(x, into: rows)
            let packed = weights.map { PackedInt8Matrix($0, on: compute) }
            let results = weights.map { Tensor<Float>(zeros: [200, $0.rowCount]) }
            compute.linear(rows, Array(zip(packed, results)).map { (w: $0, y: $1) })
            for (w, result) in zip(packed, results) {
                let alone = Tensor<Float>(zeros: result.shape)
                oracle.linear(x, w, into: alone)
                #expect(bits(result) == bits(alone))
            }
        }
    }

    @Test("7 bits give the scalar bits at every length below two blocks and every height of a tile, near the exact product")
    func light() {
        var numbers = Numbers(seed: 26)
        for k in [1, 3, 31, 63, 64, 65, 100, 127, 128, 200] {
            let x: Tensor<Float> = numbers.tensor([15, k], range: 3)
            let w: Tensor<Float> = numbers.tensor([1 + k % 66, k])
            func product(_ compute: Compute, rows: Int) -> Tensor<Float> {
                let (rounded, y) = (QuantisedRows(rows: rows, longest: k), Tensor<Float>(zeros: [rows, w.rowCount]))
                compute.quantise(x.rows(0..<rows), for: .light, into: rounded)
                compute.linear(rounded, PackedInt8Matrix(w, isLight: true, on: compute), into: y)
                return y
            }
            let expected = product(oracle, rows: 15)
            for compute in allComputes where compute.pool.threads == 1 {
                for rows in 1...15 {
                    let found = product(compute, rows: rows)
                    #expect(bits(found) == bits(expected.rows(0..<rows)), "k \(k) rows \(rows) \(compute.instructionSet)")
                }
            }
            let exact = Tensor<Float>(zeros: expected.shape)
            oracle.linear(x, w, into: exact)
            let length = exact.array.reduce(0) { $0 + $1 * $1 }
            let distance = zip(exact.array, expected.array).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            // Half a step of 1/64 of the largest of 64 numbers on one side, of 1/63 on the other.
            #expect((distance / length).squareRoot() < 0.03, "k \(k): \((distance / length).squareRoot())")
        }
    }
}
