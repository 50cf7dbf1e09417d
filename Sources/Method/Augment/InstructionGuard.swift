import LanguageModels
import Records

/// What a model says that was only told to write an instruction, and that is none: it refuses, it answers or retells the text, or it says
/// the prompt again.
///
/// Of 2,500 instructions that people wrote (Dolly, rows without context) it would refuse 12.
struct InstructionGuard: Sendable {
    /// The prompt's own words, and the instructions of its examples.
    let prompt: BackwardPrompt

    /// Why the words are no instruction, or nil. `instruction_refuses`, `instruction_leaks_prompt` or `instruction_answers`.
    func rejection(of instruction: String, output: String) -> Rejection? {
        let small = instruction.lowercased()
        // A long instruction may hold a text in which somebody says so.
        let opening = small.prefix(Self.openingLetters)
        if let words = Self.refusals.first(where: { opening.contains($0) }) {
            return Rejection("instruction_refuses", value: .string(words), threshold: "an instruction")
        }
        if let words = leak(in: instruction) {
            return Rejection("instruction_leaks_prompt", value: .string(words), threshold: "words of its own")
        }
        if let words = Self.answer(in: instruction, small) {
            return Rejection("instruction_answers", value: .string(words), threshold: "a question or a command")
        }
        return nil
    }

    private static let openingLetters = 160
    private static let refusals = [
        "i'm sorry", "i am sorry", "i apologize", "i apologise", "i cannot", "i can't", "i'm unable", "i am unable", "i'm not able",
        "i'm not equipped", "as an ai", "as a text-based", "as a language model", "i don't have access", "i do not have access",
        "i'm ready to help",
        "i'd be happy to", "i'll be happy to", "please provide the", "please provide me", "no text was", "no text provided",
    ]

    /// Words of the prompt in the instruction: a run of six, or an example's instruction that differs in a word or two.
    private func leak(in instruction: String) -> String? {
        let said = InstructionFilter.words(instruction)
        for words in prompt.ownWords {
            let own = InstructionFilter.words(words)
            let length = min(Self.leakWords, own.count)
            guard InstructionFilter.longestSharedRun(of: said, in: own, stoppingAt: length) < length || length == 0 else { return words }
        }
        for example in prompt.exampleInstructions where LexicalIndex.jaccard(example, instruction) >= Self.mostLikeExample {
            return example
        }
        return nil
    }

    private static let leakWords = 6
    private static let mostLikeExample = 0.6

    /// The beginning of a statement where an instruction is wanted: nothing in it asks, and it begins as statements do.
    private static func answer(in instruction: String, _ small: String) -> String? {
        guard !instruction.contains("?"), let first = InstructionFilter.words(small).first else { return nil }
        let words = InstructionFilter.words(small).map(String.init)
        // "The best ... are what": a verb that asks anywhere near the beginning is taken for a command.
        guard statements.contains(String(first)), !words.prefix(12).contains(where: commands.contains) else { return nil }
        return instruction.split(separator: " ").prefix(6).joined(separator: " ")
    }

    private static let statements: Set<String> = [
        "the", "this", "these", "those", "that", "it", "its", "they", "he", "she", "we", "there", "a", "an", "yes", "no", "here", "you",
        "your",
        "i", "my", "our", "their", "his", "her", "some", "many", "most", "both", "another", "while", "although", "because", "since",
        "however", "also", "one", "two", "three", "there's", "it's",
    ]
    private static let commands: Set<String> = [
        "answer", "brainstorm", "calculate", "can", "classify", "compare", "compose", "could", "create", "define", "describe", "discuss",
        "explain", "extract", "find", "generate", "give", "help", "identify", "imagine", "list", "make", "me", "name", "need",
        "outline",
        "plan", "please", "provide", "recommend", "rewrite", "select", "should", "show", "suggest", "summarise", "summarize", "tell",
        "translate",
        "want", "what", "would", "write",
    ]
}
