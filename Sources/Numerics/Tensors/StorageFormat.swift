import CKernels

/// How a model file stores its numbers, little-endian.
public enum StorageFormat: Sendable, CaseIterable {
    case float32
    case float16
    case bfloat16

    /// The length of one number.
    public var bytesPerElement: Int { self == .float32 ? 4 : 2 }
}

extension Tensor {
    /// Reads a tensor from stored bytes, at any alignment.
    public convenience init(bytes: UnsafeRawBufferPointer, format: StorageFormat, shape: [Int], instructionSet: InstructionSet = .best) {
        self.init(zeros: shape)
        precondition(bytes.count == count * format.bytesPerElement, "\(bytes.count) bytes for the shape \(shape)")
        let piece = 4096
        var floats = [Float](repeating: 0, count: piece)
        var halves = [UInt16](repeating: 0, count: piece)
        for first in stride(from: 0, to: count, by: piece) {
            let n = min(piece, count - first)
            let source = UnsafeRawBufferPointer(rebasing: bytes[first * format.bytesPerElement..<(first + n) * format.bytesPerElement])
            switch format {
            case .float32:
                floats.withUnsafeMutableBytes { $0.copyMemory(from: source) }
            case .float16:
                halves.withUnsafeMutableBytes { $0.copyMemory(from: source) }
                f16_to_f32(instructionSet.rawValue, n, halves, &floats)
            case .bfloat16:
                halves.withUnsafeMutableBytes { $0.copyMemory(from: source) }
                bf16_to_f32(instructionSet.rawValue, n, halves, &floats)
            }
            if let target = pointer as? UnsafeMutablePointer<Float> {
                (target + first).update(from: floats, count: n)
            } else {
                for i in 0..<n { pointer[first + i] = Element(floats[i]) }
            }
        }
    }

    /// The tensor as stored bytes, rounded to the nearest number of the format, ties to even.
    public func bytes(format: StorageFormat, instructionSet: InstructionSet = .best) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count * format.bytesPerElement)
        let piece = 4096
        var floats = [Float](repeating: 0, count: piece)
        var halves = [UInt16](repeating: 0, count: piece)
        for first in stride(from: 0, to: count, by: piece) {
            let n = min(piece, count - first)
            if let source = pointer as? UnsafeMutablePointer<Float> {
                floats.withUnsafeMutableBufferPointer { $0.baseAddress?.update(from: source + first, count: n) }
            } else {
                for i in 0..<n { floats[i] = Float(pointer[first + i]) }
            }
            switch format {
            case .float32: break
            case .float16: f32_to_f16(instructionSet.rawValue, n, floats, &halves)
            case .bfloat16: f32_to_bf16(instructionSet.rawValue, n, floats, &halves)
            }
            result.withUnsafeMutableBytes { result in
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: result[first * format.bytesPerElement..<(first + n) * format.bytesPerElement])
                if format == .float32 {
                    floats.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<(4 * n)])) }
                } else {
                    halves.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<(2 * n)])) }
                }
            }
        }
        return result
    }
}
