import Foundation

/// What can be wrong with a template.
public enum JinjaError: Error, Sendable, Equatable {
    /// It cannot be read, does too much, or does what the language has not.
    case template(line: Int, problem: String)
    /// It refuses what it was given, by `raise_exception`.
    case refused(String)
}

/// A template in the Jinja language with the settings that transformers gives it: a conversation in, its text out, every character of which
/// remembers whether it came from a turn.
public struct JinjaTemplate: Sendable {
    /// A turn as templates see it.
    public struct Message: Sendable {
        public var role: String
        public var content: String
        /// The marks of `JinjaText` that the content's characters have.
        public var marks: UInt32

        public init(role: String, content: String, marks: UInt32) {
            self.role = role
            self.content = content
            self.marks = marks
        }
    }

    private let nodes: [JinjaNode]
    /// Whether it says itself what the assistant says, by generation blocks.
    public let marksGeneration: Bool

    public init(_ source: String) throws(JinjaError) {
        nodes = try JinjaParser.parse(source)
        marksGeneration = nodes.contains(where: \.marksGeneration)
    }

    /// The conversation as the template writes it.
    /// - Parameters:
    ///   - names: texts that it may name, such as bos_token.
    ///   - date: the day that `strftime_now` tells; nil tells today.
    /// - Throws: `JinjaError` where it does too much (long conversations are allowed more), does what the language has not, or refuses.
    public func render(
        _ messages: [Message], addingGenerationPrompt: Bool, names: [String: String], date: Date?
    ) throws(JinjaError) -> JinjaText {
        var globals: [String: JinjaValue] = [
            "messages": .list(
                messages.map { message in
                    .dictionary(
                        JinjaDictionary([
                            ("role", .text(JinjaText(message.role))), ("content", .text(JinjaText(message.content, marks: message.marks))),
                        ]))
                }), "add_generation_prompt": .bool(addingGenerationPrompt), "tools": .none, "documents": .none,
        ]
        for (name, text) in names { globals[name] = .text(JinjaText(text)) }
        var interpreter = JinjaInterpreter(globals)
        let length = messages.reduce(0) { $0 + $1.content.utf8.count }
        interpreter.limits.steps += 20 * length
        interpreter.limits.characters = 1_000_000 + 16 * length
        if let date { interpreter.date = date }
        try interpreter.run(nodes)
        return interpreter.output
    }
}
