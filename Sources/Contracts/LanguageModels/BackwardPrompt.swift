import Ground

/// How a model is asked for the instruction that a text answers.
///
/// A model of the role backward is asked as it was trained (`RolePrompts.backward`). A model that follows instructions is told what to write
/// and shown two examples, as turns of a conversation in its own chat template, and its answer is begun for it: a small model then asks
/// where it would rather answer. A base model without a chat template continues plain text of the same examples. All prompts of one
/// model begin alike, so that the examples are computed once.
public struct BackwardPrompt: Sendable, Equatable {
    enum Form: Sendable { case trained, conversation, plain }

    let form: Form

    public init(for card: ModelCard) {
        form = card.roles.contains(.backward) ? .trained : card.hasChatTemplate ? .conversation : .plain
    }

    /// Whether the model is told what to do, rather than trained to do it; what it says then wants cleaning.
    public var asksByExample: Bool { form != .trained }

    /// What stands in `made_by`; it changes when the wording does.
    public var version: String {
        switch form {
        case .trained: RolePrompts.version
        case .conversation: "examples-chat-1"
        case .plain: "examples-text-1"
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
        case .conversation: .chat(Self.conversation(about: output))
        case .plain: .text(Self.plainText(about: output))
        }
    }

    /// Where the answer ends: plain text goes on with the next text otherwise.
    public var stop: [String] { form == .plain ? ["\n"] : [] }

    /// What the instruction is written with behind the prompt: a space, where the prompt ends with a colon.
    public func continuation(_ instruction: String) -> String { asksByExample ? " " + instruction : instruction }

    /// The prompt's own words, which are no instruction.
    public var ownWords: [String] { asksByExample ? [Self.question] + Self.examples.map(\.question) : [RolePrompts.backwardQuestion] }

    /// The instructions of the examples, which are no instruction for another text.
    public var exampleInstructions: [String] { asksByExample ? Self.examples.map(\.instruction) : [] }

    // MARK: - Wording

    // Tried on 25 to 100 answers of people with SmolLM2-135M-Instruct, at the method's sampling: without a beginning of its answer the model
    // rewrites the text or answers it (ROUGE-L to the human instruction .09 to .12), with one it asks (.19); "which question does it answer?"
    // loses the text (hit@1 .44), "write the question" keeps it (.84); without examples .18, with two long ones .23, two short ones .25.

    private static let question = "Write the question or instruction that it answers."
    private static let beginning = "Question:"

    private static func conversation(about output: String) -> [ChatMessage] {
        var turns: [ChatMessage] = []
        func show(_ text: String, _ question: String) {
            turns.append(ChatMessage(.user, "Here is \(turns.isEmpty ? "a" : "another") text:\n\n\(text)\n\n\(question)"))
        }
        for example in examples {
            show(example.output, example.question)
            turns.append(ChatMessage(.assistant, "\(example.label): \(example.instruction)"))
        }
        show(output, question)
        return turns + [ChatMessage(.assistant, beginning)]
    }

    private static func plainText(about output: String) -> String {
        let shown = examples.map { "Text: \($0.output)\nQuestion or instruction: \($0.instruction)\n\n" }.joined()
        return
            "Each text below answers a question or an instruction, which stands behind it.\n\n\(shown)Text: \(output)\nQuestion or instruction:"
    }

    private struct Shown {
        var output: String
        var question: String
        var label: String
        var instruction: String
    }

    /// One question and one instruction, one text in prose and one list.
    private static let examples = [
        Shown(
            output:
                "Sourdough rises without yeast from a packet because flour and water, left to stand for a few days, grow wild yeast of their own. "
                + "The yeast makes the gas that lifts the dough.",
            question: "Write the question that it answers.", label: "Question",
            instruction: "How does sourdough bread rise without yeast from a packet?"),
        Shown(
            output: """
                1. Put a front and a rear light on the bicycle.
                2. Let a little air out of the tyres, so that they grip better on ice.
                3. Brake early, with the rear brake first.
                """,
            question: "Write the instruction that it follows.", label: "Instruction",
            instruction: "Give me a few tips for cycling to work safely in winter."),
    ]
}
