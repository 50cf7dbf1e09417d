import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Rounds

struct RunJournalTests {
    @Test("a step that is done is not done again, also by the next run")
    func once() async throws {
        try await withTemporaryDirectory { folder in
            let count = Mutex(0)
            for _ in 0..<2 {
                let journal = try RunJournal(directory: folder)
                try await journal.step("ingest", fingerprint: "a", output: "ingest") { count.withLock { $0 += 1 } }
            }
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test("a step that threw is done again")
    func thrown() async throws {
        try await withTemporaryDirectory { folder in
            let journal = try RunJournal(directory: folder)
            await #expect(throws: CancellationError.self) {
                try await journal.step("augment", fingerprint: "a", output: "augment") { throw CancellationError() }
            }
            #expect(await journal.isDone("augment") == false)
        }
    }

    @Test("a step done with other options is refused, and a torn journal is named")
    func otherOptions() async throws {
        try await withTemporaryDirectory { folder in
            let journal = try RunJournal(directory: folder)
            try await journal.step("M0", fingerprint: "a", output: "M0") {}
            await #expect(throws: RoundsError.self) { try await journal.step("M0", fingerprint: "b", output: "M0") {} }
            try "{\"M0\":".write(to: folder.appending(path: "journal.json"), atomically: true, encoding: .utf8)
            #expect(throws: RoundsError.self) { try RunJournal(directory: folder) }
        }
    }

    @Test("what a step had half done with other options is thrown away, with the same options it is kept")
    func halfDone() async throws {
        try await withTemporaryDirectory { folder in
            let left = folder.appending(path: "curated1.jsonl.progress")
            for (fingerprint, isKept) in [("a", false), ("a", true), ("b", false)] {
                let journal = try RunJournal(directory: folder)
                await #expect(throws: CancellationError.self) {
                    try await journal.step("curate1", fingerprint: fingerprint, output: "curated1.jsonl") {
                        #expect(FileManager.default.fileExists(atPath: left.path) == isKept)
                        try Data("half".utf8).write(to: left)
                        throw CancellationError()
                    }
                }
            }
        }
    }
}
