/// What a file holds, told by its name.
enum PageForm: Equatable {
    case html, markdown, plainText, records, archive, xml
    /// Records that are rows of a table, or values of one JSON list.
    case table

    static let describedNames =
        ".html, .htm, .xhtml, .md, .txt, .jsonl, .json, .csv, .tsv, .warc, .wet and .arc, each with or without .gz or .zst, and \(IngestError.supportedXML)"

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
        case "json", "csv", "tsv": self = .table
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
        case UInt8(ascii: "["):
            let second = bytes.drop { $0.isHTMLSpace }.dropFirst().first { !$0.isHTMLSpace }
            self = second == UInt8(ascii: "{") ? .table : .plainText
        default:
            guard !bytes.prefix(4096).contains(0) else { return nil }
            self = .plainText
        }
    }
}
