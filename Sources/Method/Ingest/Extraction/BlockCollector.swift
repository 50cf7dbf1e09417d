/// Walks a tree once and gives its blocks: the text between block borders, lists, table rows, headings and code told apart.
struct BlockCollector {
    private struct Frame {
        var node: Int32
        var end: Int32
        var tag: HTMLTag
        var place: PageBlock.Place
        var near: ClassSignals
        /// Those of the two nearest elements around that have any.
        var middle: (ClassSignals, ClassSignals)
        /// Those of all further out.
        var far: ClassSignals
        var listDepth: UInt8
        var row: Int32
        /// The cell of that row, and the table around, where it has a grid.
        var cell: Int32 = -1
        var table: Int32 = -1
        /// A button in the middle of a sentence is a part of it.
        var isInlineButton = false

        /// Whether a block border lies around the element.
        var bordersBlocks: Bool { tag.traits.contains(.block) || (tag == .button && !isInlineButton) }
    }

    private let tree: HTMLTree
    private let unseen: UnseenParts
    private let hasFormulas: Bool
    private var page = PageBlocks()
    private var stack: [Frame] = []
    private var current: PageBlock?
    private var breaks = 0
    private var pendingSpace = false
    /// A block border inside of code: the next line begins here, if no line end stands there anyway.
    private var pendingLine = false
    /// Items counted in each open list, by the index of its node.
    private var ordinals: [Int32: Int32] = [:]

    private init(_ tree: HTMLTree) {
        self.tree = tree
        unseen = UnseenParts(tree: tree)
        hasFormulas = Formula.occur(in: tree)
        page.text.reserveCapacity(tree.text.count)
    }

    static func blocks(of tree: HTMLTree) -> PageBlocks {
        var collector = BlockCollector(tree)
        collector.walk()
        return collector.page
    }

    private mutating func walk() {
        guard let document = tree.nodes.first else { return }
        stack = [
            Frame(node: 0, end: document.end, tag: .document, place: [], near: [], middle: ([], []), far: [], listDepth: 0, row: -1)
        ]
        var index = 1
        while index < tree.nodes.count {
            while stack.count > 1, let top = stack.last, Int(top.end) <= index { leave() }
            let node = tree.nodes[index]
            if node.tag == .text {
                add(tree.text[Int(node.textStart)..<Int(node.textEnd)], node: index)
                index += 1
            } else if let text = inlineText(node, index) {
                add(Array(text.utf8)[...], node: index)
                index = Int(node.end)
            } else if isSkipped(node.tag) || isHoverText(node, index) || isCodeButton(node.tag)
                || unseen.isUnseen(node, index, inHeading: stack[stack.count - 1].place.contains(.heading))
            {
                if node.tag != .svg, node.tag.traits.contains(.block) { flush() }
                index = Int(node.end)
            } else {
                enter(node, index)
                index += 1
            }
        }
        while stack.count > 1 { leave() }
        flush()
    }

    private func isSkipped(_ tag: HTMLTag) -> Bool {
        switch tag {
        case .head, .script, .style, .template, .svg, .canvas, .iframe, .object, .select, .textarea, .audio, .video, .map,
            .noembed, .noframes, .embed, .title, .frameset, .output:
            true
        default: false
        }
    }

    // MARK: Elements

