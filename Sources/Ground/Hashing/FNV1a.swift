/// FNV-1a (Fowler, Noll and Vo): a short hash of names and words, the same for ever; not for keys that an adversary chooses.
public enum FNV1a {
    /// The 64-bit hash of nothing.
    @inlinable public static var start: UInt64 { 0xCBF2_9CE4_8422_2325 }
    @inlinable public static var factor: UInt64 { 0x100_0000_01B3 }

    /// The 64-bit hash of one byte more.
    @inlinable @inline(__always)
    public static func adding(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* factor }

    /// The 64-bit hash; with `first`, the hash of earlier bytes, that of them all.
    @inlinable
    public static func hash64(_ bytes: some Sequence<UInt8>, after first: UInt64 = start) -> UInt64 {
        var hash = first
        for byte in bytes { hash = adding(byte, to: hash) }
        return hash
    }

    /// The 32-bit hash, ASCII capitals taken as small letters where `lowering`.
    @inlinable
    public static func hash32(_ bytes: ArraySlice<UInt8>, lowering: Bool = false) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in bytes { hash = (hash ^ UInt32(lowering && byte &- 65 < 26 ? byte | 32 : byte)) &* 16_777_619 }
        return hash
    }
}
