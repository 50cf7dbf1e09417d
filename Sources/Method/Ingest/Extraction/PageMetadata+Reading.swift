extension PageMetadata {
    /// Reads what the head of the page, its structured data and its first heading say.
    init(reading tree: HTMLTree) {
        self.init()
        var titleTag: String?
        var headings: [String] = []
        for (index, node) in tree.nodes.enumerated() {
            switch node.tag {
            case .html: language = language ?? tree.string(.lang, of: index) ?? tree.string(.xmlLang, of: index)
            case .title: if titleTag == nil, !isInside(.svg, index, tree) { titleTag = tree.foldedText(of: index) }
            case .meta: read(meta: index, of: tree)
            case .link: read(link: index, of: tree)
            case .a:
                if let rel = tree.attribute(.rel, of: index), rel.hasToken("license") { licence = licence ?? tree.string(.href, of: index) }
            case .time: if date == nil, let value = tree.string(.datetime, of: index) { date = PageMetadata.day(value) }
            case .h1: headings.append(tree.foldedText(of: index))
            default: break
            }
        }
        for data in tree.structuredData { read(data) }
        if let tag = titleTag, title == nil || title?.isEmpty == true { title = PageMetadata.strippingSite(tag, siteName: siteName) }
        if title == nil || title?.isEmpty == true { title = headings.first { !$0.isEmpty } }
        language = language.flatMap { PageMetadata.normalised(language: $0) }
    }

    private func isInside(_ tag: HTMLTag, _ index: Int, _ tree: HTMLTree) -> Bool {
        var parent = Int(tree.nodes[index].parent)
        while parent > 0 {
            if tree.nodes[parent].tag == tag { return true }
            parent = Int(tree.nodes[parent].parent)
        }
        return false
    }

    private mutating func read(meta index: Int, of tree: HTMLTree) {
        guard let content = tree.string(.content, of: index).map(PageMetadata.trimmed), !content.isEmpty else { return }
        let key =
            (tree.string(.property, of: index) ?? tree.string(.name, of: index) ?? tree.string(.itemprop, of: index)
            ?? tree.string(.httpEquiv, of: index) ?? "").lowercased()
        switch key {
        case "og:title", "twitter:title", "dc.title", "citation_title": if key == "og:title" || title == nil { title = content }
        case "og:url": url = url ?? content
        case "og:site_name", "application-name": if key == "og:site_name" || siteName == nil { siteName = content }
        case "og:locale", "content-language", "dc.language": language = language ?? content
        case "article:published_time", "date", "dc.date", "dc.date.issued", "datepublished", "citation_publication_date", "pubdate",
            "publishdate", "parsely-pub-date", "sailthru.date", "og:published_time":
            if key == "article:published_time" || date == nil { date = PageMetadata.day(content) ?? date }
        case "author", "article:author", "dc.creator", "parsely-author", "citation_author", "sailthru.author":
            if author == nil || key == "author", !content.hasPrefix("http") { author = content }
        case "license", "licence", "dc.rights", "dcterms.license", "dcterms.rights": if content.hasPrefix("http") { licence = content }
        case "robots", "googlebot":
            let rules = content.lowercased().split { !$0.isLetter }
            if optOut == nil, let rule = rules.first(where: { $0 == "noai" || $0 == "noimageai" }), rule == "noai" { optOut = "noai" }
        case "tdm-reservation": if content == "1" { optOut = "tdm_reservation" }
        default: break
        }
    }

    private mutating func read(link index: Int, of tree: HTMLTree) {
        guard let rel = tree.attribute(.rel, of: index), let href = tree.string(.href, of: index).map(PageMetadata.trimmed), !href.isEmpty
        else {
            return
        }
        if rel.hasToken("canonical"), href.hasPrefix("http") { url = href }
        if rel.hasToken("license") { licence = href }
    }

    /// Takes the first value of a few keys as they stand; broken JSON is no obstacle.
    private mutating func read(_ data: StructuredData) {
        if date == nil, let value = data.value(of: "datePublished") { date = PageMetadata.day(value) }
        if licence == nil, let value = data.value(of: "license"), value.hasPrefix("http") { licence = value }
        if author == nil, let place = data.end(of: "author"), let name = data.value(of: "name", from: place, within: 400) { author = name }
    }

    /// The date of a time stamp as YYYY-MM-DD, or nil for what does not begin with one.
    static func day(_ value: String) -> String? {
        let bytes = Array(trimmed(value).utf8.prefix(10))
        guard bytes.count == 10 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDigit = byte.isASCIIDigit
            if index == 4 || index == 7 ? (byte != 45 && byte != 47) : !isDigit { return nil }
        }
        return String(decoding: bytes.map { $0 == 47 ? 45 : $0 }, as: UTF8.self)
    }

    /// `de-AT`, `DE_at` and `deu` are all `de`; what is no language code is nil.
    static func normalised(language: String) -> String? {
        let code = language.lowercased().split { $0 == "-" || $0 == "_" || $0 == "," }.first.map(trimmed) ?? ""
        let long = ["deu": "de", "ger": "de", "eng": "en", "fra": "fr", "german": "de", "english": "en", "deutsch": "de"]
        if let short = long[code] { return short }
        return code.utf8.count == 2 || code.utf8.count == 3 ? (code.utf8.allSatisfy(\.isASCIILetter) ? code : nil) : nil
    }

    /// A page title without the name of the site behind its last separator.
    static func strippingSite(_ title: String, siteName: String?) -> String {
        for separator in [" | ", " – ", " — ", " - ", " » ", " :: ", " · "] {
            guard let range = title.ranges(of: separator).last else { continue }
            let head = trimmed(String(title[..<range.lowerBound]))
            let tail = trimmed(String(title[range.upperBound...]))
            if let siteName, tail.lowercased() == siteName.lowercased() { return head }
            if tail.count * 2 < head.count, head.count >= 10 { return head }
        }
        return title
    }

    static func trimmed(_ text: String) -> String {
        var view = text[...]
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }

    private static func trimmed(_ text: Substring) -> String { trimmed(String(text)) }
}

extension ArraySlice<UInt8> {
    /// Whether a list of words separated by spaces has this one, capitals and small letters taken alike.
    func hasToken(_ token: String) -> Bool {
        split(whereSeparator: \.isHTMLSpace).contains { $0.map(\.loweredASCII).elementsEqual(token.utf8) }
    }
}
