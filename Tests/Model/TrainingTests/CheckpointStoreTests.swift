import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Training

@Suite("CheckpointStore") struct CheckpointStoreTests {
    /// An array of bytes that lives as long as the test.
    final class Memory: Sendable {
        let bytes: Mutex<[UInt8]>
        init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }
        var blob: CheckpointStore.Blob {
            .init(name: "w", byteCount: bytes.withLock(\.count)) { body in
                try self.bytes.withLock { try $0.withUnsafeMutableBytes { try body($0) } }
            }
        }
    }

    static func manifest(_ step: Int, _ prints: [String: String] = ["options": "a"]) -> CheckpointStore.Manifest {
        .init(step: step, fingerprints: prints, progress: TrainerState(step: step, bestHeldOutLoss: 0.1 + 0.2), arrays: [])
    }

    static func content(_ step: Int) -> [UInt8] { (0..<1_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ step) } }

    @Test("keeps the newest two, and gives back the newest with every bit of its numbers")
    func keeps() async throws {
        try await withTemporaryDirectory { folder in
            let store = CheckpointStore(folder: folder, kept: 2)
            let none = try store.restore([:], into: [])
            #expect(none.manifest == nil && none.skipped.isEmpty)
            for step in [5, 10, 15] { try store.save(Self.manifest(step), [Memory(Self.content(step)).blob]) }
            #expect(store.steps() == [15, 10])
            let memory = Memory(Array(repeating: 0, count: 1_001))
            let found = try store.restore(["options": "a"], into: [memory.blob])
            #expect(found.manifest?.progress == Self.manifest(15).progress && found.skipped.isEmpty)
            #expect(memory.bytes.withLock { $0 } == Self.content(15))
        }
    }

    @Test("uses the checkpoint before one that is torn, flipped or without a manifest", arguments: ["torn", "flipped", "no manifest"])
    func fallsBack(damage: String) async throws {
        try await withTemporaryDirectory { folder in
            let store = CheckpointStore(folder: folder, kept: 2)
            for step in [10, 15] { try store.save(Self.manifest(step), [Memory(Self.content(step)).blob]) }
            let state = folder.appending(path: "checkpoint-00000015/state.bin")
            var bytes = try Data(contentsOf: state)
            switch damage {
            case "torn": try bytes.prefix(500).write(to: state)
            case "flipped":
                bytes[700] ^= 1
                try bytes.write(to: state)
            default: try FileManager.default.removeItem(at: folder.appending(path: "checkpoint-00000015/manifest.json"))
            }
            let memory = Memory(Array(repeating: 0, count: 1_001))
            let found = try store.restore(["options": "a"], into: [memory.blob])
            #expect(found.manifest?.step == 10 && found.skipped.count == 1)
            #expect(memory.bytes.withLock { $0 } == Self.content(10))
        }
    }

    @Test("refuses the checkpoint of another run, and says what differs")
    func otherRun() async throws {
        try await withTemporaryDirectory { folder in
            let store = CheckpointStore(folder: folder, kept: 2)
            let memory = Memory(Self.content(1))
            try store.save(Self.manifest(1), [memory.blob])
            #expect(throws: TrainingError.otherRun(folder: folder.path, difference: "options")) {
                try store.restore(["options": "b"], into: [memory.blob])
            }
        }
    }

    @Test("gives back none where no checkpoint is whole, says why, and leaves the arrays as they are", arguments: ["empty", "flipped"])
    func allTorn(damage: String) async throws {
        try await withTemporaryDirectory { folder in
            let store = CheckpointStore(folder: folder, kept: 2)
            try store.save(Self.manifest(1), [Memory(Self.content(1)).blob])
            var bytes = damage == "empty" ? Data() : Data(Self.content(1))
            if damage == "flipped" { bytes[700] ^= 1 }
            try bytes.write(to: folder.appending(path: "checkpoint-00000001/state.bin"))
            let memory = Memory(Self.content(2))
            let found = try store.restore(["options": "a"], into: [memory.blob])
            #expect(found.manifest == nil && found.skipped.count == 1)
            #expect(memory.bytes.withLock { $0 } == Self.content(2))
        }
    }

    @Test("replaces a folder of the same name")
    func replaces() async throws {
        try await withTemporaryDirectory { folder in
            let store = CheckpointStore(folder: folder, kept: 2)
            for step in [1, 2] { try store.write(Self.manifest(step), [Memory(Self.content(step)).blob], to: "best") }
            let memory = Memory(Array(repeating: 0, count: 1_001))
            #expect(try store.read("best", [:], into: [memory.blob]).step == 2)
            #expect(memory.bytes.withLock { $0 } == Self.content(2))
        }
    }
}
