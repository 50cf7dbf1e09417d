import Foundation
import Synchronization

/// A server on this machine that does as told, over plain sockets.
public final class LoopbackServer: Sendable {
    public enum Act: Sendable {
        case answer(Int, String, headers: [String] = [])
        /// Reads the request and hangs up.
        case hangUp
        /// Reads the request and says nothing.
        case keepSilent
        /// Sends these bytes as they are, and hangs up.
        case bytes([UInt8])
        /// Sends the first bytes, and then the second ones over and over until the other side has gone.
        case endless([UInt8], [UInt8])
        /// Sends the bytes one by one, ten a second, until the other side has gone.
        case drip([UInt8])

        public static func text(_ text: String) -> Act { .bytes(Array(text.utf8)) }
    }

    public struct Request: Sendable {
        public var head: String
        public var body: String
        /// The path that is asked for.
        public var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    }

    public let port: Int
    private let listener: Int32
    private let act: @Sendable (Request) -> Act
    private let met = Mutex<[Request]>([])
    private let silent = Mutex<[Int32]>([])
    private let busy = Mutex<(now: Int, most: Int)>((0, 0))

    /// Does one thing after the other; the last act is repeated for ever.
    public convenience init(_ acts: [Act]) throws {
        let rest = Mutex(acts)
        try self.init { _ in rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    /// Starts to listen, and does with each request what `act` says.
    ///
    /// - Parameter port: 0 for any.
    public init(port wanted: Int = 0, _ act: @escaping @Sendable (Request) -> Act) throws {
        self.act = act
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(wanted).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: Int32 = 1
        let listener = listener
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw CocoaError(.fileNoSuchFile) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { return }
                Thread { self.serve(connection) }.start()
            }
        }.start()
    }

    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        silent.withLock { for connection in $0 { close(connection) } }
    }

    public var requests: [Request] { met.withLock { $0 } }
    /// The most requests that were open at once.
    public var mostAtOnce: Int { busy.withLock { $0.most } }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else {
            close(connection)
            return
        }
        met.withLock { $0.append(request) }
        busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { busy.withLock { $0.now -= 1 } }
        switch act(request) {
        case .answer(let status, let body, let headers):
            let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
            send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), to: connection)
            close(connection)
        case .hangUp: close(connection)
        case .keepSilent: silent.withLock { $0.append(connection) }
        case .bytes(let bytes):
            send(bytes, to: connection)
            close(connection)
        case .endless(let first, let rest):
            var isThere = send(first, to: connection)
            while isThere { isThere = send(rest, to: connection) }
            close(connection)
        case .drip(let bytes):
            for byte in bytes {
                guard send([byte], to: connection) else { break }
                Thread.sleep(forTimeInterval: 0.1)
            }
            close(connection)
        }
    }

    /// Whether the other side took all of it.
    @discardableResult private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = String(text[..<end.lowerBound])
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            let length = line.flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) } ?? 0
            let body = String(text[end.upperBound...])
            if body.utf8.count >= length { return Request(head: head, body: body) }
        }
    }
}