    /// The text that stands for an element that is more than its text: a formula, an emoji, raised and lowered characters.
    private func inlineText(_ node: HTMLTree.Node, _ index: Int) -> String? {
        if hasFormulas, let formula = Formula.text(at: index, in: tree) { return formula }
        switch node.tag {
        case .del, .s, .strike, .span: return isInCode(stack[stack.count - 1]) ? nil : unseen.struckText(node, index)
        case .img: return node.attributeCount > 0 ? Formula.text(ofImage: index, in: tree) : nil
        case .sup, .sub, .rt:
            guard !isInCode(stack[stack.count - 1]), node.textEnd - node.textStart <= 40, node.textEnd > node.textStart,
                !(index + 1..<Int(node.end)).contains(where: { !isPlainInline(tree.nodes[$0].tag) })
            else { return nil }
            let text = tree.foldedText(of: index)
            if node.tag == .rt { return text.isEmpty ? "" : "(" + PageMetadata.trimmed(text) + ")" }
            let isFused = current != nil && !pendingSpace && breaks == 0
            let before = page.text[max(Int(current?.start ?? 0), page.text.count - 24)...]
            // What another element holds is not known to stand right behind: an exponent behind an index, for instance.
            let isTextNext = Int(node.end) < tree.nodes.count && tree.nodes[Int(node.end)].tag == .text
            let mark = ScriptMark(
                before: isFused ? Substring(decoding: before, as: UTF8.self) : "",
                after: isTextNext ? tree.text[Int(node.textEnd)] : nil, isReference: leadsToNote(index))
            return node.tag == .sup ? mark.superscript(PageMetadata.trimmed(text)) : mark.subscripted(PageMetadata.trimmed(text))
        default: return nil
        }
    }

    private func isPlainInline(_ tag: HTMLTag) -> Bool {
        switch tag {
        case .text, .a, .span, .i, .b, .em, .strong, .small, .font, .u, .cite, .abbr, .var, .nobr, .wbr: true
        default: false
        }
    }

    /// Whether a raised text is a link to another place of the page.
    private func leadsToNote(_ index: Int) -> Bool {
        let end = Int(tree.nodes[index].end)
        if let link = (index + 1..<end).first(where: { tree.nodes[$0].tag == .a }) {
            return tree.attribute(.href, of: link).map { $0.contains(UInt8(ascii: "#")) } ?? true
        }
        return stack.last { $0.tag == .a } != nil && tree.attribute(.class, of: index) != nil
    }

    /// Code blocks carry buttons to copy them.
    private func isCodeButton(_ tag: HTMLTag) -> Bool { tag == .button && isInCode(stack[stack.count - 1]) }

    private func isInCode(_ frame: Frame) -> Bool { frame.place.contains(.pre) }

    /// A border of blocks: it ends a block, or a line where it lies inside of code, as highlighters have it.
    private mutating func border(in outer: Frame) { if isInCode(outer) { pendingLine = true } else { flush() } }

    /// Cards that open over a word of a paragraph: inline, with a class that says so, and more than a word or two.
    private func isHoverText(_ node: HTMLTree.Node, _ index: Int) -> Bool {
        guard current != nil, node.tag == .span, node.attributeCount > 0, node.textEnd - node.textStart > 30 else { return false }
        guard let value = tree.attribute(.class, of: index) else { return false }
        let signals = ClassSignals(reading: value)
        guard signals.has(.hover) else { return false }
        // The word itself often stands in an outer element of the same name.
        return stack[stack.count - 1].near.has(.hover) || !signals.isDisjoint(with: ClassSignals(.widget, .card, .content, .text))
    }

