import Foundation
import TestSupport
import Testing

@testable import Ground

@Suite("AtomicRemoval") struct AtomicRemovalTests {
    @Test("removes a folder with what is in it, a file, and what a killed removal of the same place has left")
    func removes() async throws {
        try await withTemporaryDirectory { place in
            let folder = place.appending(path: "M0.training")
            let left = place.appending(path: ".M0.training.removed")
            for one in [folder, left] { try FileManager.default.createDirectory(at: one, withIntermediateDirectories: true) }
            try Data("x".utf8).write(to: folder.appending(path: "state.bin"))
            try AtomicRemoval.remove(folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
            try Data("x".utf8).write(to: folder)
            try AtomicRemoval.remove(folder)
            try AtomicRemoval.remove(folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
        }
    }
}
