import Foundation
import Ground
import Records
import TestSupport
import Testing

@testable import Stages

@Suite struct LineCountTests {
    @Test("counts the lines of records that are not empty, whatever ends them")
    func lines() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.jsonl")
            for (text, count) in [
                ("{}\n{}\n", 2), ("{}\n{}", 2), ("\u{FEFF}{}\n\n\n{}\n", 2), ("{}\r\n{}\r\n\r\n{}", 3), ("\n\n{}\n", 1), ("{}", 1),
            ] {
                try Data(text.utf8).write(to: file)
                #expect(try LineCount.ofRecords(in: file.path) == count, "\(text.debugDescription)")
                var source = try RecordSource([file.path])
                #expect(source.itemCount() == count)
                var read = 0
                while try source.next() != nil { read += 1 }
                #expect(read == count)
            }
        }
    }

    @Test("what is no file of lines has no count, and standard input is not touched")
    func others() async throws {
        try await withTemporaryDirectory { folder in
            for (name, text) in [("a.jsonl", "[{},{}]"), ("a.json", "{}\n{}\n"), ("a.csv", "text\na\n"), ("b.jsonl", "")] {
                let file = folder.appending(path: name)
                try Data(text.utf8).write(to: file)
                #expect(try RecordSource([file.path]).itemCount() == nil, "\(name)")
            }
            let packed = folder.appending(path: "a.jsonl.gz")
            try Data(try GzipMember.pack(Array("{}\n".utf8))).write(to: packed)
            #expect(try RecordSource([packed.path]).itemCount() == nil)
        }
    }
}
