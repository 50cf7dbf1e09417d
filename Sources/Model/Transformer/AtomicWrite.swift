import Foundation

/// Files and folders that appear whole under their name or not at all.
enum AtomicWrite {
    /// Writes a file beside its place and renames it when `body` has written all of it.
    static func file(_ url: URL, _ body: (FileHandle) throws -> Void) throws(ModelError) {
        let part = sibling(of: url)
        do {
            guard FileManager.default.createFile(atPath: part.path, contents: nil) else {
                throw ModelError.cannotWrite(path: url.path, reason: "the folder does not exist or may not be written")
            }
            let handle = try FileHandle(forWritingTo: part)
            try body(handle)
            try handle.synchronize()
            try handle.close()
            try rename(part, to: url)
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw wrapped(error, path: url.path)
        }
    }

    /// Fills a folder beside its place and renames it when `body` is done; an old folder of that name is kept until then.
    static func folder(_ url: URL, replacing: Bool, _ body: (URL) throws -> Void) throws(ModelError) {
        let files = FileManager.default
        let exists = files.fileExists(atPath: url.path)
        guard replacing || !exists else { throw .alreadyExists(path: url.path) }
        let part = sibling(of: url)
        do {
            try files.createDirectory(at: part, withIntermediateDirectories: true)
            try body(part)
            guard exists else { return try rename(part, to: url) }
            let old = sibling(of: url)
            try rename(url, to: old)
            do {
                try rename(part, to: url)
            } catch {
                try rename(old, to: url)
                throw error
            }
            try files.removeItem(at: old)
        } catch {
            try? files.removeItem(at: part)
            throw wrapped(error, path: url.path)
        }
    }

    private static func sibling(of url: URL) -> URL {
        url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).part")
    }

    private static func rename(_ from: URL, to place: URL) throws {
        guard Foundation.rename(from.path, place.path) == 0 else {
            throw ModelError.cannotWrite(path: place.path, reason: String(cString: strerror(errno)))
        }
    }

    private static func wrapped(_ error: any Error, path: String) -> ModelError {
        error as? ModelError ?? .cannotWrite(path: path, reason: error.localizedDescription)
    }
}
