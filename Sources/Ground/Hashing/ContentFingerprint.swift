import Foundation

/// A fingerprint of bytes, to tell models apart: fast, the same on every machine, not meant to withstand an adversary.
///
/// Four 64-bit lanes each fold eight bytes of every 32 by a full 128-bit product; the lanes, the length and the tail are folded together
/// into 128 bits. Memory-bound on large files.
public struct ContentFingerprint: Sendable {
    private var lanes: [UInt64] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0xD6E8_FEB8_6659_FD93]
    private static let odd: UInt64 = 0xA076_1D64_78BD_642F

    /// - Parameter seed: fingerprints of other seeds differ.
    public init(seed: UInt64 = 0) { lanes[0] ^= seed }

    /// Takes in one number.
    public mutating func combine(_ word: UInt64) {
        let next = Self.fold(lanes[2] ^ word, Self.odd)
        (lanes[0], lanes[1], lanes[2], lanes[3]) = (lanes[1] &+ next, lanes[2], lanes[3] ^ next, lanes[0])
    }

    /// Takes in one piece, its length included: ("ab", "c") and ("a", "bc") differ.
    public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        fold(bytes)
        close(bytes.count)
    }

    /// Takes in one piece of so many bytes, read some at a time; the same as all of them at once.
    public mutating func combine(count: Int, read: (Range<Int>, UnsafeMutableRawBufferPointer) -> Void) {
        let chunk = 1 << 18
        withUnsafeTemporaryAllocation(byteCount: max(1, min(chunk, count)), alignment: 64) { space in
            for start in stride(from: 0, to: count, by: chunk) {
                let part = UnsafeMutableRawBufferPointer(rebasing: space[..<min(chunk, count - start)])
                read(start..<start + part.count, part)
                fold(UnsafeRawBufferPointer(part))
            }
        }
        close(count)
    }

    /// Folds bytes; only the last of one piece may be no multiple of 32.
    private mutating func fold(_ bytes: UnsafeRawBufferPointer) {
        var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        var position = 0
        while position + 32 <= bytes.count {
            a = Self.fold(a ^ Self.word(bytes, position), Self.odd)
            b = Self.fold(b ^ Self.word(bytes, position + 8), Self.odd &+ 2)
            c = Self.fold(c ^ Self.word(bytes, position + 16), Self.odd &+ 4)
            d = Self.fold(d ^ Self.word(bytes, position + 24), Self.odd &+ 6)
            position += 32
        }
        var shift: UInt64 = 1
        while position < bytes.count {
            a = Self.fold(a ^ (UInt64(bytes[position]) | shift << 8), Self.odd)
            shift &+= 1
            position += 1
        }
        lanes = [a, b, c, d]
    }

    private mutating func close(_ count: Int) { lanes[1] = Self.fold(lanes[1] ^ UInt64(count), Self.odd) }

    /// Takes in bytes.
    public mutating func combine(_ bytes: [UInt8]) { bytes.withUnsafeBytes { combine($0) } }

    /// Takes in a text.
    public mutating func combine(_ text: String) {
        var text = text
        text.withUTF8 { combine(UnsafeRawBufferPointer($0)) }
    }

    /// Takes in data.
    public mutating func combine(_ data: Data) { data.withUnsafeBytes { combine($0) } }

    /// 32 hexadecimal digits.
    public var hexadecimal: String { Ground.hexadecimal(digest.0) + Ground.hexadecimal(digest.1) }

    /// Half of it: enough where nothing but accidents is to be found.
    public var bits: UInt64 { digest.0 }

    private var digest: (UInt64, UInt64) {
        let low = Self.fold(Self.fold(lanes[0] ^ lanes[2], Self.odd) ^ lanes[1], lanes[3] | 1)
        let high = Self.fold(Self.fold(lanes[3] ^ lanes[1], Self.odd &+ 8) ^ lanes[2], lanes[0] | 1)
        return (high, low)
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left.byteSwapped  // the last term keeps a zero product from losing the lane
    }
}
