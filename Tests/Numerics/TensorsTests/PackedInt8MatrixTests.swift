import Tensors
import Testing

@Suite struct PackedInt8MatrixTests {
    /// Every block of 64 times the Hadamard matrix by its definition, the last block filled up with zeros: the sum of x_l, with the sign of
    /// the ones that the bits of i and l have in common, / 8.
    private func transformed(_ row: [Float]) -> [Double] {
        let padded = row.map(Double.init) + [Double](repeating: 0, count: (64 - row.count % 64) % 64)
        return padded.indices.map { (place: Int) -> Double in
            var sum = 0.0
            for l in 0..<64 {
                let isEven = (place & 63 & l).nonzeroBitCount % 2 == 0
                let number = padded[place / 64 * 64 + l]
                sum += isEven ? number : -number
            }
            return sum / 8
        }
    }

    private func largest(_ block: ArraySlice<Double>) -> Double { block.map(abs).max() ?? 0 }

    @Test("a transformed weight differs by half a step at most, and the largest of a block is 127 steps")
    func weights() {
        var numbers = Numbers(seed: 16)
        for (out, inputs) in [(1, 1), (33, 7), (70, 130), (3, 192)] {
            let w: Tensor<Float> = numbers.tensor([out, inputs], range: 3)
            for compute in allComputes {
                let back = PackedInt8Matrix(w, on: compute).weights()
                for row in 0..<out {
                    let values = transformed(w.rows(row..<row + 1).array)
                    let found = transformed(back.rows(row..<row + 1).array)
                    // What fills the last block up is rounded too, and cut off with it.
                    for first in stride(from: 0, to: inputs / 64 * 64, by: 64) {
                        // 16 bits round the step up by one part in 128 at most.
                        let step = largest(values[first..<first + 64]) / 127 * (1 + 1.0 / 128)
                        #expect((first..<first + 64).allSatisfy { abs(values[$0] - found[$0]) <= step * 0.5001 })
                    }
                }
            }
        }
    }

    @Test("the product of whole numbers is exact but for the scales' rounding")
    func exact() {
        var numbers = Numbers(seed: 19)
        let w: Tensor<Float> = numbers.tensor([37, 192])
        let packed = PackedInt8Matrix(w, on: oracle)
        let rounded = packed.weights()
        // The transform of whole numbers, of which one in each block is 127.
        let whole = (0..<192).map { (l: Int) -> Float in l % 64 == 5 ? 127 : Float(l * 37 % 255 - 127) }
        let x = Tensor<Float>(transformed(whole).map { Float($0 / 8) }, shape: [1, 192])
        for compute in allComputes {
            let y = Tensor<Float>(zeros: [1, 37])
            compute.linear(x, PackedInt8Matrix(w, on: compute), into: y)
            for o in 0..<37 {
                var (sum, size) = (0.0, 0.0)
                for (number, weight) in zip(whole, transformed(rounded.rows(o..<o + 1).array)) {
                    sum += Double(number) * weight / 8
                    size += abs(Double(number) * weight / 8)
                }
                #expect(abs(Double(y[o]) - sum) <= 1e-6 * size)
            }
        }
    }

    @Test("the product is within half a step of every rounded input, the same bits in every variant and for every number of rows")
    func product() {
        var numbers = Numbers(seed: 17)
        for (out, inputs) in [(1, 1), (5, 3), (31, 4), (32, 64), (33, 65), (64, 127), (100, 576), (95, 1531)] {
            let w: Tensor<Float> = numbers.tensor([out, inputs])
            let x: Tensor<Float> = numbers.tensor([31, inputs], range: 5)
            // One number alone in a block of each becomes the largest number everywhere: where 16-bit sums would saturate.
            for i in 0..<inputs {
                w[i] = i % 64 == 0 ? -1 : 0
                x[i] = i % 64 == 0 ? 5 : 0
            }
            let packed = PackedInt8Matrix(w, on: oracle)
            let whole = Tensor<Float>(zeros: [31, out])
            oracle.linear(x, packed, into: whole)
            let rounded = packed.weights()
            let turned = (0..<out).map { transformed(rounded.rows($0..<$0 + 1).array) }
            for t in 0..<31 {
                let row = transformed(x.rows(t..<t + 1).array)
                for o in 0..<out {
                    var (sum, bound) = (0.0, 0.0)
                    for first in stride(from: 0, to: row.count, by: 64) {
                        let half = largest(row[first..<first + 64]) / 254
                        for l in first..<first + 64 {
                            sum += row[l] * turned[o][l]
                            bound += (half + 1e-6 * abs(row[l])) * abs(turned[o][l])
                        }
                    }
                    // What the last block was filled up with was rounded too, and is not in `rounded`: half a step on both sides.
                    let filled = inputs % 64 == 0 ? 0 : largest(row[0...]) / 254 * 64 * largest(turned[o][0...]) / 127
                    #expect(abs(Double(whole[t * out + o]) - sum) <= bound * 1.001 + filled)
                }
            }
            for compute in allComputes {
                let again = PackedInt8Matrix(w, on: compute)
                for rows in [1, 2, 3, 4, 5, 13, 14, 15, 29, 31] {
                    let y = Tensor<Float>(zeros: [rows, out])
                    compute.linear(x.rows(31 - rows..<31), again, into: y)
                    #expect(bits(y) == bits(whole.rows(31 - rows..<31)), "\(out) \(inputs) rows \(rows) \(compute.instructionSet)")
                    compute.linear(x.rows(31 - rows..<31), again, into: y, accumulate: true)
                    #expect(zip(y.array, whole.rows(31 - rows..<31).array).allSatisfy { $0 == 2 * $1 })
                }
            }
        }
    }

    @Test("one large number does not drown the rest: the error stays that of a row without it, twice at most")
    func outliers() {
        var numbers = Numbers(seed: 20)
        let w: Tensor<Float> = numbers.tensor([64, 576])
        let packed = PackedInt8Matrix(w, on: oracle)
        func error(_ x: Tensor<Float>) -> Double {
            let (y, exact) = (Tensor<Float>(zeros: [8, 64]), Tensor<Float>(zeros: [8, 64]))
            oracle.linear(x, packed, into: y)
            oracle.linear(x, packed.weights(), into: exact)
            var squares = 0.0
            for (a, b) in zip(y.array, exact.array) { squares += Double(a - b) * Double(a - b) }
            return (squares / 512).squareRoot()
        }
        let x: Tensor<Float> = numbers.tensor([8, 576])
        let plain = error(x)
        for row in 0..<8 { x[row * 576 + 100] = 10 }
        // With a scale a row it would be nine times as large.
        #expect(error(x) < 2 * plain)
    }

    @Test("a row of zeros gives zeros")
    func zeros() {
        let w = Tensor<Float>([0, 0, 1, 2], shape: [2, 2])
        for compute in allComputes {
            let y = Tensor<Float>([7, 7, 7, 7], shape: [2, 2])
            compute.linear(Tensor([0, 0, 3, 4], shape: [2, 2]), PackedInt8Matrix(w, on: compute), into: y)
            #expect(y[0] == 0 && y[1] == 0 && y[2] == 0 && abs(y[3] - 11) < 0.1)
        }
    }
}
