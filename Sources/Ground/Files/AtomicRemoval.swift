import Foundation

/// Files and folders that are there whole or not at all, also while they are removed: what goes is renamed first.
///
/// A process that is killed in the middle leaves `.NAME.removed` beside the place, which nobody takes for NAME; the next removal of NAME,
/// or `clear`, takes it away.
public enum AtomicRemoval {
    /// Removes what stands at the place, if anything does.
    /// - Throws: `FileError.cannotWrite`.
    public static func remove(_ url: URL) throws {
        try clear(url)
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        let aside = aside(url)
        guard rename(url.path, aside.path) == 0 else {
            throw FileError.cannotWrite(file: url.path, reason: Descriptor.reason(errno))
        }
        try clear(url)
    }

    /// Takes away what a killed removal of this place has left.
    /// - Throws: `FileError.cannotWrite`.
    public static func clear(_ url: URL) throws {
        let aside = aside(url)
        guard FileManager.default.fileExists(atPath: aside.path) else { return }
        do {
            try FileManager.default.removeItem(at: aside)
        } catch {
            throw FileError.cannotWrite(file: aside.path, reason: error.localizedDescription)
        }
    }

    private static func aside(_ url: URL) -> URL {
        url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).removed")
    }
}
