import Foundation
import TestSupport
import Testing

@testable import Stages

@Suite struct RecordOutputTests {
    @Test("a file that was there is cut, one that somebody else opened is appended to")
    func appends() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "all.jsonl")
            try Data("{\"old\":1}\n".utf8).write(to: file)
            let number = open(file.path, O_WRONLY | O_APPEND)
            defer { close(number) }
            let borrowed = RecordOutput(borrowing: number)
            borrowed.append(["new": 2])
            try borrowed.finish()
            #expect(try String(contentsOf: file, encoding: .utf8) == "{\"old\":1}\n{\"new\":2}\n")
            let own = try RecordOutput(file.path)
            own.append(["new": 3])
            try own.finish()
            #expect(try String(contentsOf: file, encoding: .utf8) == "{\"new\":3}\n")
        }
    }
}
