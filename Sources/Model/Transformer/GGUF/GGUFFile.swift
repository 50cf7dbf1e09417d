import Foundation
import Tensors

/// A GGUF file (versions 2 and 3), mapped into memory; what its header claims is checked before it is used.
///
/// The format, little-endian: "GGUF", version, the numbers of tensors and of metadata entries; the entries (key, type, value); for each
/// tensor its name, dimensions (the fastest first), type and offset; then the data, aligned.
public struct GGUFFile: Sendable {
    /// One tensor as the header states it.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let type: GGUFTensorType
        /// The slowest dimension first.
        public let shape: [Int]
        /// Its bytes, counted from the file's first.
        let bytes: Range<Int>
    }

    public let path: String
    public let metadata: [String: GGUFValue]
    /// The tensors in the file's order.
    public let entries: [Entry]
    private let content: Data
    private let indexOfName: [String: Int]

    /// Opens the file and reads its header; the data is read only as tensors are asked for.
    public init(url: URL) throws(ModelError) {
        let path = url.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missingFile(path: path, advice: "Give a .gguf file.")
        }
        do {
            content = try Data(contentsOf: url, options: .alwaysMapped)
        } catch {
            throw .malformed(path: path, reason: "the file cannot be read (\(error.localizedDescription))")
        }
        self.path = path
        let header = content.withUnsafeBytes { bytes in
            var reader = GGUFReader(bytes: bytes, path: path)
            return Result { () throws(ModelError) in try reader.header() }
        }
        (metadata, entries) = try header.get()
        indexOfName = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
        guard indexOfName.count == entries.count else { throw .malformed(path: path, reason: "two tensors have one name") }
    }

    /// The tensor of this name, or nil.
    public func entry(_ name: String) -> Entry? { indexOfName[name].map { entries[$0] } }

    /// Reads the tensor of this name; its shape must fit.
    public func tensor(_ name: String, shape: [Int]) throws(ModelError) -> Tensor<Float> {
        guard let entry = entry(name) else { throw .missingTensor(path: path, name: name) }
        guard entry.shape == shape else { throw .wrongShape(path: path, name: name, expected: shape, found: entry.shape) }
        return content.withUnsafeBytes { entry.type.numbers(UnsafeRawBufferPointer(rebasing: $0[entry.bytes]), shape: shape) }
    }
}

/// Reads a header from front to back; nothing is believed that the file is too short for.
private struct GGUFReader {
    let bytes: UnsafeRawBufferPointer
    let path: String
    var position = 0

    private static let deepest = 4
    /// The most values that all arrays together may have, and the most bytes of one text: more than any model needs, and little memory.
    var valuesLeft = 1 << 24
    private static let longestText = 1 << 26

    mutating func header() throws(ModelError) -> ([String: GGUFValue], [GGUFFile.Entry]) {
        guard bytes.count >= 24, bytes[0..<4].elementsEqual("GGUF".utf8) else {
            throw .malformed(path: path, reason: "the file does not begin as GGUF does")
        }
        position = 4
        let version = try number(UInt32.self)
        guard version == 2 || version == 3 else {
            throw .unsupported(path: path, option: "the version of GGUF", found: "\(version)", supported: ["2", "3"])
        }
        let (tensorCount, pairCount) = (try count(of: 1), try count(of: 1))
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<pairCount {
            let key = String(decoding: try string(), as: UTF8.self)
            metadata[key] = try value(of: try number(UInt32.self), depth: 0)
        }
        var entries: [(name: String, type: GGUFTensorType, shape: [Int], offset: Int)] = []
        for _ in 0..<tensorCount { entries.append(try tensor()) }
        let alignment = metadata["general.alignment"]?.integer ?? 32
        guard alignment > 0, alignment <= 1 << 16 else { throw .malformed(path: path, reason: "its alignment is \(alignment)") }
        let start = (position + alignment - 1) / alignment * alignment
        var placed: [GGUFFile.Entry] = []
        for (name, type, shape, offset) in entries {
            let blocks = shape.reduce(1, *) / type.blockCount
            let (end, overflows) = (start + offset).addingReportingOverflow(blocks * type.blockBytes)
            guard !overflows, end <= bytes.count else {
                throw .malformed(path: path, reason: "the tensor \(name) reaches byte \(end), but the file has \(bytes.count)")
            }
            placed.append(GGUFFile.Entry(name: name, type: type, shape: shape, bytes: start + offset..<end))
        }
        return (metadata, placed)
    }

