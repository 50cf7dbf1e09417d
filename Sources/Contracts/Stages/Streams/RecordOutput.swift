import Ground

/// Records on their way to a file or standard output.
///
/// A file called `.gz` is written as whole gzip members that end where enough has gathered, a rule of the bytes alone: an interrupted
/// and resumed run writes the same members. What waits for its member is the tail, which FILE.progress keeps.
final class RecordOutput {
    let path: String
    /// The bytes that the file holds.
    private(set) var length = 0
    /// A hash of these bytes; nil where it is not known of the first of them.
    private(set) var hash: UInt64?
    private let descriptor: Descriptor
    private let isGzip: Bool
    private var pending: [UInt8] = []

    /// Enough bytes for a member that packs well.
    private static let memberSize = 1 << 19
    private static let bufferSize = 1 << 16

    /// Opens the output; a file is cut back to `length` bytes and goes on with `tail`. Standard output is never cut: what a shell opened to be
    /// appended to holds the user's data.
    init(_ path: String, length: Int = 0, hash: UInt64? = nil, tail: [UInt8] = []) throws {
        self.path = path
        descriptor = try Descriptor.writing(path)
        isGzip = path.utf8.suffix(3).elementsEqual(".gz".utf8)
        if path != "-", let size = descriptor.size {
            guard size >= length else {
                throw StageError.cannotResume(file: path, reason: "it holds \(size) bytes, and \(length) had been written")
            }
            try descriptor.cut(to: length)
        }
        self.length = length
        self.hash = length == 0 ? FNV1a.start : hash
        pending = tail
    }

    /// Opens the output to go on behind what a note describes; nil begins it.
    convenience init(_ path: String, from written: ProgressFile.Written?) throws {
        try self.init(path, length: written?.length ?? 0, hash: written?.hash, tail: Array((written?.tail ?? "").utf8))
    }

    /// What a note says of the file.
    var written: ProgressFile.Written {
        ProgressFile.Written(length: length, tail: String(decoding: pending, as: UTF8.self), hash: hash)
    }

    /// Writes to a descriptor that is open already, such as a test's pipe.
    init(borrowing number: Int32) {
        path = "-"
        descriptor = Descriptor.borrowed(number, name: "standard output")
        isGzip = false
    }

    /// What has been taken in and is in no file yet.
    var tail: [UInt8] { pending }
    var isRegularFile: Bool { descriptor.isRegularFile }

    /// What a note says of the file once it has been finished.
    var closed: ProgressFile.Closed? { hash.map { ProgressFile.Closed(length: length, hash: $0) } }

    /// Takes in one record as a line.
    func append(_ object: JSONObject) {
        object.write(into: &pending)
        pending.append(0x0A)
    }

    /// Takes in one record that has been written as JSON already.
    func append(line: ArraySlice<UInt8>) {
        pending.append(contentsOf: line)
        pending.append(0x0A)
    }

    /// Takes in records that have become lines, with their ends.
    func append(lines: [UInt8]) { pending.append(contentsOf: lines) }

    /// Called where all records of one input have been taken in: writes if enough has gathered.
    func settle() throws {
        if pending.count >= (isGzip ? Self.memberSize : Self.bufferSize) { try writePending() }
    }

    /// Writes what has gathered, except that a gzip member waits until it is full.
    func flush() throws { if !isGzip { try writePending() } }

    /// Writes everything; a gzip file has at least one member, as an empty one would be torn.
    func finish() throws {
        if !pending.isEmpty || (isGzip && length == 0) { try writePending() }
    }

    func synchronize() throws { try descriptor.synchronize() }

    private func writePending() throws {
        guard !pending.isEmpty || isGzip else { return }
        let bytes = isGzip ? try GzipMember.pack(pending) : pending
        try descriptor.write(bytes.span, written: length)
        hash = hash.map { FNV1a.hash64(bytes, after: $0) }
        length += bytes.count
        pending.removeAll(keepingCapacity: true)
    }
}
