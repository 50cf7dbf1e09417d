import Ground
import Records

/// What `--exclude` leaves out: ids, URLs, and domains with everything below them.
struct Exclusion: Sendable {
    private var names = Set<String>()
    private var domains = Set<String>()
    /// Tells one list from another, for `--resume`.
    private(set) var fingerprint: UInt64 = 0

    /// Reads a list: on each line an id, a URL, a domain, or a JSON record, which stands for its id (or, without one, its URL).
    ///
    /// Empty lines and those that begin with "#" are skipped.
    init(file: String) throws {
        let cutter = RecordCutter(try ByteInput(file), longest: RecordSource.longestRecord, isList: false)
        while let piece = try cutter.next() {
            guard !piece.isTooLong else { throw StageError.badExclude(file: file, line: piece.line, reason: "the line is too long") }
            let (line, stamp) = cutter.withBytes(of: piece) { bytes in
                (bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }.trimmed, stableHash64(bytes))
            }
            fingerprint = stableHash64([stamp].map { hexadecimal($0) }.joined(), seed: fingerprint)
            if line.hasPrefix("#") { continue }
            guard line.hasPrefix("{") else {
                insert(line)
                continue
            }
            guard let object = try? JSONObject(parsing: line) else {
                throw StageError.badExclude(file: file, line: piece.line, reason: "the JSON record is broken")
            }
            guard let name = object["id"]?.string ?? object["id"]?.integer.map(String.init) ?? object["url"]?.string else {
                throw StageError.badExclude(file: file, line: piece.line, reason: "the record has neither id nor url")
            }
            names.insert(name)
        }
    }

    private mutating func insert(_ line: String) {
        if line.contains(".") && !line.contains("/") && !line.contains(" ") { domains.insert(line.lowercased()) }
        names.insert(line)
    }

    /// Why an item is left out, nil where it is not.
    func rejection(of item: some StageItem) -> Rejection? {
        if let name = item.identifiers.first(where: names.contains) { return Rejection("excluded", value: .string(name)) }
        guard let url = item.url else { return nil }
        if names.contains(url) { return Rejection("excluded", value: .string(url)) }
        guard !domains.isEmpty, let host = Self.host(of: url) else { return nil }
        var rest = host[...]
        while true {
            if domains.contains(String(rest)) { return Rejection("excluded", value: .string(host), threshold: .string(String(rest))) }
            guard let dot = rest.firstIndex(of: ".") else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }

    /// The host of a URL in lower case, without user and port.
    static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        let name = host.prefix { $0 != ":" }
        return name.isEmpty ? nil : name.lowercased()
    }
}