    private mutating func tensor() throws(ModelError) -> (name: String, type: GGUFTensorType, shape: [Int], offset: Int) {
        let name = String(decoding: try string(), as: UTF8.self)
        let rank = try number(UInt32.self)
        guard (1...4).contains(rank) else { throw .malformed(path: path, reason: "the tensor \(name) has \(rank) dimensions") }
        var shape: [Int] = []
        var size = 1
        for _ in 0..<rank {
            let (length, rest) = (try number(UInt64.self), size)
            let (product, overflows) = rest.multipliedReportingOverflow(by: Int(truncatingIfNeeded: length))
            // The file holds at least half a byte a number.
            guard length > 0, length <= 1 << 40, !overflows, product <= 2 * bytes.count else {
                throw .malformed(path: path, reason: "the tensor \(name) claims more numbers than the file can hold")
            }
            size = product
            shape.insert(Int(length), at: 0)
        }
        let code = try number(UInt32.self)
        guard let type = GGUFTensorType(rawValue: code) else {
            throw .unsupported(
                path: path, option: "the type of the tensor \(name)", found: GGUFTensorType.otherNames[code] ?? "number \(code)",
                supported: GGUFTensorType.allCases.map(\.name))
        }
        guard let row = shape.last, row % type.blockCount == 0 else {
            throw .malformed(path: path, reason: "the rows of the tensor \(name) are not whole blocks of \(type.name)")
        }
        let offset = try number(UInt64.self)
        guard offset <= UInt64(bytes.count) else {
            throw .malformed(path: path, reason: "the tensor \(name) begins at byte \(offset) of the data, beyond the file's end")
        }
        return (name, type, shape, Int(offset))
    }

    private mutating func value(of type: UInt32, depth: Int) throws(ModelError) -> GGUFValue {
        switch type {
        case 0: return .integer(Int(try number(UInt8.self)))
        case 1: return .integer(Int(try number(Int8.self)))
        case 2: return .integer(Int(try number(UInt16.self)))
        case 3: return .integer(Int(try number(Int16.self)))
        case 4: return .integer(Int(try number(UInt32.self)))
        case 5: return .integer(Int(try number(Int32.self)))
        case 6: return .float(Double(Float(bitPattern: try number(UInt32.self))))
        case 7: return .bool(try number(UInt8.self) != 0)
        case 8: return .string(try string())
        case 9:
            guard depth < Self.deepest else { throw .malformed(path: path, reason: "its metadata is nested too deep") }
            let inner = try number(UInt32.self)
            let count = try count(of: 1)
            guard count <= valuesLeft else {
                throw .malformed(path: path, reason: "its metadata claims an array of \(count) values, more than any model has")
            }
            valuesLeft -= count
            var values: [GGUFValue] = []
            values.reserveCapacity(min(count, 1 << 16))
            for _ in 0..<count { values.append(try value(of: inner, depth: depth + 1)) }
            return .array(values)
        case 10: return .integer(Int(clamping: try number(UInt64.self)))
        case 11: return .integer(Int(clamping: try number(Int64.self)))
        case 12: return .float(Double(bitPattern: try number(UInt64.self)))
        default: throw .malformed(path: path, reason: "its metadata has a value of the unknown type \(type)")
        }
    }

    private mutating func string() throws(ModelError) -> [UInt8] {
        let count = try count(of: 1)
        guard count <= Self.longestText else {
            throw .malformed(path: path, reason: "it claims a text of \(count) bytes at byte \(position)")
        }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// A count of things that take at least `size` bytes each.
    private mutating func count(of size: Int) throws(ModelError) -> Int {
        let count = try number(UInt64.self)
        guard count <= UInt64((bytes.count - position) / size) else {
            throw .malformed(path: path, reason: "it claims \(count) entries at byte \(position), more than the file can hold")
        }
        return Int(count)
    }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(ModelError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else {
            throw .malformed(path: path, reason: "the file ends within its header, at byte \(position)")
        }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }
}
