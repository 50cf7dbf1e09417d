import Foundation

/// Why a remote model cannot be used, or not any longer; what is wrong with one record alone is a `Rejection`.
public enum EndpointError: Error, Sendable, Equatable {
    case wrongAddress(text: String, reason: String)
    case wrongKey
    case unreachable(host: String, reason: String)
    /// A server that answered before has answered nothing for so many seconds.
    case gone(host: String, seconds: Double, reason: String)
    case refused(host: String, status: Int, message: String)
    case redirected(host: String, status: Int, target: String)
    /// The server announces an answer of this length, in its own words.
    case tooLong(host: String, announced: String, most: Int)
    case keyInTheOpen(host: String)
    case noLogLikelihoods(model: String, reason: String)
    /// A file of answers that cannot be read as one; line 0 is the whole file.
    case badAnswers(file: String, line: Int, reason: String)
    /// What is asked for is no part of the batch format.
    case notInBatch(path: String)
    /// As many tokens have been used as the run may use.
    case ceiling(used: Int, most: Int)
}

extension EndpointError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .wrongAddress(let text, let reason):
            "\(text) is no address of a model: \(reason). Write http://HOST:PORT/v1#NAME."
        case .wrongKey: "\(EndpointModel.keyVariable) holds line ends or other characters that no key has."
        case .unreachable(let host, let reason):
            "\(host) does not answer (\(reason)). See that the server runs and that the address, with its /v1, is right."
        case .gone(let host, let seconds, let reason):
            "\(host) has answered nothing for \(Int(seconds.rounded())) seconds (\(reason)), which is all the patience there is. What was answered "
                + "before is written; with -o FILE the same command with --resume goes on from there."
        case .refused(let host, let status, let message):
            Self.advice(host, status) + (message.isEmpty ? "" : " It says: \(message)")
        case .redirected(let host, let status, let target):
            "\(host) sends the request elsewhere (status \(status), \(target.isEmpty ? "without saying where" : "to \(target)")), which is not "
                + "followed: records and key would go to a host that nobody named. Give the address of the server itself."
        case .tooLong(let host, let announced, let most):
            "\(host) announces an answer of \(announced) bytes, and at most \(most) are read. Look at what answers there."
        case .keyInTheOpen(let host):
            "\(EndpointModel.keyVariable) is set, and http:// would send the key to \(host) in the open. Use https://, or unset it."
        case .noLogLikelihoods(let model, let reason):
            "\(model) is remote, and its server gives no log-probabilities of a text that is given (\(reason)). vLLM's and llama.cpp's servers "
                + "do; or take a model that runs here."
        case .badAnswers(let file, let line, let reason):
            "\(file)\(line > 0 ? ":\(line)" : ""): \(reason). --from-batch reads what a batch of requests was answered with: JSON lines with "
                + "custom_id and response."
        case .notInBatch(let path):
            "this asks a server at \(path), for tokens or log-probabilities of a text that is given, and batches have no such request. With "
                + "--emit-batch take --judge forward --backward none for curate, and no --rank for augment."
        case .ceiling(let used, let most):
            "the servers have counted \(used) tokens, and --server-tokens allows \(most). What was answered is written; with -o FILE the same "
                + "command with --resume goes on from there."
        }
    }

    public var errorDescription: String? { description }

    private static func advice(_ host: String, _ status: Int) -> String {
        switch status {
        case 401, 403: "\(host) refuses the key (status \(status)). Set \(EndpointModel.keyVariable) to one that it takes."
        case 404: "\(host) knows no such address or model (status 404). Look at the path, which often ends with /v1, and the name behind #."
        default: "\(host) refuses (status \(status))."
        }
    }
}
