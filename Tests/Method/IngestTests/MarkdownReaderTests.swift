import Testing

@testable import Ingest

@Suite struct MarkdownReaderTests {
    @Test("reads what the writer writes")
    func roundTrip() {
        let text = """
            # Beans

            A line
            and another.

            - one
            - two
              1. deep

            ```swift
            let a = 1

              let b = 2
            ```

            > said she
            >
            > and he

            | a | b |
            | --- | --- |
            | 1 | 2 |

            ## End
            """
        #expect(MarkdownWriter.text(of: MarkdownReader.blocks(of: text)) == text)
    }

    @Test("plain text has paragraphs only, underlined lines are headings in Markdown")
    func forms() {
        #expect(MarkdownReader.blocks(of: "a\n<!-- b\n# c\n-->\nd").map(\.text) == ["a", "d"])
        #expect(MarkdownReader.blocks(of: "<!-- b -->\n# c\n<!-- d\ne").map(\.text) == ["c", "<!-- d\ne"])
        #expect(MarkdownReader.blocks(of: "a <b>\u{A0} \r\n\r\n~~~ sh\n <!--\n~~~").map(\.text) == ["a <b>", " <!--"])
        #expect(MarkdownReader.blocks(of: "# a\nb\n\n- c", form: .plain).map(\.kind) == [.paragraph, .paragraph])
        #expect(MarkdownReader.blocks(of: "Beans\n=====\ntext").map(\.kind) == [.heading(level: 1), .paragraph])
    }

    @Test(
        "a line indented by four columns is code, whatever marks it holds, and a paragraph's first line is none",
        arguments: [
            ("a\n\n    # no heading\n    n = 1\n\nb", "a\n\n```\n# no heading\nn = 1\n```\n\nb"),
            ("\t- no item\n\n\n\t\tdeep\n", "```\n- no item\n\n\n\tdeep\n```"),
            ("a\n    goes on", "a\ngoes on"), ("   # A heading\n\ntext", "# A heading\n\ntext"),
            ("    It was late\nand dark.", "It was late\nand dark."), ("1. one\n\n    more\n2. two", "1. one\n\nmore\n\n2. two"),
        ])
    func indentedCode(_ source: String, _ text: String) {
        #expect(MarkdownWriter.text(of: MarkdownReader.blocks(of: source)) == text)
    }

    @Test("in text that may be no Markdown, indented prose is prose and indented code is code")
    func unknownForm() {
        let source = "Start.\n\n    \u{201C}Good morning,\u{201D} said the miller to the baker.\n\n    let a = [1, 2]; print(a)\n\nEnd."
        let kinds = MarkdownReader.blocks(of: source, form: .unknown).map(\.kind)
        #expect(
            kinds == [.paragraph, .code(language: ""), .paragraph] || kinds == [.paragraph, .paragraph, .code(language: ""), .paragraph])
        let prose = "    The miller came down to the water.\n\n    The baker did not."
        #expect(MarkdownReader.blocks(of: prose, form: .unknown).map(\.kind) == [.paragraph, .paragraph])
    }

    @Test(
        "fences are longer than any in the code, and end at one as long as theirs",
        arguments: ["```sh\nls\n```", "one ` two `` three", "````\n```\n````", "~~~~"])
    func fences(_ code: String) {
        let block = PageText.Block(.code(language: "md"), code)
        let text = MarkdownWriter.text(of: [block])
        #expect(MarkdownReader.blocks(of: text) == [block])
    }

    @Test("tables keep their empty cells and escaped bars, and a blank line ends one")
    func tables() {
        let text = "| a \\| b |  | c |\n| --- | --- | --- |\n|  | 1 | 2 |\n\n| d |\n| --- |\n| 3 |"
        #expect(MarkdownWriter.text(of: MarkdownReader.blocks(of: text)) == text)
    }

    @Test("items keep their numbers, 0 among them")
    func numbers() {
        #expect(MarkdownWriter.text(of: MarkdownReader.blocks(of: "0. zero\n7. seven")) == "0. zero\n7. seven")
    }
}
