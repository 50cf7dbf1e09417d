import Tensors

/// How a GGUF file stores the numbers of a tensor, of the ways that Humpback reads.
///
/// Q8_0: blocks of 32 numbers, a float16 scale d and 32 Int8 q, x = d q. Q4_0: a float16 scale d and 16 bytes, whose low halves are the
/// first 16 numbers of the block and whose high halves the others, x = d (q - 8).
public enum GGUFTensorType: UInt32, Sendable, CaseIterable {
    case float32 = 0
    case float16 = 1
    case q4 = 2
    case q8 = 8
    case bfloat16 = 30

    /// The format's name for it.
    public var name: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .q4: "Q4_0"
        case .q8: "Q8_0"
        case .bfloat16: "BF16"
        }
    }

    /// The names of the others, for messages.
    static let otherNames: [UInt32: String] = [
        3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 24: "I8",
        25: "I16", 26: "I32", 27: "I64", 28: "F64", 39: "MXFP4",
    ]

    /// Numbers in a block.
    var blockCount: Int { self == .q8 || self == .q4 ? 32 : 1 }

    /// The bytes of a block.
    var blockBytes: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .q8: 34
        case .q4: 18
        }
    }

    /// Reads numbers; a row is whole blocks.
    func numbers(_ bytes: UnsafeRawBufferPointer, shape: [Int]) -> Tensor<Float> {
        switch self {
        case .float32: return Tensor(bytes: bytes, format: .float32, shape: shape)
        case .float16: return Tensor(bytes: bytes, format: .float16, shape: shape)
        case .bfloat16: return Tensor(bytes: bytes, format: .bfloat16, shape: shape)
        case .q8, .q4: break
        }
        let blocks = bytes.count / blockBytes
        let values = [Float](unsafeUninitializedCapacity: 32 * blocks) { values, count in
            for block in 0..<blocks {
                let start = block * blockBytes
                let scale = Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self))))
                let place = 32 * block
                if self == .q8 {
                    for index in 0..<32 { values[place + index] = scale * Float(Int8(bitPattern: bytes[start + 2 + index])) }
                } else {
                    for index in 0..<16 {
                        let pair = bytes[start + 2 + index]
                        values[place + index] = scale * Float(Int(pair & 15) - 8)
                        values[place + 16 + index] = scale * Float(Int(pair >> 4) - 8)
                    }
                }
            }
            count = 32 * blocks
        }
        return Tensor(values, shape: shape)
    }

    /// Writes numbers; rows must be whole blocks.
    func bytes(_ tensor: Tensor<Float>) -> [UInt8] {
        switch self {
        case .float32: return tensor.bytes(format: .float32)
        case .float16: return tensor.bytes(format: .float16)
        case .bfloat16: return tensor.bytes(format: .bfloat16)
        case .q4: preconditionFailure("Q4_0 is read only")
        case .q8: break
        }
        precondition(tensor.count % 32 == 0, "Q8_0 stores blocks of 32")
        let values = tensor.array
        return [UInt8](unsafeUninitializedCapacity: values.count / 32 * 34) { bytes, count in
            for block in 0..<values.count / 32 {
                let numbers = values[32 * block..<32 * block + 32]
                let scale = numbers.reduce(0) { max($0, abs($1)) } / 127
                let inverse = scale > 0 ? 1 / scale : 0
                let start = 34 * block
                let bits = Float16(scale).bitPattern
                bytes[start] = UInt8(bits & 255)
                bytes[start + 1] = UInt8(bits >> 8)
                for (index, number) in numbers.enumerated() {
                    let rounded = (number * inverse).rounded(.toNearestOrAwayFromZero)
                    bytes[start + 2 + index] = UInt8(bitPattern: Int8(max(-127, min(127, rounded.isNaN ? 0 : rounded))))
                }
            }
            count = values.count / 32 * 34
        }
    }
}
