import Foundation

/// A file that any number of threads read at any place, piece by piece: what is read takes no memory but the reader's own.
public final class StoredFile: Sendable {
    public let path: String
    /// Bytes when it was opened.
    public let count: Int
    private let descriptor: Int32

    public init(path: String) throws(ContainerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .malformed(path: path, reason: "the file cannot be read (\(String(cString: strerror(errno))))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw .malformed(path: path, reason: "the file cannot be read (\(String(cString: strerror(errno))))")
        }
        // A pipe has no end to know before it is read, and nobody may ever write into it.
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .malformed(path: path, reason: "it is a folder, a pipe or a device, and a file is wanted")
        }
        self.path = path
        self.descriptor = descriptor
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes of a range, which must lie in the file.
    public func data(_ range: Range<Int>) -> Data {
        var data = Data(count: range.count)
        data.withUnsafeMutableBytes { read(at: range.lowerBound, into: $0) }
        return data
    }

    /// Fills `target` with the bytes from `offset` on, which must lie in the file.
    ///
    /// A file that is cut short, or fails, while a model in it is in use ends the program with a message and status 2: no numbers could
    /// stand in for those that are gone. Whatever a stage has written whole stays, and `--resume` goes on from there.
    public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) {
        precondition(offset >= 0 && offset + target.count <= count, "bytes beyond the end of \(path)")
        var done = 0
        while done < target.count, let start = target.baseAddress {
            let read = pread(descriptor, start + done, target.count - done, off_t(offset + done))
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { end() }
            done += read
        }
    }

    private func end() -> Never {
        let message = "\(path) was cut short, or can no longer be read, while its model was in use; put it back and run again."
        try? FileHandle.standardError.write(contentsOf: Data("humpback: \(message)\n".utf8))
        // Not `exit`: other threads are still computing.
        _exit(2)
    }
}
