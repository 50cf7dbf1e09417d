import Ground
import Records

/// Drops what is written in another language than its passage: in another script, or with another language's common words.
///
/// Instructions are short, so that languages are told apart only where it is plain: at least two common words of the other language, three
/// times as many as of the passage's own. The detector is the built-in one, whatever is installed: the same instruction is dropped everywhere.
enum LanguageGuard {
    private static let fewestLetters = 8
    private static let mainShare = 0.7
    private static let fewestWords = 2
    private static let timesAsMany = 3

    static func rejection(of written: WrittenInstruction) -> Rejection? {
        if let foreign = foreignScript(of: written) { return foreign }
        let detector = LanguageDetector.shared
        let language = written.language.map { String($0.lowercased().prefix(2)) } ?? detector.detect(written.passage)?.code
        let found = detector.stopWords(in: written.text).of
        guard let language, let own = found[language], let most = found.values.max(), most >= fewestWords, most >= timesAsMany * own,
            let other = found.filter({ $0.value == most }).keys.min()
        else { return nil }
        return Rejection("instruction_language", value: .string(other), threshold: .string(language))
    }

    /// A passage that is nearly all in one script, and an instruction with none of it.
    private static func foreignScript(of written: WrittenInstruction) -> Rejection? {
        let (said, passage) = (Script.letters(of: written.text), Script.letters(of: written.passage))
        let (saidLetters, passageLetters) = (said.values.reduce(0, +), passage.values.reduce(0, +))
        guard saidLetters >= fewestLetters,
            let main = passage.first(where: { Double($0.value) >= mainShare * Double(passageLetters) })?.key, said[main] == nil,
            let other = Script.allCases.max(by: { said[$0, default: 0] < said[$1, default: 0] })
        else { return nil }
        return Rejection("instruction_language", value: .string("\(other) letters"), threshold: .string("\(main) letters"))
    }
}
