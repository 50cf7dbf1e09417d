import Testing

@testable import Ingest

@Suite struct QuestionHeadingsTests {
    private func raised(_ markdown: String) -> String {
        MarkdownWriter.text(of: QuestionHeadings.raised(in: MarkdownReader.blocks(of: Array(markdown.utf8), form: .markdown)))
    }

    @Test(
        "questions under a heading that promises them become headings below it",
        arguments: [
            "FAQ", "Frequently asked questions about beans", "Häufig gestellte Fragen", "Questions fréquentes", "Preguntas frecuentes",
            "Q&A",
        ])
    func promised(_ heading: String) {
        #expect(
            raised("## \(heading)\n\nDo beans climb?\n\nThey do.\n\nDo peas climb?\n\nThey do.")
                == "## \(heading)\n\n### Do beans climb?\n\nThey do.\n\n### Do peas climb?\n\nThey do.")
    }

    @Test("a question may be an item or the first line of a block, and its number goes")
    func forms() {
        #expect(
            raised("## FAQ\n\n1. Do beans climb?\n\nThey do.\n\n02\n\nDo peas climb?\nThey do.")
                == "## FAQ\n\n### Do beans climb?\n\nThey do.\n\n### Do peas climb?\n\nThey do.")
    }

    @Test(
        "elsewhere, and without an answer, they stay what they are",
        arguments: [
            "## Beans\n\nDo beans climb?\n\nThey do.\n\nDo peas climb?\n\nThey do.", "## FAQ\n\nDo beans climb?\n\nThey do.",
            "## FAQ\n\nDo beans climb?\n\nDo peas climb?\n\nDo hops climb?",
            "## What is a FAQ?\n\nDo beans climb?\n\nYes.\n\nDo peas?\n\nYes.",
            "Who knows?", "",
        ])
    func others(_ text: String) { #expect(raised(text) == text) }

    @Test("the promise ends with the next heading of its rank")
    func end() {
        let text = "## FAQ\n\nSome.\n\n## Beans\n\nDo beans climb?\n\nThey do.\n\nDo peas climb?\n\nThey do."
        #expect(raised(text) == text)
    }

    @Test(
        "one question is two words or more with its mark at the end",
        arguments: [
            ("Do beans climb?", true), ("\"Do beans climb?\"", true), ("豆はどうして登るのですか？", true), ("هل تتسلق الفاصوليا؟", true),
            ("Why?", false),
            ("They do. Do they?", false), ("Do they? They do.", false), ("Beans climb", false), ("1. Do beans climb?", true),
        ])
    func one(_ text: String, _ expected: Bool) { #expect(QuestionHeadings.isQuestion(text) == expected) }

    @Test("a full question has five words")
    func full() {
        #expect(QuestionHeadings.isFullQuestion("How long do beans grow?"))
        #expect(!QuestionHeadings.isFullQuestion("Exploring alternatives to beans?"))
        #expect(QuestionHeadings.isFullQuestion("豆はどうして登るのですか？"))
    }
}
