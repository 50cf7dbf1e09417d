import Foundation

/// What keeps records from being read or written.
public enum RecordsError: Error, Sendable, Equatable {
    case cannotOpen(file: String, reason: String)
    case cannotRead(file: String, offset: Int, reason: String)
    case isFolder(file: String)
    /// The file begins with the byte-order mark of UTF-16.
    case isUTF16(file: String)
    case notGzip(file: String)
    /// The file ends, at this byte of its compressed form, before its last gzip member does.
    case tornGzip(file: String, offset: Int)
    case damagedGzip(file: String, offset: Int, reason: String)
    case cannotWrite(file: String, reason: String)
    case diskFull(file: String, written: Int)
    /// The reader of our output has gone; a tool ends quietly.
    case closedPipe
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
    /// A record of another stage of the pipe.
    case wrongShape(wanted: RecordShape, found: RecordShape, place: SourcePlace?)
}

extension RecordsError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason): "cannot open \(file): \(reason)"
        case .cannotRead(let file, let offset, let reason): "cannot read \(file) past byte \(offset): \(reason)"
        case .isFolder(let file): "\(file) is a folder; give the JSONL files in it, or read pages from it with `humpback ingest`"
        case .isUTF16(let file): "\(file) is UTF-16, and JSON is UTF-8; iconv -f UTF-16 -t UTF-8 \(file) > OTHER makes it so"
        case .notGzip(let file): "\(file) is called .gz but is no gzip file; rename it, or fetch it again"
        case .tornGzip(let file, let offset):
            "\(file) is torn: the gzip data end at byte \(offset), within a member; fetch or write the file again"
        case .damagedGzip(let file, let offset, let reason):
            "\(file) is damaged near byte \(offset) of its gzip data (\(reason)); fetch or write the file again"
        case .cannotWrite(let file, let reason): "cannot write \(file): \(reason)"
        case .diskFull(let file, let written):
            "cannot write \(file): no space is left on the device (after \(written) bytes); free some, then run the command again with --resume"
        case .closedPipe: "nobody reads the output any more"
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
        case .wrongShape(let wanted, let found, let place):
            "\(place.map { "\($0): " } ?? "")this is \(found.withArticle), and \(wanted.withArticle) is wanted: \(found.advice(where: wanted))"
        }
    }
}
