/// The bytes of one input, unpacked where it is gzip: by its first two bytes, and by the name `.gz`, which must not lie.
public final class ByteInput {
    /// The path, or "standard input".
    public let name: String
    /// The length on disk, compressed as it is; nil for a pipe.
    public let size: Int?
    /// How many bytes have been read from disk or pipe.
    public private(set) var offset = 0

    private let descriptor: Descriptor
    private let isNamedGzip: Bool
    private var inflater: GzipInflater?
    private var raw: [UInt8] = []
    private var rawRange = 0..<0
    private var isStarted = false
    private var isAtEnd = false

    /// Opens a file, or standard input for "-".
    public init(_ path: String) throws(FileError) {
        descriptor = try Descriptor.reading(path)
        name = descriptor.name
        size = descriptor.size
        isNamedGzip = path.utf8.suffix(3).elementsEqual(".gz".utf8)
    }

    /// Whether a person types it.
    public var isTerminal: Bool { descriptor.isTerminal }
    /// What tells one file from another, whatever the path; nil for what is no file.
    public var identity: [UInt64]? { descriptor.identity }

    /// Reads into `buffer` from index `start` on, at most up to its end; 0 means the end of the input.
    public func read(into buffer: inout [UInt8], from start: Int) throws(FileError) -> Int {
        if !isStarted { try begin() }
        guard inflater == nil else { return try inflate(into: &buffer, from: start) }
        guard rawRange.isEmpty else {
            let count = min(rawRange.count, buffer.count - start)
            buffer.replaceSubrange(start..<start + count, with: raw[rawRange.prefix(count)])
            rawRange = rawRange.dropFirst(count)
            return count
        }
        let count = try descriptor.read(into: &buffer, from: start, offset: offset)
        offset += count
        return count
    }

    private func begin() throws(FileError) {
        isStarted = true
        raw = [UInt8](repeating: 0, count: 1 << 16)
        try refill()
        // A pipe may hand over its first byte alone.
        while rawRange.count == 1, !isAtEnd {
            let count = try descriptor.read(into: &raw, from: 1, offset: offset)
            offset += count
            isAtEnd = count == 0
            rawRange = 0..<1 + count
        }
        let isGzip = rawRange.count >= 2 && raw[0] == 0x1F && raw[1] == 0x8B
        if isGzip {
            inflater = GzipInflater()
        } else if isNamedGzip {
            throw rawRange.count < 2 ? FileError.tornGzip(file: name, offset: offset) : FileError.notGzip(file: name)
        }
    }

    private func refill() throws(FileError) {
        let count = try descriptor.read(into: &raw, from: 0, offset: offset)
        offset += count
        isAtEnd = count == 0
        rawRange = 0..<count
    }

    private func inflate(into buffer: inout [UInt8], from start: Int) throws(FileError) -> Int {
        guard let inflater else { return 0 }
        while true {
            if rawRange.isEmpty, !isAtEnd { try refill() }
            if rawRange.isEmpty {
                guard inflater.isBetweenMembers else { throw FileError.tornGzip(file: name, offset: offset) }
                return 0
            }
            let place = offset - rawRange.count
            switch inflater.inflate(raw, rawRange, into: &buffer, from: start) {
            case .progress(let taken, let given):
                rawRange = rawRange.dropFirst(taken)
                if given > 0 { return given }
            case .trailingZeros: rawRange = rawRange.dropFirst(rawRange.count)
            case .fault(let reason): throw FileError.damagedGzip(file: name, offset: place, reason: reason)
            }
        }
    }
}
