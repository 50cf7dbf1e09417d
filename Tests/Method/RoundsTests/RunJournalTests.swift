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
                try await journal.step("ingest", fingerprint: "a") { count.withLock { $0 += 1 } }
            }
            #expect(count.withLock { $0 } == 1)
        }
    }

    @Test("a step that threw is done again")
    func thrown() async throws {
        try await withTemporaryDirectory { folder in
            let journal = try RunJournal(directory: folder)
            await #expect(throws: CancellationError.self) {
                try await journal.step("augment", fingerprint: "a") { throw CancellationError() }
            }
            #expect(await journal.isDone("augment") == false)
        }
    }

    @Test("a step done with other options is refused, and a torn journal is named")
    func otherOptions() async throws {
        try await withTemporaryDirectory { folder in
            let journal = try RunJournal(directory: folder)
            try await journal.step("M0", fingerprint: "a") {}
            await #expect(throws: RoundsError.self) { try await journal.step("M0", fingerprint: "b") {} }
            try "{\"M0\":".write(to: folder.appending(path: "journal.json"), atomically: true, encoding: .utf8)
            #expect(throws: RoundsError.self) { try RunJournal(directory: folder) }
        }
    }
}
