/// The metadata that a Markdown file begins with, between lines of three dashes (YAML) or three plus signs (TOML): the simple fields of it.
struct FrontMatter {
    var metadata = PageMetadata()
    /// Where the text begins.
    let end: Int

    /// More lines than this are no front matter.
    private static let mostLines = 400

    /// Nil where the text begins at once: front matter is closed by its own mark, and holds fields alone.
    init?(_ bytes: [UInt8]) {
        var reader = LineReader(bytes: bytes, index: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        guard let opening = reader.next(), opening == "---" || opening == "+++" else { return nil }
        let isTOML = opening == "+++"
        var fields: [(key: String, value: String)] = []
        for _ in 0..<FrontMatter.mostLines {
            guard let line = reader.next() else { return nil }
            if line == opening || (!isTOML && line == "...") {
                guard !fields.isEmpty else { return nil }
                end = reader.index
                for field in fields { take(field.key, field.value) }
                return
            }
            let trimmed = PageMetadata.trimmed(line)
            // Lists, values of several lines and comments go with the field before them.
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            let isMore = line.first?.isWhitespace == true || trimmed.hasPrefix("- ") || "[]{}\"'".contains(trimmed.prefix(1))
            if isMore, !fields.isEmpty || isTOML { continue }
            guard let field = FrontMatter.field(trimmed, separator: isTOML ? "=" : ":") else { return nil }
            fields.append(field)
        }
        return nil
    }

    private static func field(_ line: String, separator: Character) -> (key: String, value: String)? {
        guard let place = line.firstIndex(of: separator) else { return nil }
        let key = PageMetadata.trimmed(String(line[..<place]))
        guard !key.isEmpty, key.utf8.count <= 60, key.allSatisfy({ $0.isLetter || $0.isNumber || "_-. ".contains($0) }) else { return nil }
        let behind = line[line.index(after: place)...]
        guard behind.isEmpty || behind.first?.isWhitespace == true || separator == "=" else { return nil }
        var value = PageMetadata.trimmed(String(behind))
        if let quote = value.first, quote == "\"" || quote == "'", let close = value.dropFirst().firstIndex(of: quote) {
            value = String(value[value.index(after: value.startIndex)..<close])
        } else if let comment = value.firstRange(of: " #") {
            value = PageMetadata.trimmed(String(value[..<comment.lowerBound]))
        }
        return (key.lowercased(), value)
    }

    private mutating func take(_ key: String, _ value: String) {
        guard !value.isEmpty, !"[{|>".contains(value.prefix(1)) else { return }
        switch key {
        case "title": metadata.title = value
        case "lang", "language", "locale": metadata.language = PageMetadata.normalised(language: value)
        case "date", "published", "publishdate": metadata.date = PageMetadata.day(value)
        case "author": metadata.author = value
        case "url", "canonical", "canonical_url", "permalink": if value.hasPrefix("http") { metadata.url = value }
        case "license", "licence": metadata.licence = value
        default: break
        }
    }

    private struct LineReader {
        let bytes: [UInt8]
        var index: Int

        /// The next line without its end and the white space before that.
        mutating func next() -> String? {
            guard index < bytes.count else { return nil }
            let stop = bytes[index...].firstIndex(of: 10) ?? bytes.count
            var end = stop
            while end > index, bytes[end - 1].isHTMLSpace { end -= 1 }
            defer { index = min(stop + 1, bytes.count) }
            return String(decoding: bytes[index..<end], as: UTF8.self)
        }
    }
}
