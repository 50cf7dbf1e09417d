import Foundation

/// What stands at a path.
public enum FileStatus {
    /// Whether a path is the address of something on a server rather than the name of a file.
    public static func isAddress(_ path: String) -> Bool {
        ["http://", "https://", "ftp://", "s3://", "gs://", "hf://"].contains { path.lowercased().hasPrefix($0) }
    }

    /// Whether a folder stands there, or a link to one.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a file stands there, or a link to one.
    public static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether anything has this name, a link that leads nowhere too.
    public static func isAnything(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether the name is a link's.
    public static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Whether nothing is lost where a file of this name is written over: there is none, or it is empty.
    public static func isFree(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
    }

    /// Whether inputs are files, and none of them a pipe, which even to open disturbs.
    public static func areReadableTwice(_ paths: [String]) -> Bool { !paths.isEmpty && paths.allSatisfy { $0 != "-" && isRegularFile($0) } }

    /// Whether another file may take the place of what stands at a path: nothing, or a file itself, not a link to one.
    public static func mayBeReplaced(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        return status.st_mode & S_IFMT == S_IFREG
    }

    /// Lets a file be read and written by whom another may be, where that stands.
    public static func copyMode(from old: String, to new: String) {
        var status = stat()
        if stat(old, &status) == 0 { chmod(new, status.st_mode & 0o7777) }
    }

    /// Whether a file stands there that is not empty.
    public static func holdsData(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
    }

    /// Whether two paths lead to one file.
    public static func areSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino && first.st_mode & S_IFMT == S_IFREG
    }

    /// Throws where the folder that a file is to stand in does not exist, before hours of work find out.
    public static func checkFolder(of path: String) throws(FileError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        var status = stat()
        guard stat(folder, &status) == 0 else { throw .cannotOpen(file: path, reason: "there is no folder \(folder)") }
    }

    /// Takes a file away, if there is one.
    public static func remove(_ path: String) { unlink(path) }
}
