import Testing

@testable import Ingest

@Suite struct TableGridTests {
    private func read(_ html: String) -> TableGrid? {
        let tree = HTMLParser.parse(Array(html.utf8))
        return tree.nodes.indices.first { tree.nodes[$0].tag == .table }.flatMap { TableGrid($0, in: tree) }
    }

    @Test("cells stand where the spans before and above let them")
    func spans() throws {
        let grid = try #require(
            read("<table><tr><td rowspan=2>a<td>b<td rowspan=3>c<tr><td>d<tr><td colspan=2>e</table>"))
        #expect(grid.columns == 3)
        #expect(grid.slots == [[0, 1, 2], [0, 3, 2], [4, 4, 2]])
    }

    @Test("no cell reaches beyond its group of rows, and 0 reaches to its end")
    func groups() throws {
        let grid = try #require(
            read("<table><thead><tr><th rowspan=9>a<th>b</thead><tbody><tr><td rowspan=0>c<td>d<tr><td>e<tr><td>f</table>"))
        #expect(grid.slots == [[0, 1], [2, 3], [2, 4], [2, 5]])
    }

    @Test(
        "spans that are no numbers, negative or without bounds are harmless",
        arguments: ["x", "-3", "0", "99999999999999999999", "2.7", "+2"])
    func wildSpans(_ span: String) {
        let grid = read("<table><tr><td colspan='\(span)' rowspan='\(span)'>a<td>b<tr><td>c<td>d</table>")
        #expect(grid.map { $0.columns <= 300 } ?? true)
    }

    @Test("a table of layout holds no data; one with headings does as a whole, with lists and short tables in it")
    func data() throws {
        #expect(read("<table role=presentation><tr><td>a<td>b</table>") == nil)
        let layout = try #require(read("<table><tr><td>a<td><h2>b</h2></table>"))
        #expect(layout.holdsData == [false])
        let mixed = try #require(read("<table><tr><th>a<th>b<tr><td>c<td><ul><li>d</ul><tr><td colspan=2>e</table>"))
        #expect(mixed.holdsData == [true, true, true])
        let inner = try #require(read("<table><tr><th>a<th>b<tr><td>c<td><table><tr><td>x</table></table>"))
        #expect(inner.holdsData == [true, true])
        #expect(try #require(read("<table><tr><td>c<td><table><tr><td>x</table></table>")).holdsData == [false])
    }

    @Test("a hundred thousand cells with spans end in time", .timeLimit(.minutes(1)))
    func hostile() {
        let rows = String(repeating: "<tr><td colspan=250 rowspan=60000>a", count: 20_000)
        #expect(read("<table>\(rows)</table>").map { $0.slots.count * $0.columns <= 1 << 20 } ?? true)
    }
}
