import Ground

/// The elements that extraction tells apart; every other name is `unknown`.
enum HTMLTag: UInt8, CaseIterable {
    case text, unknown, document
    case a, abbr, address, area, article, aside, audio
    case b, base, big, blockquote, body, br, button
    case canvas, caption, center, cite, code, col, colgroup
    case dd, del, details, dfn, dialog, dir, div, dl, dt
    case em, embed, fieldset, figcaption, figure, font, footer, form, frame, frameset
    case h1, h2, h3, h4, h5, h6, head, header, hgroup, hr, html
    case i, iframe, img, input, ins, kbd, label, legend, li, link
    case main, map, mark, marquee, math, menu, meta
    case nav, nobr, noembed, noframes, noscript
    case object, ol, optgroup, option, output
    case p, param, picture, plaintext, pre, q
    case s, samp, script, section, select, small, source, span, strike, strong, style, sub, summary, sup, svg
    case table, tbody, td, template, textarea, tfoot, th, thead, time, title, tr, track, tt
    case u, ul, `var`, video, wbr, xmp
    // The forest of MainContent knows tags by their numbers: what it was not trained on comes behind and is unknown to it.
    case slot, rp, rt
    case annotation, mfrac, mroot, msqrt, msub, msubsup, msup, mtd, mtr, semantics

    /// The number by which the forest knows the tag.
    var feature: UInt8 { rawValue > HTMLTag.xmp.rawValue ? HTMLTag.unknown.rawValue : rawValue }

    /// What the tree builder has to know of a tag.
    struct Traits: OptionSet {
        let rawValue: UInt16
        /// Has no content and no end tag.
        static let void = Traits(rawValue: 1)
        /// Its start tag ends an open paragraph, and its text stands in a block of its own.
        static let block = Traits(rawValue: 2)
        /// An end tag of an inline element does not reach beyond it.
        static let special = Traits(rawValue: 4)
        /// No end tag inside closes anything outside.
        static let scope = Traits(rawValue: 8)
        /// May be closed across block borders, as browsers do for misnested tags.
        static let formatting = Traits(rawValue: 16)
        /// The content is not markup and not text.
        static let raw = Traits(rawValue: 32)
        /// The content is text with character references but without tags.
        static let rawText = Traits(rawValue: 64)
        static let heading = Traits(rawValue: 128)
        /// May stand in the head.
        static let head = Traits(rawValue: 256)
    }

    var traits: Traits { HTMLTag.traitTable[Int(rawValue)] }

    /// 1 to 6 for h1 to h6, otherwise 0.
    var headingLevel: Int { traits.contains(.heading) ? Int(rawValue - HTMLTag.h1.rawValue) + 1 : 0 }

    private static let traitTable: [Traits] = {
        var table = [Traits](repeating: [], count: allCases.count)
        func mark(_ tags: [HTMLTag], _ traits: Traits) { for tag in tags { table[Int(tag.rawValue)].formUnion(traits) } }
        mark([.area, .base, .br, .col, .embed, .frame, .hr, .img, .input, .link, .meta, .param, .source, .track, .wbr], .void)
        mark(
            [
                .address, .article, .aside, .blockquote, .body, .caption, .center, .dd, .details, .dialog, .dir, .div, .dl, .dt, .fieldset,
                .figcaption, .figure, .footer, .form, .h1, .h2, .h3, .h4, .h5, .h6, .header, .hgroup, .hr, .html, .legend, .li, .main,
                .menu,
                .nav, .ol, .p, .plaintext, .pre, .section, .summary, .table, .tbody, .td, .tfoot, .th, .thead, .tr, .ul, .xmp, .document,
                .frameset, .optgroup, .option,
            ], [.block, .special])
        mark([.button, .iframe, .marquee, .noscript, .object, .select, .template, .textarea, .colgroup, .head, .title], .special)
        mark([.document, .html, .table, .td, .th, .caption, .marquee, .object, .template], .scope)
        mark([.a, .b, .big, .code, .em, .font, .i, .nobr, .s, .small, .strike, .strong, .tt, .u], .formatting)
        mark([.script, .style, .iframe, .noembed, .noframes], .raw)
        mark([.title, .textarea, .xmp], .rawText)
        mark([.h1, .h2, .h3, .h4, .h5, .h6], .heading)
        mark([.base, .link, .meta, .noscript, .script, .style, .template, .title], .head)
        return table
    }()

    /// The tag of a name already in lower case.
    static func named(_ name: String) -> HTMLTag { HTMLTagTable.shared.tag(hash: FNV1a.hash32(Array(name.utf8)[...], lowering: true)) }
}

/// Tags by the hash of their names; the hashes of the known names differ from each other, which a test states.
struct HTMLTagTable {
    static let shared = HTMLTagTable()

    private var slots = [(hash: UInt32, tag: HTMLTag)](repeating: (0, .unknown), count: 1024)

    private init() {
        for tag in HTMLTag.allCases where tag.rawValue > HTMLTag.document.rawValue {
            let hash = FNV1a.hash32(Array("\(tag)".utf8)[...], lowering: true)
            var slot = Int(hash & 1023)
            while slots[slot].tag != .unknown { slot = (slot + 1) & 1023 }
            slots[slot] = (hash, tag)
        }
    }

    /// The tag whose name has this hash; the builder hashes names while it reads them.
    func tag(hash: UInt32) -> HTMLTag {
        var slot = Int(hash & 1023)
        while slots[slot].tag != .unknown {
            if slots[slot].hash == hash { return slots[slot].tag }
            slot = (slot + 1) & 1023
        }
        return .unknown
    }
}

extension UInt8 {
    var loweredASCII: UInt8 { self &- 65 < 26 ? self | 32 : self }
    var isASCIILetter: Bool { (self | 32) &- 97 < 26 }
    var isASCIIDigit: Bool { self &- 48 < 10 }
    /// Space, tab, line feed, form feed, carriage return.
    var isHTMLSpace: Bool { self == 32 || self == 10 || self == 9 || self == 13 || self == 12 }
}
