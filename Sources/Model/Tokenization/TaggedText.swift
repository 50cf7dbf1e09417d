/// A text that remembers, byte by byte, what the template wrote and what came from a turn.
struct TaggedText: Sendable, Equatable {
    /// Where a byte comes from.
    struct Tag: OptionSet, Sendable {
        let rawValue: UInt8

        /// The content of a turn: never read as special tokens.
        static let content = Tag(rawValue: 1)
        /// The content of a turn of the assistant: what a model learns to say.
        static let assistant = Tag(rawValue: 2)
    }

    private(set) var bytes: [UInt8] = []
    private(set) var tags: [Tag] = []
    /// Whether the tags say all that the assistant says, so that the token behind its content is not counted in.
    var hasExactTags = false

    mutating func append(_ text: some Sequence<UInt8>, _ tag: Tag = []) {
        for byte in text {
            bytes.append(byte)
            tags.append(tag)
        }
    }

    mutating func append(_ text: String, _ tag: Tag = []) { append(text.utf8, tag) }

    func isTemplate(_ range: Range<Int>) -> Bool { tags[range].allSatisfy { !$0.contains(.content) } }
}
