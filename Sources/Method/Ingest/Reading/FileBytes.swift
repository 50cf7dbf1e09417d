import Glibc

/// The bytes of a file, read forward in pieces.
final class FileBytes {
    let path: String
    let size: Int
    private let descriptor: Int32

    init(_ path: String) throws(IngestError) {
        self.path = path
        // A pipe that nobody writes into would be waited for without end.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, why: String(cString: strerror(errno))) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw status.st_mode & S_IFMT == S_IFDIR ? .unreadable(path: path, why: "it is a folder") : .notAFile(path: path)
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `buffer` from index `start` on with the bytes at `offset`: how many came, 0 at the end of the file.
    func read(into buffer: inout [UInt8], from start: Int, at offset: Int) throws(IngestError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start, off_t(offset))
            }
            if count >= 0 { return count }
            if errno != EINTR { throw .unreadable(path: path, why: String(cString: strerror(errno))) }
        }
    }

    /// All bytes of a regular file.
    func all() throws(IngestError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size, case let found = try read(into: &bytes, from: count, at: count), found > 0 { count += found }
        if count < size { bytes.removeLast(size - count) }
        return bytes
    }

    /// All bytes of a list that an option names.
    static func list(_ path: String) throws(IngestError) -> [UInt8] {
        do throws(IngestError) { return try FileBytes(path).all() } catch {
            if case .unreadable(_, let why) = error { throw .noList(path: path, why: why) }
            throw error
        }
    }

    /// The first bytes, at most `count`.
    func prefix(_ count: Int) throws(IngestError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let found = try read(into: &buffer, from: 0, at: 0)
        return Array(buffer[..<found])
    }
}
