/// eˣ for rows of logits, eight at a time, to about 2e-7 relative: the same operations, so the same bits, on every processor.
enum VectorExponential {
    private typealias Lanes = SIMD8<Float>

    /// weights[i] = exp(factor × (logits[i] - max)), and their sum.
    static func weights(
        of logits: UnsafeBufferPointer<Float>, factor: Float, into weights: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        precondition(weights.count == logits.count, "one weight a logit")
        let bytes = UnsafeRawBufferPointer(logits)
        let whole = logits.count / 8 * 8
        var tops = Lanes(repeating: -.infinity)
        for place in stride(from: 0, to: whole, by: 8) {
            let x = bytes.loadUnaligned(fromByteOffset: 4 * place, as: Lanes.self)
            tops.replace(with: x, where: x .> tops)
        }
        var largest = tops.max()
        for place in whole..<logits.count { largest = max(largest, logits[place]) }
        var sum = 0.0
        let target = UnsafeMutableRawBufferPointer(weights)
        for block in stride(from: 0, to: whole, by: 1024) {
            var sums = Lanes.zero
            for place in stride(from: block, to: min(whole, block + 1024), by: 8) {
                let x = bytes.loadUnaligned(fromByteOffset: 4 * place, as: Lanes.self)
                let weight = exponential((x - largest) * factor)
                target.storeBytes(of: weight, toByteOffset: 4 * place, as: Lanes.self)
                sums += weight
            }
            sum += Double(sums.sum())
        }
        for place in whole..<logits.count {
            weights[place] = value((logits[place] - largest) * factor)
            sum += Double(weights[place])
        }
        return sum
    }

    /// The same function of one number.
    static func value(_ x: Float) -> Float { exponential(Lanes(repeating: x))[0] }

    /// exp(x) = 2ⁿ exp(r) with |r| ≤ ln 2 / 2, the latter by its series to the sixth power; 0 below -87.
    @inline(__always)
    private static func exponential(_ x: Lanes) -> Lanes {
        let magic: Float = 12_582_912  // 1.5 × 2²³: adding it rounds to a whole number, which then stands in the low bits
        let shifted = x * 1.442_695_04 + magic
        let n = shifted - magic
        let r = (x - n * 0.693_359_375) - n * -2.121_944_4e-4
        var series = Lanes(repeating: 1 / 720)
        for coefficient in [1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1] as [Float] { series = series * r + coefficient }
        let power = (unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &- magic.bitPattern &+ 127) &<< 23
        return (series * unsafeBitCast(power, to: Lanes.self)).replacing(with: 0, where: x .< -87)
    }
}
