import Foundation

/// Why a remote model cannot be used at all; what is wrong with one record alone is a `Rejection`.
public enum EndpointError: Error, Sendable, Equatable {
    case wrongAddress(text: String, reason: String)
    case unreachable(host: String, reason: String)
    case refused(host: String, status: Int, message: String)
    case keyInTheOpen(host: String)
    case noLogLikelihoods(model: String)
}

extension EndpointError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .wrongAddress(let text, let reason):
            "\(text) is no address of a model: \(reason). Write http://HOST:PORT/v1#NAME."
        case .unreachable(let host, let reason):
            "\(host) does not answer (\(reason)). See that the server runs and that the address, with its /v1, is right."
        case .refused(let host, let status, let message):
            Self.advice(host, status) + (message.isEmpty ? "" : " It says: \(message)")
        case .keyInTheOpen(let host):
            "\(EndpointModel.keyVariable) is set, and http:// would send the key to \(host) in the open. Use https://, or unset it."
        case .noLogLikelihoods(let model):
            "\(model) is remote, and the protocol gives no log-probabilities of a text that is given. Take a model that runs here."
        }
    }

    public var errorDescription: String? { description }

    private static func advice(_ host: String, _ status: Int) -> String {
        switch status {
        case 401, 403: "\(host) refuses the key (status \(status)). Set \(EndpointModel.keyVariable) to one that it takes."
        case 404: "\(host) knows no such address or model (status 404). Look at the path, which often ends with /v1, and the name behind #."
        case 300..<400: "\(host) sends the request elsewhere (status \(status)), which is not followed. Give the address it names."
        default: "\(host) refuses (status \(status))."
        }
    }
}
