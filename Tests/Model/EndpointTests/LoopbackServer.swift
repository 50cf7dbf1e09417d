import Foundation
import Synchronization

/// A server on this machine that does one thing after the other as told, over plain sockets.
final class LoopbackServer: Sendable {
    enum Act: Sendable {
        case answer(Int, String, headers: [String] = [])
        /// Reads the request and hangs up.
        case hangUp
        /// Reads the request and says nothing.
        case keepSilent
    }

    struct Request: Sendable {
        var head: String
        var body: String
    }

    let port: Int
    private let listener: Int32
    private let acts: Mutex<[Act]>
    private let met = Mutex<[Request]>([])
    private let silent = Mutex<[Int32]>([])
    private let busy = Mutex<(now: Int, most: Int)>((0, 0))

    /// Starts to listen; the last act is repeated for ever.
    init(_ acts: [Act]) throws {
        self.acts = Mutex(acts)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
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

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        silent.withLock { for connection in $0 { close(connection) } }
    }

    var requests: [Request] { met.withLock { $0 } }
    /// The most requests that were open at once.
    var mostAtOnce: Int { busy.withLock { $0.most } }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else {
            close(connection)
            return
        }
        met.withLock { $0.append(request) }
        busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { busy.withLock { $0.now -= 1 } }
        switch acts.withLock({ $0.count > 1 ? $0.removeFirst() : $0[0] }) {
        case .answer(let status, let body, let headers):
            let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
            let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
            _ = text.utf8CString.withUnsafeBytes { send(connection, $0.baseAddress, $0.count - 1, Int32(MSG_NOSIGNAL)) }
            close(connection)
        case .hangUp: close(connection)
        case .keepSilent: silent.withLock { $0.append(connection) }
        }
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
