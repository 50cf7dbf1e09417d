import CHTTP
import Foundation
import LanguageModels
import Synchronization

/// HTTP exchanges, any number at once: one thread waits for all of them in the kernel, so that waiting takes no processor.
///
/// Foundation's URLSession is not used: on Linux it ends the process on a redirect that is refused and on an announced length of 2^63, and
/// takes half a core while it waits.
final class HTTPConnections: Sendable {
    struct Request: Sendable {
        var url: String
        /// JSON to be posted; nil asks by GET.
        var body: [UInt8]?
        var key: String?
        /// Whether a proxy that the environment names may see the request.
        var mayPassProxy = true
        /// How long the whole exchange may take.
        var seconds: Double
        /// The longest answer that is read.
        var mostBytes: Int
    }

    struct Response: Sendable {
        var status: Int
        var body: [UInt8]
        var location = ""
        var retryAfter = ""
    }

    /// Why there is no response.
    enum Failure: Error, Equatable {
        case timedOut
        case noHost
        case nothingListens
        case brokenOff
        case notSecure(String)
        /// The length that was announced, "" where the answer only went on and on.
        case tooLong(announced: String)
        case headerTooLong
        case notHTTP(String)
        case badAddress(String)
        case other(String)
    }

    private let core: Core

    /// - Parameter connections: kept open between exchanges.
    init(connections: Int) {
        core = Core(connections: connections)
        let core = core
        let thread = Thread { core.run() }
        thread.name = "humpback servers"
        thread.start()
    }

    deinit { core.close() }

    /// The response; throws a `Failure`, or `CancellationError` where the task is cancelled meanwhile.
    func send(_ request: Request) async throws -> Response {
        try Task.checkCancellation()
        let number = core.nextNumber()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { core.begin(number, request, $0) }
        } onCancel: {
            core.cancel(number)
        }
    }
}

/// What the thread and its callers share.
private final class Core: Sendable {
    typealias Continuation = CheckedContinuation<HTTPConnections.Response, any Error>

    private struct State {
        var last: UInt64 = 0
        var fresh: [(UInt64, HTTPConnections.Request)] = []
        var cancelled: [UInt64] = []
        /// Numbers that were cancelled before they began.
        var stillborn: Set<UInt64> = []
        var waiting: [UInt64: Continuation] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    // The thread alone uses the loop, but for `chttp_wake`, which any thread may call; it is called under the lock and never once `isClosed`
    // is set, and the thread frees the loop only after that.
    nonisolated(unsafe) private let loop: OpaquePointer?

    init(connections: Int) { loop = chttp_open(connections) }

    func nextNumber() -> UInt64 {
        state.withLock {
            $0.last += 1
            return $0.last
        }
    }

    func begin(_ number: UInt64, _ request: HTTPConnections.Request, _ continuation: Continuation) {
        let isCancelled = state.withLock { state in
            if state.stillborn.remove(number) != nil { return true }
            state.waiting[number] = continuation
            state.fresh.append((number, request))
            wake()
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    func cancel(_ number: UInt64) {
        let continuation = state.withLock { state in
            let continuation = state.waiting.removeValue(forKey: number)
            if continuation == nil { state.stillborn.insert(number) } else { state.cancelled.append(number) }
            wake()
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }

    func close() {
        state.withLock {
            $0.isClosed = true
            wake()
        }
    }

    private func wake() { if let loop { chttp_wake(loop) } }

    /// The thread: begins and cancels what was asked for, then waits.
    func run() {
        guard let loop else { return refuseEverything() }
        while true {
            let (isClosed, fresh, cancelled) = state.withLock { state in
                defer {
                    state.fresh = []
                    state.cancelled = []
                }
                return (state.isClosed, state.fresh, state.cancelled)
            }
            if isClosed { break }
            for (number, request) in fresh {
                let end = start(loop, number, request)
                if end != CHTTP_DONE { finish(number, .failure(Self.failure(end, "", ""))) }
            }
            for number in cancelled { chttp_cancel(loop, number) }
            chttp_turn(loop, Unmanaged.passUnretained(self).toOpaque()) { context, number, response in
                guard let context, let response else { return }
                Unmanaged<Core>.fromOpaque(context).takeUnretainedValue().receive(number, response.pointee)
            }
        }
        chttp_close(loop)
    }

    private func start(_ loop: OpaquePointer, _ number: UInt64, _ request: HTTPConnections.Request) -> chttp_end {
        func start(_ body: UnsafeBufferPointer<UInt8>?, _ authorization: UnsafePointer<CChar>?) -> chttp_end {
            request.url.withCString { url in
                "humpback/\(Build.version)".withCString { agent in
                    var asked = chttp_request(
                        url: url, body: body?.baseAddress, count: body?.count ?? 0, authorization: authorization, agent: agent,
                        may_pass_proxy: request.mayPassProxy, seconds: request.seconds, most_bytes: request.mostBytes)
                    return chttp_start(loop, number, &asked)
                }
            }
        }
        func start(_ authorization: UnsafePointer<CChar>?) -> chttp_end {
            guard let body = request.body else { return start(nil, authorization) }
            return body.withUnsafeBufferPointer { start($0, authorization) }
        }
        guard let key = request.key else { return start(nil) }
        return "Authorization: Bearer \(key)".withCString { start($0) }
    }

    private func receive(_ number: UInt64, _ response: chttp_response) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        guard response.end == CHTTP_DONE else {
            return finish(number, .failure(Self.failure(response.end, text(response.message), text(response.announced_length))))
        }
        let body = response.body.map { Array(UnsafeBufferPointer(start: $0, count: response.count)) } ?? []
        finish(
            number,
            .success(
                .init(status: response.status, body: body, location: text(response.location), retryAfter: text(response.retry_after))))
    }

    private func finish(_ number: UInt64, _ result: Result<HTTPConnections.Response, any Error>) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(with: result)
    }

    /// Without memory for a loop nothing is ever sent.
    private func refuseEverything() {
        while !state.withLock({ $0.isClosed }) {
            for number in state.withLock({ Array($0.waiting.keys) }) { finish(number, .failure(Self.failure(CHTTP_OUT_OF_MEMORY, "", ""))) }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    private static func failure(_ end: chttp_end, _ message: String, _ announced: String) -> HTTPConnections.Failure {
        switch end {
        case CHTTP_TIMED_OUT: .timedOut
        case CHTTP_NO_HOST: .noHost
        case CHTTP_NOTHING_LISTENS: .nothingListens
        case CHTTP_BROKEN_OFF: .brokenOff
        case CHTTP_NOT_SECURE: .notSecure(message)
        case CHTTP_TOO_LONG: .tooLong(announced: announced)
        case CHTTP_HEADER_TOO_LONG: .headerTooLong
        case CHTTP_NOT_HTTP: .notHTTP(message)
        case CHTTP_BAD_ADDRESS: .badAddress(message)
        case CHTTP_OUT_OF_MEMORY: .other("memory is short")
        default: .other(message)
        }
    }
}

extension HTTPConnections.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .noHost: "there is no such host"
        case .nothingListens: "nothing listens there"
        case .brokenOff: "the connection broke off"
        case .notSecure(let words): "no secure connection: \(words)"
        case .tooLong(let announced): announced.isEmpty ? "the answer does not end" : "an answer of \(announced) bytes is announced"
        case .headerTooLong: "the answer's header does not end"
        case .notHTTP(let words): "the answer is no HTTP: \(words)"
        case .badAddress(let words): "the address cannot be used: \(words)"
        case .other(let words): "the connection failed: \(words)"
        }
    }
}
