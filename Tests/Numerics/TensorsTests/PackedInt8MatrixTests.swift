import Tensors
import Testing

@Suite struct PackedInt8MatrixTests {
    @Test("quantised weights differ by half a step at most, and the largest of a row stands exactly")
    func weights() {
        var numbers = Numbers(seed: 16)
        for (out, inputs) in [(1, 1), (33, 7), (70, 130)] {
            let w: Tensor<Float> = numbers.tensor([out, inputs], range: 3)
            for compute in allComputes {
                let back = PackedInt8Matrix(w, on: compute).weights()
                for row in 0..<out {
                    let values = w.rows(row..<row + 1).array
                    let found = back.rows(row..<row + 1).array
                    let largest = values.map(abs).max() ?? 0
                    #expect(zip(values, found).allSatisfy { abs($0 - $1) <= largest / 127 * 0.5001 })
                }
            }
        }
    }

    @Test("the product is that of the rounded numbers, exactly, the same bits in every variant and for every number of rows")
    func product() {
        var numbers = Numbers(seed: 17)
        for (out, inputs) in [(1, 1), (5, 3), (31, 4), (32, 64), (33, 65), (64, 127), (100, 576), (95, 1531)] {
            let w: Tensor<Float> = numbers.tensor([out, inputs])
            let x: Tensor<Float> = numbers.tensor([31, inputs], range: 5)
            // Extreme values everywhere in one row of each: where 16-bit sums would saturate.
            for i in 0..<inputs {
                w[i] = i % 3 == 0 ? -1 : 1
                x[i] = i % 2 == 0 ? -5 : 5
            }
            let packed = PackedInt8Matrix(w, on: oracle)
            let whole = Tensor<Float>(zeros: [31, out])
            oracle.linear(x, packed, into: whole)
            let rounded = packed.weights()
            for t in 0..<31 {
                let row = x.rows(t..<t + 1).array
                let largest = row.map(abs).max() ?? 0
                let whole8 = row.map { Float(12_582_912).addingProduct($0, 127 / largest) - 12_582_912 }
                #expect(zip(row, whole8).allSatisfy { abs($0 * 127 / largest - $1) < 0.5001 && abs($1) <= 127 })
                for o in 0..<out {
                    var (sum, size) = (0.0, 0.0)
                    for l in 0..<inputs {
                        let part = Double(whole8[l]) * Double(rounded[o * inputs + l]) * Double(largest / 127)
                        sum += part
                        size += abs(part)
                    }
                    // Three roundings of the exact product, and one of each weight.
                    #expect(abs(Double(whole[t * out + o]) - sum) <= 2.5e-7 * size)
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
