import Foundation
import Ground
import TestSupport
import Testing

@Suite struct AtomicFolderTests {
    private struct Failure: Error {}

    @Test("a folder appears when it is whole, takes the old one's place where it may, and leaves nothing beside it")
    func replaces() async throws {
        try await withTemporaryDirectory { place in
            let folder = place.appending(path: "M")
            for text in ["first", "second"] {
                try AtomicFolder.write(folder, replacing: text == "second" ? { _ in nil } : nil) { part in
                    try AtomicFile.write(text, to: part.appending(path: "a").path)
                }
                #expect(try String(contentsOf: folder.appending(path: "a"), encoding: .utf8) == text)
            }
            #expect(throws: FileError.exists(file: folder.path)) { try AtomicFolder.write(folder, replacing: nil) { _ in } }
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["M"])
        }
    }

    @Test("what fails on the way leaves the old folder, or file, and no part of the new one")
    func failure() async throws {
        try await withTemporaryDirectory { place in
            let (folder, file) = (place.appending(path: "M"), place.appending(path: "f").path)
            try AtomicFolder.write(folder, replacing: nil) { try AtomicFile.write("old", to: $0.appending(path: "a").path) }
            try AtomicFile.write("old", to: file)
            #expect(throws: Failure.self) { try AtomicFolder.write(folder, replacing: { _ in nil }) { _ in throw Failure() } }
            #expect(throws: Failure.self) {
                try AtomicFile.write(to: file) {
                    try $0.write(Array("new".utf8))
                    throw Failure()
                }
            }
            #expect(try String(contentsOf: folder.appending(path: "a"), encoding: .utf8) == "old")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["M", "f"])
        }
    }

    @Test("a file, a link and a folder of somebody else's are not replaced; an empty folder is")
    func strangers() async throws {
        try await withTemporaryDirectory { place in
            let files = FileManager.default
            let (folder, file, link) = (place.appending(path: "D"), place.appending(path: "f"), place.appending(path: "l"))
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            try AtomicFile.write("mine", to: folder.appending(path: "a").path)
            try AtomicFile.write("mine", to: file.path)
            try files.createSymbolicLink(at: link, withDestinationURL: folder)
            for (url, reason) in [(folder, "not ours"), (file, "it is no folder"), (link, "it is a link")] {
                #expect(throws: FileError.notReplaceable(path: url.path, reason: reason)) {
                    try AtomicFolder.write(url, replacing: { _ in "not ours" }) { _ in }
                }
            }
            #expect(try String(contentsOf: link.appending(path: "a"), encoding: .utf8) == "mine")
            try files.removeItem(at: folder.appending(path: "a"))
            try AtomicFolder.write(folder, replacing: { _ in "not ours" }) { try AtomicFile.write("b", to: $0.appending(path: "b").path) }
            #expect(try files.contentsOfDirectory(atPath: place.path).sorted() == ["D", "f", "l"])
        }
    }
}
