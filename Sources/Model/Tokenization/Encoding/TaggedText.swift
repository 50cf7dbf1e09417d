import Jinja

/// A text that remembers, byte by byte, what the template wrote and what came from a turn.
struct TaggedText: Sendable, Equatable {
    /// Where a byte comes from.
    struct Tag: OptionSet, Sendable {
        let rawValue: UInt8

        /// The content of a turn: never read as special tokens.
        static let content = Tag(rawValue: 1)
        /// The content of a turn of the assistant: what a model learns to say.
        static let assistant = Tag(rawValue: 2)
        /// The content of a turn of the assistant that a model does not learn.
        static let unlearned = Tag(rawValue: 4)
    }

    private(set) var bytes: [UInt8] = []
    private(set) var tags: [Tag] = []
    /// Whether the tags say all that the assistant says, so that the token behind its content is not counted in.
    var hasExactTags = false

    /// Takes the assistant's tag from every stretch of it that holds the content of a turn that is not learned: a template that marks what
    /// the assistant says marks all of its turns.
    mutating func leaveOutUnlearned() {
        guard hasExactTags, tags.contains(where: { $0.contains(.unlearned) }) else { return }
        var start = 0
        while let first = tags[start...].firstIndex(where: { $0.contains(.assistant) }) {
            let end = tags[first...].firstIndex { !$0.contains(.assistant) } ?? tags.count
            if tags[first..<end].contains(where: { $0.contains(.unlearned) }) {
                for place in first..<end { tags[place].remove(.assistant) }
            }
            start = end
        }
    }

    mutating func append(_ text: some Sequence<UInt8>, _ tag: Tag = []) {
        for byte in text {
            bytes.append(byte)
            tags.append(tag)
        }
    }

    mutating func append(_ text: String, _ tag: Tag = []) { append(text.utf8, tag) }

    func isTemplate(_ range: Range<Int>) -> Bool { tags[range].allSatisfy { !$0.contains(.content) } }
}

extension TaggedText {
    /// What a template wrote, as bytes with their origin.
    init(_ written: JinjaText) {
        for unit in written.units {
            var tag: Tag = []
            if unit & JinjaText.contentMark != 0 { tag.insert(.content) }
            if unit & JinjaText.assistantMark != 0 { tag.insert(.assistant) }
            if unit & JinjaText.unlearnedMark != 0 { tag.insert(.unlearned) }
            append(UTF8.encode(JinjaText.scalar(unit)) ?? UTF8.encodedReplacementCharacter, tag)
        }
    }
}
