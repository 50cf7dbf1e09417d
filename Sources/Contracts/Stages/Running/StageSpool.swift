import Ground
import Records

/// What came of the items of a stage that writes nothing before it has seen everything, records as the lines they will be, read back in
/// order: in memory, and where it is more than that should hold, all of it in a temporary file without a name.
///
/// Memory: 64 MiB, and what the largest item gave. Disk: the records, and what `--rejects` will receive.
final class StageSpool {
    /// One item: where it stood, and the pieces that came of it.
    struct Entry {
        enum Piece {
            /// A record's line, without its end.
            case record(ArraySlice<UInt8>)
            case dropped(ArraySlice<UInt8>, Rejection)
            case broken(ArraySlice<UInt8>, Rejection)
        }

        var place: SourcePlace
        var position: Int
        var prefix: UInt64
        var pieces: [Piece]

        var records: Int { pieces.count { if case .record = $0 { true } else { false } } }
    }

    /// The items taken in.
    private(set) var count = 0
    private let keepsRejects: Bool
    private var files: [String] = []
    private var pending: [UInt8] = []
    /// Full buffers, as long as there is no file.
    private var full: [[UInt8]] = []
    private var nextFull = 0
    private let mostFull: Int
    private var descriptor: Descriptor?
    private var length = 0
    /// Where reading stands in `pending`, and in the file.
    private var at = 0
    private var read = 0

    private static let bufferSize = 1 << 20

    /// `keepsRejects` tells whether what is dropped or broken will be written as well; `memory` is in bytes.
    init(keepsRejects: Bool, memory: Int = 64 << 20) {
        self.keepsRejects = keepsRejects
        mostFull = memory / Self.bufferSize
    }

    func append(_ outcomes: [Outcome], place: SourcePlace, position: Int, prefix: UInt64) throws {
        if files.last != place.file { files.append(place.file) }
        Self.append(outcomes, [position, Int(bitPattern: UInt(prefix)), place.line, files.count - 1], keepsRejects, to: &pending)
        count += 1
        if pending.count >= Self.bufferSize { try put() }
    }

    /// Ends the taking in; `next` gives the items from here on.
    func rewind() throws {
        try put()
        try descriptor?.rewind()
    }

    /// The next item, nil behind the last one.
    func next() throws -> Entry? {
        guard try fill(8) else { return nil }
        let start = at
        let size = number(at: start)
        guard try fill(size) else { return nil }
        let end = at + size
        var index = at + 8
        func take() -> Int {
            defer { index += 8 }
            return number(at: index)
        }
        func bytes() -> ArraySlice<UInt8> {
            let count = take()
            defer { index += count }
            return pending[index..<index + count]
        }
        let position = take()
        let prefix = UInt64(UInt(bitPattern: take()))
        let line = take()
        let place = SourcePlace(file: files[take()], line: line)
        var entry = Entry(place: place, position: position, prefix: prefix, pieces: [])
        while index < end {
            let kind = pending[index]
            index += 1
            let record = bytes()
            guard kind > 0 else {
                entry.pieces.append(.record(record))
                continue
            }
            let rejection = Self.rejection(bytes())
            entry.pieces.append(kind == 1 ? .dropped(record, rejection) : .broken(record, rejection))
        }
        at = end
        return entry
    }

    /// An item: its length, numbers and pieces, each of these a kind, a measured record and for those that go a measured reason.
    private static func append(_ outcomes: [Outcome], _ numbers: [Int], _ keepsRejects: Bool, to bytes: inout [UInt8]) {
        let start = bytes.count
        // The length is known at the end.
        append(0, to: &bytes)
        for number in numbers { append(number, to: &bytes) }
        for outcome in outcomes {
            switch outcome {
            case .kept(let objects):
                for object in objects {
                    bytes.append(0)
                    appendMeasured(to: &bytes) { object.write(into: &$0) }
                }
            case .dropped(let object, let rejection), .broken(let object, let rejection):
                if case .dropped = outcome { bytes.append(1) } else { bytes.append(2) }
                appendMeasured(to: &bytes) { if keepsRejects { object.write(into: &$0) } }
                appendMeasured(to: &bytes) {
                    JSONValue.array([.string(rejection.reason), rejection.value, rejection.threshold]).write(into: &$0)
                }
            }
        }
        put(bytes.count - start, at: start, in: &bytes)
    }

    private static func appendMeasured(to bytes: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        append(0, to: &bytes)
        write(&bytes)
        put(bytes.count - start - 8, at: start, in: &bytes)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
    }

    private static func put(_ number: Int, at index: Int, in bytes: inout [UInt8]) {
        for shift in 0..<8 { bytes[index + shift] = UInt8(truncatingIfNeeded: number >> (8 * shift)) }
    }

    private static func rejection(_ bytes: ArraySlice<UInt8>) -> Rejection {
        guard let parts = try? JSONValue(parsing: Array(bytes)).array, parts.count == 3 else { return Rejection("unknown") }
        return Rejection(parts[0].string ?? "unknown", value: parts[1], threshold: parts[2])
    }

    private func number(at index: Int) -> Int {
        var number: UInt = 0
        for offset in (0..<8).reversed() { number = number << 8 | UInt(pending[index + offset]) }
        return Int(bitPattern: number)
    }

    /// Puts the buffer where it stays, and begins another.
    private func put() throws {
        full.append(pending)
        pending = []
        pending.reserveCapacity(Self.bufferSize + 1 << 16)
        guard descriptor != nil || full.count > mostFull else { return }
        let file: Descriptor
        if let descriptor { file = descriptor } else { file = try Descriptor.temporary() }
        descriptor = file
        for bytes in full {
            try file.write(bytes.span, written: length)
            length += bytes.count
        }
        full = []
    }

    /// Sees to it that `count` bytes lie behind `at`; false at the end.
    private func fill(_ count: Int) throws -> Bool {
        if pending.count - at >= count { return true }
        guard let descriptor else {
            // A buffer ends where an item does.
            guard nextFull < full.count else { return false }
            (pending, at) = (full[nextFull], 0)
            full[nextFull] = []
            nextFull += 1
            return pending.count >= count
        }
        guard read < length else { return false }
        pending.removeFirst(at)
        at = 0
        while pending.count < count, read < length {
            let have = pending.count
            pending.append(contentsOf: repeatElement(0, count: min(length - read, max(Self.bufferSize, count - have))))
            let got = try descriptor.read(into: &pending, from: have, offset: read)
            pending.removeLast(pending.count - have - got)
            read += got
            if got == 0 { return false }
        }
        return pending.count >= count
    }
}
