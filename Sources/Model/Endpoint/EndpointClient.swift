import Dispatch
import Foundation
import Ground
import LanguageModels
import Records
import Synchronization

/// Sends JSON to the servers of one model and gets JSON, with retries: of what is passing (a busy, broken or slow server) a few, of anything
/// else none.
///
/// A request that fails while the servers answer others is its record's fault. Servers that answer nothing are at fault themselves: once
/// their silence has lasted as long as `Patience.goneSeconds`, the run ends, and no record is lost by it.
final class EndpointClient: Sendable {
    /// How long and how often a request is tried. No wait is random: a server that sheds load names the time.
    struct Patience: Sendable {
        /// How long one exchange may take, whatever comes meanwhile.
        var timeoutSeconds = 300.0
        /// How long servers that have answered may answer nothing more.
        var goneSeconds = 180.0
        var tries = 6
        /// The wait before the second try; each further one is twice as long, up to `longestSeconds`.
        var firstSeconds = 0.5
        var longestSeconds = 30.0
        var sleep: @Sendable (Double) async throws -> Void = { try await Task.sleep(nanoseconds: UInt64($0 * 1e9)) }
        var now: @Sendable () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
    }

    /// The longest answer that is read, in bytes.
    static let mostBytes = 16 << 20

    let address: EndpointAddress
    private let patience: Patience
    private let gate: RequestGate
    private let connections: HTTPConnections
    private let key: EndpointKey?
    private let usage: EndpointUsage
    private let journal: AnswerJournal?
    private let batch: RequestBatch?
    private let state: Mutex<State>

    var isBatch: Bool { batch != nil }

    private struct State {
        var choice: ServerChoice
        /// Whether any server has ever answered anything; those that never did are not there.
        var hasAnswered = false
        /// When a server last did what it was asked, or refused to; at first when it was first asked.
        var lastAnswer: Double?
    }

    init(
        _ address: EndpointAddress, key: EndpointKey?, requests: Int, patience: Patience, usage: EndpointUsage,
        journal: AnswerJournal? = nil, batch: RequestBatch? = nil
    ) {
        self.journal = journal
        self.batch = batch
        self.address = address
        self.key = key
        self.patience = patience
        self.usage = usage
        gate = RequestGate(width: requests)
        connections = HTTPConnections(connections: requests)
        state = Mutex(State(choice: ServerChoice(count: address.bases.count)))
    }

    /// The object that a server answers at this path below its base, or above it where the path begins with a slash.
    ///
    /// - Parameter isTrial: the server may not know the request at all; then nothing is tried twice that has a status.
    /// - Throws: `EndpointRefusal` where the server says no to this request, `Rejection` where it failed for good, `EndpointError` where no
    ///   request would succeed.
    func post(_ body: JSONObject, to path: String, isTrial: Bool = false) async throws -> JSONObject {
        if let batch {
            let (answer, isFirst) = try batch.answer(to: body, path: path)
            if isFirst { usage.add(answer, of: address.model) }
            return answer
        }
        let bytes = Array(body.serialized.utf8)
        guard let journal else { return try await gate.run { [self] in try await answer(to: bytes, path, isTrial: isTrial) } }
        let name = AnswerJournal.name(of: bytes, path: path)
        if let known = journal.take(name) { return known }
        return try await gate.run { [self] in
            let answer = try await answer(to: bytes, path, isTrial: isTrial)
            try journal.add(name, answer)
            return answer
        }
    }

    private func answer(to body: [UInt8], _ path: String, isTrial: Bool) async throws -> JSONObject {
        let begun = patience.now()
        state.withLock { if $0.lastAnswer == nil { $0.lastAnswer = begun } }
        var wait = patience.firstSeconds
        var tries = 0
        while true {
            try usage.check()
            tries += 1
            let failure: Failure
            switch try await send(body, to: path, isTrial: isTrial) {
            case .success(let object):
                usage.add(object, of: address.model)
                return object
            case .failure(let met): failure = met
            }
            let silence = try await checkWorth(of: failure, tries: tries, since: begun)
            let named = min(failure.retryAfter ?? 0, max(0, patience.goneSeconds - silence))
            try await patience.sleep(max(named, min(wait, patience.longestSeconds)))
            wait *= 2
        }
    }

    /// What may pass by itself.
    private struct Failure: Error {
        enum Cause { case connection, fault, busy }
        var cause: Cause
        var text: String
        var retryAfter: Double?
    }

    /// How long the servers have been silent; throws where another try would be in vain.
    private func checkWorth(of failure: Failure, tries: Int, since begun: Double) async throws -> Double {
        let (hasAnswered, lastAnswer) = state.withLock { ($0.hasAnswered, $0.lastAnswer ?? begun) }
        let isLast = tries >= patience.tries
        guard hasAnswered else {
            if isLast { throw EndpointError.unreachable(host: address.host, reason: failure.text) }
            return 0
        }
        let silence = patience.now() - lastAnswer
        if silence >= patience.goneSeconds {
            // A long answer may outlast the patience; a server that is there says so when it is asked something short.
            let isThere = failure.cause == .connection ? try await isAnyAlive() : false
            if !isThere { throw EndpointError.gone(host: address.host, seconds: silence, reason: failure.text) }
        }
        guard isLast, failure.cause != .busy else { return silence }
        let answersOthers = lastAnswer > begun ? true : try await isAnyAlive()
        guard answersOthers else { return silence }
        throw Rejection(
            "endpoint_failed", value: .string(failure.text), threshold: .string("an answer within \(patience.tries) tries"),
            isPassing: true)
    }

