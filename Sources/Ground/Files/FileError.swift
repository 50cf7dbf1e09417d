import Foundation

/// What keeps a file, a pipe or a device from being read or written.
public enum FileError: Error, Sendable, Equatable {
    case cannotOpen(file: String, reason: String)
    /// The address of something that must be fetched first.
    case address(String)
    case cannotRead(file: String, offset: Int, reason: String)
    case isFolder(file: String)
    case notGzip(file: String)
    /// The file ends, at this byte of its compressed form, before its last gzip member does.
    case tornGzip(file: String, offset: Int)
    case damagedGzip(file: String, offset: Int, reason: String)
    case cannotWrite(file: String, reason: String)
    case diskFull(file: String, written: Int)
    /// Something stands there already, and was not to be replaced.
    case exists(file: String)
    /// A folder would take the place of something that this program did not write.
    case notReplaceable(path: String, reason: String)
    /// Somebody's file stands where something is to be kept while the work lasts.
    case inTheWay(file: String, what: String)
    /// The reader of our output has gone; a tool ends quietly.
    case closedPipe
}

extension FileError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason): "cannot open \(file): \(reason)"
        case .address(let address): "\(address) is an address, and files are read; fetch it first: curl -fLO \(address)"
        case .cannotRead(let file, let offset, let reason): "cannot read \(file) past byte \(offset): \(reason)"
        case .isFolder(let file): "\(file) is a folder; give the JSONL files in it, or read pages from it with `humpback ingest`"
        case .notGzip(let file): "\(file) is called .gz but is no gzip file; rename it, or fetch it again"
        case .tornGzip(let file, let offset):
            "\(file) is torn: the gzip data end at byte \(offset), within a member; fetch or write the file again"
        case .damagedGzip(let file, let offset, let reason):
            "\(file) is damaged near byte \(offset) of its gzip data (\(reason)); fetch or write the file again"
        case .cannotWrite(let file, let reason): "cannot write \(file): \(reason)"
        case .diskFull("standard output", let written):
            "cannot write standard output: no space is left on the device (after \(written) bytes); what came out is not whole: free some space, "
                + "then run the command again, with -o FILE --resume in place of > FILE if it may have to go on"
        case .diskFull(let file, let written):
            "cannot write \(file): no space is left on the device (after \(written) bytes); free some, then run the command again, with --resume where it has that"
        case .notReplaceable(let path, let reason):
            "\(path) is not replaced: \(reason), and --force replaces only what this command wrote; name another place, or remove it yourself"
        case .inTheWay(let file, let what):
            "\(file) stands where \(what) would be written, and humpback did not write it; move it away, or give another output"
        case .exists(let file): "\(file) exists already; name another place, or give --force to replace it"
        case .closedPipe: "nobody reads the output any more"
        }
    }
}
