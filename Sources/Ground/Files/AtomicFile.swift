import Foundation

/// Files that are either the old one or the whole new one, whenever the machine stops.
public enum AtomicFile {
    /// Writes a file beside its place, as `.NAME.01234567.part`, by what `body` hands over, and puts it there when all is written; a device or
    /// a pipe is written to as it is, and stays what it is. Where `body` throws, nothing is left. Nothing that stands beside is touched.
    public static func write(to path: String, _ body: (Writer) throws -> Void) throws {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return try body(Writer(try Descriptor.writing(path)))
        }
        let beside = sibling(of: path)
        let file = try Descriptor.creating(beside, toBecome: path)
        do {
            try body(Writer(file))
            try file.synchronize()
            guard rename(beside, path) == 0 else { throw FileError.cannotWrite(file: path, reason: Descriptor.reason(errno)) }
        } catch {
            unlink(beside)
            throw error
        }
    }

    /// A name in the same folder that nobody has.
    private static func sibling(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        // A name of a file is at most 255 bytes long.
        let name = String(decoding: (parts.last ?? "").utf8.prefix(200), as: UTF8.self)
        return parts.dropLast().map { $0 + "/" }.joined() + ".\(name).\(UUID().uuidString.prefix(8)).part"
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
    /// - Parameter replacing: says why the folder that stands there may not be replaced, nil where it may; nil in its place replaces nothing.
    ///   An empty folder may always be, a file or a link never.
    /// - Throws: `FileError.exists` where something stands there and nothing is to be replaced, `FileError.notReplaceable` where what stands
    ///   there is something else, and what `body` throws.
    public static func write(_ url: URL, replacing: ((URL) -> String?)?, _ body: (URL) throws -> Void) throws {
        let files = FileManager.default
        let exists = FileStatus.isAnything(url.path)
        if exists {
            guard let replacing else { throw FileError.exists(file: url.path) }
            try checkReplaceable(url, by: replacing)
        }
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

    /// Throws `FileError.notReplaceable` where a folder may not take the place of what stands at a path.
    public static func checkReplaceable(_ url: URL, by refusal: (URL) -> String?) throws {
        if let reason = Self.refusal(to: url, by: refusal) { throw FileError.notReplaceable(path: url.path, reason: reason) }
    }

    /// Why a folder may not take the place of what stands at a path: a file, a link, or a folder that `refusal` says something of; nil where
    /// it may.
    public static func refusal(to url: URL, by refusal: (URL) -> String?) -> String? {
        guard FileStatus.isAnything(url.path) else { return nil }
        if FileStatus.isLink(url.path) { return "it is a link" }
        guard FileStatus.isFolder(url.path), let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
            return "it is no folder"
        }
        return names.isEmpty ? nil : refusal(url)
    }

    private static func sibling(of url: URL) -> URL {
        url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).part")
    }

    private static func move(_ from: URL, to place: URL) throws(FileError) {
        guard rename(from.path, place.path) == 0 else { throw .cannotWrite(file: place.path, reason: Descriptor.reason(errno)) }
    }
}
