/// Puts start tags, end tags and text into a tree, closing what browsers would close.
///
/// It follows the standard's rules for implied ends (paragraphs, list items, table cells, options, headings, nested links) and scopes, and
/// leaves out what moves nodes after the fact (foster parents), so that nodes come in document order. An open element costs a place on a
/// stack of bounded depth, so every tag costs bounded time, whatever the page does.
struct HTMLTreeBuilder {
    /// What an open element needs to be found by its end tag.
    struct Open {
        var node: Int32
        var tag: HTMLTag
        /// The hash of the name: it tells unknown elements apart.
        var hash: UInt32
    }

    private(set) var tree = HTMLTree()
    private var open: [Open] = []
    private var openCounts = [Int32](repeating: 0, count: HTMLTag.allCases.count)
    /// Start tags beyond the depth limit; their end tags close nothing.
    private var overflow = 0
    private var svgDepth = 0
    private let limits: HTMLParser.Limits

    init(sizeHint: Int, limits: HTMLParser.Limits) {
        self.limits = limits
        tree.nodes.reserveCapacity(min(sizeHint / 24, limits.nodes) + 16)
        tree.text.reserveCapacity(sizeHint / 3)
        tree.attributeBytes.reserveCapacity(sizeHint / 6)
        push(.document, hash: 0, attributes: 0, isKept: true)
    }

    var isFull: Bool { tree.nodes.count >= limits.nodes }
    var isInForeignContent: Bool { svgDepth > 0 }

    mutating func markTruncated() { tree.isTruncated = true }
    mutating func addStructuredData(_ bytes: [UInt8]) { tree.structuredData.append(StructuredData(bytes)) }

    /// Ends the page and hands the tree over.
    mutating func finish() -> HTMLTree {
        while !open.isEmpty { pop() }
        return tree
    }

    // MARK: Text

    /// Appends text; a run with something to see ends the head.
    mutating func appendText(_ write: (inout [UInt8]) -> Void) {
        let start = tree.text.count
        write(&tree.text)
        let end = tree.text.count
        guard end > start, let top = open.last else { return }
        if top.tag == .head, !tree.text[start..<end].allSatisfy(\.isHTMLSpace) { close(through: open.count - 1) }
        let parent = open[open.count - 1].node
        let last = tree.nodes.count - 1
        if tree.nodes[last].tag == .text, tree.nodes[last].parent == parent, Int(tree.nodes[last].textEnd) == start {
            tree.nodes[last].textEnd = Int32(end)
            return
        }
        tree.nodes.append(
            HTMLTree.Node(
                tag: .text, depth: UInt16(open.count), parent: parent, end: Int32(last + 2), textStart: Int32(start), textEnd: Int32(end)))
    }

    // MARK: Attributes

    /// Attributes are written before their element: this is where they begin.
    var attributeMark: Int { tree.attributes.count }

    mutating func addAttribute(_ name: HTMLAttributeName, _ write: (inout [UInt8]) -> Void) {
        let start = tree.attributeBytes.count
        write(&tree.attributeBytes)
        tree.attributes.append(HTMLTree.Attribute(name: name, start: Int32(start), end: Int32(tree.attributeBytes.count)))
    }

    // MARK: Tags

    mutating func start(_ tag: HTMLTag, hash: UInt32, attributes: Int, selfClosing: Bool) {
        let traits = tag.traits
        if svgDepth == 0 {
            switch tag {
            case .html, .body, .head:
                if isOpen(tag) || (tag == .head && isOpen(.body)) { return dropAttributes(attributes) }
                if tag == .body, isOpen(.head) { closeNearest(.head) }
            default:
                if isOpen(.head), !traits.contains(.head), let index = index(of: .head) { close(through: index) }
                makeRoom(for: tag, traits)
            }
        }
        let isLeaf = traits.contains(.void) || (selfClosing && svgDepth > 0)
        if !isLeaf, open.count >= limits.depth {
            overflow += 1
            appendNode(tag, attributes: attributes)
            return
        }
        push(tag, hash: hash, attributes: attributes, isKept: !isLeaf)
    }

    mutating func end(_ tag: HTMLTag, hash: UInt32) {
        if overflow > 0 {
            overflow -= 1
            return
        }
        guard isOpen(tag) || tag.traits.contains(.heading) else { return }
        switch tag {
        case .html, .body, .document: return
        case .h1, .h2, .h3, .h4, .h5, .h6:
            if let index = lastIndex(where: { $0.tag.traits.contains(.heading) }, before: { $0.tag.traits.contains(.scope) }) {
                close(through: index)
            }
        case .table, .tbody, .thead, .tfoot, .tr, .td, .th, .caption:
            if let index = lastIndex(where: { $0.tag == tag }, before: { $0.tag == .table }) { close(through: index) }
        case .li:
            if let index = lastIndex(where: { $0.tag == .li }, before: { $0.tag == .ul || $0.tag == .ol || $0.tag.traits.contains(.scope) })
            {
                close(through: index)
            }
        case .p:
            if let index = lastIndex(where: { $0.tag == .p }, before: { $0.tag == .button || $0.tag.traits.contains(.scope) }) {
                close(through: index)
            }
        case _ where tag.traits.contains(.formatting): endFormatting(tag)
        case _ where tag.traits.contains(.special):
            if let index = lastIndex(where: { $0.tag == tag }, before: { $0.tag.traits.contains(.scope) }) { close(through: index) }
        default:
            let match = lastIndex(where: { $0.tag == tag && $0.hash == hash }, before: { $0.tag.traits.contains(.special) })
            if let index = match { close(through: index) }
        }
    }

    // MARK: Implied ends

