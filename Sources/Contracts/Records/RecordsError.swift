import Foundation

/// What is wrong with a record as a whole.
public enum RecordsError: Error, Sendable, Equatable {
    /// A record of another stage of the pipe.
    case wrongShape(wanted: RecordShape, found: RecordShape, place: SourcePlace?)
}

extension RecordsError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .wrongShape(let wanted, let found, let place):
            "\(place.map { "\($0): " } ?? "")this is \(found.withArticle), and \(wanted.withArticle) is wanted: \(found.advice(where: wanted))"
        }
    }
}
