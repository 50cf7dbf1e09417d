import Testing

@testable import Ingest

@Suite struct TableTextTests {
    private func text(_ html: String) -> String {
        MarkdownWriter.text(of: Extractor.extract(Array(html.utf8), isAllContent: true).page.blocks)
    }

    @Test("an empty cell keeps its place")
    func emptyCells() {
        #expect(
            text("<table><tr><th>Place<th>Boats<th>Crew<tr><td><td>2<td>5<tr><td>Cove<td><td>4<tr><td>Pier<td>1<td></table>")
                == "| Place | Boats | Crew |\n| --- | --- | --- |\n|  | 2 | 5 |\n| Cove |  | 4 |\n| Pier | 1 |  |")
    }

    @Test("what reaches over rows stands in each, a heading over columns above each, other cells once")
    func spans() {
        #expect(
            text(
                "<table><tr><th rowspan=2>Bay<th colspan=2>Boats<tr><th>2020<th>2021<tr><td>North<td>1<td>2<tr><td colspan=2>no count<td>3</table>"
            )
                == "| Bay | Boats | Boats |\n| --- | --- | --- |\n| Bay | 2020 | 2021 |\n| North | 1 | 2 |\n| no count |  | 3 |")
        #expect(
            text("<table><tr><th>Year<th>Bay<th>Boats<tr><td rowspan=2>1999<td>East<td>4<tr><td>West<td>6</table>")
                == "| Year | Bay | Boats |\n| --- | --- | --- |\n| 1999 | East | 4 |\n| 1999 | West | 6 |")
    }

    @Test("bars are escaped, lists and tables in a cell stay in it")
    func cells() {
        #expect(
            text(
                "<table><tr><th>Sign<th>Use<tr><td>x | y<td><ul><li>pipe</li><li>choice.</li><li>bar</li></ul><tr><td>z<td><p>one</p><p>two</p></table>"
            )
                == "| Sign | Use |\n| --- | --- |\n| x \\| y | pipe; choice. bar |\n| z | one two |")
        #expect(
            text("<table><tr><th>Bay<th>Crew<tr><td>North<td><table><tr><td>day<td>4<tr><td>night<td>2</table></table>")
                .hasSuffix("| North | day 4 night 2 |"))
        #expect(text("<table><tr><th>Call<th>Does<tr><td><pre>a |\n b</pre><td>c</table>").hasSuffix("| a \\| b | c |"))
    }

    @Test("tables that follow each other stay two")
    func neighbours() {
        let one = "<table><tr><th>A<th>B<tr><td>1<td>2</table>"
        let written = "| A | B |\n| --- | --- |\n| 1 | 2 |"
        #expect(text(one + one) == written + "\n\n" + written)
        #expect(text(one + "<p>between</p>" + one) == written + "\n\nbetween\n\n" + written)
    }

    @Test("a title over the whole width is no heading of a column, columns without text go")
    func titles() {
        #expect(
            text("<table><tr><th colspan=3>Boats of the bay<tr><th>Name<th><th>Crew<tr><td>Anna<td><img src=x><td>3</table>")
                == "Boats of the bay\n\n| Name | Crew |\n| --- | --- |\n| Anna | 3 |")
        #expect(text("<table><tr><td><img src=x><td>Only words here</table>") == "Only words here")
    }
}
