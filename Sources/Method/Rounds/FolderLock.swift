import Foundation

/// A folder that one process at a time works in; the lock goes with the process, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    static let name = ".lock"

    /// Takes the lock, or throws `RoundsError.busy` with the process that has it.
    init(_ directory: URL, command: String) throws {
        let path = directory.appending(path: Self.name).path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw RoundsError.cannotWork(directory.path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = errno
            let holder = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            close(descriptor)
            guard failure == EWOULDBLOCK else { throw RoundsError.cannotWork(directory.path, reason: String(cString: strerror(failure))) }
            throw RoundsError.busy(directory.path, holder: holder)
        }
        let line = Data("process \(getpid()) (humpback \(command))".utf8)
        ftruncate(descriptor, 0)
        _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }
}
