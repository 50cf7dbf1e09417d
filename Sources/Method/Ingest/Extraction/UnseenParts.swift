import Ground

/// Parts of a page that no reader of its text should meet: what its styles hide for good, and the links that its software puts beside headings;
/// and what its author struck out, marked as that.
struct UnseenParts {
    let tree: HTMLTree
    /// The identifiers that links, buttons and tabs of the page name.
    private let named: Set<UInt32>

    init(tree: HTMLTree) {
        self.tree = tree
        var named: Set<UInt32> = []
        for attribute in tree.attributes {
            let value = tree.attributeBytes[Int(attribute.start)..<Int(attribute.end)]
            switch attribute.name {
            case .ariaControls: for name in value.split(whereSeparator: \.isHTMLSpace) { named.insert(FNV1a.hash32(name)) }
            case .href, .dataTarget: if value.first == UInt8(ascii: "#"), value.count > 1 { named.insert(FNV1a.hash32(value.dropFirst())) }
            default: break
            }
        }
        self.named = named
    }

    /// Whether an element inside a paragraph is left out.
    func isUnseen(_ node: HTMLTree.Node, _ index: Int, inHeading: Bool) -> Bool {
        if node.tag == .rp { return true }
        if inHeading, isHeadingLink(node, index) { return true }
        guard node.attributeCount > 0 else { return false }
        var isHidden = false
        for place in Int(node.attributes)..<Int(node.attributes) + Int(node.attributeCount) {
            let attribute = tree.attributes[place]
            let value = tree.attributeBytes[Int(attribute.start)..<Int(attribute.end)]
            switch attribute.name {
            case .class: if ClassMarks(value).contains(.editLink) { return true }
            case .hidden: if !value.elementsEqual("until-found".utf8) { isHidden = true }
            case .style:
                let style = UnseenParts.compact(style: value)
                if UnseenParts.hiding(style) != .none { isHidden = true }
                if node.end == Int32(index + 2), UnseenParts.isTextWithoutSize(style) { isHidden = true }
            default: break
            }
        }
        return isHidden && isInline(node, index)
    }

    /// What an author struck out, with the marks that Markdown has for it, so that it cannot be taken for what he put in its place; nil for
    /// an element that strikes nothing out.
    func struckText(_ node: HTMLTree.Node, _ index: Int) -> String? {
        if node.tag == .span {
            guard node.attributeCount > 0, let style = tree.attribute(.style, of: index),
                UnseenParts.compact(style: style).contains(subsequence: UnseenParts.lineThrough)
            else { return nil }
        }
        // A forgotten end tag strikes the rest of a page out.
        guard node.textEnd - node.textStart <= 300, isInline(node, index) else { return nil }
        let text = PageMetadata.trimmed(tree.foldedText(of: index))
        guard !text.isEmpty else { return "" }
        let next = Int(node.textEnd) < tree.text.count ? tree.text[Int(node.textEnd)] : 32
        return "~~" + text + (next.isASCIIDigit ? "~~ " : "~~")
    }

    /// Whether something on the page shows a hidden element when a reader asks for it: the answer below a question, the other tabs.
    func canBeShown(_ index: Int, _ signals: ClassSignals) -> Bool {
        if let id = tree.attribute(.id, of: index), named.contains(FNV1a.hash32(id)) { return true }
        if let role = tree.attribute(.role, of: index), role.hasToken("tabpanel") || role.hasToken("region") { return true }
        if !signals.isDisjoint(with: UnseenParts.panels) { return true }
        return followsControl(index)
    }

    private static let panels = ClassSignals(.accordion, .tab, .answer, .question, .content, .text, .description, .review, .section)

    /// Whether a heading, a button or the like stands right before an element.
    private func followsControl(_ index: Int) -> Bool {
        let parent = Int(tree.nodes[index].parent)
        guard parent >= 0 else { return false }
        // The node before is the last one of the element before.
        var before = index - 1
        while before > parent, tree.nodes[before].tag == .text, isBlank(before) { before -= 1 }
        guard before > parent else { return false }
        while Int(tree.nodes[before].parent) > parent { before = Int(tree.nodes[before].parent) }
        let node = tree.nodes[before]
        if node.tag.traits.contains(.heading) || node.tag == .dt || node.tag == .summary { return true }
        let end = min(Int(node.end), before + 40)
        return (before..<end).contains { place in
            let inner = tree.nodes[place]
            return inner.tag == .button || (inner.attributeCount > 0 && tree.attribute(.ariaExpanded, of: place) != nil)
                || (inner.attributeCount > 0 && tree.attribute(.role, of: place)?.hasToken("button") == true)
        }
    }

    private func isBlank(_ index: Int) -> Bool {
        tree.text[Int(tree.nodes[index].textStart)..<Int(tree.nodes[index].textEnd)].allSatisfy(\.isHTMLSpace)
    }

    private func isInline(_ node: HTMLTree.Node, _ index: Int) -> Bool {
        guard !node.tag.traits.contains(.block), Int(node.end) - index <= 200 else { return false }
        return !(index + 1..<Int(node.end)).contains { tree.nodes[$0].tag.traits.contains(.block) }
    }

