import Foundation

/// An open file, pipe or terminal: the few system calls that reading and writing records take, with our errors.
final class Descriptor {
    let name: String
    private let number: Int32
    private let isOurs: Bool

    static let standardInput = 0 as Int32
    static let standardOutput = 1 as Int32

    private init(_ number: Int32, name: String, isOurs: Bool) {
        self.number = number
        self.name = name
        self.isOurs = isOurs
    }

    deinit { if isOurs { close(number) } }

    /// Opens a file to read, or standard input for "-".
    static func reading(_ path: String) throws(RecordsError) -> Descriptor {
        if path == "-" { return Descriptor(standardInput, name: "standard input", isOurs: false) }
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .cannotOpen(file: path, reason: reason(errno)) }
        let file = Descriptor(number, name: path, isOurs: true)
        guard file.kind != S_IFDIR else { throw .isFolder(file: path) }
        return file
    }

    /// Opens a file to write, made if it is absent, its bytes left as they are; or standard output for "-".
    static func writing(_ path: String) throws(RecordsError) -> Descriptor {
        if path == "-" {
            signal(SIGPIPE, SIG_IGN)
            return Descriptor(standardOutput, name: "standard output", isOurs: false)
        }
        let number = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw .cannotOpen(file: path, reason: reason(errno)) }
        let file = Descriptor(number, name: path, isOurs: true)
        if file.kind == S_IFREG, flock(number, LOCK_EX | LOCK_NB) != 0 {
            throw .cannotOpen(file: path, reason: "another run is writing it")
        }
        if file.kind == S_IFIFO { signal(SIGPIPE, SIG_IGN) }
        return file
    }

    /// Opens a file to write and read again that has no name and goes when it is closed, in the folder of temporary files.
    static func temporary() throws(RecordsError) -> Descriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: "humpback-XXXXXX").path
        var template = path.utf8CString.map { $0 }
        let number = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard number >= 0 else { throw .cannotOpen(file: path, reason: reason(errno) + "; TMPDIR names another folder") }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        return Descriptor(number, name: "a temporary file (TMPDIR names its folder)", isOurs: true)
    }

    /// Goes to the beginning of a regular file.
    func rewind() throws(RecordsError) {
        guard lseek(number, 0, SEEK_SET) == 0 else { throw .cannotRead(file: name, offset: 0, reason: Self.reason(errno)) }
    }

    /// Writes to a descriptor that somebody else opened and will close.
    static func borrowed(_ number: Int32, name: String) -> Descriptor {
        signal(SIGPIPE, SIG_IGN)
        return Descriptor(number, name: name, isOurs: false)
    }

    private var status: stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }

    private var kind: mode_t { (status?.st_mode ?? 0) & S_IFMT }
    var isRegularFile: Bool { kind == S_IFREG }
    var isTerminal: Bool { isatty(number) == 1 }

    /// The length of a regular file, nil for what has none.
    var size: Int? { isRegularFile ? status.map { Int($0.st_size) } : nil }

    /// What tells one file from another, whatever the path.
    var identity: [UInt64]? { isRegularFile ? status.map { [UInt64($0.st_dev), UInt64($0.st_ino)] } : nil }

    /// Reads into `buffer` from index `start` on, at most up to its end; 0 means the end of the input.
    func read(into buffer: inout [UInt8], from start: Int, offset: Int) throws(RecordsError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                Foundation.read(number, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if count >= 0 { return count }
            let code = errno
            if code == EISDIR { throw .isFolder(file: name) }
            if code != EINTR { throw .cannotRead(file: name, offset: offset, reason: Self.reason(code)) }
        }
    }

    /// Writes all of `bytes`; `written` is what the file holds already, for the error.
    func write(_ bytes: Span<UInt8>, written: Int) throws(RecordsError) {
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
            case let code: throw .cannotWrite(file: name, reason: Self.reason(code))
            }
        }
    }

    /// Cuts a regular file to `length` bytes and goes to its end.
    func cut(to length: Int) throws(RecordsError) {
        guard isRegularFile else { return }
        guard ftruncate(number, length) == 0, lseek(number, 0, SEEK_END) >= 0 else {
            throw .cannotWrite(file: name, reason: Self.reason(errno))
        }
    }

    /// Waits until a regular file's bytes are on the device, so that a note about them cannot outlive them.
    func synchronize() throws(RecordsError) {
        guard isRegularFile, fdatasync(number) != 0 else { return }
        switch errno {
        case ENOSPC, EDQUOT: throw .diskFull(file: name, written: size ?? 0)
        case let code: throw .cannotWrite(file: name, reason: Self.reason(code))
        }
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
