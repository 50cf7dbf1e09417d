import Ground

/// What a page's markup says of its kept blocks: which are links, questions of a list of them, names of authors, comments of readers.
///
/// Blocks are to be asked for in the page's order. Comments are told by their element's name, class or type, or by standing under a heading
/// that says so, and only below a text: where people's words to each other are what the page is there for, nobody asks for them.
struct BlockMarks {
    private let tree: HTMLTree
    private let questions: FrequentQuestions
    private let isDiscussion: Bool
    private let asksForComments: Bool
    /// Whether an element stands among comments, for those that were asked.
    private var isAmongComments: [Int32: Bool] = [:]
    /// Bytes of text that are kept and no comments so far.
    private var textBefore = 0
    /// The level of a heading of comments under which the next blocks stand, and the first node behind what it heads.
    private var commentsLevel: UInt8?
    private var commentsEnd: Int32 = 0

    /// So much text is an article, and what follows may be comments on it.
    private static let leastText = 500
    private static let longestQuestion = 300

    init(_ tree: HTMLTree, _ questions: FrequentQuestions, isAllContent: Bool, isDiscussion: Bool) {
        self.tree = tree
        self.questions = questions
        self.isDiscussion = isDiscussion
        asksForComments = !isAllContent && !isDiscussion
    }

    /// Takes note of a block that is not kept: a heading of comments may be among those.
    mutating func pass(over block: PageBlock, in page: PageBlocks) {
        if block.kind == .heading { enter(heading: block, in: page) }
    }

    private mutating func enter(heading block: PageBlock, in page: PageBlocks) {
        if let level = commentsLevel, block.level <= level { commentsLevel = nil }
        guard asksForComments, textBefore >= BlockMarks.leastText, block.end - block.start <= 60 else { return }
        guard HeadingFilter.shared.isOfComments(page.string(of: block)) else { return }
        commentsLevel = block.level
        // The heading's own box may be no more than its line.
        let box = tree.nodes[Int(max(0, tree.nodes[Int(block.node)].parent))]
        commentsEnd = tree.nodes[Int(max(0, box.parent))].end
    }

    mutating func marks(of block: PageBlock, in page: PageBlocks) -> PageText.Block.Marks {
        var marks: PageText.Block.Marks = []
        let text = page.bytes(of: block)
        if block.linkBytes > 0, block.linkDensity > 0.7 { marks.insert(.link) }
        if block.kind == .heading { enter(heading: block, in: page) }
        if block.firstNode >= commentsEnd { commentsLevel = nil }
        if asksForComments, textBefore >= BlockMarks.leastText, commentsLevel != nil || isComment(block.node) {
            marks.insert(.comment)
            return marks
        }
        if block.kind == .heading {
            if AuthorHeading.isOne(Int(block.node), text: text, in: tree) { marks.insert(.author) }
            if questions.has(text) { marks.insert(.question) }
        } else {
            textBefore += text.count
            if block.kind != .row, block.kind != .code, isQuestion(block, text) { marks.insert(.question) }
        }
        return marks
    }

    /// Whether a text that ends in a question mark stands where lists of questions have theirs.
    private func isQuestion(_ block: PageBlock, _ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= BlockMarks.longestQuestion else { return false }
        if questions.has(text) { return true }
        // Where people discuss, a class that says question is one of theirs.
        guard !isDiscussion, QuestionHeadings.endsAsQuestion(text) else { return false }
        guard text.count <= 160 || QuestionHeadings.isQuestion(String(decoding: text, as: UTF8.self)) else { return false }
        let signals = block.nearSignals.union(block.middleSignals).union(block.farSignals)
        if block.kind == .term || !signals.isDisjoint(with: BlockMarks.questionSignals) { return true }
        var node = Int(block.node)
        for _ in 0..<3 where node > 0 {
            let tag = tree.nodes[node].tag
            if tag == .summary || tag == .dt || tag == .button { return true }
            if tree.attribute(.ariaExpanded, of: node) != nil { return true }
            node = Int(tree.nodes[node].parent)
        }
        return false
    }

    private static let questionSignals = ClassSignals(.accordion, .question)

    // MARK: Comments

    private mutating func isComment(_ node: Int32) -> Bool {
        guard node > 0 else { return false }
        if let known = isAmongComments[node] { return known }
        let found = namesComments(Int(node)) || isComment(tree.nodes[Int(node)].parent)
        isAmongComments[node] = found
        return found
    }

    private func namesComments(_ index: Int) -> Bool {
        let node = tree.nodes[index]
        // A heading's identifier is made of its words, and says nothing of what else is there.
        guard node.attributeCount > 0, node.tag != .body, node.tag != .html, node.tag != .main, !node.tag.traits.contains(.heading) else {
            return false
        }
        for place in Int(node.attributes)..<Int(node.attributes) + Int(node.attributeCount) {
            let attribute = tree.attributes[place]
            let value = tree.attributeBytes[Int(attribute.start)..<Int(attribute.end)]
            switch attribute.name {
            case .itemtype: if value.hasSuffix("/Comment") || value.hasSuffix("/UserComments") { return true }
            case .itemprop: if value.elementsEqual("comment".utf8) { return true }
            case .class, .id:
                // Customers who praise a product are readers, too.
                if attribute.name == .class, value.count >= 11, value.map(\.loweredASCII).contains(subsequence: BlockMarks.testimonial) {
                    return true
                }
                for name in value.split(whereSeparator: \.isHTMLSpace)
                where BlockMarks.commentNames.contains(FNV1a.hash32(name, lowering: true)) {
                    return true
                }
            default: break
            }
        }
        return false
    }

    private static let testimonial = Array("testimonial".utf8)

    /// Classes and identifiers, whole, of what holds comments.
    private static let commentNames: Set<UInt32> = {
        let names = """
            comments comment comment-list commentlist comment-body comment-content comments-area comments-list comment-thread comments-section \
            comment-section commentsection comments-wrapper comment-wrapper comments-container comments_container disqus_thread fb-comments \
            user-comments reader-comments respond kommentare kommentar kommentarbereich leserkommentare commentaires commentaire comentarios \
            comentario commenti commento reacties komentarze
            """
        return Set(names.utf8.split(separator: 32).map { FNV1a.hash32(Array($0)[...]) })
    }()
}