    private mutating func enter(_ node: HTMLTree.Node, _ index: Int) {
        let parent = stack[stack.count - 1]
        if node.tag == .br {
            breaks += 1
            if parent.place.contains(.pre), current != nil { appendRaw(10) }
            return
        }
        if node.tag == .img || node.tag == .input || node.tag.traits.contains(.void) {
            if node.tag == .hr { flush() }
            return
        }
        var frame = Frame(
            node: Int32(index), end: node.end, tag: node.tag, place: parent.place, near: [],
            middle: parent.near.isEmpty ? parent.middle : (parent.near, parent.middle.0),
            far: parent.near.isEmpty ? parent.far : parent.far.union(parent.middle.1),
            listDepth: parent.listDepth, row: parent.row, cell: parent.cell, table: parent.table)
        if node.attributeCount > 0 { readAttributes(of: index, into: &frame) }
        // Inline wrappers carry no signals of their own: those of the block around stay the near ones.
        if !node.tag.traits.contains(.block), frame.near.isEmpty {
            frame.near = parent.near
            frame.middle = parent.middle
            frame.far = parent.far
        }
        frame.place.formUnion(PageBlock.Place(of: node.tag, in: parent.place))
        if node.tag == .ul || node.tag == .ol { frame.listDepth = min(frame.listDepth + 1, 20) }
        // A table in a cell of a data table is a part of the cell.
        if parent.cell < 0 { placeInTable(&frame) }
        if node.tag == .button, isInSentence(node, index) {
            frame.isInlineButton = true
            frame.place.remove(.button)
        }
        if node.tag.traits.contains(.block) { border(in: parent) }
        stack.append(frame)
        if node.tag == .li, let list = stack.last(where: { $0.tag == .ol || $0.tag == .ul }), list.tag == .ol {
            number(item: index, in: Int(list.node))
        }
    }

    /// Counts an item as browsers do: `value` sets its number, `reversed` counts down.
    private mutating func number(item: Int, in list: Int) {
        let isReversed = tree.attribute(.reversed, of: list) != nil
        let key = Int32(list)
        if let value = tree.integer(.value, of: item) {
            ordinals[key] = Int32(value)
        } else if let last = ordinals[key] {
            ordinals[key] = last &+ (isReversed ? -1 : 1)
        } else {
            let items = isReversed ? tree.children(of: list).count { tree.nodes[$0].tag == .li } : 1
            ordinals[key] = Int32(tree.integer(.start, of: list) ?? items)
        }
    }

    private mutating func placeInTable(_ frame: inout Frame) {
        switch frame.tag {
        case .table:
            let grid = TableGrid(Int(frame.node), in: tree)
            page.tables[frame.node] = grid
            (frame.row, frame.table) = (-1, grid == nil ? -1 : frame.node)
        case .tr:
            let row = page.tables[frame.table].flatMap { grid in grid.index(ofRow: frame.node).map { grid.holdsData[$0] } }
            frame.row = row == true ? frame.node : -1
        case .td, .th: if frame.row >= 0 { frame.cell = frame.node }
        default: break
        }
    }

    /// Whether a button stands among the words of a paragraph.
    private func isInSentence(_ button: HTMLTree.Node, _ index: Int) -> Bool {
        guard let block = stack.last(where: { $0.tag.traits.contains(.block) }), button.textEnd - button.textStart <= 60 else {
            return false
        }
        let node = tree.nodes[Int(block.node)]
        let behind = tree.text[Int(button.textEnd)..<Int(node.textEnd)].prefix(40)
        if let current, current.node == block.node { return behind.contains { $0.isASCIILetter || $0 >= 0xC3 } || behind.first == 46 }
        guard block.tag == .p, current == nil, let first = behind.first(where: { !$0.isHTMLSpace }) else { return false }
        // A sentence that begins with a button goes on in small letters.
        return first &- 97 < 26
    }

    private mutating func leave() {
        let frame = stack.removeLast()
        if frame.bordersBlocks { border(in: stack[stack.count - 1]) }
    }

