import Foundation

/// A model in a GGUF file, or in the parts of a split one; what its header claims is checked before it is used.
///
/// Opening reads the header alone, mapped; the tensors are read piece by piece as they are asked for.
public struct GGUFFile: Sendable {
    /// One tensor as the header states it.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// The format's code for its storage.
        public let code: UInt32
        /// The slowest dimension first.
        public let shape: [Int]
        /// The part that holds it, from 0.
        public internal(set) var part: Int
        /// Its bytes, counted from the first of that part; none where the storage is unknown.
        public let bytes: Range<Int>

        /// The name of its storage.
        public var storageName: String { GGUFStorage(code: code)?.name ?? "number \(code)" }
    }

    /// The file, or the first of the parts.
    public let path: String
    /// The paths of all parts.
    public var paths: [String] { parts.map(\.path) }
    public let metadata: [String: GGUFValue]
    /// The tensors in the file's order, part after part.
    public let entries: [Entry]
    private let parts: [StoredFile]
    private let places: [String: Range<Int>]
    private let indexOfName: [String: Int]

    /// Opens a file and the other parts where it is one of a split model's, and reads the headers.
    ///
    /// - Parameter metadataAlone: whether the metadata will do, which the first part holds; the tensors are those of that part then.
    public init(url: URL, metadataAlone: Bool = false) throws(ContainerError) {
        var url = url
        var (file, header) = try Self.open(url.path)
        let partCount = header.metadata["split.count"]?.integer ?? 1
        if partCount > 1 {
            let names = try GGUFParts.names(of: url.lastPathComponent, count: partCount, path: url.path)
            url = url.deletingLastPathComponent().appending(path: names[0])
            if header.metadata["split.no"]?.integer != 0 { (file, header) = try Self.open(url.path, partOf: partCount) }
            var (parts, entries) = ([file], header.entries)
            for (index, name) in names.enumerated().dropFirst() where !metadataAlone {
                let place = url.deletingLastPathComponent().appending(path: name).path
                let (other, part) = try Self.open(place, partOf: partCount)
                guard part.metadata["split.count"]?.integer == partCount, part.metadata["split.no"]?.integer == index else {
                    throw .malformed(path: place, reason: "it is not part \(index + 1) of \(partCount), as its name says")
                }
                parts.append(other)
                entries += part.entries.map { entry in
                    var entry = entry
                    entry.part = index
                    return entry
                }
            }
            if !metadataAlone, let stated = header.metadata["split.tensors.count"]?.integer, stated != entries.count {
                throw .malformed(path: url.path, reason: "its \(partCount) parts hold \(entries.count) tensors instead of \(stated)")
            }
            (self.parts, self.entries) = (parts, entries)
        } else {
            (parts, entries) = ([file], header.entries)
        }
        path = url.path
        metadata = header.metadata
        places = header.places
        indexOfName = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
        guard indexOfName.count == entries.count else { throw .malformed(path: path, reason: "two tensors have one name") }
    }

    /// The tensor of this name, or nil.
    public func entry(_ name: String) -> Entry? { indexOfName[name].map { entries[$0] } }

    /// Reads some bytes of a tensor, counted from its first.
    public func read(_ entry: Entry, _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) {
        precondition(range.upperBound <= entry.bytes.count && range.count == target.count, "bytes beyond the end of \(entry.name)")
        parts[entry.part].read(at: entry.bytes.lowerBound + range.lowerBound, into: target)
    }

    /// The bytes of a metadata value as they lie in the file; empty where there is no such key.
    public func storedBytes(of key: String) -> Data { places[key].map(parts[0].data) ?? Data() }

    private static func open(_ path: String, partOf count: Int = 1) throws(ContainerError) -> (StoredFile, GGUFHeader) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .missingFile(
                path: path,
                advice: count > 1 ? "The model is split into \(count) parts; put all of them into one folder." : "Give a .gguf file.")
        }
        let file = try StoredFile(path: path)
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        } catch {
            throw .malformed(path: path, reason: "the file cannot be read (\(error.localizedDescription))")
        }
        return (file, try GGUFHeader(content, path: path))
    }
}
