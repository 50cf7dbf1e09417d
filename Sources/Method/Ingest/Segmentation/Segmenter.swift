/// Cuts a page at its headings (Li et al. 2023, appendix E, arXiv 2308.06259).
///
/// A passage is a heading with all text under it, deeper headings included, of 600 to 3,000 characters. The paper does not say what becomes
/// of passages inside passages; here the largest section that fits is taken and none inside it, so that no character stands in two passages.
/// With `overlaps`, every section that fits is taken. Text before a page's first heading, and a page without headings, belong to the page's
/// title. What is longer than the maximum and has no deeper heading is dropped as `too_long`, as the paper has it, or with `splitsLongText`
/// cut at the ends of its blocks into parts as long as fit.
public struct Segmenter: Sendable {
    /// A passage before it is filtered and becomes a record.
    public struct Passage: Sendable {
        /// The headings from the outermost to its own.
        public var heading: [String]
        /// The text without its own heading, Markdown-like.
        public var text: String
        /// Code points of the text.
        public var characters: Int
        /// From 1 where a long text was cut into parts, otherwise 0.
        public var part = 0
        /// Why it is no passage; nil for one that fits.
        public var drop: Reason?
        /// The number of characters that the reason was found by: its own, or those of the whole section that it introduces.
        public var measured: Int { sectionCharacters ?? characters }
        var sectionCharacters: Int?
    }

    public enum Reason: String, Sendable {
        case tooShort = "too_short", tooLong = "too_long"
        /// The text before the deeper headings of a section that is too long as a whole; these are passages of their own.
        case introduction = "introduction_of_long_section"
    }

    /// Code points, inclusive.
    public var characterRange = 600...3000
    public var overlaps = false
    public var splitsLongText = false

    public init() {}

    /// The passages of a page in reading order, those that do not fit among them with their reason.
    public func passages(of page: PageText) -> [Passage] {
        let sections = SectionTexts(page.blocks)
        var root = Section.tree(of: page.blocks)
        root.heading = page.metadata.title ?? ""
        var output: [Passage] = []
        collect(root, path: [], sections, into: &output)
        return output
    }

    private func collect(_ section: Section, path: [String], _ page: SectionTexts, into output: inout [Passage]) {
        // A page whose text all stands under one heading is that heading's.
        if section.level == 0, !section.hasOwnText(in: page.blocks), section.children.count >= 1 {
            for child in section.children { collect(child, path: [], page, into: &output) }
            return
        }
        let path = section.level == 0 && section.heading.isEmpty ? path : path + [section.heading]
        let count = page.count(section.range)
        guard count > 0 else { return }
        if count <= characterRange.upperBound {
            let fits = count >= characterRange.lowerBound
            let passage = Passage(heading: path, text: page.text(section.range), characters: count, drop: fits ? nil : .tooShort)
            output.append(passage)
            if overlaps, fits { for child in section.children { collect(child, path: path, page, into: &output) } }
            return
        }
        let ownEnd = section.children.first.map { $0.range.lowerBound - 1 } ?? section.range.upperBound
        let own = section.range.lowerBound..<ownEnd
        if page.count(own) > 0 {
            collectOwn(own, sectionCharacters: section.children.isEmpty ? nil : count, path: path, page, into: &output)
        }
        let childPath = section.level == 0 ? [] : path
        for child in section.children { collect(child, path: childPath, page, into: &output) }
    }

    /// Text of a section too long to be a passage, outside of its deeper headings.
    private func collectOwn(
        _ range: Range<Int>, sectionCharacters: Int?, path: [String], _ page: SectionTexts, into output: inout [Passage]
    ) {
        guard splitsLongText else {
            // The introduction of a long section is no heading with all its text, however short it is.
            output.append(
                Passage(
                    heading: path, text: page.text(range), characters: page.count(range),
                    drop: sectionCharacters == nil ? .tooLong : .introduction, sectionCharacters: sectionCharacters))
            return
        }
        var start = range.lowerBound
        var part = 1
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, page.count(start..<end + 1) <= characterRange.upperBound { end += 1 }
            let count = page.count(start..<end)
            var passage = Passage(heading: path, text: page.text(start..<end), characters: count, part: part)
            if count < characterRange.lowerBound { passage.drop = .tooShort }
            if count > characterRange.upperBound { passage.drop = .tooLong }
            output.append(passage)
            start = end
            part += 1
        }
    }
}

/// Texts and lengths of ranges of blocks, each block counted once.
private struct SectionTexts {
    let blocks: [PageText.Block]
    /// Code points of the blocks before each one, separators included.
    private var sums: [Int] = [0]

    init(_ blocks: [PageText.Block]) {
        self.blocks = blocks
        var count = 0
        for (index, block) in blocks.enumerated() {
            count += MarkdownWriter.length(block, behind: index > 0 ? blocks[index - 1] : nil)
            sums.append(count)
        }
    }

    /// Code points of the text of a range, its leading separator not counted.
    func count(_ range: Range<Int>) -> Int {
        guard !range.isEmpty else { return 0 }
        let leading =
            range.lowerBound == 0 ? 0 : MarkdownWriter.separator(blocks[range.lowerBound - 1], blocks[range.lowerBound]).utf8.count
        return sums[range.upperBound] - sums[range.lowerBound] - leading
    }

    func text(_ range: Range<Int>) -> String { MarkdownWriter.text(of: blocks[range]) }
}
