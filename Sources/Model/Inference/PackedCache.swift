import Foundation
import Ground
import Tensors
import Transformer

/// The 8-bit weights of a model folder as they were packed once, in a file beside the model, so that the next program that opens it need
/// neither read the original weights nor pack them again.
///
/// Nothing in the file is trusted unproved: it must state this format and layout, the length it has, a checksum of its own table and of
/// each matrix, and the size, the time of change and samples of the content of every file that it was made from. One that does not is
/// passed over, and replaced. It takes about a byte a weight, appears whole under its name or not at all, is not written where the folder
/// may not be written or the disk would be left nearly full, and may be removed at any time.
struct PackedCache {
    static let fileName = "packed-cache.int8"

    /// Where the file lies: in the model's folder, or beside its GGUF file under that file's name.
    static func place(of folder: ModelFolder) -> URL {
        guard let path = folder.ggufPaths.first else { return folder.directory.appending(path: fileName) }
        return URL(filePath: "\(path).\(fileName)")
    }

    static let formatVersion = 1

    private struct Table: Codable, Equatable {
        var layout: Int
        var sources: [Source]
        var fingerprint: String
        var matrices: [Entry]
    }

    struct Source: Codable, Equatable {
        var name: String
        var size: Int
        var changed: Int
        var samples: String
    }

    private struct Entry: Codable, Equatable {
        var name: String
        var outputs: Int
        var inputs: Int
        var offset: Int
        var checksum: String
    }

    /// The fingerprint of the model folder.
    let fingerprint: String
    private let file: FileHandle
    private let path: String
    private let entries: [String: Entry]

