/// Formulas of a page, each once: pages hold them as MathML for readers, as glyphs for the eye, as an image, and as the TeX that they were
/// written in. The TeX is taken where it is to be had, otherwise MathML written in one line.
enum Formula {
    /// Classes of elements that hold one formula in several forms.
    private static let containers = [
        "mwe-math-element", "katex", "mjx-container", "mathjax", "mathjax_preview", "mathjax_display", "mathjax_svg", "mathjax_chtml",
        "mjx-chtml", "tex-math",
    ].map { Array($0.utf8) }

    /// Classes of images of formulas.
    private static let imageClasses = [
        "mwe-math-fallback-image-inline", "mwe-math-fallback-image-display", "tex", "latex", "math", "equation", "formula", "ltx_math",
    ].map { Array($0.utf8) }

    /// Whether the page holds formulas in more than images: most pages hold none, and no element of them is asked.
    static func occur(in tree: HTMLTree) -> Bool {
        tree.nodes.contains { $0.tag == .math || ($0.tag == .script && $0.textEnd > $0.textStart) }
    }

    /// The formula that an element holds, nil for an element that is none or whose formula cannot be told.
    static func text(at index: Int, in tree: HTMLTree) -> String? {
        let node = tree.nodes[index]
        switch node.tag {
        case .math: return tex(under: index, tree) ?? nonEmpty(linear(index, tree))
        // The type of a script whose content was kept says that it is TeX.
        case .script where node.textEnd > node.textStart: return nonEmpty(cleaned(tree.foldedText(of: index)))
        case .span, .div, .unknown:
            guard isContainer(index, tree) else { return nil }
            let inside = index + 1..<Int(node.end)
            if let found = tex(under: index, tree) { return found }
            if let math = inside.first(where: { tree.nodes[$0].tag == .math }) { return nonEmpty(linear(math, tree)) }
            // The glyphs of a formula whose TeX stands in the script behind them.
            var behind = next(after: index, tree)
            for _ in 0..<2 where behind < tree.nodes.count && isContainer(behind, tree) { behind = next(after: behind, tree) }
            return behind < tree.nodes.count && isTeXScript(behind, tree) ? "" : nil
        default: return nil
        }
    }

    /// What an image says in words that belong to the sentence around it: a formula's TeX, an emoji.
    static func text(ofImage index: Int, in tree: HTMLTree) -> String? {
        guard let alternative = tree.string(.alt, of: index), !alternative.isEmpty, alternative.utf8.count <= 2000 else { return nil }
        let classes = (tree.attribute(.class, of: index) ?? []).split(whereSeparator: \.isHTMLSpace).map { $0.map(\.loweredASCII) }
        if classes.contains(where: { imageClasses.contains($0) }) { return nonEmpty(cleaned(alternative)) }
        let isEmoji = alternative.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x2000 && (scalar.properties.isEmoji || scalar.value == 0x200D || (0xFE00...0xFE0F).contains(scalar.value))
        }
        if isEmoji, alternative.unicodeScalars.count <= 16 { return alternative }
        let marks = ["emoji", "emoticon", "smiley", "smilie", "wp-smiley", "twemoji"].map { Array($0.utf8) }
        return alternative.utf8.count <= 24 && classes.contains(where: { marks.contains($0) }) ? alternative : nil
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func isContainer(_ index: Int, _ tree: HTMLTree) -> Bool {
        guard let classes = tree.attribute(.class, of: index) else { return false }
        return classes.split(whereSeparator: \.isHTMLSpace).contains { containers.contains($0.map(\.loweredASCII)) }
    }

    /// The element behind an element and the white space after it.
    private static func next(after index: Int, _ tree: HTMLTree) -> Int {
        let behind = Int(tree.nodes[index].end)
        guard behind + 1 < tree.nodes.count, tree.nodes[behind].tag == .text else { return behind }
        let text = tree.text[Int(tree.nodes[behind].textStart)..<Int(tree.nodes[behind].textEnd)]
        return text.allSatisfy(\.isHTMLSpace) ? behind + 1 : behind
    }

    private static func isTeXScript(_ index: Int, _ tree: HTMLTree) -> Bool {
        tree.nodes[index].tag == .script && tree.nodes[index].textEnd > tree.nodes[index].textStart
    }

    /// The TeX in an annotation, an attribute or an image's alternative text under an element.
    private static func tex(under index: Int, _ tree: HTMLTree) -> String? {
        var other: String?
        for place in index..<Int(tree.nodes[index].end) {
            switch tree.nodes[place].tag {
            case .annotation: if let found = nonEmpty(cleaned(tree.foldedText(of: place))) { return found }
            case .math: other = other ?? tree.string(.alttext, of: place).flatMap { nonEmpty(cleaned($0)) }
            case .img: other = other ?? text(ofImage: place, in: tree)
            default: break
            }
        }
        return other
    }

    /// TeX in one line without its delimiters and the style that MediaWiki puts around it.
    static func cleaned(_ tex: String) -> String {
        var text = tex.singleSpaced
        for (opening, end) in [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")] where text.utf8.count > 2 * opening.utf8.count {
            if text.hasPrefix(opening), text.hasSuffix(end) { text = String(text.dropFirst(opening.count).dropLast(end.count)) }
        }
        for style in ["\\displaystyle", "\\textstyle"] {
            if text.hasPrefix("{" + style), text.hasSuffix("}") { text = String(text.dropFirst(style.count + 1).dropLast()) }
            if text.hasPrefix(style) { text = String(text.dropFirst(style.count)) }
        }
        return PageMetadata.trimmed(text)
    }

    /// MathML in one line: `x^2`, `a_(n+1)`, `(a+b)/2`, `√(x)`. The tree's depth bounds the recursion.
    static func linear(_ index: Int, _ tree: HTMLTree) -> String {
        let node = tree.nodes[index]
        if node.tag == .text { return tree.foldedText(of: index) }
        if node.tag == .annotation { return "" }
        let children = tree.children(of: index).filter { tree.nodes[$0].tag != .text || !tree.foldedText(of: $0).isEmpty }
        func part(_ number: Int) -> String { number < children.count ? linear(children[number], tree) : "" }
        switch node.tag {
        case .semantics: return part(0)
        case .msup: return part(0) + "^" + grouped(part(1))
        case .msub: return part(0) + "_" + grouped(part(1))
        case .msubsup: return part(0) + "_" + grouped(part(1)) + "^" + grouped(part(2))
        case .mfrac: return grouped(part(0)) + "/" + grouped(part(1))
        case .msqrt: return "√(" + children.map { linear($0, tree) }.joined() + ")"
        case .mroot: return grouped(part(0)) + "^(1/" + grouped(part(1)) + ")"
        case .mtr: return children.map { linear($0, tree) }.joined(separator: ", ") + "; "
        default: return children.map { linear($0, tree) }.joined()
        }
    }

    private static func grouped(_ text: String) -> String {
        text.unicodeScalars.count <= 1 || text.utf8.allSatisfy(\.isASCIIDigit) ? text : "(" + text + ")"
    }
}
