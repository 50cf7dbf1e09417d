import Foundation
import Tensors
import Testing

@Suite struct RowSourceTests {
    @Test("rows of a tensor, of stored bytes at any alignment and of a formula are the same numbers")
    func sources() {
        var numbers = Numbers(seed: 31)
        for (rows, length) in [(1, 1), (3, 7), (40, 33)] {
            let exact: Tensor<Float> = numbers.tensor([rows, length], range: 2)
            for format in StorageFormat.allCases {
                let stored = exact.bytes(format: format)
                let expected = stored.withUnsafeBytes { Tensor<Float>(bytes: $0, format: format, shape: [rows, length]) }
                for skew in 0..<4 {
                    let bytes = [UInt8](repeating: 0, count: skew) + stored
                    let source = RowSource(rows: rows, length: length, format: format.blocks) { range, target in
                        target.copyBytes(from: bytes[(skew + range.lowerBound)..<(skew + range.upperBound)])
                    }
                    #expect(bits(source.tensor) == bits(expected))
                    let ids = (0..<rows).map { Int32(rows - 1 - $0) } + [0]
                    let (y, z) = (Tensor<Float>(zeros: [rows + 1, length]), Tensor<Float>(zeros: [rows + 1, length]))
                    oracle.gatherRows(source, ids: ids, into: y)
                    oracle.gatherRows(expected, ids: ids, into: z)
                    #expect(bits(y) == bits(z))
                }
                let formula = RowSource(rows: rows, length: length) { row in expected.rows(row..<row + 1).array }
                #expect(bits(formula.tensor) == bits(expected))
                let turned = Tensor<Float>(
                    (0..<rows * length).map { expected[$0 % rows * length + $0 / rows] }, shape: [length, rows])
                #expect(bits(RowSource(transposing: turned).tensor) == bits(expected))
                for compute in allComputes {
                    let (a, b) = (PackedInt8Matrix(formula, on: compute), PackedInt8Matrix(expected, on: oracle))
                    #expect(a.withBytes { [UInt8]($0) } == b.withBytes { [UInt8]($0) })
                }
            }
        }
    }

    @Test("a matrix made of the bytes of another is the same")
    func bytes() throws {
        var numbers = Numbers(seed: 32)
        let matrix = PackedInt8Matrix(numbers.tensor([45, 70]), on: oracle)
        let arena = WeightArena()
        let again = try #require(
            PackedInt8Matrix(outputs: 45, inputs: 70, in: arena) { target in
                matrix.withBytes { target.copyMemory(from: $0) }
                return true
            })
        #expect(bits(again.weights()) == bits(matrix.weights()))
        #expect(PackedInt8Matrix(outputs: 45, inputs: 70, in: arena) { _ in false } == nil)
    }
}
