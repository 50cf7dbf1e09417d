import Ground

/// A table of texts, escaped. A title that begins with "=" heads a column of numbers; the title "bar" one of bars.
struct ReportTable {
    private let titles: [String]
    private var rows = ""

    init(_ titles: [String]) { self.titles = titles }

    /// Adds a row of plain texts; `bar` from 0 to 1 is the length of its bar.
    mutating func add(_ cells: [String], bar: Double? = nil) { add(html: cells.map { HTMLText.escaped($0, limit: 2000) }, bar: bar) }

    /// Adds a row whose cells are HTML already.
    mutating func add(html cells: [String], bar: Double? = nil) {
        var row = ""
        for (index, cell) in cells.enumerated() {
            let title = index < titles.count ? titles[index] : ""
            let isNumber = title.hasPrefix("=")
            // A narrow page shows a row as lines, each with its title before it.
            let name = HTMLText.escaped(isNumber ? String(title.dropFirst()) : title)
            row += "<td\(isNumber ? " class=\"number\"" : "")\(name.isEmpty || cell.isEmpty ? "" : " data-name=\"\(name)\"")>\(cell)</td>"
        }
        if let bar { row += "<td class=\"bar\"><i style=\"width:\(Figures.fixed(100 * min(1, max(0, bar)), 1))%\"></i></td>" }
        rows += "<tr>\(row)</tr>\n"
    }

    var html: String {
        let heads = titles.map { title in
            if title == "bar" { return "<th></th>" }
            return title.hasPrefix("=")
                ? "<th class=\"number\">\(HTMLText.escaped(String(title.dropFirst())))</th>" : "<th>\(HTMLText.escaped(title))</th>"
        }
        return "<div class=\"wide\"><table>\n<thead><tr>\(heads.joined())</tr></thead>\n<tbody>\n\(rows)</tbody></table></div>\n"
    }
}
