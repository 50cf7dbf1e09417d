/// The printable characters that stand for the 256 bytes in the vocabulary of a byte-level tokenizer (GPT-2, Radford et al. 2019).
///
/// Printable Latin-1 bytes stand for themselves; the others take the code points from 256 on, in order.
enum ByteAlphabet {
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
                return Unicode.Scalar(UInt8(byte))
            }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? "\u{FFFD}"
        }
    }()

    private static let byteOfCode: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 512)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = Int16(byte) }
        return bytes
    }()

    /// The bytes that a token of the vocabulary stands for, or nil when it holds a character outside the alphabet.
    static func bytes(of token: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(token.count)
        var at = token.startIndex
        while at < token.endIndex {
            var code = Int(token[at])
            at += 1
            if code >= 0x80 {
                // Every character of the alphabet takes at most two bytes in UTF-8.
                guard code & 0xE0 == 0xC0, at < token.endIndex else { return nil }
                code = (code & 0x1F) << 6 | Int(token[at] & 0x3F)
                at += 1
            }
            guard code < 512, byteOfCode[code] >= 0 else { return nil }
            bytes.append(UInt8(byteOfCode[code]))
        }
        return bytes
    }

    /// The token's text in the vocabulary.
    static func token(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(scalars[Int(byte)]) }
        return String(text)
    }
}
