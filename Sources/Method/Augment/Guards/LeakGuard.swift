import Ground
import LanguageModels
import Records

/// Drops what says the prompt again: six words of its own or of an example's instruction in a row, such an instruction that differs in a word
/// or two, or a mark of a chat template. What the passage says itself may be said.
struct LeakGuard {
    let asking: BackwardPrompt

    private static let fewestWords = 6
    private static let mostLikeExample = 0.6
    private static let marks = ["<|", "|>", "[INST]", "[/INST]", "<<SYS>>", "<start_of_turn>", "<end_of_turn>"]

    func rejection(of written: WrittenInstruction) -> Rejection? {
        leak(in: written).map { Rejection("instruction_leaks_prompt", value: .string($0), threshold: "words of its own") }
    }

    private func leak(in written: WrittenInstruction) -> String? {
        if let mark = Self.marks.first(where: written.text.contains) { return mark }
        let passage = WrittenInstruction.words(written.passage)
        for sentence in asking.ownWords + asking.exampleInstructions {
            let own = WrittenInstruction.words(sentence)
            let runs = stride(from: 0, through: own.count - Self.fewestWords, by: 1).map { own[$0..<$0 + Self.fewestWords] }
            if runs.contains(where: { written.words.firstRange(of: $0) != nil && passage.firstRange(of: $0) == nil }) { return sentence }
        }
        return asking.exampleInstructions.first { LexicalIndex.jaccard($0, written.text) >= Self.mostLikeExample }
    }
}
