import Foundation

/// Files that are either the old one or the whole new one, whenever the machine stops.
public enum AtomicFile {
    /// Writes a file beside its place, as `NAME.new`, by what `body` hands over, and puts it there when all is written; a device or a pipe is
    /// written to as it is, and stays what it is. Where `body` throws, nothing is left.
    public static func write(to path: String, _ body: (Writer) throws -> Void) throws {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return try body(Writer(try Descriptor.writing(path)))
        }
        let beside = path + ".new"
        let file = try Descriptor.writing(beside)
        do {
            try file.cut(to: 0)
            try body(Writer(file))
            try file.synchronize()
            guard rename(beside, path) == 0 else { throw FileError.cannotWrite(file: path, reason: Descriptor.reason(errno)) }
        } catch {
            unlink(beside)
            throw error
        }
    }

    /// Writes `bytes` as the whole file.
    public static func write(_ bytes: [UInt8], to path: String) throws { try write(to: path) { try $0.write(bytes) } }

    /// Writes `text` as the whole file.
    public static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// What a file is written through, piece by piece.
    public final class Writer {
        private let file: Descriptor
        private var written = 0

        init(_ file: Descriptor) { self.file = file }

        public func write(_ bytes: [UInt8]) throws(FileError) {
            try file.write(bytes.span, written: written)
            written += bytes.count
        }

        public func write(_ data: Data) throws(FileError) {
            try file.write(data.span, written: written)
            written += data.count
        }
    }
}

/// Folders that appear whole under their name or not at all.
public enum AtomicFolder {
    /// Fills a folder beside its place, `.NAME.01234567.part`, and renames it when `body` is done; an old folder of that name stays until then.
    ///
    /// - Throws: `FileError.exists` where something stands there and is not to be replaced, and what `body` throws.
    public static func write(_ url: URL, replacing: Bool, _ body: (URL) throws -> Void) throws {
        let files = FileManager.default
        let exists = files.fileExists(atPath: url.path)
        guard replacing || !exists else { throw FileError.exists(file: url.path) }
        let part = sibling(of: url)
        do {
            try files.createDirectory(at: part, withIntermediateDirectories: true)
            try body(part)
            guard exists else { return try move(part, to: url) }
            let old = sibling(of: url)
            try move(url, to: old)
            do {
                try move(part, to: url)
            } catch {
                try move(old, to: url)
                throw error
            }
            try files.removeItem(at: old)
        } catch {
            try? files.removeItem(at: part)
            throw error
        }
    }

    private static func sibling(of url: URL) -> URL {
        url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).part")
    }

    private static func move(_ from: URL, to place: URL) throws(FileError) {
        guard rename(from.path, place.path) == 0 else { throw .cannotWrite(file: place.path, reason: Descriptor.reason(errno)) }
    }
}
