import Foundation

/// Where a remote model answers, written `http://HOST:PORT/v1#NAME`: the base address of an OpenAI-compatible server and a model of it;
/// or several servers of the same model, with commas between their addresses.
public struct EndpointAddress: Sendable, Equatable {
    /// The addresses up to and without `/completions` or `/chat/completions`, one at least.
    public let bases: [URL]
    /// The name that the servers know the model by.
    public let model: String

    /// Whether these words are meant as an address and not as a folder.
    public static func isAddress(_ text: String) -> Bool {
        let lower = text.lowercased()
        return lower.hasPrefix("http://") || lower.hasPrefix("https://")
    }

    public init(_ text: String) throws(EndpointError) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard Self.isAddress(text), parts.count == 2, !parts[1].isEmpty else {
            throw .wrongAddress(text: Self.withoutPassword(text), reason: "the model's name is missing behind #")
        }
        var bases: [URL] = []
        for path in Self.addresses(String(parts[0])) {
            let base = try Self.base(path)
            if !bases.contains(base) { bases.append(base) }
        }
        self.bases = bases
        model = parts[1].removingPercentEncoding ?? String(parts[1])
    }

    /// The first address, which stands for the model in what is recorded of it: the others are taken for its equals.
    public var base: URL { bases[0] }

    /// Host and port of each server, as a person is told where records go.
    public var host: String { bases.map(Self.host).joined(separator: ", ") }

    /// Whether the servers are this machine, so that nothing leaves it.
    public var isLoopback: Bool { bases.allSatisfy(Self.isLoopback) }

    /// Whether what is sent can be read on the way.
    public var isPlain: Bool { bases.contains { $0.scheme?.lowercased() == "http" && !Self.isLoopback($0) } }

    static func host(_ base: URL) -> String { (base.host ?? "") + (base.port.map { ":\($0)" } ?? "") }

    static func isLoopback(_ base: URL) -> Bool {
        guard let host = base.host?.lowercased() else { return false }
        return host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    private static func base(_ text: String) throws(EndpointError) -> URL {
        var path = text
        while path.hasSuffix("/") { path.removeLast() }
        guard let base = URL(string: path), let host = base.host, !host.isEmpty, base.query == nil else {
            throw .wrongAddress(text: withoutPassword(text), reason: "it names no host, or holds a query")
        }
        guard base.user == nil && base.password == nil else {
            throw .wrongAddress(text: withoutPassword(text), reason: "a key must not stand in an address")
        }
        guard base.port.map({ (1...65535).contains($0) }) ?? true else {
            throw .wrongAddress(text: withoutPassword(text), reason: "its port is none")
        }
        return base
    }

    /// The addresses between the commas; a comma that no address follows belongs to the one before it.
    private static func addresses(_ text: String) -> [String] {
        var addresses: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if isAddress(String(part)) || addresses.isEmpty {
                addresses.append(String(part))
            } else {
                addresses[addresses.count - 1] += "," + part
            }
        }
        return addresses
    }

    private static func withoutPassword(_ text: String) -> String {
        guard let at = text.firstIndex(of: "@"), let scheme = text.range(of: "://"), scheme.upperBound <= at else { return text }
        return text[..<scheme.upperBound] + "..." + text[at...]
    }
}
