import Foundation

/// Files that are either the old one or the whole new one, whenever the machine stops.
public enum AtomicFile {
    /// Writes `bytes` beside the file, then puts them in its place; a device or a pipe is written to as it is, and stays what it is.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return try Descriptor.writing(path).write(bytes.span, written: 0)
        }
        let beside = path + ".new"
        let file = try Descriptor.writing(beside)
        try file.cut(to: 0)
        try file.write(bytes.span, written: 0)
        try file.synchronize()
        guard rename(beside, path) == 0 else { throw .cannotWrite(file: path, reason: Descriptor.reason(errno)) }
    }

    /// Writes `text` beside the file, then puts it in its place.
    public static func write(_ text: String, to path: String) throws(FileError) { try write(Array(text.utf8), to: path) }
}
