/// Identifiers that say what a record is, wherever and whenever it is made.
public enum RecordID {
    /// 24 hexadecimal digits of the SHA-256 of the parts: 96 bits, so that among a thousand million records a collision stays unlikely.
    ///
    /// Every part is preceded by its length, so that no two lists of parts read the same.
    public static func make(_ parts: String...) -> String { make(parts) }

    /// 24 hexadecimal digits of the SHA-256 of the parts.
    public static func make(_ parts: [String]) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update("\(part.utf8.count):")
            hash.update(part)
        }
        return String(hash.hexDigest().prefix(24))
    }
}
