import Records

/// Where a pair's passage comes from: the host of its address, or the file that it was read from.
enum PairDomain {
    /// Nil where the record says neither.
    static func of(_ pair: Pair) -> String? {
        if let host = pair.url.flatMap(host) { return host }
        switch pair.object["source"] {
        case .string(let name)?: return name
        case .object(let source)?: return source["file"]?.string
        default: return nil
        }
    }

    /// "example.org" of "https://user@www.example.org:8080/path".
    static func host(_ url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        var name = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        if let user = name.lastIndex(of: "@") { name = name[name.index(after: user)...] }
        // An address in brackets has colons of its own.
        if !name.hasPrefix("["), let port = name.lastIndex(of: ":") { name = name[..<port] }
        let host = name.lowercased()
        let short = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
        return short.isEmpty ? nil : short
    }
}
