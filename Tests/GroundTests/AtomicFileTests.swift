import Foundation
import Ground
import TestSupport
import Testing

@testable import Ground

struct AtomicFileTests {
    @Test("the new file takes the old one's place whole, and nothing is left beside it")
    func replaces() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "summary.json").path
            for text in ["the first, which is longer", "the second"] {
                try AtomicFile.write(text, to: path)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["summary.json"])
        }
    }

    @Test("a file beside it of a name that was made of its own stays")
    func strangers() async throws {
        try await withTemporaryDirectory { folder in
            try Data("mine".utf8).write(to: folder.appending(path: "a.json.new"))
            try AtomicFile.write("text", to: folder.appending(path: "a.json").path)
            // So does a name that is as long as a name can be.
            try AtomicFile.write("text", to: folder.appending(path: String(repeating: "n", count: 255)).path)
            #expect(try String(contentsOf: folder.appending(path: "a.json.new"), encoding: .utf8) == "mine")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
        }
    }

    @Test("a device is written to as it is: a full one is an error, and stays a device")
    func device() throws {
        try #require(Self.isDevice("/dev/full"))
        let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: "/dev/full") }
        #expect(error?.description.contains("/dev/full") == true)
        #expect(Self.isDevice("/dev/full") && !FileManager.default.fileExists(atPath: "/dev/full.new"))
        try AtomicFile.write("text", to: "/dev/null")
        #expect(Self.isDevice("/dev/null"))
    }

    private static func isDevice(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }
}
