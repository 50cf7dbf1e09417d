import CKernels

/// How a model file stores its numbers, little-endian, in blocks along the rows: plain numbers, or one of the quantised formats of GGUF.
///
/// The raw values are GGUF's codes. What each block holds stands in dequantise.c.
public enum BlockFormat: UInt32, Sendable, CaseIterable {
    case float32 = 0
    case float16 = 1
    case q40 = 2
    case q41 = 3
    case q50 = 6
    case q51 = 7
    case q80 = 8
    case q2K = 10
    case q3K = 11
    case q4K = 12
    case q5K = 13
    case q6K = 14
    case iq4NL = 20
    case iq4XS = 23
    case bfloat16 = 30
    case mxfp4 = 39

    /// GGUF's name for it.
    public var name: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .q40: "Q4_0"
        case .q41: "Q4_1"
        case .q50: "Q5_0"
        case .q51: "Q5_1"
        case .q80: "Q8_0"
        case .q2K: "Q2_K"
        case .q3K: "Q3_K"
        case .q4K: "Q4_K"
        case .q5K: "Q5_K"
        case .q6K: "Q6_K"
        case .iq4NL: "IQ4_NL"
        case .iq4XS: "IQ4_XS"
        case .bfloat16: "BF16"
        case .mxfp4: "MXFP4"
        }
    }

    /// Numbers in a block.
    public var blockCount: Int {
        switch self {
        case .float32, .float16, .bfloat16: 1
        case .q40, .q41, .q50, .q51, .q80, .iq4NL, .mxfp4: 32
        case .q2K, .q3K, .q4K, .q5K, .q6K, .iq4XS: 256
        }
    }

    /// The bytes of a block.
    public var blockBytes: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .q40, .iq4NL: 18
        case .q41: 20
        case .q50: 22
        case .q51: 24
        case .q80: 34
        case .q2K: 84
        case .q3K: 110
        case .q4K: 144
        case .q5K: 176
        case .q6K: 210
        case .iq4XS: 136
        case .mxfp4: 17
        }
    }

    /// The bytes of so many numbers, whole blocks of them.
    public func bytes(of count: Int) -> Int {
        precondition(count % blockCount == 0, "\(count) numbers are not whole blocks of \(name)")
        return count / blockCount * blockBytes
    }

    /// The same as a format of plain numbers, or nil.
    public var plain: StorageFormat? {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        default: nil
        }
    }

    /// Converts `count` numbers, whole blocks, from stored bytes at any alignment.
    func read(
        _ count: Int, at source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, instructionSet: InstructionSet = .best
    ) {
        if let plain { return plain.read(count, at: source, into: target, instructionSet: instructionSet) }
        precondition(count % blockCount == 0, "\(count) numbers are not whole blocks of \(name)")
        blocks_to_f32(
            instructionSet.rawValue, Int32(rawValue), count / blockCount, source.assumingMemoryBound(to: UInt8.self), target)
    }
}

extension StorageFormat {
    /// The same among the formats of blocks.
    public var blocks: BlockFormat {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }
}

extension Tensor where Element == Float {
    /// Reads a tensor from stored blocks, at any alignment; its rows are whole blocks.
    public convenience init(blocks bytes: UnsafeRawBufferPointer, format: BlockFormat, shape: [Int], instructionSet: InstructionSet = .best)
    {
        self.init(toOverwrite: shape)
        precondition(bytes.count == format.bytes(of: count), "\(bytes.count) bytes for the shape \(shape)")
        guard let start = bytes.baseAddress, count > 0 else { return }
        format.read(count, at: start, into: pointer, instructionSet: instructionSet)
    }
}