    /// Opens the file beside a model; nil where there is none that holds for the model as it is.
    init?(_ folder: ModelFolder) {
        let place = Self.place(of: folder)
        guard let file = try? FileHandle(forReadingFrom: place), let length = try? file.seekToEnd(), length >= Self.headBytes,
            (try? file.seek(toOffset: 0)) != nil, let head = try? file.read(upToCount: Self.headBytes), head.count == Self.headBytes,
            head.prefix(Self.magic.count) == Self.magic
        else { return nil }
        let numbers = (0..<2).map { index in
            head.dropFirst(Self.magic.count + 8 * index).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        guard numbers[0] == length, numbers[1] <= min(length - UInt64(Self.headBytes), 1 << 26),
            let text = try? file.read(upToCount: Int(numbers[1])), text.count == Int(numbers[1]),
            head.suffix(32) == Data(Self.checksum(text).utf8), let table = try? JSONDecoder().decode(Table.self, from: text),
            table.layout == PackedInt8Matrix.layoutVersion, table.sources == Self.sources(of: folder)
        else { return nil }
        for entry in table.matrices {
            guard (1...1 << 24).contains(entry.outputs), (1...65536).contains(entry.inputs), (0...Int(length)).contains(entry.offset),
                entry.offset + PackedInt8Matrix.storedBytes(outputs: entry.outputs, inputs: entry.inputs) <= Int(length)
            else { return nil }
        }
        self.file = file
        path = place.path
        fingerprint = table.fingerprint
        entries = Dictionary(table.matrices.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The matrix of this checkpoint name; nil where the file does not hold it whole.
    private func matrix(_ wanted: ParameterLayout.Entry, in arena: WeightArena) -> PackedInt8Matrix? {
        guard let entry = entries[wanted.name], wanted.shape == [entry.outputs, entry.inputs] else { return nil }
        let matrix = PackedInt8Matrix(outputs: entry.outputs, inputs: entry.inputs, in: arena) { bytes in
            var done = 0
            while done < bytes.count, let start = bytes.baseAddress {
                let count = pread(file.fileDescriptor, start + done, bytes.count - done, off_t(entry.offset + done))
                if count <= 0 { return false }
                done += count
            }
            return true
        }
        guard let matrix, matrix.withBytes(Self.checksum) == entry.checksum else { return nil }
        return matrix
    }

    /// All of these matrices, read side by side; nil where the file does not hold every one whole.
    func matrices(_ wanted: [ParameterLayout.Entry], in arena: WeightArena, on compute: Compute) -> [String: PackedInt8Matrix]? {
        var found = [PackedInt8Matrix?](repeating: nil, count: wanted.count)
        found.withUnsafeMutableBufferPointer { found in
            // Each task writes one element of its own.
            nonisolated(unsafe) let found = found
            compute.pool.run(wanted.count) { index in found[index] = matrix(wanted[index], in: arena) }
        }
        let named = zip(wanted, found).compactMap { entry, matrix in matrix.map { (entry.name, $0) } }
        return named.count == wanted.count ? Dictionary(named) { first, _ in first } : nil
    }

    /// Writes the file for a folder; false where that cannot be, which costs nothing but time the next time.
    @discardableResult static func write(
        _ matrices: [(name: String, matrix: PackedInt8Matrix)], for folder: ModelFolder, fingerprint: String, sources: [Source]
    ) -> Bool {
        let sizes = matrices.map { PackedInt8Matrix.storedBytes(outputs: $0.matrix.outputs, inputs: $0.matrix.inputs) }
        let total = sizes.reduce(0, +)
        let place = place(of: folder)
        guard let free = freeBytes(place.deletingLastPathComponent()), free > 2 * total + 1 << 30 else { return false }
        // The table's length decides where the first matrix begins, so it is written with room for the offsets first.
        var table = Table(layout: PackedInt8Matrix.layoutVersion, sources: sources, fingerprint: fingerprint, matrices: [])
        for (name, matrix) in matrices {
            table.matrices.append(
                Entry(
                    name: name, outputs: matrix.outputs, inputs: matrix.inputs, offset: total * 2 + 1 << 26,
                    checksum: matrix.withBytes(checksum)))
        }
        guard let draft = try? JSONEncoder().encode(table) else { return false }
        var offset = (headBytes + draft.count + 4095) / 4096 * 4096
        for index in table.matrices.indices {
            table.matrices[index].offset = offset
            offset += (sizes[index] + 63) / 64 * 64
        }
        guard let text = try? JSONEncoder().encode(table), text.count <= draft.count else { return false }
        var head = magic
        for number in [offset, text.count] { withUnsafeBytes(of: UInt64(number).littleEndian) { head.append(contentsOf: $0) } }
        head.append(Data(checksum(text).utf8))
        return write(head + text, matrices.map(\.matrix), at: table.matrices.map(\.offset), length: offset, to: place.path)
    }

    private static func write(_ head: Data, _ matrices: [PackedInt8Matrix], at offsets: [Int], length: Int, to place: String) -> Bool {
        let part = place + ".part"
        let file = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        defer { close(file) }
        // Another program may be writing the same; a part that one left behind is written over.
        var (here, there) = (stat(), stat())
        guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &here) == 0, stat(part, &there) == 0, here.st_ino == there.st_ino,
            ftruncate(file, 0) == 0, ftruncate(file, off_t(length)) == 0
        else { return false }
        func put(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
            var done = 0
            while done < bytes.count, let start = bytes.baseAddress {
                let count = pwrite(file, start + done, bytes.count - done, off_t(offset + done))
                if count <= 0 { return false }
                done += count
            }
            return true
        }
        let isWritten =
            head.withUnsafeBytes { put($0, 0) }
            && zip(matrices, offsets).allSatisfy { matrix, offset in matrix.withBytes { put($0, offset) } }
        guard isWritten, rename(part, place) == 0 else {
            unlink(part)
            return false
        }
        return true
    }

    /// What the packed weights and the fingerprint depend on; nil where a file cannot be read.
    static func sources(of folder: ModelFolder) -> [Source]? {
        if folder.isGGUF {
            let sources = folder.ggufPaths.map { source($0, URL(filePath: $0).lastPathComponent) }
            return sources.contains { $0 == nil } ? nil : sources.compactMap { $0 }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.directory.path)) ?? []
        let wanted = names.filter { $0 == "config.json" || ModelFolder.tokenizerNames.contains($0) || $0.hasPrefix("model") }.sorted()
        var sources: [Source] = []
        for name in wanted {
            guard let source = source(folder.directory.appending(path: name).path, name) else { return nil }
            sources.append(source)
        }
        return sources.isEmpty ? nil : sources
    }

    private static func source(_ path: String, _ name: String) -> Source? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        // 64 pieces spread over the file, its first and last among them.
        var samples = ContentFingerprint()
        var piece = [UInt8](repeating: 0, count: 4096)
        for index in 0..<64 {
            let offset = max(0, size - piece.count) / 63 * index
            let count = pread(file, &piece, piece.count, off_t(index == 63 ? max(0, size - piece.count) : offset))
            guard count >= 0 else { return nil }
            piece.withUnsafeBytes { samples.combine(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        #if os(Linux)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        return Source(name: name, size: size, changed: time.tv_sec * 1_000_000_000 + time.tv_nsec, samples: samples.hexadecimal)
    }

    private static func freeBytes(_ folder: URL) -> Int? {
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        return (facts?[.systemFreeSize] as? NSNumber)?.intValue
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> String {
        var fingerprint = ContentFingerprint()
        fingerprint.combine(bytes)
        return fingerprint.hexadecimal
    }

    private static func checksum(_ data: Data) -> String { data.withUnsafeBytes(checksum) }

    private static let magic = Data("HUMPBACK packed \(formatVersion)\n".utf8)
    /// The magic, the file's length, the table's length, the table's checksum.
    private static let headBytes = magic.count + 8 + 8 + 32
}

/// Whether the packed weights of a model are kept beside it.
public enum PackedCacheUse: Sendable {
    /// They are taken from there, or written there for the next time.
    case beside
    /// Neither read nor written.
    case never

    /// The variable that forbids it for all programs of a shell: `off`.
    public static let variable = "HUMPBACK_PACKED_CACHE"

    /// What an option and the environment say together.
    public init(isForbidden: Bool) {
        self = isForbidden || ProcessInfo.processInfo.environment[Self.variable] == "off" ? .never : .beside
    }
}