    private mutating func readAttributes(of index: Int, into frame: inout Frame) {
        let node = tree.nodes[index]
        var signals = ClassSignals()
        for place in Int(node.attributes)..<Int(node.attributes) + Int(node.attributeCount) {
            let attribute = tree.attributes[place]
            let value = tree.attributeBytes[Int(attribute.start)..<Int(attribute.end)]
            switch attribute.name {
            case .class, .id: signals.formUnion(ClassSignals(reading: value))
            case .role: frame.place.formUnion(PageBlock.Place(ofRole: value))
            case .itemprop: if value.elementsEqual("articleBody".utf8) { frame.place.insert(.articleBody) }
            case .itemtype: if value.hasSuffix("Comment") { frame.place.insert(.comment) }
            case .hidden:
                // What a server sends late comes hidden, and a script puts it in its place.
                let isLate = tree.attribute(.id, of: index)?.starts(with: "S:".utf8) == true
                if !isLate, !value.elementsEqual("until-found".utf8) { frame.place.insert(.hidden) }
            case .ariaHidden: if value.elementsEqual("true".utf8) { frame.place.insert(.ariaHidden) }
            case .style:
                switch UnseenParts.hiding(UnseenParts.compact(style: value)) {
                case .none: break
                case .untilShown: frame.place.insert(.hidden)
                case .forGood: frame.place.insert(.unseen)
                }
            case .popover: frame.place.insert(.unseen)
            default: break
            }
        }
        if node.tag == .dialog, tree.attribute(.open, of: index) == nil { frame.place.insert(.unseen) }
        let isHiddenHere = frame.place.contains(.hidden) && !stack[stack.count - 1].place.contains(.hidden)
        if isHiddenHere, !unseen.canBeShown(index, signals) { frame.place.insert(.unseen) }
        if node.tag == .body || node.tag == .html { return }
        frame.near = signals
    }

    // MARK: Text

    private mutating func add(_ text: ArraySlice<UInt8>, node: Int) {
        let frame = stack[stack.count - 1]
        if frame.place.contains(.pre) { return addCode(text, node: node, frame) }
        if frame.place.isSuperset(of: [.heading, .link]), isPermalink(text) { return }
        var index = text.startIndex
        let end = text.endIndex
        while index < end {
            let byte = text[index]
            if byte.isHTMLSpace || (byte == 0xC2 && index + 1 < end && text[index + 1] == 0xA0) {
                pendingSpace = true
                index += byte == 0xC2 ? 2 : 1
                continue
            }
            // Zero-width space, soft hyphen: nothing to see.
            if byte == 0xC2, index + 1 < end, text[index + 1] == 0xAD {
                index += 2
                continue
            }
            if byte == 0xE2, index + 2 < end, text[index + 1] == 0x80, text[index + 2] == 0x8B {
                index += 3
                continue
            }
            if breaks > 0 { applyBreaks(frame) }
            if current == nil { open(frame, node: node) }
            if pendingSpace {
                if let start = current?.start, page.text.count > Int(start), page.text[page.text.count - 1] != 10 { page.text.append(32) }
                pendingSpace = false
            }
            let wordStart = index
            while index < end, !text[index].isHTMLSpace, text[index] != 0xC2, text[index] != 0xE2 { index += 1 }
            if index == wordStart { index += 1 }
            page.text += text[wordStart..<index]
            count(Int32(index - wordStart), frame)
        }
    }

    /// Whether a link in a heading is the mark by which documentation lets people link to it.
    private func isPermalink(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count < 12 else { return false }
        return ["#", "¶", "§", "🔗"].contains(PageMetadata.trimmed(String(decoding: text, as: UTF8.self)))
    }

    private mutating func addCode(_ text: ArraySlice<UInt8>, node: Int, _ frame: Frame) {
        if current == nil { open(frame, node: node) }
        if pendingLine, let start = current?.start {
            let isAtLineEnd = page.text.count == Int(start) || page.text.last == 10 || text.first == 10
            if !isAtLineEnd { page.text.append(10) }
            pendingLine = false
        }
        for byte in text where byte != 13 { page.text.append(byte) }
        count(Int32(text.count), frame)
    }

    private mutating func appendRaw(_ byte: UInt8) { page.text.append(byte) }

    private mutating func applyBreaks(_ frame: Frame) {
        if breaks > 1, !frame.place.contains(.heading) {
            flush()
        } else if let start = current?.start, page.text.count > Int(start) {
            page.text.append(frame.place.contains(.heading) || frame.row >= 0 ? 32 : 10)
            pendingSpace = false
        }
        breaks = 0
    }

