import Glibc
import Ground

/// The bytes of an archive, unpacked where it is gzip or Zstandard, with a window on them that a reader moves forward.
///
/// It knows where gzip members (or Zstandard's frames, which are called members here too) begin, so that a record can be found again by its place in the file, and goes on at the next member behind a
/// damaged one. Memory: the window a reader asks for and 1 MiB; for gzip 5 MiB.
final class UnpackedStream {
    /// The window: what has been unpacked and not been passed.
    private(set) var bytes: [UInt8] = []
    private(set) var head = 0
    private var tail = 0
    /// Unpacked bytes before the window.
    private(set) var passed = 0
    /// What went wrong behind the bytes of the window; `resume` goes on behind it.
    private(set) var fault: String?
    /// Bytes read of the file.
    private(set) var packedPosition = 0
    let isPacked: Bool

    private let file: FileBytes
    private var raw: [UInt8]
    private var rawRange = 0..<0
    private var fileOffset = 0
    private let unpacker: Unpacker
    /// For gzip: members that fit into the window are unpacked at once.
    private let wholeMembers: WholeMemberInflater?
    /// The room that a whole member gets.
    private let memberRoom: Int
    private var isInMember = false
    /// Whether the last step filled the window: more may come without more of the file.
    private var hasMore = false
    private var isAtFileEnd = false
    private var memberStart = 0
    /// Members that begin in the window or behind it: where, unpacked and in the file.
    private var members: [(unpacked: Int, packed: Int)] = []

    init(_ file: FileBytes) throws(IngestError) {
        self.file = file
        unpacker = try Unpacker(for: file)
        if case .none = unpacker { isPacked = false } else { isPacked = true }
        if case .gzip = unpacker { wholeMembers = WholeMemberInflater() } else { wholeMembers = nil }
        // A packed page is small: room for what is there.
        raw = [UInt8](repeating: 0, count: isPacked ? min(1 << 20, max(1 << 14, file.size)) : 0)
        memberRoom = min(1 << 22, max(1 << 16, 8 * file.size))
        bytes = [UInt8](repeating: 0, count: min(1 << 18, max(1 << 12, file.size)))
    }

    /// What unpacks a file, told by its first bytes.
    private enum Unpacker {
        case none
        case gzip(Inflater)
        case zstandard(Zstandard)

        /// The longest dictionary that an archive may bring.
        static let longestDictionary = 1 << 26

        init(for file: FileBytes) throws(IngestError) {
            let head = try file.prefix(8)
            if head.starts(with: [0x1F, 0x8B]) {
                self = .gzip(Inflater(.gzip))
            } else if Zstandard.isFrame(head[...]) {
                let zstandard = Zstandard()
                if let length = Zstandard.dictionaryLength(head) {
                    let bytes = length <= Unpacker.longestDictionary ? Array(try file.prefix(8 + length).dropFirst(8)) : []
                    guard bytes.count == length, let dictionary = Zstandard.dictionary(bytes, limit: Unpacker.longestDictionary),
                        zstandard.load(dictionary: dictionary)
                    else { throw .unreadable(path: file.path, why: "the Zstandard dictionary at its beginning is damaged") }
                }
                self = .zstandard(zstandard)
            } else {
                self = .none
            }
        }

        func reset() {
            switch self {
            case .none: break
            case .gzip(let inflater): inflater.reset()
            case .zstandard(let zstandard): zstandard.reset()
            }
        }

        func unpack(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Inflater.Step {
            switch self {
            case .none: .fault("nothing is packed")
            case .gzip(let inflater): inflater.inflate(input, range, into: &output, from: start)
            case .zstandard(let zstandard): zstandard.unpack(input, range, into: &output, from: start)
            }
        }

        /// What a file of this kind calls its parts.
        var partName: String { if case .zstandard = self { "Zstandard frame" } else { "gzip member" } }

        /// Whether a part may begin with this byte.
        func begins(_ byte: UInt8) -> Bool {
            if case .zstandard = self { return byte == 0x28 || byte >> 4 == 5 }
            return byte == 0x1F
        }

        /// Whether a part begins with these three bytes.
        func begins(_ one: UInt8, _ two: UInt8, _ three: UInt8) -> Bool {
            if case .zstandard = self { return one == 0x28 && two == 0xB5 && three == 0x2F }
            return one == 0x1F && two == 0x8B && three == 8
        }
    }

    var available: Int { tail - head }
    /// Unpacked bytes before the head of the window.
    var position: Int { passed + head }

    subscript(offset: Int) -> UInt8 { bytes[head + offset] }
    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[head + range.lowerBound..<head + range.upperBound] }

    /// Widens the window to `count` bytes if the file has them before its end or a fault.
    func ensure(_ count: Int) throws(IngestError) -> Bool {
        while available < count {
            guard fault == nil, try widen(count) else { return false }
        }
        return true
    }

    /// The first bytes, at most `count`.
    func head(_ count: Int) throws(IngestError) -> [UInt8] {
        _ = try ensure(count)
        return Array(slice(0..<min(count, available)))
    }

    /// Moves the head of the window.
    func skip(_ count: Int) throws(IngestError) {
        var left = count
        while left > 0 {
            if available == 0, try !ensure(1) { return }
            let step = min(left, available)
            head += step
            left -= step
        }
        while members.count > 1, members[1].unpacked <= position { members.removeFirst() }
    }

