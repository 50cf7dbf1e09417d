import Foundation
import Ground
import TestSupport
import Testing

@testable import Endpoint

@Suite struct AnswerJournalTests {
    private static func name(_ text: String) -> String { AnswerJournal.name(of: Array(text.utf8), path: "completions") }

    @Test("the answers of a run that was killed are taken once each, in their order, and half a last line is none")
    func taken() async throws {
        try await withTemporaryDirectory { place in
            let path = place.appending(path: "out.answers").path
            let first = try AnswerJournal(path: path, resumes: false)
            try first.add(Self.name("a"), ["n": 1])
            try first.add(Self.name("b"), ["n": 2, "text": "two\nlines, }\u{e9}"])
            try first.add(Self.name("a"), ["n": 3])
            let whole = try Data(contentsOf: URL(filePath: path))
            try (whole + Data(#"{"asked":"0123"#.utf8)).write(to: URL(filePath: path))
            let second = try AnswerJournal(path: path, resumes: true)
            #expect(second.take(Self.name("a"))?["n"]?.integer == 1 && second.take(Self.name("a"))?["n"]?.integer == 3)
            #expect(second.take(Self.name("a")) == nil && second.take(Self.name("c")) == nil)
            #expect(second.take(Self.name("b"))?["text"]?.string == "two\nlines, }\u{e9}")
            try second.add(Self.name("c"), ["n": 4])
            let third = try AnswerJournal(path: path, resumes: true)
            #expect(third.take(Self.name("a"))?["n"]?.integer == 1 && third.take(Self.name("c"))?["n"]?.integer == 4)
            third.remove()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a run that does not resume begins anew with its first answer, and a file of somebody else is refused and left")
    func anew() async throws {
        try await withTemporaryDirectory { place in
            let path = place.appending(path: "out.answers").path
            let first = try AnswerJournal(path: path, resumes: false)
            try first.add(Self.name("a"), ["n": 1])
            let second = try AnswerJournal(path: path, resumes: false)
            #expect(second.take(Self.name("a")) == nil)
            #expect(try Data(contentsOf: URL(filePath: path)).count > 10, "nothing was asked yet")
            try second.add(Self.name("b"), ["n": 2])
            let third = try AnswerJournal(path: path, resumes: true)
            #expect(third.take(Self.name("a")) == nil && third.take(Self.name("b"))?["n"]?.integer == 2)
            try Data("mine".utf8).write(to: URL(filePath: path))
            #expect(throws: FileError.self) { try AnswerJournal(path: path, resumes: true) }
            #expect(throws: FileError.self) { try AnswerJournal(path: path, resumes: false) }
            #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8) == "mine")
        }
    }

    @Test("the same words to another path, or other words, are another request")
    func names() {
        #expect(Self.name("a") == Self.name("a") && Self.name("a") != Self.name("b") && Self.name("a").count == 32)
        #expect(AnswerJournal.name(of: [97], path: "chat/completions") != AnswerJournal.name(of: [97], path: "completions"))
    }
}
