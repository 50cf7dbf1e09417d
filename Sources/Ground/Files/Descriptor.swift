import Foundation

/// An open file, pipe or terminal: the few system calls that reading and writing records take, with errors that teach.
public final class Descriptor {
    /// The path, or what the descriptor is.
    public let name: String
    private let number: Int32
    private let isOurs: Bool
    /// The first byte of a named pipe, by which its writer was noticed.
    private var held: UInt8?

    static let standardInput = 0 as Int32
    static let standardOutput = 1 as Int32

    private init(_ number: Int32, name: String, isOurs: Bool) {
        self.number = number
        self.name = name
        self.isOurs = isOurs
    }

    deinit { if isOurs { close(number) } }

    /// Opens a file to read, or standard input for "-".
    public static func reading(_ path: String) throws(FileError) -> Descriptor {
        if path == "-" { return Descriptor(standardInput, name: "standard input", isOurs: false) }
        // To open a named pipe as it is would wait for a writer without end.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            let code = errno
            throw FileStatus.isAddress(path) ? .address(path) : .cannotOpen(file: path, reason: reason(code))
        }
        let file = Descriptor(number, name: path, isOurs: true)
        guard file.kind != S_IFDIR else { throw .isFolder(file: path) }
        if file.kind == S_IFIFO { try file.awaitWriter() }
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK)
        return file
    }

    /// How long the other end of a named pipe is waited for, in tenths of a second.
    private static let patience = 50

    /// Waits until somebody has opened the pipe to write; throws where nobody does.
    private func awaitWriter() throws(FileError) {
        for _ in 0..<Self.patience {
            var byte: UInt8 = 0
            let count = Foundation.read(number, &byte, 1)
            if count == 1 {
                held = byte
                return
            }
            // A writer that has nothing to say yet; without one the pipe is at its end.
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return }
            usleep(100_000)
        }
        throw .cannotOpen(
            file: name, reason: "it is a pipe, and nobody has written into it for \(Self.patience / 10) seconds; start the writer first")
    }

    /// Opens a file to write, made if it is absent, its bytes left as they are; or standard output for "-".
    public static func writing(_ path: String) throws(FileError) -> Descriptor {
        if path == "-" {
            signal(SIGPIPE, SIG_IGN)
            return Descriptor(standardOutput, name: "standard output", isOurs: false)
        }
        var number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
        var code = errno
        // A named pipe without a reader, who may be about to come.
        for _ in 0..<patience where number < 0 && code == ENXIO {
            usleep(100_000)
            number = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
            code = errno
        }
        guard number >= 0 else {
            let words = "it is a pipe, and nobody has read from it for \(patience / 10) seconds; start its reader first"
            throw .cannotOpen(file: path, reason: code == ENXIO ? words : reason(code))
        }
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK)
        let file = Descriptor(number, name: path, isOurs: true)
        if file.kind == S_IFREG, flock(number, LOCK_EX | LOCK_NB) != 0 {
            throw .cannotOpen(file: path, reason: "another run is writing it")
        }
        if file.kind == S_IFIFO { signal(SIGPIPE, SIG_IGN) }
        return file
    }

    /// Makes a file that is not there yet, to write; errors name the file that it is to become.
    static func creating(_ path: String, toBecome name: String) throws(FileError) -> Descriptor {
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw .cannotOpen(file: name, reason: reason(errno)) }
        return Descriptor(number, name: name, isOurs: true)
    }

    /// Opens a file to write and read again that has no name and goes when it is closed, in the folder of temporary files.
    public static func temporary() throws(FileError) -> Descriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: "humpback-XXXXXX").path
        var template = path.utf8CString.map { $0 }
        let number = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard number >= 0 else { throw .cannotOpen(file: path, reason: reason(errno) + "; TMPDIR names another folder") }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        return Descriptor(number, name: "a temporary file (TMPDIR names its folder)", isOurs: true)
    }

    /// Goes to the beginning of a regular file.
    public func rewind() throws(FileError) {
        guard lseek(number, 0, SEEK_SET) == 0 else { throw .cannotRead(file: name, offset: 0, reason: Self.reason(errno)) }
    }

    /// Writes to a descriptor that somebody else opened and will close.
    public static func borrowed(_ number: Int32, name: String) -> Descriptor {
        signal(SIGPIPE, SIG_IGN)
        return Descriptor(number, name: name, isOurs: false)
    }

    private var status: stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }

    private var kind: mode_t { (status?.st_mode ?? 0) & S_IFMT }
    /// Whether it is a file with bytes of its own.
    public var isRegularFile: Bool { kind == S_IFREG }
    /// Whether a person sits at it.
    public var isTerminal: Bool { isatty(number) == 1 }

    /// The length of a regular file, nil for what has none.
    public var size: Int? { isRegularFile ? status.map { Int($0.st_size) } : nil }

    /// What tells one file from another, whatever the path.
    public var identity: [UInt64]? { isRegularFile ? status.map { [UInt64($0.st_dev), UInt64($0.st_ino)] } : nil }

    /// Reads into `buffer` from index `start` on, at most up to its end; 0 means the end of the input.
    public func read(into buffer: inout [UInt8], from start: Int, offset: Int) throws(FileError) -> Int {
        if let byte = held, start < buffer.count {
            held = nil
            buffer[start] = byte
            return 1
        }
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                Foundation.read(number, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count >= 0 { return count }
            let code = errno
            if code == EISDIR { throw .isFolder(file: name) }
            if code != EINTR { throw .cannotRead(file: name, offset: offset, reason: told(code)) }
        }
    }

    /// Writes all of `bytes`; `written` is what the file holds already, for the error.
    public func write(_ bytes: Span<UInt8>, written: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in Foundation.write(number, all.baseAddress.map { $0 + done }, all.count - done) }
            if count >= 0 {
                done += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EPIPE: throw .closedPipe
            case ENOSPC, EDQUOT: throw .diskFull(file: name, written: written + done)
            case let code: throw .cannotWrite(file: name, reason: told(code))
            }
        }
    }

    private func told(_ code: Int32) -> String { isOurs ? Self.reason(code) : StandardStreams.reason(code) }

    /// Cuts a regular file to `length` bytes and goes to its end.
    public func cut(to length: Int) throws(FileError) {
        guard isRegularFile else { return }
        guard ftruncate(number, length) == 0, lseek(number, 0, SEEK_END) >= 0 else {
            throw .cannotWrite(file: name, reason: Self.reason(errno))
        }
    }

    /// Waits until a regular file's bytes are on the device, so that a note about them cannot outlive them.
    public func synchronize() throws(FileError) {
        guard isRegularFile, fdatasync(number) != 0 else { return }
        switch errno {
        case ENOSPC, EDQUOT: throw .diskFull(file: name, written: size ?? 0)
        case let code: throw .cannotWrite(file: name, reason: Self.reason(code))
        }
    }

    /// The system's words for an error number.
    public static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
