import Foundation
import TestSupport
import Testing

@testable import Curate

@Suite struct LabelFileTests {
    private func text(_ place: URL) throws -> String { try String(contentsOf: place, encoding: .utf8) }

    @Test("verdicts are appended, the last of an id holds, and an opened file goes on")
    func append() async throws {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "v.jsonl")
            do {
                let file = try LabelFile(place.path)
                try file.add(true, to: "a")
                try file.add(nil, to: "b")
                try file.add(false, to: "a")
            }
            let file = try LabelFile(place.path)
            #expect(file.labels == ["a": false, "b": nil])
            try file.add(true, to: "c")
            #expect(try text(place).split(separator: "\n").count == 4)
        }
    }

    @Test("half a line of a killed run goes, a whole one without its end stays")
    func halves() async throws {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "v.jsonl")
            try Data("{\"id\":\"a\",\"label\":true}\n{\"id\":\"b\",\"la".utf8).write(to: place)
            try LabelFile(place.path).add(false, to: "c")
            #expect(try LabelFile(place.path).labels == ["a": .some(true), "c": .some(false)])
            try Data("{\"id\":\"a\",\"label\":true}".utf8).write(to: place)
            try LabelFile(place.path).add(false, to: "c")
            #expect(try LabelFile(place.path).labels == ["a": .some(true), "c": .some(false)])
        }
    }

    @Test("a file of something else is refused with its line, and left as it is; without a verdict there is no file")
    func others() async throws {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "v.jsonl")
            for (content, line) in [
                ("{\"id\":\"a\",\"label\":true}\n{\"id\":\"a\"}\n", 2), ("notes of mine", 1), ("{\"id\":\"a\",\"label\":3}\n", 1),
            ] {
                try Data(content.utf8).write(to: place)
                #expect(throws: LabelError.noLabels(path: place.path, line: line)) { try LabelFile(place.path) }
                #expect(try text(place) == content)
            }
            let none = folder.appending(path: "none.jsonl").path
            do { #expect(try LabelFile(none).labels.isEmpty) }
            #expect(!FileManager.default.fileExists(atPath: none))
        }
    }
}
