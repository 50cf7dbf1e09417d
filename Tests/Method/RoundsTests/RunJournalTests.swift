import Foundation
import Ground
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Rounds

struct RunJournalTests {
    /// What happened in a test: the steps done, and what was said.
    final class Account: Sendable {
        let done = Mutex<[String]>([])
        let said = Mutex<[String]>([])
        func take() -> [String] {
            done.withLock { names in
                defer { names = [] }
                return names
            }
        }
    }

    /// A step that writes a text, with the texts of what it needs.
    static func step(
        _ name: String, _ text: String, needs: [String] = [], settings: JSONObject = [:], in folder: URL, _ account: Account
    ) -> LoopStep {
        LoopStep(name: name, output: name + ".jsonl", needs: needs, settings: settings, kind: .sorting) {
            account.done.withLock { $0.append(name) }
            let read = try needs.map { try String(contentsOf: folder.appending(path: $0 + ".jsonl"), encoding: .utf8) }
            try AtomicFile.write((read + [text]).joined(separator: " "), to: folder.appending(path: name + ".jsonl").path)
        }
    }

    static func perform(_ steps: [LoopStep], in folder: URL, _ account: Account) async throws -> [String] {
        let journal = try RunJournal(directory: folder) { text in account.said.withLock { $0.append(text) } }
        for step in steps { try await journal.perform(step) }
        return account.take()
    }

    /// Pages, a model that learns from an option, and pairs made of both.
    static func chain(_ folder: URL, _ account: Account, rate: Double = 0.1, pages: String = "a") -> [LoopStep] {
        [
            step("ingest", "pages", settings: ["corpus": .string(pages)], in: folder, account),
            step("backward", "model \(rate)", settings: ["training": ["rate": .double(rate)]], in: folder, account),
            step("augment", "pairs", needs: ["ingest", "backward"], in: folder, account),
        ]
    }

    @Test("a step that is done is not done again, also by the next run")
    func once() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            let done1 = try await Self.perform(Self.chain(folder, account), in: folder, account)
            #expect(done1 == ["ingest", "backward", "augment"])
            let done2 = try await Self.perform(Self.chain(folder, account), in: folder, account)
            #expect(done2 == [])
            #expect(account.said.withLock { $0 } == [])
        }
    }

    @Test("a step that threw is done again")
    func thrown() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            let failing = LoopStep(name: "ingest", output: "ingest.jsonl", needs: [], settings: ["corpus": "a"], kind: .sorting) {
                throw CancellationError()
            }
            await #expect(throws: CancellationError.self) { try await Self.perform([failing], in: folder, account) }
            let done3 = try await Self.perform(Self.chain(folder, account), in: folder, account)
            #expect(done3.first == "ingest")
        }
    }

    @Test("another option does again what depends on it, and says what was and what is")
    func otherOption() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            _ = try await Self.perform(Self.chain(folder, account), in: folder, account)
            let done4 = try await Self.perform(Self.chain(folder, account, rate: 0.2), in: folder, account)
            #expect(done4 == ["backward", "augment"])
            #expect(account.said.withLock { $0.first } == "backward: done again, training.rate was 0.1 and is 0.2")
        }
    }

    @Test("what is made again to the same bytes leaves the rest as it is")
    func sameBytes() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            _ = try await Self.perform(Self.chain(folder, account), in: folder, account)
            let done5 = try await Self.perform(Self.chain(folder, account, pages: "b"), in: folder, account)
            #expect(done5 == ["ingest"])
            try FileManager.default.removeItem(at: folder.appending(path: "backward.jsonl"))
            let done6 = try await Self.perform(Self.chain(folder, account, pages: "b"), in: folder, account)
            #expect(done6 == ["backward"])
            #expect(account.said.withLock { $0.last } == "backward: backward.jsonl is gone and is made again")
        }
    }

    @Test("a file that was edited is taken as it is, and what is made from it is made again")
    func edited() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            _ = try await Self.perform(Self.chain(folder, account), in: folder, account)
            try Data("fewer pages".utf8).write(to: folder.appending(path: "ingest.jsonl"))
            let done7 = try await Self.perform(Self.chain(folder, account), in: folder, account)
            #expect(done7 == ["augment"])
            #expect(try String(contentsOf: folder.appending(path: "augment.jsonl"), encoding: .utf8) == "fewer pages model 0.1 pairs")
            #expect(account.said.withLock { $0.contains { $0.contains("ingest.jsonl was edited") } })
            let done8 = try await Self.perform(Self.chain(folder, account), in: folder, account)
            #expect(done8 == [])
        }
    }

    @Test("what a step had half done with other options is thrown away, with the same options it is kept")
    func halfDone() async throws {
        try await withTemporaryDirectory { folder in
            let left = folder.appending(path: "curated1.jsonl.progress")
            for (option, isKept) in [("a", false), ("a", true), ("b", false)] {
                let step = LoopStep(
                    name: "curate1", output: "curated1.jsonl", needs: [], settings: ["option": .string(option)], kind: .sorting
                ) {
                    #expect(FileManager.default.fileExists(atPath: left.path) == isKept)
                    try Data("half".utf8).write(to: left)
                    throw CancellationError()
                }
                await #expect(throws: CancellationError.self) { try await Self.perform([step], in: folder, Account()) }
            }
        }
    }

    @Test("what cannot be gone on with is thrown away and begun anew, and the reason is said")
    func anew() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            let tries = Mutex(0)
            let step = LoopStep(name: "augment", output: "pairs.jsonl", needs: [], settings: [:], kind: .sorting) {
                if tries.withLock({
                    $0 += 1
                    return $0
                }) == 1 {
                    throw StageError.cannotResume(file: "pairs.jsonl", reason: "instruction_set was avx2 and is avx512 now")
                }
                try AtomicFile.write("pairs", to: folder.appending(path: "pairs.jsonl").path)
            }
            _ = try await Self.perform([step], in: folder, account)
            #expect(tries.withLock { $0 } == 2)
            #expect(account.said.withLock { $0.first?.contains("begun anew") } == true)
        }
    }

    @Test("a result that the journal does not know is refused, and a torn journal is named")
    func refusals() async throws {
        try await withTemporaryDirectory { folder in
            try Data("whose?".utf8).write(to: folder.appending(path: "ingest.jsonl"))
            let account = Account()
            await #expect(throws: RoundsError.self) { try await Self.perform(Self.chain(folder, account), in: folder, account) }
            try "{\"format\":".write(to: folder.appending(path: "journal.json"), atomically: true, encoding: .utf8)
            #expect(throws: RoundsError.self) { try RunJournal(directory: folder) }
        }
    }

    @Test("the state of each step is told without doing anything")
    func states() async throws {
        try await withTemporaryDirectory { folder in
            let account = Account()
            _ = try await Self.perform(Array(Self.chain(folder, account).prefix(2)), in: folder, account)
            func states(_ steps: [LoopStep]) async throws -> [StepState] {
                let journal = try RunJournal(directory: folder)
                var found: [StepState] = []
                for step in steps { found.append(try await journal.state(of: step)) }
                return found
            }
            let states9 = try await states(Self.chain(folder, account))
            #expect(states9 == [.done, .done, .open("not done yet")])
            let changed = try await states(Self.chain(folder, account, rate: 0.3))
            #expect(
                changed == [
                    .done, .open("again: training.rate was 0.1 and is 0.3"), .open("after backward"),
                ])
            #expect(account.take() == [])
        }
    }
}
