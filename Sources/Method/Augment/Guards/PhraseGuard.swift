import Records

/// Drops what its wording betrays: a refusal, an answer in the place of an instruction, and an instruction that points at a text which it does
/// not hold. The phrases, by language, stand in `GuardPhrases`.
enum PhraseGuard {
    /// "I'm sorry, but I cannot ...", at the beginning.
    static func refusal(in written: WrittenInstruction) -> Rejection? {
        beginning(of: written, GuardPhrases.refusals).map {
            Rejection("instruction_refuses", value: .string($0), threshold: "an instruction")
        }
    }

    /// "The text says ...", "Here is a summary ...", at the beginning of what is no question.
    static func answer(in written: WrittenInstruction) -> Rejection? {
        guard !written.isQuestion else { return nil }
        return beginning(of: written, GuardPhrases.answers).map {
            Rejection("instruction_answers", value: .string($0), threshold: "a question or a command")
        }
    }

    /// "According to the passage, ...", anywhere, unless a colon or a new line behind it brings the text; behind "the following" a comma or a
    /// question mark may do so too.
    static func pointer(in written: WrittenInstruction) -> Rejection? {
        pointing(in: written, GuardPhrases.pointers, broughtBy: ":：\n\"“«„")
            ?? pointing(in: written, GuardPhrases.listPointers, broughtBy: ":：\n\"“«„,，?？")
    }

    private static func pointing(in written: WrittenInstruction, _ phrases: [GuardPhrases.Phrase], broughtBy marks: String) -> Rejection? {
        for phrase in phrases {
            guard let place = written.words.firstRange(of: phrase.words), let last = written.words[place].last else { continue }
            // The words are pieces of one string in small letters.
            let rest = last.base[last.endIndex...]
            guard let mark = rest.firstIndex(where: marks.contains), rest[mark...].contains(where: { $0.isLetter || $0.isNumber }) else {
                return Rejection("instruction_points_elsewhere", value: .string(phrase.text), threshold: "stands by itself")
            }
        }
        return nil
    }

    private static func beginning(of written: WrittenInstruction, _ phrases: [GuardPhrases.Phrase]) -> String? {
        phrases.first { written.words.starts(with: $0.words) }?.text
    }
}
