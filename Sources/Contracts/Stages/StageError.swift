import Foundation
import Ground
import Records

/// What keeps a stage from running, or from going on.
public enum StageError: Error, Sendable, Equatable {
    /// The file begins with the byte-order mark of UTF-16.
    case isUTF16(file: String)
    /// A file that holds no records, whatever it is called.
    case foreign(file: String, ForeignFile)
    case outputExists(file: String)
    case inputIsOutput(file: String)
    case resumeWantsFile
    case cannotResume(file: String, reason: String)
    case badExclude(file: String, line: Int, reason: String)
    case badOption(name: String, reason: String)
    case noRecords(inputs: [String])
    /// Nothing was given to read, and standard input is a person's terminal.
    case terminalInput
    case brokenRecord(place: SourcePlace, rejection: Rejection)
}

extension StageError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .isUTF16(let file): "\(file) is UTF-16, and JSON is UTF-8; iconv -f UTF-16 -t UTF-8 \(file) > OTHER makes it so"
        case .foreign(let file, let found):
            "\(file) is \(found.name), and JSON lines or CSV are read here; \(found.advice.replacing("FILE", with: file))"
        case .outputExists(let file): "\(file) exists already; --resume goes on with it, --force writes it anew"
        case .inputIsOutput(let file): "\(file) is both input and output; give another -o FILE"
        case .resumeWantsFile: "--resume needs -o FILE: what went down a pipe cannot be taken up again"
        case .cannotResume(let file, let reason): "cannot go on with \(file): \(reason); --force starts it anew"
        case .badExclude(let file, let line, let reason):
            "\(file):\(line): \(reason); --exclude takes ids, URLs, domains or JSON records, one a line"
        case .badOption(let name, let reason): "\(name): \(reason)"
        case .noRecords(let inputs):
            inputs.isEmpty || inputs == ["-"]
                ? "no record came in on standard input; did the command before this one fail?"
                : "there is no record in \(inputs.prefix(3).joined(separator: ", "))\(inputs.count > 3 ? " and \(inputs.count - 3) more" : "")"
        case .terminalInput: "nothing to read: give FILE..., or pipe records in"
        case .brokenRecord(let place, let rejection): "\(place): \(rejection)"
        }
    }
}
