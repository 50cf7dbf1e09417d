import Foundation
import FoundationNetworking
import LanguageModels
import Records
import Synchronization

/// Sends JSON and gets JSON, with retries: of what is passing (429, 5xx, a broken or slow connection) a few, of anything else none.
final class EndpointClient: Sendable {
    /// How long and how often a request is tried.
    struct Patience: Sendable {
        var timeoutSeconds = 300.0
        var tries = 6
        /// The wait before the second try; each further one is twice as long, up to `longestSeconds`.
        var firstSeconds = 0.5
        var longestSeconds = 30.0
        var sleep: @Sendable (Double) async throws -> Void = { try await Task.sleep(nanoseconds: UInt64($0 * 1e9)) }
    }

    let address: EndpointAddress
    private let patience: Patience
    private let gate: RequestGate
    private let session: URLSession
    private let key: String?
    /// Whether the server has ever answered; one that never did is not there.
    private let hasAnswered = Atomic<Bool>(false)

    init(_ address: EndpointAddress, key: String?, requests: Int, patience: Patience) {
        self.address = address
        self.key = key
        self.patience = patience
        gate = RequestGate(width: requests)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = patience.timeoutSeconds
        configuration.httpMaximumConnectionsPerHost = requests
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// The object that the server answers at this path below the base. Throws a `Rejection` where this one request failed for good.
    func post(_ body: JSONObject, to path: String) async throws -> JSONObject {
        let request = request(body, to: path)
        return try await gate.run { [self] in try await answer(to: request) }
    }

    private func answer(to request: URLRequest) async throws -> JSONObject {
        var wait = patience.firstSeconds
        var attempt = 0
        while true {
            attempt += 1
            let failure: Failure
            switch try await send(request) {
            case .success(let object): return object
            case .failure(let met): failure = met
            }
            guard attempt < patience.tries else { throw final(failure) }
            try await patience.sleep(min(patience.longestSeconds, max(failure.retryAfter ?? 0, wait)))
            wait *= 2
        }
    }

    /// What may pass by itself.
    private struct Failure: Error {
        var text: String
        var retryAfter: Double?
        var isConnection = false
    }

    private func send(_ request: URLRequest) async throws -> Result<JSONObject, Failure> {
        let data: Data
        let response: URLResponse
        do {
            (data, response) = try await session.data(for: request)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return .failure(Failure(text: Self.reason(error), isConnection: true))
        }
        guard let status = (response as? HTTPURLResponse)?.statusCode else { return .failure(Failure(text: "no HTTP answer")) }
        let headers = response as? HTTPURLResponse
        hasAnswered.store(true, ordering: .relaxed)
        switch status {
        case 200..<300:
            guard let object = try? JSONObject(parsing: [UInt8](data)) else {
                throw Rejection("endpoint_unreadable", value: .string(Self.excerpt(data)), threshold: "one JSON object")
            }
            return .success(object)
        case 408, 425, 429, 500...:
            let retryAfter = headers?.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init)
            return .failure(Failure(text: "status \(status) \(Self.message(data))", retryAfter: retryAfter))
        case 400, 413, 422:
            throw Rejection("endpoint_refused", value: .string("status \(status) \(Self.message(data))"))
        default:
            throw EndpointError.refused(host: address.host, status: status, message: Self.message(data))
        }
    }

    private func final(_ failure: Failure) -> any Error {
        if failure.isConnection, !hasAnswered.load(ordering: .relaxed) {
            return EndpointError.unreachable(host: address.host, reason: failure.text)
        }
        return Rejection("endpoint_failed", value: .string(failure.text), threshold: .string("an answer within \(patience.tries) tries"))
    }

    private func request(_ body: JSONObject, to path: String) -> URLRequest {
        var request = URLRequest(url: address.base.appending(path: path), timeoutInterval: patience.timeoutSeconds)
        request.httpMethod = "POST"
        request.httpBody = Data(body.serialized.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue("humpback/\(Build.version)", forHTTPHeaderField: "User-Agent")
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        return request
    }

    /// What the server says is wrong: the `error.message` that such servers write, or the beginning of what they wrote.
    private static func message(_ data: Data) -> String {
        guard let object = try? JSONObject(parsing: [UInt8](data)) else { return excerpt(data) }
        return object["error"]?.object?["message"]?.string ?? object["error"]?.string ?? object["message"]?.string ?? excerpt(data)
    }

    private static func excerpt(_ data: Data) -> String {
        String(String(decoding: data.prefix(800), as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(200))
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? URLError else { return "the connection failed" }
        return switch error.code {
        case .timedOut: "no answer in time"
        case .cannotFindHost, .dnsLookupFailed: "there is no such host"
        case .cannotConnectToHost: "nothing listens there"
        case .networkConnectionLost: "the connection broke off"
        case .secureConnectionFailed, .serverCertificateUntrusted: "no secure connection"
        default: "the connection failed, code \(error.code.rawValue)"
        }
    }
}

/// A redirect would carry records, and the key, to a host that nobody named.
private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) { completionHandler(nil) }
}
