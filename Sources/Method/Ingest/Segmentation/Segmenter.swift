/// Cuts a page at its headings (Li et al. 2023, appendix E, arXiv 2308.06259).
///
/// A passage is a heading with all text under it, deeper headings included, of 600 to 3,000 characters. The paper does not say what becomes
/// of passages inside passages; here the largest section that fits is taken and none inside it, so that no character stands in two passages.
/// With `overlaps`, every section that fits is taken. Text before a page's first heading, and a page without headings, belong to the page's
/// title. What is longer than the maximum and has no deeper heading is dropped as `too_long`, as the paper has it, or with `splitsLongText`
/// cut at the ends of its blocks into parts as long as fit.
///
/// The paper has no rule for questions with their answers, which are instructions and responses already. Here each is a passage of its own
/// where two or more stand under one heading and are half of its text, and its answer may be shorter than other passages. Comments of
/// readers are no part of the text above them.
public struct Segmenter: Sendable {
    /// A passage before it is filtered and becomes a record.
    public struct Passage: Sendable {
        /// The headings from the outermost to its own.
        public var heading: [String]
        /// The text without its own heading, Markdown-like.
        public var text: String
        /// Code points of the text.
        public var characters: Int
        /// What the text was made of.
        public var blocks: ArraySlice<PageText.Block>
        /// What the page's markup says of its own heading.
        public var marks: PageText.Block.Marks = []
        /// The least number of characters that was asked of it.
        public var least: Int
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
        /// What readers wrote below the page's text.
        case comments
    }

    /// Code points, inclusive.
    public var characterRange = 600...3000
    /// The same for an answer to a question of a list of them, or under a heading, not the page's title, that is a question of five words
    /// or more. Of 60 short answers that were read, on pages of all kinds, nearly all of some 140 characters and more answered what they were
    /// asked; most shorter ones sent the reader elsewhere.
    public var leastAnswer = 120
    public var overlaps = false
    public var splitsLongText = false

    public init() {}

    /// The passages of a page in reading order, those that do not fit among them with their reason; then the answers of its structured data,
    /// and the comments.
    public func passages(of page: PageText) -> [Passage] {
        let comments = page.blocks.filter { $0.marks.contains(.comment) }
        let own = comments.isEmpty ? page.blocks : page.blocks.filter { !$0.marks.contains(.comment) }
        var output: [Passage] = []
        let sections = SectionTexts(QuestionHeadings.raised(in: own))
        var root = Section.tree(of: sections.blocks)
        root.heading = page.metadata.title ?? ""
        collect(root, path: [], sections, into: &output)
        if !page.structuredAnswers.isEmpty {
            let answers = SectionTexts(page.structuredAnswers)
            for section in Section.tree(of: answers.blocks).children { collect(section, path: [], answers, into: &output) }
        }
        if !comments.isEmpty {
            let sections = SectionTexts(comments)
            let range = 0..<comments.count
            output.append(passage(range, under: root, path: root.heading.isEmpty ? [] : [root.heading], sections, drop: .comments))
        }
        return output
    }

    private func passage(_ range: Range<Int>, under section: Section, path: [String], _ page: SectionTexts, drop: Reason? = nil) -> Passage
    {
        Passage(
            heading: path, text: page.text(range), characters: page.count(range), blocks: page.blocks[range], marks: section.marks,
            least: least(of: section), drop: drop)
    }

    /// The least length of a section's text.
    private func least(of section: Section) -> Int {
        let isAnswer = section.marks.contains(.question) || section.level >= 2 && QuestionHeadings.isFullQuestion(section.heading)
        return isAnswer ? min(leastAnswer, characterRange.lowerBound) : characterRange.lowerBound
    }

    private func asks(_ section: Section) -> Bool {
        section.marks.contains(.question) || QuestionHeadings.isQuestion(section.heading)
    }

    /// Whether half of a section's text or more answers questions right below its heading: two of them, or one that the page's own data or
    /// markup say is one.
    private func isListOfQuestions(_ section: Section, _ page: SectionTexts) -> Bool {
        let questions = section.children.filter(asks)
        let (all, long) = (questions.map { page.count($0.range) }, questions.filter { page.count($0.range) >= leastAnswer })
        return (long.count >= 2 || long.contains { $0.marks.contains(.question) }) && 2 * all.reduce(0, +) >= page.count(section.range)
    }

    private func collect(_ section: Section, path: [String], _ page: SectionTexts, into output: inout [Passage]) {
        // A page whose text all stands under one heading is that heading's.
        if section.level == 0, !section.hasOwnText(in: page.blocks), section.children.count >= 1 {
            for child in section.children { collect(child, path: [], page, into: &output) }
            return
        }
        let path = section.level == 0 && section.heading.isEmpty ? path : path + [section.heading]
        let childPath = section.level == 0 ? [] : path
        let count = page.count(section.range)
        guard count > 0 else { return }
        let ownEnd = section.children.first.map { $0.range.lowerBound - 1 } ?? section.range.upperBound
        let own = section.range.lowerBound..<ownEnd
        if count <= characterRange.upperBound {
            let areAnswers = isListOfQuestions(section, page)
            if overlaps || !areAnswers {
                let fits = count >= least(of: section)
                output.append(passage(section.range, under: section, path: path, page, drop: fits ? nil : .tooShort))
                guard fits, overlaps else { return }
            } else if page.count(own) > 0 {
                let fits = page.count(own) >= least(of: section)
                output.append(passage(own, under: section, path: path, page, drop: fits ? nil : .tooShort))
            }
        } else if page.count(own) > 0 {
            collectOwn(own, of: section, sectionCharacters: section.children.isEmpty ? nil : count, path: path, page, into: &output)
        }
        for var child in section.children {
            // Headings within somebody's words are his.
            child.marks.formUnion(section.marks.intersection(.author))
            collect(child, path: childPath, page, into: &output)
        }
    }

    /// Text of a section too long to be a passage, outside of its deeper headings.
    private func collectOwn(
        _ range: Range<Int>, of section: Section, sectionCharacters: Int?, path: [String], _ page: SectionTexts,
        into output: inout [Passage]
    ) {
        guard splitsLongText else {
            // The introduction of a long section is no heading with all its text, however short it is.
            var passage = passage(range, under: section, path: path, page, drop: sectionCharacters == nil ? .tooLong : .introduction)
            passage.sectionCharacters = sectionCharacters
            output.append(passage)
            return
        }
        var start = range.lowerBound
        var part = 1
        while start < range.upperBound {
            var end = start + 1
            while end < range.upperBound, page.count(start..<end + 1) <= characterRange.upperBound { end += 1 }
            var passage = passage(start..<end, under: section, path: path, page)
            passage.part = part
            if passage.characters < passage.least { passage.drop = .tooShort }
            if passage.characters > characterRange.upperBound { passage.drop = .tooLong }
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
