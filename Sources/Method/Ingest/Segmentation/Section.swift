/// A heading with the blocks under it; `blocks` holds the deeper headings too, in reading order.
struct Section {
    /// The heading's text, empty for the page itself.
    var heading: String
    /// What the page's markup says of the heading.
    var marks: PageText.Block.Marks = []
    /// 0 for the page itself.
    var level: Int
    /// The section's blocks in the page: after its heading, to before the next heading of its level.
    var range: Range<Int>
    var children: [Section] = []

    /// The page's heading tree. A heading belongs to the nearest one before it with a smaller level.
    static func tree(of blocks: [PageText.Block]) -> Section {
        var open = [Section(heading: "", level: 0, range: 0..<blocks.count)]
        func close(upTo level: Int, at index: Int) {
            while open.count > 1, let top = open.last, top.level >= level {
                open.removeLast()
                var section = top
                section.range = top.range.lowerBound..<index
                open[open.count - 1].children.append(section)
            }
        }
        for (index, block) in blocks.enumerated() {
            guard case .heading(let level) = block.kind else { continue }
            close(upTo: level, at: index)
            open.append(Section(heading: block.text, marks: block.marks, level: level, range: index + 1..<blocks.count))
        }
        close(upTo: 1, at: blocks.count)
        return open[0]
    }

    /// Whether text stands under the heading before its first deeper heading.
    func hasOwnText(in blocks: [PageText.Block]) -> Bool {
        guard let first = range.first else { return false }
        if case .heading = blocks[first].kind { return false }
        return true
    }
}
