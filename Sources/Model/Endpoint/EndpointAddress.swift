import Foundation

/// Where a remote model answers, written `http://HOST:PORT/v1#NAME`: the base address of an OpenAI-compatible server and a model of it.
public struct EndpointAddress: Sendable, Equatable {
    /// The address up to and without `/completions` or `/chat/completions`.
    public let base: URL
    /// The name that the server knows the model by.
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
        var path = String(parts[0])
        while path.hasSuffix("/") { path.removeLast() }
        guard let base = URL(string: path), let host = base.host, !host.isEmpty, base.query == nil else {
            throw .wrongAddress(text: Self.withoutPassword(text), reason: "it names no host, or holds a query")
        }
        guard base.user == nil && base.password == nil else {
            throw .wrongAddress(text: Self.withoutPassword(text), reason: "a key must not stand in an address")
        }
        self.base = base
        model = parts[1].removingPercentEncoding ?? String(parts[1])
    }

    /// Host and port, as a person is told where records go.
    public var host: String { (base.host ?? "") + (base.port.map { ":\($0)" } ?? "") }

    /// Whether the server is this machine, so that nothing leaves it.
    public var isLoopback: Bool {
        guard let host = base.host?.lowercased() else { return false }
        return host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// Whether what is sent can be read on the way.
    public var isPlain: Bool { base.scheme?.lowercased() == "http" && !isLoopback }

    private static func withoutPassword(_ text: String) -> String {
        guard let at = text.firstIndex(of: "@"), let scheme = text.range(of: "://"), scheme.upperBound <= at else { return text }
        return text[..<scheme.upperBound] + "..." + text[at...]
    }
}
