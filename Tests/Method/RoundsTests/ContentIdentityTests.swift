import Foundation
import TestSupport
import Testing

@testable import Rounds

struct ContentIdentityTests {
    @Test("a file has the same identity wherever and whenever it was written, and another one with one byte changed")
    func files() async throws {
        try await withTemporaryDirectory { folder in
            let places = ["a", "b"].map { folder.appending(path: $0) }
            for place in places { try Data("the same".utf8).write(to: place) }
            let identities = try places.map { try ContentIdentity(of: $0) }
            #expect(identities[0].content == identities[1].content)
            try Data("the samE".utf8).write(to: places[1])
            #expect(try ContentIdentity(of: places[1], known: identities[1]).content != identities[0].content)
        }
    }

    @Test("of a model folder the weights and notes count, the metrics and packed weights do not")
    func folders() async throws {
        try await withTemporaryDirectory { folder in
            func write(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }
            try write("weights", "model.safetensors")
            let before = try ContentIdentity(of: folder).content
            try write("seconds", "metrics.jsonl")
            try write("packed", "packed-cache.int8")
            #expect(try ContentIdentity(of: folder).content == before)
            try write("{}", "humpback.json")
            #expect(try ContentIdentity(of: folder).content != before)
        }
    }

    @Test("what is not there throws")
    func missing() {
        #expect(throws: (any Error).self) { try ContentIdentity(of: URL(filePath: "/nowhere/at/all")) }
    }
}
