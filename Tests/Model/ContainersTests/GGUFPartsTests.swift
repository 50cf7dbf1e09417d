import Foundation
import TestSupport
import Testing

@testable import Containers

@Suite struct GGUFPartsTests {
    @Test("a folder names its one model, whose parts count as one; projectors count as none, and of several one must be named")
    func folders() async throws {
        try await withTemporaryDirectory { place in
            func file(_ name: String) throws { try Data("GGUF".utf8).write(to: place.appending(path: name)) }
            #expect(try GGUFParts.file(at: place) == nil)
            #expect(try GGUFParts.file(at: place.appending(path: "none.gguf")) == nil)
            try file("mmproj-model-f16.gguf")
            #expect(try GGUFParts.file(at: place) == nil)
            for part in 1...3 { try file("m-0000\(part)-of-00003.gguf") }
            #expect(try GGUFParts.file(at: place)?.lastPathComponent == "m-00001-of-00003.gguf")
            let second = place.appending(path: "m-00002-of-00003.gguf")
            #expect(try GGUFParts.file(at: second) == second)
            try FileManager.default.copyItem(at: second, to: place.appending(path: "blob"))
            #expect(try GGUFParts.file(at: place.appending(path: "blob"))?.lastPathComponent == "blob")
            try Data("{}".utf8).write(to: place.appending(path: "config.json"))
            #expect(try GGUFParts.file(at: place.appending(path: "config.json")) == nil)
            try file("other.gguf")
            #expect(throws: ContainerError.severalModels(folder: place.path, names: ["m-00001-of-00003.gguf", "other.gguf"])) {
                try GGUFParts.file(at: place)
            }
        }
    }

    @Test("the names of all parts follow from the name of one, and another name says what they must be")
    func names() throws {
        let names = try GGUFParts.names(of: "a-b-00002-of-00003.gguf", count: 3, path: "a")
        #expect(names == ["a-b-00001-of-00003.gguf", "a-b-00002-of-00003.gguf", "a-b-00003-of-00003.gguf"])
        for name in ["a.gguf", "a-00004-of-00003.gguf", "a-00001-of-00002.gguf", "a-0001-of-0003.gguf"] {
            #expect { try GGUFParts.names(of: name, count: 3, path: "a") } throws: { "\($0)".contains("NAME-00001-of-00003.gguf") }
        }
    }
}
