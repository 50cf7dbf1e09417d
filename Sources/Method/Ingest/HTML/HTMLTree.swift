import Ground

/// A page as flat arrays: elements and texts in document order, each with the end of its subtree.
///
/// The text of a whole subtree is one range of `text`, because the tree is built in document order.
struct HTMLTree {
    /// An element, or a run of text where `tag` is `.text`.
    struct Node {
        var tag: HTMLTag
        var attributeCount: UInt8 = 0
        var depth: UInt16
        /// Index of the parent, -1 for the root.
        var parent: Int32
        /// Index after the last descendant.
        var end: Int32 = 0
        var textStart: Int32
        var textEnd: Int32 = 0
        var attributes: Int32 = 0
    }

    struct Attribute {
        var name: HTMLAttributeName
        var start: Int32
        var end: Int32
    }

    /// Node 0 is the document.
    var nodes: [Node] = []
    /// The decoded text of the page, UTF-8, white space as it came.
    var text: [UInt8] = []
    var attributes: [Attribute] = []
    var attributeBytes: [UInt8] = []
    /// Contents of JSON-LD scripts.
    var structuredData: [StructuredData] = []
    /// Set where the page had more elements than `HTMLParser.Limits` lets in; the rest of the page is missing then.
    var isTruncated = false

    /// The bytes of an attribute, or nil where the element does not have it.
    func attribute(_ name: HTMLAttributeName, of index: Int) -> ArraySlice<UInt8>? {
        let node = nodes[index]
        for place in Int(node.attributes)..<Int(node.attributes) + Int(node.attributeCount) where attributes[place].name == name {
            return attributeBytes[Int(attributes[place].start)..<Int(attributes[place].end)]
        }
        return nil
    }

    func string(_ name: HTMLAttributeName, of index: Int) -> String? {
        attribute(name, of: index).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text under a node with runs of white space folded to one space.
    func foldedText(of index: Int) -> String {
        var folded: [UInt8] = []
        for byte in text[Int(nodes[index].textStart)..<Int(nodes[index].textEnd)] {
            if !byte.isHTMLSpace { folded.append(byte) } else if let last = folded.last, last != 32 { folded.append(32) }
        }
        if folded.last == 32 { folded.removeLast() }
        return String(decoding: folded, as: UTF8.self)
    }
}

extension HTMLTree {
    /// The whole number that an attribute begins with, as the standard's rules for parsing integers have it; nil for what is none.
    func integer(_ name: HTMLAttributeName, of index: Int) -> Int? {
        guard var rest = attribute(name, of: index) else { return nil }
        while let first = rest.first, first.isHTMLSpace { rest.removeFirst() }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let digits = rest.prefix { $0.isASCIIDigit }
        guard !digits.isEmpty else { return nil }
        // A number beyond all use must not overflow.
        let value = digits.prefix(9).reduce(0) { 10 * $0 + Int($1 - 48) }
        return isNegative ? -value : value
    }

    /// The nodes right under a node, in order.
    func children(of index: Int) -> [Int] {
        var children: [Int] = []
        var child = index + 1
        while child < Int(nodes[index].end) {
            children.append(child)
            child = Int(nodes[child].end)
        }
        return children
    }
}

/// The attributes that extraction reads; all others are skipped while parsing.
enum HTMLAttributeName: UInt8, CaseIterable {
    case id, `class`, role, href, src, rel, name, property, content, itemprop, itemtype, lang, hidden, style, title, alt, datetime, type
    case start, colspan, rowspan, charset, value, language, cite, reversed, open, popover, slot, shadowrootmode, alttext
    case ariaHidden, ariaLabel, ariaModal, ariaControls, ariaExpanded, dataTarget, httpEquiv, dataLanguage, dataLang, xmlLang

    var spelling: String {
        switch self {
        case .ariaHidden: "aria-hidden"
        case .ariaLabel: "aria-label"
        case .ariaModal: "aria-modal"
        case .ariaControls: "aria-controls"
        case .ariaExpanded: "aria-expanded"
        case .dataTarget: "data-target"
        case .httpEquiv: "http-equiv"
        case .dataLanguage: "data-language"
        case .dataLang: "data-lang"
        case .xmlLang: "xml:lang"
        default: "\(self)"
        }
    }

    /// Attribute names by the hash of their spelling; 256 slots, found by probing.
    static let table: [(hash: UInt32, name: HTMLAttributeName?)] = {
        var slots = [(hash: UInt32, name: HTMLAttributeName?)](repeating: (0, nil), count: 256)
        for name in allCases {
            let hash = FNV1a.hash32(Array(name.spelling.utf8)[...], lowering: true)
            var slot = Int(hash & 255)
            while slots[slot].name != nil { slot = (slot + 1) & 255 }
            slots[slot] = (hash, name)
        }
        return slots
    }()
}
