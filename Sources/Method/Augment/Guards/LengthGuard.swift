import Records

/// Drops what is empty, what the token limit cut off, and what is too short or too long to be an instruction.
enum LengthGuard {
    /// In bytes of UTF-8, so that a character of Chinese counts for what it says. Of 8,449 instructions of people three are shorter, two of
    /// them "Test".
    static let fewestBytes = 10
    /// A reproduction of the paper used 800 after the fact (Spico197/Humpback).
    static let mostCharacters = 800

    static func rejection(of written: WrittenInstruction) -> Rejection? {
        let (bytes, characters) = (written.text.utf8.count, written.text.unicodeScalars.count)
        if bytes == 0 { return Rejection("instruction_empty", value: 0, threshold: .integer(fewestBytes)) }
        if written.isCutOff { return Rejection("instruction_cut_off", value: "token limit", threshold: "end of turn") }
        if bytes < fewestBytes { return Rejection("instruction_short", value: .integer(bytes), threshold: .integer(fewestBytes)) }
        if characters > mostCharacters {
            return Rejection("instruction_long", value: .integer(characters), threshold: .integer(mostCharacters))
        }
        return nil
    }
}
