import CKernels

/// How a model file stores its numbers, little-endian.
public enum StorageFormat: Sendable, CaseIterable {
    case float32
    case float16
    case bfloat16

    /// The length of one number.
    public var bytesPerElement: Int { self == .float32 ? 4 : 2 }

    /// Converts `count` numbers from stored bytes, at any alignment.
    func read(
        _ count: Int, at source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, instructionSet: InstructionSet = .best
    ) {
        guard self != .float32 else {
            UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 4 * count)
            return
        }
        let convert = self == .float16 ? f16_to_f32 : bf16_to_f32
        if UInt(bitPattern: source) % 2 == 0 {
            return convert(instructionSet.rawValue, count, source.assumingMemoryBound(to: UInt16.self), target)
        }
        let piece = 4096
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: piece) { halves in
            guard let start = halves.baseAddress else { return }
            for first in stride(from: 0, to: count, by: piece) {
                let n = min(piece, count - first)
                UnsafeMutableRawPointer(start).copyMemory(from: source + 2 * first, byteCount: 2 * n)
                convert(instructionSet.rawValue, n, start, target + first)
            }
        }
    }
}

extension Tensor {
    /// Reads a tensor from stored bytes, at any alignment.
    public convenience init(bytes: UnsafeRawBufferPointer, format: StorageFormat, shape: [Int], instructionSet: InstructionSet = .best) {
        self.init(toOverwrite: shape)
        precondition(bytes.count == count * format.bytesPerElement, "\(bytes.count) bytes for the shape \(shape)")
        guard let start = bytes.baseAddress, count > 0 else { return }
        if let target = pointer as? UnsafeMutablePointer<Float> {
            format.read(count, at: start, into: target, instructionSet: instructionSet)
            return
        }
        let piece = 4096
        withUnsafeTemporaryAllocation(of: Float.self, capacity: piece) { floats in
            guard let numbers = floats.baseAddress else { return }
            for first in stride(from: 0, to: count, by: piece) {
                let n = min(piece, count - first)
                format.read(n, at: start + first * format.bytesPerElement, into: numbers, instructionSet: instructionSet)
                for i in 0..<n { pointer[first + i] = Element(numbers[i]) }
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