    /// The place in the file where the gzip member begins whose first byte is at the head; nil inside of one. Members without a byte of
    /// their own, such as a dictionary, do not count.
    var memberAtHead: Int? { member(from: position) }
    /// The same for a member that begins between that unpacked place and the head.
    func member(from start: Int) -> Int? { members.last { $0.unpacked >= start && $0.unpacked <= position }?.packed }
    /// Where, unpacked, the first known gzip member begins behind that place.
    func firstMember(behind place: Int) -> Int? { members.first { $0.unpacked > place }?.unpacked }
    /// Where the file goes on behind what has been unpacked.
    var packedEnd: Int { isPacked ? (isInMember ? fileOffset - rawRange.count : nextMemberStart) : position }

    private var nextMemberStart: Int { fileOffset - rawRange.count }

    private func widen(_ count: Int) throws(IngestError) -> Bool {
        if tail == bytes.count { compact() }
        // Twice the room each time: what is asked for may be a limit, far above what comes.
        if tail == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
        guard isPacked else {
            let given = try file.read(into: &bytes, from: tail, at: fileOffset)
            fileOffset += given
            packedPosition = fileOffset
            tail += given
            return given > 0
        }
        while true {
            if rawRange.isEmpty, !hasMore {
                let read = isAtFileEnd ? 0 : try file.read(into: &raw, from: 0, at: fileOffset)
                isAtFileEnd = read == 0
                fileOffset += read
                packedPosition = fileOffset
                rawRange = 0..<read
                if read == 0 {
                    if isInMember { fault = "the file ends inside a \(unpacker.partName)" }
                    return false
                }
            }
            if !isInMember {
                // Padding of zeros between members is passed over.
                while let first = rawRange.first, raw[first] == 0 { rawRange = rawRange.dropFirst() }
                guard let first = rawRange.first else { continue }
                if !unpacker.begins(raw[first]) {
                    fault = "something that is no \(unpacker.partName) follows one"
                    return false
                }
                try fill()
                memberStart = fileOffset - rawRange.count
                members.append((passed + tail, memberStart))
                if let given = wholeMember() {
                    if given > 0 { return true }
                    continue
                }
                unpacker.reset()
                isInMember = true
            }
            let step = unpacker.unpack(raw, rawRange, into: &bytes, from: tail)
            switch step {
            case .fault(let why):
                fault = why
                return false
            case .more(let taken, let given), .end(let taken, let given):
                if case .end = step { isInMember = false }
                rawRange = rawRange.dropFirst(taken)
                tail += given
                hasMore = isInMember && tail == bytes.count
                if given > 0 { return true }
            }
        }
    }

    /// Reads on behind what is left of the file's bytes, so that a member is likely to be there as a whole.
    private func fill() throws(IngestError) {
        guard wholeMembers != nil, !isAtFileEnd, rawRange.count < raw.count / 2 else { return }
        let left = rawRange.count
        UnpackedStream.move(&raw, rawRange)
        let read = try file.read(into: &raw, from: left, at: fileOffset)
        isAtFileEnd = read == 0
        fileOffset += read
        packedPosition = fileOffset
        rawRange = 0..<left + read
    }

    /// Unpacks the member at hand at once: how many bytes came, nil where that is not to be had.
    private func wholeMember() -> Int? {
        guard let wholeMembers else { return nil }
        if bytes.count - tail < memberRoom / 4 {
            compact()
            let wanted = tail + memberRoom
            if bytes.count < wanted { bytes.append(contentsOf: repeatElement(0, count: wanted - bytes.count)) }
        }
        guard case .whole(let taken, let given) = wholeMembers.unpack(raw, rawRange, into: &bytes, from: tail) else { return nil }
        rawRange = rawRange.dropFirst(taken)
        tail += given
        return given
    }

    /// Moves the window to the beginning of its room.
    private func compact() {
        guard head > 0 else { return }
        UnpackedStream.move(&bytes, head..<tail)
        tail -= head
        passed += head
        head = 0
    }

    /// Moves a part of an array to its beginning, in place.
    private static func move(_ array: inout [UInt8], _ range: Range<Int>) {
        guard !range.isEmpty, range.lowerBound > 0 else { return }
        array.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            memmove(start, start + range.lowerBound, range.count)
        }
    }

    /// After a fault: drops the window and goes on at the next gzip member behind the damaged one. False where there is none.
    func resume() throws(IngestError) -> Bool {
        passed += tail
        head = 0
        tail = 0
        members = []
        fault = nil
        guard isPacked else { return false }
        var offset = (isInMember ? memberStart : fileOffset - rawRange.count) + 1
        isInMember = false
        hasMore = false
        isAtFileEnd = false
        while true {
            let count = try file.read(into: &raw, from: 0, at: offset)
            guard count >= 3 else {
                rawRange = 0..<0
                fileOffset = file.size
                isAtFileEnd = true
                return false
            }
            for index in 0..<count - 2 where unpacker.begins(raw[index], raw[index + 1], raw[index + 2]) {
                fileOffset = offset + count
                rawRange = index..<count
                return true
            }
            offset += count - 2
        }
    }
}
