@testable import Ingest

/// The passage that Markdown gives, for tests of the filters on its lines. A block that begins with `=>` is a link.
enum LineRules {
    static func passage(_ markdown: String) -> PassageLines {
        PassageLines(
            MarkdownReader.blocks(of: Array(markdown.utf8), form: .markdown).map { block in
                guard block.text.hasPrefix("=>") else { return block }
                return PageText.Block(block.kind, String(block.text.dropFirst(3)), marks: .link)
            })
    }

    /// What a rule found of a passage.
    static func finding(_ markdown: String, _ rule: (PassageLines) -> FilterRule) -> FilterFinding { rule(passage(markdown)).finding() }
}