    private mutating func makeRoom(for tag: HTMLTag, _ traits: HTMLTag.Traits) {
        if traits.contains(.block), tag != .option, tag != .optgroup, isOpen(.p) {
            if let index = lastIndex(where: { $0.tag == .p }, before: { $0.tag == .button || $0.tag.traits.contains(.scope) }) {
                close(through: index)
            }
        }
        switch tag {
        case .h1, .h2, .h3, .h4, .h5, .h6:
            if let top = open.last, top.tag.traits.contains(.heading) { pop() }
        case .li: closeItem(.li, .li)
        case .dd, .dt: closeItem(.dd, .dt)
        case .option:
            if open.last?.tag == .option { pop() }
        case .rt, .rp:
            if open.last?.tag == .rt || open.last?.tag == .rp { pop() }
        case .optgroup:
            if open.last?.tag == .option { pop() }
            if open.last?.tag == .optgroup { pop() }
        case .td, .th: closeInTable { $0 == .td || $0 == .th }
        case .tr: closeInTable { $0 == .tr || $0 == .caption || $0 == .colgroup }
        case .tbody, .thead, .tfoot, .caption, .colgroup:
            closeInTable { $0 == .tbody || $0 == .thead || $0 == .tfoot || $0 == .caption || $0 == .colgroup || $0 == .tr }
        case .a: if isOpen(.a) { endFormatting(.a) }
        case .nobr: if isOpen(.nobr) { endFormatting(.nobr) }
        case .button:
            if isOpen(.button), let index = lastIndex(where: { $0.tag == .button }, before: { $0.tag.traits.contains(.scope) }) {
                close(through: index)
            }
        default: break
        }
    }

    private mutating func closeItem(_ one: HTMLTag, _ other: HTMLTag) {
        guard isOpen(one) || isOpen(other) else { return }
        let match = lastIndex(
            where: { $0.tag == one || $0.tag == other },
            before: { $0.tag.traits.contains(.special) && $0.tag != .address && $0.tag != .div && $0.tag != .p })
        if let index = match { close(through: index) }
    }

    /// Closes the outermost matching element within the innermost table.
    private mutating func closeInTable(_ matches: (HTMLTag) -> Bool) {
        guard isOpen(.table) else { return }
        var found: Int?
        var index = open.count - 1
        while index > 0, open[index].tag != .table, open[index].tag != .template {
            if matches(open[index].tag) { found = index }
            index -= 1
        }
        if let found { close(through: found) }
    }

    /// Ends a formatting element; the blocks opened inside it are ended and opened again outside of it, as browsers do.
    private mutating func endFormatting(_ tag: HTMLTag) {
        guard let index = lastIndex(where: { $0.tag == tag }, before: { $0.tag.traits.contains(.scope) }) else { return }
        let inside = Array(open[(index + 1)...])
        let blocks = inside.filter { $0.tag.traits.contains(.special) }
        guard !blocks.isEmpty else { return close(through: index) }
        // Page builders nest a few blocks in a link; more than that is damage, and moving it would multiply it.
        guard inside.count <= 6 else { return }
        close(through: index)
        for element in inside {
            let original = tree.nodes[Int(element.node)]
            push(
                element.tag, hash: element.hash, attributes: Int(original.attributes), isKept: true, attributeCount: original.attributeCount
            )
        }
    }

    // MARK: The stack

    private func isOpen(_ tag: HTMLTag) -> Bool { openCounts[Int(tag.rawValue)] > 0 }
    private func index(of tag: HTMLTag) -> Int? { open.lastIndex { $0.tag == tag } }

    /// The innermost open element that matches, if no element of `barrier` lies further in. The document is never found.
    private func lastIndex(where matches: (Open) -> Bool, before barrier: (Open) -> Bool) -> Int? {
        var index = open.count - 1
        while index > 0 {
            if matches(open[index]) { return index }
            if barrier(open[index]) { return nil }
            index -= 1
        }
        return nil
    }

    private mutating func closeNearest(_ tag: HTMLTag) { if let index = index(of: tag) { close(through: index) } }
    private mutating func close(through index: Int) { while open.count > index { pop() } }

    private mutating func pop() {
        let element = open.removeLast()
        openCounts[Int(element.tag.rawValue)] -= 1
        if element.tag == .svg || element.tag == .math { svgDepth -= 1 }
        tree.nodes[Int(element.node)].end = Int32(tree.nodes.count)
        tree.nodes[Int(element.node)].textEnd = Int32(tree.text.count)
    }

    private mutating func dropAttributes(_ mark: Int) { tree.attributes.removeSubrange(mark...) }

    private mutating func push(_ tag: HTMLTag, hash: UInt32, attributes: Int, isKept: Bool, attributeCount: UInt8? = nil) {
        let node = appendNode(tag, attributes: attributes, attributeCount: attributeCount)
        guard isKept else { return }
        open.append(Open(node: node, tag: tag, hash: hash))
        openCounts[Int(tag.rawValue)] += 1
        if tag == .svg || tag == .math { svgDepth += 1 }
    }

    @discardableResult
    private mutating func appendNode(_ tag: HTMLTag, attributes: Int, attributeCount: UInt8? = nil) -> Int32 {
        let index = Int32(tree.nodes.count)
        tree.nodes.append(
            HTMLTree.Node(
                tag: tag, attributeCount: attributeCount ?? UInt8(clamping: tree.attributes.count - attributes), depth: UInt16(open.count),
                parent: open.last?.node ?? -1, end: index + 1, textStart: Int32(tree.text.count), textEnd: Int32(tree.text.count),
                attributes: Int32(attributes)))
        return index
    }
}
