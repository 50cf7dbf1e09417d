import Foundation
import Ground
import Tensors

/// The checkpoints of one run: folders `checkpoint-00000100`, written aside, synced, then renamed into place, the newest few kept.
///
/// A folder holds `state.bin`, the arrays one after another in the machine's byte order, and `manifest.json`, which states what they
/// are and their checksum, so that a torn one is recognised and the one before it is used.
struct CheckpointStore: Sendable {
    let folder: URL
    let kept: Int

    /// What stands beside the arrays.
    struct Manifest: Codable, Sendable, Equatable {
        var step: Int
        /// Hashes of options, data and parameter layout by name; a run continues only where all agree.
        var fingerprints: [String: String]
        var progress: TrainerState
        var arrays: [Array]
        var checksum: String = ""

        struct Array: Codable, Sendable, Equatable {
            var name: String
            var bytes: Int
        }
    }

    /// An array of the state: a name, a length, and its memory while a closure runs.
    struct Blob {
        let name: String
        let byteCount: Int
        let withBytes: ((UnsafeMutableRawBufferPointer) throws -> Void) throws -> Void
    }

    /// The fingerprint that says what products take their operands as; a checkpoint without it is of float32, of before there was a choice.
    static let precision = "precision"
    private static let formerPrecision = ProductPrecision.float32.rawValue

    private static let prefix = "checkpoint-"
    private static let chunk = 1 << 24

    // MARK: Writing

    /// Writes a checkpoint, or replaces the one of the same name, and removes those that are older than the newest `kept`.
    func save(_ manifest: Manifest, _ blobs: [Blob]) throws {
        try write(manifest, blobs, to: Self.name(manifest.step))
        for old in steps().dropFirst(kept) {
            try AtomicRemoval.remove(folder.appending(path: Self.name(old)))
        }
    }

    /// Writes a folder of this name beside the checkpoints, atomically.
    func write(_ manifest: Manifest, _ blobs: [Blob], to name: String) throws {
        let files = FileManager.default
        let place = folder.appending(path: name)
        let aside = folder.appending(path: ".\(name).partial")
        do {
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            try? files.removeItem(at: aside)
            try files.createDirectory(at: aside, withIntermediateDirectories: false)
            var manifest = manifest
            manifest.arrays = blobs.map { .init(name: $0.name, bytes: $0.byteCount) }
            manifest.checksum = try Self.writeState(blobs, to: aside.appending(path: "state.bin").path)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            let manifestPath = aside.appending(path: "manifest.json").path
            try Self.writeSynced(encoder.encode(manifest), to: manifestPath)
            if files.fileExists(atPath: place.path) {
                // A rename cannot replace a folder that is not empty: the old one steps aside first.
                let former = folder.appending(path: ".\(name).former")
                try? files.removeItem(at: former)
                try files.moveItem(at: place, to: former)
                try files.moveItem(at: aside, to: place)
                try files.removeItem(at: former)
            } else {
                try files.moveItem(at: aside, to: place)
            }
            Self.syncFolder(folder.path)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError.unwritable(path: place.path, reason: error.localizedDescription)
        }
    }

    // MARK: Reading

    /// The steps of the checkpoints that lie here, newest first.
    func steps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { $0.hasPrefix(Self.prefix) ? Int($0.dropFirst(Self.prefix.count)) : nil }.sorted(by: >)
    }

    /// Reads the newest whole checkpoint into the blobs, which stay as they are where there is none.
    ///
    /// - Returns: its manifest, nil where no whole checkpoint lies here, and what is wrong with those that were left out.
    /// - Throws: `otherRun` where the fingerprints differ.
    func restore(_ fingerprints: [String: String], into blobs: [Blob]) throws -> (manifest: Manifest?, skipped: [String]) {
        var skipped: [String] = []
        for step in steps() {
            do {
                return (try read(Self.name(step), fingerprints, into: blobs), skipped)
            } catch let error as TrainingError {
                guard case .unreadable(let path, let reason) = error else { throw error }
                skipped.append("\(path): \(reason)")
            }
        }
        return (nil, skipped)
    }

    /// Reads the folder of this name into the blobs; throws `unreadable` where it is torn, and leaves them as they are then.
    func read(_ name: String, _ fingerprints: [String: String], into blobs: [Blob]) throws -> Manifest {
        let place = folder.appending(path: name)
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: place.appending(path: "manifest.json")))
        } catch {
            throw TrainingError.unreadable(path: place.path, reason: "its manifest is missing or broken")
        }
        for (what, value) in fingerprints.sorted(by: { $0.key < $1.key }) {
            let found = manifest.fingerprints[what] ?? (what == Self.precision ? Self.formerPrecision : nil)
            guard found != value else { continue }
            throw TrainingError.otherRun(folder: folder.path, difference: what)
        }
        let expected = blobs.map { Manifest.Array(name: $0.name, bytes: $0.byteCount) }
        guard manifest.arrays == expected else { throw TrainingError.otherRun(folder: folder.path, difference: "list of arrays") }
        let state = place.appending(path: "state.bin").path
        guard try Self.checksum(of: expected, in: state) == manifest.checksum else {
            throw TrainingError.unreadable(path: place.path, reason: "its checksum does not fit")
        }
        try Self.readState(blobs, from: state)
        return manifest
    }

    private static func name(_ step: Int) -> String {
        let digits = String(step)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    // MARK: Bytes

    private static func writeState(_ blobs: [Blob], to path: String) throws -> String {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw TrainingError.unwritable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        var hash = ContentFingerprint()
        for blob in blobs {
            try blob.withBytes { bytes in
                hash.combine(UnsafeRawBufferPointer(bytes))
                var offset = 0
                while offset < bytes.count {
                    let written = Foundation.write(file, bytes.baseAddress.map { $0 + offset }, min(chunk, bytes.count - offset))
                    if written < 0 && errno == EINTR { continue }
                    guard written > 0 else { throw TrainingError.unwritable(path: path, reason: String(cString: strerror(errno))) }
                    offset += written
                }
            }
        }
        guard fsync(file) == 0 else { throw TrainingError.unwritable(path: path, reason: String(cString: strerror(errno))) }
        return hash.hexadecimal
    }

    /// The checksum of a file of these arrays, found before any of them is read into its place.
    private static func checksum(of arrays: [Manifest.Array], in path: String) throws -> String {
        var hash = ContentFingerprint()
        try withFile(path) { file in
            for array in arrays {
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, array.bytes), alignment: 64)
                defer { buffer.deallocate() }
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<array.bytes])
                try fill(bytes, from: file, path)
                hash.combine(UnsafeRawBufferPointer(bytes))
            }
        }
        return hash.hexadecimal
    }

    private static func readState(_ blobs: [Blob], from path: String) throws {
        try withFile(path) { file in for blob in blobs { try blob.withBytes { try fill($0, from: file, path) } } }
    }

    private static func withFile(_ path: String, _ body: (Int32) throws -> Void) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TrainingError.unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        try body(file)
    }

    private static func fill(_ bytes: UnsafeMutableRawBufferPointer, from file: Int32, _ path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = Foundation.read(file, bytes.baseAddress.map { $0 + offset }, min(chunk, bytes.count - offset))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw TrainingError.unreadable(path: path, reason: "it ends too early") }
            offset += count
        }
    }

    private static func writeSynced(_ data: Data, to path: String) throws {
        try data.write(to: URL(filePath: path))
        syncFolder(path)
    }

    /// Makes a rename, or a written file, survive a loss of power.
    private static func syncFolder(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }
}
