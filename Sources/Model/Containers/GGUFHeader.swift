import Foundation

/// The header of one GGUF file (versions 2 and 3), read from front to back; nothing is believed that the file is too short for.
///
/// The format, little-endian: "GGUF", version, the numbers of tensors and of metadata entries; the entries (key, type, value); for each
/// tensor its name, dimensions (the fastest first), type and offset; then the data, aligned.
struct GGUFHeader {
    var metadata: [String: GGUFValue] = [:]
    /// Where each value lies in the file.
    var places: [String: Range<Int>] = [:]
    var entries: [GGUFFile.Entry] = []

    init(_ content: Data, path: String) throws(ContainerError) {
        let result = content.withUnsafeBytes { bytes in
            var reader = GGUFReader(content: content, bytes: bytes, path: path)
            return Result { () throws(ContainerError) in try reader.header() }
        }
        self = try result.get()
    }

    init() {}
}

private struct GGUFReader {
    let content: Data
    let bytes: UnsafeRawBufferPointer
    let path: String
    var position = 0
    /// The most values that all arrays together may have, and the most bytes of one text: more than any model needs, and little memory.
    var valuesLeft = 1 << 24

    private static let deepest = 4
    private static let longestText = 1 << 26

    init(content: Data, bytes: UnsafeRawBufferPointer, path: String) {
        (self.content, self.bytes, self.path) = (content, bytes, path)
    }

    mutating func header() throws(ContainerError) -> GGUFHeader {
        guard bytes.count >= 24, bytes[0..<4].elementsEqual("GGUF".utf8) else {
            throw .malformed(path: path, reason: "the file does not begin as GGUF does")
        }
        position = 4
        try checkVersion()
        let (tensorCount, pairCount) = (try count(of: 1), try count(of: 1))
        var header = GGUFHeader()
        for _ in 0..<pairCount {
            let key = String(decoding: try string(), as: UTF8.self)
            let kind = try number(UInt32.self)
            let start = position
            header.metadata[key] = try value(of: kind, depth: 0)
            header.places[key] = start..<position
        }
        var entries: [(name: String, code: UInt32, shape: [Int], offset: Int)] = []
        for _ in 0..<tensorCount { entries.append(try tensor()) }
        let alignment = header.metadata["general.alignment"]?.integer ?? 32
        guard alignment > 0, alignment <= 1 << 16 else { throw .malformed(path: path, reason: "its alignment is \(alignment)") }
        let start = (position + alignment - 1) / alignment * alignment
        for (name, code, shape, offset) in entries {
            var range = start..<start
            // Of a type that nobody knows the size cannot be proved; nothing reads it.
            if let storage = GGUFStorage(code: code) {
                let blocks = shape.reduce(1, *) / storage.blockCount
                let (end, overflows) = (start + offset).addingReportingOverflow(blocks * storage.blockBytes)
                guard !overflows, end <= bytes.count else {
                    throw .malformed(path: path, reason: "the tensor \(name) reaches byte \(end), but the file has \(bytes.count)")
                }
                range = start + offset..<end
            }
            header.entries.append(GGUFFile.Entry(name: name, code: code, shape: shape, part: 0, bytes: range))
        }
        return header
    }

    private mutating func checkVersion() throws(ContainerError) {
        let version = try number(UInt32.self)
        if version == 2 || version == 3 { return }
        if (1...3).contains(version.byteSwapped) {
            throw .unsupported(
                path: path, option: "the byte order", found: "big-endian",
                advice: "It was made for other processors (IBM Z, PowerPC); download the file for little-endian ones, or turn it with "
                    + "gguf-py's gguf_convert_endian.py FILE little.")
        }
        throw .unsupported(
            path: path, option: "the version of GGUF", found: "\(version)",
            advice: "Supported: 2, 3. Download a newer file of the model.")
    }

    private mutating func tensor() throws(ContainerError) -> (name: String, code: UInt32, shape: [Int], offset: Int) {
        let name = String(decoding: try string(), as: UTF8.self)
        let rank = try number(UInt32.self)
        guard (1...4).contains(rank) else { throw .malformed(path: path, reason: "the tensor \(name) has \(rank) dimensions") }
        var shape: [Int] = []
        var size = 1
        for _ in 0..<rank {
            let (length, rest) = (try number(UInt64.self), size)
            let (product, overflows) = rest.multipliedReportingOverflow(by: Int(truncatingIfNeeded: length))
            // The file holds at least an eighth of a byte a number.
            guard length > 0, length <= 1 << 40, !overflows, product / 8 <= bytes.count else {
                throw .malformed(path: path, reason: "the tensor \(name) claims more numbers than the file can hold")
            }
            size = product
            shape.insert(Int(length), at: 0)
        }
        let code = try number(UInt32.self)
        if let storage = GGUFStorage(code: code), let row = shape.last, row % storage.blockCount != 0 {
            throw .malformed(path: path, reason: "the rows of the tensor \(name) are not whole blocks of \(storage.name)")
        }
        let offset = try number(UInt64.self)
        guard offset <= UInt64(bytes.count) else {
            throw .malformed(path: path, reason: "the tensor \(name) begins at byte \(offset) of the data, beyond the file's end")
        }
        return (name, code, shape, Int(offset))
    }

    private mutating func value(of kind: UInt32, depth: Int) throws(ContainerError) -> GGUFValue {
        if kind == 8 { return .string(try string()) }
        if kind == 9 { return try array(depth: depth) }
        guard let size = GGUFScalar.size(kind) else {
            throw .malformed(path: path, reason: "its metadata has a value of the unknown type \(kind)")
        }
        try require(size)
        return GGUFScalar.value(kind, bytes, &position) ?? .integer(0)
    }

    private mutating func array(depth: Int) throws(ContainerError) -> GGUFValue {
        guard depth < Self.deepest else { throw .malformed(path: path, reason: "its metadata is nested too deep") }
        let kind = try number(UInt32.self)
        let count = try count(of: GGUFScalar.size(kind) ?? 8)
        guard count <= valuesLeft else {
            throw .malformed(path: path, reason: "its metadata claims an array of \(count) values, more than any model has")
        }
        valuesLeft -= count
        let start = position
        if let size = GGUFScalar.size(kind) {
            position += count * size
        } else if kind == 8 {
            for _ in 0..<count { try skipString() }
        } else {
            var values: [GGUFValue] = []
            for _ in 0..<count { values.append(try value(of: kind, depth: depth + 1)) }
            return .array(values)
        }
        return .list(GGUFList(kind: kind, count: count, content: content, range: start..<position))
    }

    private mutating func string() throws(ContainerError) -> [UInt8] {
        let start = position + 8
        try skipString()
        return Array(bytes[start..<position])
    }

    private mutating func skipString() throws(ContainerError) {
        let count = try count(of: 1)
        guard count <= Self.longestText else {
            throw .malformed(path: path, reason: "it claims a text of \(count) bytes at byte \(position)")
        }
        position += count
    }

    /// A count of things that take at least `size` bytes each.
    private mutating func count(of size: Int) throws(ContainerError) -> Int {
        let count = try number(UInt64.self)
        guard count <= UInt64((bytes.count - position) / size) else {
            throw .malformed(path: path, reason: "it claims \(count) entries at byte \(position), more than the file can hold")
        }
        return Int(count)
    }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(ContainerError) -> Number {
        try require(MemoryLayout<Number>.size)
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    private func require(_ size: Int) throws(ContainerError) {
        guard bytes.count - position >= size else {
            throw .malformed(path: path, reason: "the file ends within its header, at byte \(position)")
        }
    }
}
