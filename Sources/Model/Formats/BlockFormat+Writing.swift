import Tensors

extension BlockFormat {
    /// Writes numbers; rows must be whole blocks. Plain numbers and Q8_0 are written, the others are read only.
    func bytes(_ tensor: Tensor<Float>) -> [UInt8] {
        if let plain { return tensor.bytes(format: plain) }
        precondition(self == .q80 && tensor.count % 32 == 0, "\(name) is read only, and Q8_0 stores blocks of 32")
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