    private mutating func count(_ bytes: Int32, _ frame: Frame) {
        if frame.place.contains(.link) { current?.linkBytes += bytes } else { current?.plainBytes += bytes }
        if frame.place.contains(.emphasis) { current?.emphasisBytes += bytes }
    }

    // MARK: Blocks

    private mutating func open(_ frame: Frame, node: Int) {
        let owner = stack.last { $0.bordersBlocks } ?? frame
        var block = PageBlock(
            kind: .paragraph, place: owner.place.union(frame.place), node: owner.node, firstNode: Int32(node),
            start: Int32(page.text.count),
            end: Int32(page.text.count))
        if owner.cell >= 0 { (block.row, block.cell, block.table) = (owner.row, owner.cell, owner.table) }
        block.nearSignals = owner.near.union(frame.near)
        block.middleSignals = owner.middle.0.union(owner.middle.1)
        block.farSignals = owner.far
        pendingSpace = false
        let inner = stack.last {
            switch $0.tag {
            case .li, .dt, .dd, .figcaption, .caption, .td, .th, .ul, .ol, .table: true
            default: false
            }
        }
        if let inner, inner.tag == .li, block.cell < 0 { block.item = inner.node }
        if block.cell >= 0 {
            block.kind = .row
        } else if let heading = stack.last(where: { $0.tag.traits.contains(.heading) }) {
            block.kind = .heading
            block.level = UInt8(heading.tag.headingLevel)
        } else if frame.place.contains(.pre) {
            block.kind = .code
        } else if let inner {
            switch inner.tag {
            case .li:
                // Only the first block of an item carries its mark.
                let isFirst = page.blocks.last.map { $0.firstNode < inner.node } ?? true
                block.kind = isFirst ? .item : .paragraph
                block.level = max(1, owner.listDepth)
                if let list = stack.last(where: { $0.tag == .ol || $0.tag == .ul }), list.tag == .ol {
                    block.ordinal = ordinals[list.node] ?? 1
                    block.isNumbered = true
                }
            case .dt: block.kind = .term
            case .dd: block.kind = .definition
            case .figcaption, .caption: block.kind = .caption
            default: break
            }
        }
        current = block
    }

    private mutating func flush() {
        breaks = 0
        pendingSpace = false
        pendingLine = false
        guard var block = current else { return }
        current = nil
        if block.kind == .code { trimCode(&block) }
        while page.text.count > Int(block.start), let last = page.text.last, last.isHTMLSpace { page.text.removeLast() }
        block.end = Int32(page.text.count)
        guard block.end > block.start else { return }
        if block.kind == .code, block.place.contains(.table), isLineNumbers(block) {
            page.text.removeSubrange(Int(block.start)...)
            return
        }
        page.blocks.append(block)
    }

    /// Highlighters put the numbers of the lines into a cell of their own.
    private func isLineNumbers(_ block: PageBlock) -> Bool {
        page.bytes(of: block).allSatisfy { $0.isASCIIDigit || $0.isHTMLSpace }
    }

    private mutating func trimCode(_ block: inout PageBlock) {
        // Blank lines before the first line of code go, its indentation stays.
        let start = Int(block.start)
        var firstLine = start
        var index = start
        while index < page.text.count, page.text[index].isHTMLSpace {
            if page.text[index] == 10 { firstLine = index + 1 }
            index += 1
        }
        if firstLine > start { page.text.removeSubrange(start..<firstLine) }
    }
}

extension ArraySlice<UInt8> {
    func hasSuffix(_ suffix: StaticString) -> Bool { String(decoding: self, as: UTF8.self).hasSuffix("\(suffix)") }
}

extension Array<UInt8> {
    /// Whether `other` occurs, by the plain method: used on short texts.
    func contains(subsequence other: [UInt8]) -> Bool {
        guard !other.isEmpty, count >= other.count else { return other.isEmpty }
        return (0...(count - other.count)).contains { start in
            self[start] == other[0] && self[start..<start + other.count].elementsEqual(other)
        }
    }
}
