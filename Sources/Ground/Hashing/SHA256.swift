/// SHA-256 as FIPS 180-4 defines it, for identifiers and fingerprints that anyone can recompute.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    private var pending: [UInt8] = []
    private var count = 0

    public init() {}

    /// The digest of `bytes` as 64 lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes.span)
        return hash.hexDigest()
    }

    /// Takes in more bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        count += bytes.count
        var at = 0
        if !pending.isEmpty {
            while pending.count < 64, at < bytes.count {
                pending.append(bytes[at])
                at += 1
            }
            guard pending.count == 64 else { return }
            let block = pending
            pending = []
            compress(block.span, from: 0)
        }
        while at + 64 <= bytes.count {
            compress(bytes, from: at)
            at += 64
        }
        while at < bytes.count {
            pending.append(bytes[at])
            at += 1
        }
    }

    /// Takes in the UTF-8 bytes of `text`.
    public mutating func update(_ text: String) { update(text.utf8Span.span) }

    /// The digest of everything taken in so far, as 64 lower-case hexadecimal digits.
    public func hexDigest() -> String {
        var copy = self
        let bits = UInt64(count) * 8
        var padding = [UInt8](repeating: 0, count: 1 + (119 - count % 64) % 64 + 8)
        padding[0] = 0x80
        for index in 0..<8 { padding[padding.count - 1 - index] = UInt8(truncatingIfNeeded: bits >> (8 * index)) }
        copy.update(padding.span)
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for word in copy.state {
            for shift in stride(from: 28, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> UInt32(shift)) & 15
                digits.append(digit < 10 ? 48 + digit : 87 + digit)
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private mutating func compress(_ block: Span<UInt8>, from start: Int) {
        // The schedule of the next sixteen rounds, made anew from the last one.
        var schedule = InlineArray<16, UInt32>(repeating: 0)
        let raw = block.bytes
        for index in 0..<16 {
            schedule[index] = UInt32(bigEndian: raw.unsafeLoadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self))
        }
        let constants = Self.constants.span
        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
        for sixteen in stride(from: 0, to: 64, by: 16) {
            for index in 0..<16 {
                if sixteen > 0 {
                    let (before15, before2) = (schedule[(index + 1) & 15], schedule[(index + 14) & 15])
                    let small0 = rotate(before15, 7) ^ rotate(before15, 18) ^ before15 >> 3
                    let small1 = rotate(before2, 17) ^ rotate(before2, 19) ^ before2 >> 10
                    schedule[index] = schedule[index] &+ small0 &+ schedule[(index + 9) & 15] &+ small1
                }
                let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
                let first = h &+ big1 &+ (e & f ^ ~e & g) &+ constants[sixteen + index] &+ schedule[index]
                let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ (a & b ^ a & c ^ b & c)
                (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
            }
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ value }
    }

    @inline(__always)
    private func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = {
        let primes = (2...311).filter { candidate in (2..<candidate).allSatisfy { candidate % $0 != 0 } }
        return primes.map { fractionOfCubeRoot($0) }
    }()

    /// The integer cube root of prime * 2^96 ends in the 32 bits after the binary point; found bit by bit.
    private static func fractionOfCubeRoot(_ prime: Int) -> UInt32 {
        var root: UInt64 = 0
        let target = (high: UInt64(prime) << 32, low: UInt64(0))
        for bit in (0..<36).reversed() {
            let candidate = root | 1 << UInt64(bit)
            let square = candidate.multipliedFullWidth(by: candidate)
            let low = square.low.multipliedFullWidth(by: candidate)
            let high = square.high &* candidate &+ low.high
            if high < target.high || (high == target.high && low.low == target.low) { root = candidate }
        }
        return UInt32(truncatingIfNeeded: root)
    }
}
