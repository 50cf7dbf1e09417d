import LanguageModels
import Records

/// The checks of what a backward model wrote: each looks for one thing that makes words no instruction, whoever wrote them.
///
/// They know no model and, but for the phrases of `GuardPhrases`, no language. The paper has none and leaves all to the judge; what they drop
/// a judge need not read. Of 8,449 instructions that people wrote (Dolly, rows without context) they would drop fewer than one in 150, most
/// of which point at a list that is not there; of 788 that adapters over SmolLM2-135M-Instruct wrote for held-out answers, eleven.
struct InstructionGuards: Sendable {
    /// How the model was asked.
    let asking: BackwardPrompt

    /// What stands in a stage's settings; it changes when a guard does.
    static let version = "guards-3"

    /// The reason of the first guard that objects, or nil.
    func rejection(of written: WrittenInstruction) -> Rejection? {
        LengthGuard.rejection(of: written)
            ?? PhraseGuard.refusal(in: written)
            ?? LeakGuard(asking: asking).rejection(of: written)
            ?? PhraseGuard.answer(in: written)
            ?? PhraseGuard.pointer(in: written)
            ?? RepetitionGuard.rejection(of: written)
            ?? EchoGuard.rejection(of: written)
            ?? LanguageGuard.rejection(of: written)
    }
}

/// What a model wrote about a passage, cleaned, as guards look at it.
struct WrittenInstruction {
    let text: String
    /// Its words in small letters.
    let words: [Substring]
    let passage: String
    /// The passage's language, where it is known.
    let language: String?
    /// Whether the token limit ended it.
    let isCutOff: Bool

    init(_ text: String, about passage: String, language: String? = nil, isCutOff: Bool = false) {
        self.text = text
        words = Self.words(text)
        self.passage = passage
        self.language = language
        self.isCutOff = isCutOff
    }

    var isQuestion: Bool { text.contains { "?？؟".contains($0) } }

    /// Runs of letters and digits in small letters; where a script writes no spaces, each character is a word.
    static func words(_ text: String) -> [Substring] {
        let small = text.lowercased()
        var words: [Substring] = []
        var start: String.Index?
        for place in small.indices {
            let character = small[place]
            let standsAlone = character.unicodeScalars.first.map(Script.writesNoSpaces) ?? false
            let belongs = !standsAlone && (character.isLetter || character.isNumber)
            if let begun = start, !belongs {
                words.append(small[begun..<place])
                start = nil
            }
            if standsAlone { words.append(small[place...place]) }
            if belongs, start == nil { start = place }
        }
        if let start { words.append(small[start...]) }
        return words
    }
}
