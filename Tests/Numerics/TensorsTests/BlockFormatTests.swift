import Foundation
import Tensors
import Testing

@Suite struct BlockFormatTests {
    private struct Golden: Decodable {
        let bytes: String
        let floats: String
    }

    private static let goldens: [String: Golden] = {
        let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/blocks.json")
        return (try? JSONDecoder().decode([String: Golden].self, from: Data(contentsOf: place))) ?? [:]
    }()

    private static func data(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    private static let quantised = BlockFormat.allCases.filter { $0.plain == nil }

    @Test("gives the bits of the reference for random blocks, by every instruction set and at any alignment", arguments: quantised)
    func goldens(format: BlockFormat) throws {
        let golden = try #require(Self.goldens[format.name])
        let (bytes, floats) = (Self.data(golden.bytes), Self.data(golden.floats))
        let count = bytes.count / format.blockBytes * format.blockCount
        #expect(bytes.count == format.bytes(of: count) && floats.count == 4 * count && count > 0)
        let wanted = floats.withUnsafeBytes { Tensor<Float>(bytes: $0, format: .float32, shape: [count]) }
        for set in InstructionSet.available {
            for skew in 0..<2 {
                let moved = [UInt8](repeating: 0, count: skew) + bytes
                let found = moved.withUnsafeBytes {
                    Tensor(blocks: UnsafeRawBufferPointer(rebasing: $0[skew...]), format: format, shape: [count], instructionSet: set)
                }
                #expect(bits(found) == bits(wanted), "\(set)")
            }
        }
    }

    @Test("rows are read in any order and number, through working space of a bounded size")
    func rows() throws {
        let golden = try #require(Self.goldens["Q5_0"])
        let bytes = Self.data(golden.bytes)
        let whole = bytes.withUnsafeBytes { Tensor(blocks: $0, format: .q50, shape: [6, 64]) }
        let turned: @Sendable (Int) -> Int = { 5 - $0 }
        for place in [nil, turned] {
            let source = RowSource(rows: 6, length: 64, format: .q50, place: place) { range, target in
                target.copyBytes(from: bytes[range])
            }
            for row in 0..<6 {
                let there = place?(row) ?? row
                #expect(bits(source.rows(row..<row + 1)) == bits(whole.rows(there..<there + 1)))
            }
            let doubles = source.tensor(Double.self, shape: [64, 6]).array
            #expect(doubles.map { Float($0) } == source.tensor.array)
        }
        // More rows than the space holds at once.
        let long = RowSource(rows: 3000, length: 64, format: .float32) { range, target in
            for index in 0..<range.count / 4 {
                target.storeBytes(of: Float(range.lowerBound / 4 + index), toByteOffset: 4 * index, as: Float.self)
            }
        }
        #expect(long.tensor.array == (0..<192_000).map { Float($0) })
    }
}