    /// Whether one of the servers answers the question for its models, the shortest that the protocol has.
    private func isAnyAlive() async throws -> Bool {
        for base in address.bases {
            let request = request(nil, base.absoluteString + "/models", on: base, seconds: min(10, patience.timeoutSeconds))
            do {
                let status = try await connections.send(request).status
                if status < 500, status != 429 { return true }
            } catch is HTTPConnections.Failure {
                continue
            }
        }
        return false
    }

    private func send(_ body: [UInt8], to path: String, isTrial: Bool) async throws -> Result<JSONObject, Failure> {
        let number = state.withLock { $0.choice.take(at: patience.now()) }
        var hasFailed = false
        defer { state.withLock { $0.choice.end(number, hasFailed: hasFailed, at: patience.now()) } }
        let base = address.bases[number]
        let host = EndpointAddress.host(base)
        let response: HTTPConnections.Response
        do {
            response = try await connections.send(request(body, Self.url(path, on: base), on: base, seconds: patience.timeoutSeconds))
        } catch let failure as HTTPConnections.Failure {
            switch failure {
            case .tooLong(let announced) where !announced.isEmpty:
                throw EndpointError.tooLong(host: host, announced: hidden(announced), most: Self.mostBytes)
            case .tooLong: throw Rejection("endpoint_too_long", value: "the answer does not end", threshold: .integer(Self.mostBytes))
            case .badAddress(let words): throw EndpointError.wrongAddress(text: base.absoluteString, reason: words)
            default:
                hasFailed = true
                return .failure(Failure(cause: .connection, text: hidden(failure.description)))
            }
        }
        state.withLock { $0.hasAnswered = true }
        let result = try read(response, from: host, isTrial: isTrial)
        if case .failure = result { hasFailed = true }
        return result
    }

    private func read(_ response: HTTPConnections.Response, from host: String, isTrial: Bool) throws -> Result<JSONObject, Failure> {
        let object = try? JSONObject(parsing: key?.hidden(inAnswer: response.body) ?? response.body)
        let status = Self.status(response.status, object)
        func isAnswered() { state.withLock { $0.lastAnswer = max($0.lastAnswer ?? 0, patience.now()) } }
        let message = message(response.body, object)
        let error = object?["error"]?.object
        let refusal = EndpointRefusal(
            status: status, message: message, parameter: error?["param"]?.string, code: error?["code"]?.string ?? error?["type"]?.string)
        switch status {
        case 200..<300:
            isAnswered()
            guard let object else {
                throw Rejection("endpoint_unreadable", value: .string(excerpt(response.body)), threshold: "one JSON object")
            }
            return .success(object)
        case 300..<400: throw EndpointError.redirected(host: host, status: status, target: String(hidden(response.location).prefix(200)))
        case 408, 425, 429, 503, 529:
            // Not the request's doing.
            let retryAfter = Double(response.retryAfter).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
            return .failure(Failure(cause: .busy, text: "status \(status) \(message)", retryAfter: retryAfter))
        case 400, 413, 422:
            isAnswered()
            throw refusal
        case 404, 405, 500...:
            if isTrial { throw refusal }
            if status >= 500 { return .failure(Failure(cause: .fault, text: "status \(status) \(message)")) }
            isAnswered()
            throw EndpointError.refused(host: host, status: status, message: message)
        default:
            isAnswered()
            throw EndpointError.refused(host: host, status: status, message: message)
        }
    }

    /// The status, or the one that stands in an error which a gateway sends in an answer that calls itself good.
    private static func status(_ status: Int, _ object: JSONObject?) -> Int {
        guard (200..<300).contains(status), let object, object["choices"] == nil, let error = object["error"]?.object else { return status }
        let code = error["code"]?.integer ?? error["status"]?.integer ?? 500
        return (400..<600).contains(code) ? code : 500
    }

    private func request(_ body: [UInt8]?, _ url: String, on base: URL, seconds: Double) -> HTTPConnections.Request {
        HTTPConnections.Request(
            url: url, body: body, key: key?.text, mayPassProxy: !EndpointAddress.isLoopback(base), seconds: seconds,
            mostBytes: Self.mostBytes)
    }

    private static func url(_ path: String, on base: URL) -> String {
        guard path.hasPrefix("/") else { return base.absoluteString + "/" + path }
        let text = base.absoluteString
        return (text.hasSuffix("/v1") ? String(text.dropLast(3)) : text) + path
    }

    /// What the server says is wrong: the `error.message` that such servers write, or the beginning of what they wrote.
    private func message(_ body: [UInt8], _ object: JSONObject?) -> String {
        guard let object else { return excerpt(body) }
        let said = object["error"]?.object?["message"]?.string ?? object["error"]?.string ?? object["message"]?.string
        return said.map { String(hidden($0).prefix(400)) } ?? excerpt(body)
    }

    /// The beginning of an answer in one line. The key goes before the text is cut, or a part of it would stay.
    private func excerpt(_ body: [UInt8]) -> String {
        let text = hidden(String(decoding: body, as: UTF8.self))
        return String(text.singleSpaced.prefix(200))
    }

    /// The text without the key.
    func hidden(_ text: String) -> String { key?.hidden(in: text) ?? text }
}
