import Foundation
import Ground
import Records

/// Addresses that are not read: whole addresses, domains with what lies below them, and words within addresses.
public struct URLBlockList: Sendable {
    private var addresses: Set<String> = []
    private var domains: Set<String> = []
    private var words: Set<String> = []

    /// Reads a file with one entry a line: an address with its scheme, a domain, or `word:casino`; `#` begins a remark.
    public init(file: String) throws {
        for line in try BlockLists.lines(of: file) {
            if line.contains("://") {
                addresses.insert(URLBlockList.plain(line))
            } else if line.hasPrefix("word:") {
                words.insert(String(line.dropFirst(5)))
            } else {
                domains.insert(line.hasPrefix("www.") ? String(line.dropFirst(4)) : line)
            }
        }
    }

    /// The same for lists that say the same.
    var fingerprint: String { RecordID.make(addresses.sorted() + ["domains"] + domains.sorted() + ["words"] + words.sorted()) }

    func rejection(of url: String) -> Rejection? {
        let small = url.lowercased()
        if addresses.contains(URLBlockList.plain(small)) { return Rejection("blocked_url", value: .string(url)) }
        var host = URLBlockList.host(small)
        while host.contains(".") {
            if domains.contains(host) { return Rejection("blocked_domain", value: .string(host)) }
            host = host.split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
        }
        guard !words.isEmpty else { return nil }
        for word in small.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where words.contains(String(word)) {
            return Rejection("blocked_url_word", value: .string(String(word)))
        }
        return nil
    }

    static func host(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let rest = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (rest.split(separator: "@").last ?? "").prefix { $0 != ":" }
        return host.hasPrefix("www.") ? String(host.dropFirst(4)) : String(host)
    }

    /// Without scheme, `www.` and the last slash.
    private static func plain(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        var rest = url[scheme.upperBound...]
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        if rest.last == "/" { rest = rest.dropLast() }
        return String(rest)
    }
}

/// Words that a passage may not contain.
public struct WordBlockList: Sendable {
    private var words: Set<UInt64> = []
    private var phrases: [String] = []

    /// Reads files with one word or phrase a line; `#` begins a remark.
    public init(files: [String]) throws { self.init(words: try files.flatMap { try BlockLists.lines(of: $0) }) }

    public init(file: String) throws { try self.init(files: [file]) }

    /// The same for lists that say the same.
    var fingerprint: String { RecordID.make(words.sorted().map { String($0) } + phrases.sorted()) }

    public init(words list: [String]) {
        for entry in list {
            if entry.contains(" ") { phrases.append(entry) } else { words.insert(WordBlockList.hash(Array(entry.utf8)[...])) }
        }
    }

    func rejection(of text: String) -> Rejection? {
        let bytes = Array(text.lowercased().utf8)
        for word in bytes.split(whereSeparator: { $0 < 0x80 && !$0.isASCIILetter && !$0.isASCIIDigit && $0 != 45 })
        where words.contains(WordBlockList.hash(word)) {
            return Rejection("blocked_word", value: .string(String(decoding: word, as: UTF8.self)))
        }
        guard !phrases.isEmpty else { return nil }
        let small = String(decoding: bytes, as: UTF8.self)
        return phrases.first { small.contains($0) }.map { Rejection("blocked_word", value: .string($0)) }
    }

    private static func hash(_ word: ArraySlice<UInt8>) -> UInt64 { FNV1a.hash64(word) }
}

/// Licences that may be used, by their addresses.
public struct LicenceList: Sendable {
    private var licences: Set<String> = []

    /// Reads a file with one address a line: scheme, `www.` and closing slash make no difference. `none` lets pages without a licence pass.
    public init(file: String) throws { licences = Set(try BlockLists.lines(of: file).map(LicenceList.plain)) }

    /// The same for lists that say the same.
    var fingerprint: String { RecordID.make(licences.sorted()) }

    func rejection(of licence: String?) -> Rejection? {
        guard let licence else { return licences.contains("none") ? nil : Rejection("no_licence") }
        return licences.contains(LicenceList.plain(licence.lowercased())) ? nil : Rejection("licence_not_listed", value: .string(licence))
    }

    private static func plain(_ address: String) -> String {
        var rest = address.firstRange(of: "//").map { address[$0.upperBound...] } ?? address[...]
        if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
        for end in ["deed.en", "deed.de", "legalcode", "/"] where rest.hasSuffix(end) { rest = rest.dropLast(end.count) }
        while rest.last == "/" { rest = rest.dropLast() }
        return String(rest)
    }
}

private enum BlockLists {
    /// The entries of a list file in small letters.
    static func lines(of file: String) throws -> [String] {
        let data = try FileBytes.list(file)
        return String(decoding: data, as: UTF8.self).lowercased().split(whereSeparator: \.isNewline)
            .map { PageMetadata.trimmed(String($0.prefix { $0 != "#" })) }.filter { !$0.isEmpty }
    }
}
