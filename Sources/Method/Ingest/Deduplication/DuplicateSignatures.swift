import Foundation
import Ground
import Records
import Stages

/// OUTPUT.signatures: what the passages of a shard are compared by, so that `join` need not read their texts to find duplicates.
///
/// It is made of the shard's finished output, and so is the same however often the shard was interrupted. A line of JSON says how many keys a
/// passage has; behind it stand, for each passage in the order of the output, little-endian: the number of its item and its own among what
/// came of that (8 and 4 bytes), its identifier (12), and its keys (8 each), two for equal texts and one a band.
struct DuplicateSignatures {
    struct Signature {
        var item: UInt64
        var part: UInt32
        var name: PassageName
        var keys: [UInt64]
    }

    static func path(beside output: String) -> String { output + ".signatures" }

    /// Throws `FileError.inTheWay` where somebody else's file stands in the place.
    static func check(beside output: String) throws {
        let path = path(beside: output)
        if FileStatus.isFree(path) { return }
        guard FileStatus.isRegularFile(path), let file = FileHandle(forReadingAtPath: path), let start = try file.read(upToCount: 1 << 12),
            let line = start.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).first,
            let head = try? JSONObject(parsing: Array(line)), head["format"]?.integer != nil, head["keys"]?.integer != nil
        else { throw FileError.inTheWay(file: path, what: "what the passages of \(output) are compared by") }
    }

    /// Writes the file of one shard; without a method, for exact duplicates alone.
    static func write(of output: String, _ method: MinHash?) throws {
        let index = method.map { NearDuplicates($0) }
        let head: JSONObject = ["format": 1, "keys": .integer(2 + (method?.bands ?? 0))]
        try AtomicFile.write(to: path(beside: output)) { writer in
            try writer.write(Array((head.serialized + "\n").utf8))
            guard FileStatus.holdsData(output) else { return }
            var bytes: [UInt8] = []
            var source = try RecordSource([output], longest: Int.max / 4)
            while let item = try source.next() {
                guard case .item(let record) = item.content, let place = record.object["shard_item"]?.array?.compactMap(\.integer),
                    place.count == 2
                else { throw ShardError.changed(file: output, reason: "\(item.place) is no record of a shard") }
                let name = PassageName(record.object["id"]?.string ?? "")
                append(UInt64(place[0]), 8, to: &bytes)
                for word in [UInt32(truncatingIfNeeded: place[1]), name.one, name.two, name.three] { append(UInt64(word), 4, to: &bytes) }
                for key in DuplicateKeys(of: record.object["text"]?.string ?? "", index).marks { append(key, 8, to: &bytes) }
                if bytes.count > 1 << 18 {
                    try writer.write(bytes)
                    bytes.removeAll(keepingCapacity: true)
                    try Task.checkCancellation()
                }
            }
            try writer.write(bytes)
        }
    }

    private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for shift in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
    }

    // MARK: - Reading

    private let file: String
    private let descriptor: Descriptor
    private let keys: Int
    private var bytes: [UInt8] = []
    private var at = 0
    private var offset = 0
    private(set) var next: Signature?

    /// Opens the signatures beside a shard's output.
    init(beside output: String, keys: Int) throws {
        file = Self.path(beside: output)
        guard FileStatus.isRegularFile(file) else { throw ShardError.noSignatures(file: file) }
        descriptor = try Descriptor.reading(file)
        self.keys = keys
        try fill(1 << 12)
        guard let newline = bytes.firstIndex(of: 0x0A), let head = try? JSONObject(parsing: Array(bytes[..<newline])),
            head["format"]?.integer == 1, head["keys"]?.integer == keys
        else { throw ShardError.noSignatures(file: file) }
        at = newline + 1
        try advance()
    }

    /// Takes the next passage's place among `next`.
    mutating func advance() throws {
        let size = 24 + 8 * keys
        if bytes.count - at < size { try fill(1 << 18) }
        guard bytes.count > at else {
            next = nil
            return
        }
        guard bytes.count - at >= size else { throw ShardError.noSignatures(file: file) }
        func number(_ start: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[at + start + $1]) << UInt64(8 * $1) }
        }
        next = Signature(
            item: number(0, 8), part: UInt32(number(8, 4)),
            name: PassageName(UInt32(number(12, 4)), UInt32(number(16, 4)), UInt32(number(20, 4))),
            keys: (0..<keys).map { number(24 + 8 * $0, 8) })
        at += size
    }

    private mutating func fill(_ count: Int) throws {
        bytes.removeFirst(at)
        at = 0
        let have = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        var end = have
        while end < bytes.count {
            let got = try descriptor.read(into: &bytes, from: end, offset: offset)
            if got == 0 { break }
            end += got
            offset += got
        }
        bytes.removeLast(bytes.count - end)
    }
}
