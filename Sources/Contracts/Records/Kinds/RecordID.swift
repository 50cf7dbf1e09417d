import Ground

/// Identifiers that say what a record is, wherever and whenever it is made.
public enum RecordID {
    /// 24 hexadecimal digits of the SHA-256 of the parts: 96 bits, so that among a thousand million records a collision stays unlikely.
    ///
    /// Every part is preceded by its length, so that no two lists of parts read the same.
    public static func make(_ parts: String...) -> String { make(parts) }

    /// 24 hexadecimal digits of the SHA-256 of the parts.
    public static func make(_ parts: [String]) -> String {
        var message: [UInt8] = []
        message.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 8 })
        for part in parts {
            message.append(contentsOf: String(part.utf8.count).utf8)
            message.append(UInt8(ascii: ":"))
            message.append(contentsOf: part.utf8)
        }
        return String(SHA256.hex(message).prefix(24))
    }
}
