/// What a file holds, told by its name.
enum PageForm: Equatable {
    case html, markdown, plainText, records, archive, xml

    static let describedNames =
        ".html, .htm, .xhtml, .md, .txt, .jsonl, .warc, .wet and .arc, each with or without .gz or .zst, and \(IngestError.supportedXML)"

    init?(path: String) {
        var name = path.lowercased()
        for ending in [".gz", ".zst"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
            break
        }
        switch name.split(separator: ".").last {
        case "html", "htm", "xhtml", "shtml": self = .html
        case "md", "markdown": self = .markdown
        case "txt", "text": self = .plainText
        case "jsonl", "ndjson": self = .records
        case "warc", "wet", "arc": self = .archive
        case "xml": self = .xml
        default: return nil
        }
    }

    /// What the first bytes of a file without a telling name look like.
    init?(sniffing bytes: [UInt8]) {
        if bytes.starts(with: "WARC/1.".utf8) || bytes.starts(with: "filedesc:".utf8) {
            self = .archive
            return
        }
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let first = bytes.prefix(1024).first(where: { !$0.isHTMLSpace }) else { return nil }
        switch first {
        // A page may begin with an XML declaration too, so the root tells.
        case UInt8(ascii: "<"): self = bytes.prefix(1024).firstRange(of: Array("<posts".utf8)) == nil ? .html : .xml
        case UInt8(ascii: "{"): self = .records
        default:
            guard !bytes.prefix(4096).contains(0) else { return nil }
            self = .plainText
        }
    }
}
