import Containers
import Foundation

/// A safetensors file, read piece by piece; its header is proved against the file before any of it is trusted.
///
/// The format: a little-endian UInt64 with the header's length, the header (JSON: name to dtype, shape, data_offsets), then the data.
/// Proved: the lengths fit the file, every dtype is known, every shape fits its bytes, and the tensors cover the data without gap or
/// overlap. Tensors of a dtype that holds no weights (integers, say) may stand in the file but cannot be read.
public struct SafetensorsFile: Sendable {
    /// One tensor as the header states it.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let type: String
        public let shape: [Int]
        /// Its bytes, counted from the file's first.
        public let bytes: Range<Int>
    }

    public let path: String
    /// The tensors in the order of their bytes.
    public let entries: [Entry]
    /// The header's `__metadata__`.
    public let metadata: [String: String]

    private let stored: StoredFile
    private let indexOfName: [String: Int]

    static let longestHeader = 100_000_000
    private static let widths = [
        "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2, "I8": 1, "U8": 1, "BOOL": 1,
        "F8_E4M3": 1, "F8_E5M2": 1,
    ]

    /// Opens and proves the file; the data is read only as tensors are asked for.
    public init(url: URL) throws(ModelError) {
        let path = url.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missingFile(path: path, advice: "A model folder holds its weights in model.safetensors.")
        }
        let stored = try ModelError.wrap { () throws(ContainerError) in try StoredFile(path: path) }
        let (header, start) = try Self.header(of: stored, path: path)
        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for (name, item) in header {
            switch item {
            case .metadata(let pairs):
                guard name == "__metadata__" else { throw .malformed(path: path, reason: "the header's \(name) has no dtype") }
                metadata = pairs
            case .tensor(let dtype, let shape, let offsets):
                entries.append(
                    try Self.entry(name, dtype, shape, offsets, dataStart: start, fileLength: stored.count, path: path))
            }
        }
        entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name) < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name) }
        try Self.proveCover(entries, from: start, to: stored.count, path: path)
        self.path = path
        self.stored = stored
        self.entries = entries
        self.metadata = metadata
        indexOfName = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// The tensor of this name, or nil.
    public func entry(_ name: String) -> Entry? { indexOfName[name].map { entries[$0] } }

    /// Calls `body` with the bytes of a tensor.
    public func withBytes<Result>(of entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try stored.data(entry.bytes).withUnsafeBytes(body)
    }

    /// Some bytes of a tensor, counted from its first.
    func bytes(of entry: Entry, _ range: Range<Int>) -> Data {
        stored.data(entry.bytes.lowerBound + range.lowerBound..<entry.bytes.lowerBound + range.upperBound)
    }

    /// Reads some bytes of a tensor, counted from its first.
    public func read(_ entry: Entry, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
        precondition(range.upperBound <= entry.bytes.count && range.count == target.count, "bytes beyond the end of \(entry.name)")
        stored.read(at: entry.bytes.lowerBound + range.lowerBound, into: target)
    }

    private static func header(of file: StoredFile, path: String) throws(ModelError) -> ([String: HeaderItem], dataStart: Int) {
        guard file.count >= 8 else {
            throw .malformed(path: path, reason: "the file has \(file.count) bytes and ends before its header")
        }
        let stated = file.data(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard stated <= UInt64(longestHeader) else {
            throw .malformed(path: path, reason: "the header claims \(stated) bytes, which no safetensors file needs")
        }
        let length = Int(stated)
        guard file.count - 8 >= length else {
            throw .malformed(path: path, reason: "the header claims \(length) bytes, but the file ends after \(file.count - 8) of them")
        }
        do {
            return (try JSONDecoder().decode([String: HeaderItem].self, from: file.data(8..<8 + length)), 8 + length)
        } catch {
            throw .malformed(path: path, reason: "the safetensors header is broken: \(decodingReason(error))")
        }
    }

    private static func entry(
        _ name: String, _ type: String, _ shape: [Int], _ offsets: [Int], dataStart: Int, fileLength: Int, path: String
    ) throws(ModelError) -> Entry {
        guard let width = widths[type] else {
            throw .unsupported(path: path, option: "the dtype of \(name)", found: type, supported: ["F32", "F16", "BF16"])
        }
        guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= fileLength - dataStart else {
            throw .malformed(
                path: path, reason: "the tensor \(name) claims the bytes \(offsets), but the file holds \(fileLength - dataStart) of data")
        }
        var size = width
        for dimension in shape {
            let (product, overflows) = size.multipliedReportingOverflow(by: dimension)
            guard dimension >= 0, !overflows else { throw .malformed(path: path, reason: "the tensor \(name) has the shape \(shape)") }
            size = product
        }
        guard size == offsets[1] - offsets[0] else {
            throw .malformed(
                path: path,
                reason: "the tensor \(name) of shape \(shape) and dtype \(type) needs \(size) bytes, but claims \(offsets[1] - offsets[0])")
        }
        return Entry(name: name, type: type, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private static func proveCover(_ entries: [Entry], from start: Int, to end: Int, path: String) throws(ModelError) {
        var position = start
        for entry in entries {
            guard entry.bytes.lowerBound == position else {
                let fault = entry.bytes.lowerBound < position ? "overlaps the one before it" : "leaves a gap before it"
                throw .malformed(path: path, reason: "the tensor \(entry.name) \(fault)")
            }
            position = entry.bytes.upperBound
        }
        guard position == end else {
            throw .malformed(path: path, reason: "\(end - position) bytes after the last tensor belong to none")
        }
    }
}

/// One value of the header: a tensor's description, or the metadata's strings.
private enum HeaderItem: Decodable {
    case tensor(dtype: String, shape: [Int], offsets: [Int])
    case metadata([String: String])

    private enum Key: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if container.contains(.offsets) {
            self = .tensor(
                dtype: try container.decode(String.self, forKey: .dtype), shape: try container.decode([Int].self, forKey: .shape),
                offsets: try container.decode([Int].self, forKey: .offsets))
        } else {
            self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
        }
    }
}
