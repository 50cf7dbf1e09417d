/// A fast hash for orders, samples and running fingerprints: the same number for the same bytes on every machine and in every release.
///
/// Words are folded into two lanes by 64 x 64 -> 128 bit products; not for secrets.
public func stableHash64(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
    let raw = bytes.bytes
    var one = StableMix.fold(seed ^ StableMix.first, StableMix.second)
    var two = StableMix.fold(seed ^ StableMix.third, StableMix.first)
    var at = 0
    while at + 32 <= bytes.count {
        one = StableMix.fold(word(raw, at) ^ StableMix.first, word(raw, at + 8) ^ one)
        two = StableMix.fold(word(raw, at + 16) ^ StableMix.second, word(raw, at + 24) ^ two)
        at += 32
    }
    while at + 8 <= bytes.count {
        one = StableMix.fold(word(raw, at) ^ StableMix.third, one ^ StableMix.second)
        at += 8
    }
    var rest: UInt64 = 0
    for index in at..<bytes.count { rest = rest << 8 | UInt64(bytes[index]) }
    two = StableMix.fold(rest ^ StableMix.third, two ^ UInt64(bytes.count))
    return StableMix.fold(one ^ StableMix.second, two ^ StableMix.first ^ UInt64(bytes.count))
}

/// The stable hash of the UTF-8 bytes of `text`.
public func stableHash64(_ text: String, seed: UInt64 = 0) -> UInt64 { stableHash64(text.utf8Span.span, seed: seed) }

/// The stable hash of `bytes`.
public func stableHash64(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 { stableHash64(bytes.span, seed: seed) }

private func word(_ raw: RawSpan, _ at: Int) -> UInt64 {
    UInt64(littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self))
}

enum StableMix {
    // Odd, with about half of their bits set: the fractional parts of the square roots of 2, 3 and 5.
    static let first: UInt64 = 0x6A09_E667_F3BC_C909
    static let second: UInt64 = 0xBB67_AE85_84CA_A73B
    static let third: UInt64 = 0x3C6E_F372_FE94_F82B

    /// Both halves of the product, laid over each other; the operands are mixed in again so that a zero does not swallow the other.
    @inline(__always)
    static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low ^ (one &+ other &* third)
    }
}
