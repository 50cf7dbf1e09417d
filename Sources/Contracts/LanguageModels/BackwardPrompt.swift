import Ground

/// How a model is asked for the instruction that a text answers.
///
/// A model of the role backward is asked as it was trained (`RolePrompts.backward`). A model that follows instructions is told what to write
/// and shown two examples, as turns of a conversation in its own chat template, and its answer is begun for it: a small model then asks
/// where it would rather answer. A base model without a chat template continues plain text of the same examples. About a German text it is
/// told in German, with German examples. All prompts of one model and language begin alike, so that the examples are computed once.
public struct BackwardPrompt: Sendable, Equatable {
    enum Form: Sendable { case trained, conversation, plain }

    let form: Form
    private let words: Words

    /// - Parameter language: of the texts that are asked about, ISO 639-1; German has words of its own, all others the English ones. A model
    ///   of the role is asked in the words that it was trained on, whatever the language.
    public init(for card: ModelCard, language: String? = nil) {
        words = language?.lowercased().hasPrefix("de") == true ? .german : .english
        form = card.roles.contains(.backward) ? .trained : card.hasChatTemplate ? .conversation : .plain
    }

    /// Whether the model is told what to do, rather than trained to do it; what it says then wants cleaning.
    public var asksByExample: Bool { form != .trained }

    /// Whether the texts are German, and so the words around them.
    public var isGerman: Bool { words == .german }

    /// What stands in `made_by`; it changes when the wording does.
    public var version: String {
        switch form {
        case .trained: RolePrompts.version
        case .conversation: "examples-chat-\(words.version)"
        case .plain: "examples-text-\(words.version)"
        }
    }

    /// The prompt about a text.
    ///
    /// - Parameters:
    ///   - title: the page's name, which a trained model is told.
    ///   - heading: the section's.
    public func prompt(_ output: String, title: String? = nil, heading: String? = nil) -> Prompt {
        switch form {
        case .trained: .chat(RolePrompts.backward(output, title: title, heading: heading))
        case .conversation: .chat(conversation(about: output))
        case .plain: .text(plainText(about: output))
        }
    }

    /// Where the answer ends: plain text goes on with the next text otherwise.
    public var stop: [String] { form == .plain ? ["\n"] : [] }

    /// What the instruction is written with behind the prompt: a space, where the prompt ends with a colon.
    public func continuation(_ instruction: String) -> String { asksByExample ? " " + instruction : instruction }

    /// The prompt's own words, which are no instruction.
    public var ownWords: [String] { asksByExample ? [words.question] + words.examples.map(\.question) : [RolePrompts.backwardQuestion] }

    /// The instructions of the examples, which are no instruction for another text.
    public var exampleInstructions: [String] { asksByExample ? words.examples.map(\.instruction) : [] }

    /// Texts of the language that fit any instruction equally badly.
    var neutralTexts: [String] { words.neutral }

    // MARK: - Wording

    // Tried on 25 to 100 answers of people with SmolLM2-135M-Instruct, at the method's sampling: without a beginning of its answer the model
    // rewrites the text or answers it (ROUGE-L to the human instruction .09 to .12), with one it asks (.19); "which question does it answer?"
    // loses the text (hit@1 .44), "write the question" keeps it (.84); without examples .18, with two long ones .23, two short ones .25.

    private func conversation(about output: String) -> [ChatMessage] {
        var turns: [ChatMessage] = []
        func show(_ text: String, _ question: String) {
            turns.append(ChatMessage(.user, "\(turns.isEmpty ? words.first : words.further)\n\n\(text)\n\n\(question)"))
        }
        for example in words.examples {
            show(example.output, example.question)
            turns.append(ChatMessage(.assistant, "\(example.label): \(example.instruction)"))
        }
        show(output, words.question)
        return turns + [ChatMessage(.assistant, words.beginning)]
    }

    private func plainText(about output: String) -> String {
        let shown = words.examples.map { "Text: \($0.output)\n\(words.label) \($0.instruction)\n\n" }.joined()
        return "\(words.told)\n\n\(shown)Text: \(output)\n\(words.label)"
    }
}
