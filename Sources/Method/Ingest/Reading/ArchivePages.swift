/// The pages among the records of an archive.
final class ArchivePages {
    private let reader: WARCReader
    private let options: IngestOptions

    init(path: String, options: IngestOptions) throws(IngestError) {
        self.options = options
        // Headers and chunk lengths come on top of the page itself.
        reader = try WARCReader(path: path, longestBlock: options.maximumPageBytes + (1 << 20))
    }

    var position: Int { reader.position }

    /// The next record that is a page; responses other than 200, images and the like are passed over.
    func next() throws(IngestError) -> RawPage? {
        while let item = try reader.next() {
            switch item {
            case .broken(let source, let rejection):
                var page = RawPage(source: source, form: .html, body: [])
                page.fault = rejection
                return page
            case .record(let record): if let page = page(of: record) { return page }
            }
        }
        return nil
    }

    private func page(of record: ArchiveRecord) -> RawPage? {
        if record.type == "conversion" {
            guard record.contentType.isEmpty || record.contentType.lowercased().hasPrefix("text/plain") else { return nil }
            return RawPage(source: record.source, form: .plainText, body: record.block, url: record.url)
        }
        guard let response = HTTPResponse(record.block, bodyLimit: options.maximumPageBytes) else {
            let type = String(record.contentType.lowercased().prefix { $0 != ";" && $0 != " " })
            guard let form = form(ofMediaType: type, record.block) else { return nil }
            return RawPage(source: record.source, form: form, body: record.block, url: record.url)
        }
        guard response.status == 200, let form = form(ofMediaType: response.mediaType, response.body) else { return nil }
        var page = RawPage(source: record.source, form: form, body: response.body, url: record.url, charset: response.charset)
        page.optOut = response.optOut
        page.fault = response.fault
        return page
    }

    private func form(ofMediaType type: String, _ body: [UInt8]) -> RawPage.Form? {
        switch type {
        // A server that does not say what it sends: what begins like a page is one.
        case "" where body.first { !$0.isHTMLSpace } == UInt8(ascii: "<"): .html
        case _ where saysNothing(type) && beginsLikePage(body): .html
        case "text/html", "application/xhtml+xml": .html
        case "text/plain": .plainText
        case "text/markdown", "text/x-markdown": .markdown
        default: nil
        }
    }

    /// Types that servers and crawlers give for want of a better one, and what is no type at all.
    private func saysNothing(_ type: String) -> Bool {
        ["", "application/octet-stream", "application/unknown", "unknown/unknown", "*/*", "text/*", "html", "text", "none", "null"]
            .contains(type) || !type.contains("/") || !type.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    /// Whether the first tag is one that pages begin with (MIME Sniffing standard 7.1).
    private func beginsLikePage(_ body: [UInt8]) -> Bool {
        var start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < body.count, body[start].isHTMLSpace { start += 1 }
        let head = body[start...].prefix(16).map(\.loweredASCII)
        return ["<!doctype html", "<html", "<head", "<body", "<title", "<h1", "<div", "<p>", "<!--", "<table", "<br", "<meta"].contains {
            head.starts(with: $0.utf8)
        }
    }
}