    /// Links in headings to edit them or to point at them; a heading has other text besides.
    private func isHeadingLink(_ node: HTMLTree.Node, _ index: Int) -> Bool {
        guard node.tag == .a || node.tag == .span || node.tag == .small || node.tag == .button, node.textEnd - node.textStart <= 80 else {
            return false
        }
        var parent = Int(node.parent)
        while parent > 0, !tree.nodes[parent].tag.traits.contains(.heading) { parent = Int(tree.nodes[parent].parent) }
        let all = tree.nodes[parent].textEnd - tree.nodes[parent].textStart
        guard all > node.textEnd - node.textStart else { return false }
        if node.tag == .a || node.tag == .button, let classes = tree.attribute(.class, of: index), ClassMarks(classes).contains(.permalink),
            tree.attribute(.href, of: index).map({ $0.first == UInt8(ascii: "#") }) ?? (node.tag == .button)
        {
            return true
        }
        let words = tree.foldedText(of: index).lowercased().filter { !"[]|()✎✏️".contains($0) }
        guard UnseenParts.editWords.contains(PageMetadata.trimmed(words)) else { return false }
        return node.tag == .a || node.tag == .button || (index + 1..<Int(node.end)).contains { tree.nodes[$0].tag == .a }
    }

    private static let editWords: Set<String> = [
        "edit", "edit source", "edit section", "edit this section", "bearbeiten", "quelltext bearbeiten", "modifier", "modifier le code",
        "modifica", "modifica wikitesto", "editar", "editar código-fonte", "editar fonte", "bewerken", "brontekst bewerken", "edytuj",
        "edytuj kod", "redigera", "redigera wikitext", "rediger", "править", "править код", "редагувати", "编辑", "編輯", "編集", "ソースを編集",
        "편집", "원본 편집",
    ]

    // MARK: Styles

    /// A style in small letters without white space.
    static func compact(style: ArraySlice<UInt8>) -> [UInt8] { style.filter { !$0.isHTMLSpace }.map(\.loweredASCII) }

    private static let lineThrough = Array("line-through".utf8)
    private static let hidden = ["display:none", "visibility:hidden", "visibility:collapse", "content-visibility:hidden"].map {
        Array($0.utf8)
    }
    private static let clipped = [
        "clip:rect(0,0,0,0", "clip:rect(0000", "clip:rect(0px,0px", "clip:rect(1px", "clip-path:inset(50%", "clip-path:inset(100%",
        "transform:scale(0)",
    ].map { Array($0.utf8) }

    /// How a style takes its element off the page.
    enum Hiding {
        case none
        /// A script may show it.
        case untilShown
        /// Cut away, or far beyond the page's edges.
        case forGood
    }

    /// How a style hides. Opacity is left out: scripts fade in what is read.
    static func hiding(_ style: [UInt8]) -> Hiding {
        if hidden.contains(where: { style.contains(subsequence: $0) }) { return .untilShown }
        if clipped.contains(where: { style.contains(subsequence: $0) }) { return .forGood }
        guard style.contains(subsequence: Array("position:".utf8)) || style.contains(subsequence: Array("text-indent:".utf8)) else {
            return style.contains(subsequence: Array("overflow:hidden".utf8)) && isFlat(style) ? .untilShown : .none
        }
        let isFar = declarations(style).contains { name, value in
            guard ["left", "right", "top", "text-indent"].contains(name), value.hasPrefix("-") else { return false }
            let digits = value.dropFirst().prefix { $0.isNumber }
            return digits.count >= 4 || (value.hasSuffix("em") && digits.count >= 3)
        }
        return isFar ? .forGood : .none
    }

    private static func isFlat(_ style: [UInt8]) -> Bool {
        declarations(style).contains { ["height", "width", "max-height"].contains($0.name) && isZero($0.value) }
    }

    static func isTextWithoutSize(_ style: [UInt8]) -> Bool {
        declarations(style).contains { $0.name == "font-size" && isZero($0.value) || $0.name == "color" && $0.value == "transparent" }
    }

    private static func isZero(_ value: Substring) -> Bool { ["0", "0px", "0em", "0rem", "0%", "0pt"].contains(value) }

    private static func declarations(_ style: [UInt8]) -> [(name: Substring, value: Substring)] {
        Substring(decoding: style, as: UTF8.self).split(separator: ";").compactMap { declaration in
            guard let colon = declaration.firstIndex(of: ":") else { return nil }
            let value = declaration[declaration.index(after: colon)...]
            return (declaration[..<colon], value.hasSuffix("!important") ? value.dropLast(10) : value)
        }
    }
}

/// What certain class names, whole, say of an element.
struct ClassMarks: OptionSet {
    let rawValue: UInt8
    static let editLink = ClassMarks(rawValue: 1)
    static let permalink = ClassMarks(rawValue: 2)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ classes: ArraySlice<UInt8>) {
        var marks: UInt8 = 0
        for name in classes.split(whereSeparator: \.isHTMLSpace) where name.count >= 6 {
            let hash = FNV1a.hash32(name, lowering: true)
            if ClassMarks.filter & (1 << UInt64(hash & 63)) != 0, let mark = ClassMarks.names[hash] { marks |= mark }
        }
        rawValue = marks
    }

    private static let names: [UInt32: UInt8] = {
        var names: [UInt32: UInt8] = [:]
        func add(_ mark: ClassMarks, _ words: String) {
            for word in words.utf8.split(separator: 32) { names[FNV1a.hash32(Array(word)[...], lowering: true)] = mark.rawValue }
        }
        add(.editLink, "mw-editsection editsection edit-section edit-section-link editlink edit-link section-edit secedit")
        add(
            .permalink,
            "headerlink header-link header-anchor heading-anchor heading-link permalink anchor-link anchorjs-link hash-link direct-link "
                + "anchor-heading anchor")
        return names
    }()
    /// Whether a name with these last bits of its hash is known.
    private static let filter: UInt64 = names.keys.reduce(0) { $0 | 1 << UInt64($1 & 63) }
}
