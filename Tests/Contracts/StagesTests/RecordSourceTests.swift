import Foundation
import Ground
import Records
import Stages
import TestSupport
import Testing

@testable import Stages

/// What a source gives, in short: the record or its reason, and the line.
private func read(_ inputs: [URL], longest: Int = 1 << 20) throws -> [String] {
    var source = try RecordSource(inputs.map(\.path), longest: longest)
    var seen: [String] = []
    while let item = try source.next() {
        switch item.content {
        case .item(let record): seen.append("\(item.place.line) \(record.object.serialized)")
        case .broken(_, let rejection): seen.append("\(item.place.line) \(rejection.reason)")
        }
    }
    return seen
}

private func read(_ bytes: [UInt8], name: String = "in.jsonl", longest: Int = 1 << 20) async throws -> [String] {
    try await withTemporaryDirectory { folder in
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        return try read([file], longest: longest)
    }
}

private func read(_ text: String, name: String = "in.jsonl", longest: Int = 1 << 20) async throws -> [String] {
    try await read(Array(text.utf8), name: name, longest: longest)
}

@Suite struct RecordSourceTests {
    @Test(
        "says that a file is UTF-16, whichever byte comes first",
        arguments: [[0xFF, 0xFE, 0x7B, 0x00], [0xFE, 0xFF, 0x00, 0x7B]] as [[UInt8]])
    func utf16(_ bytes: [UInt8]) async throws {
        let error = await #expect(throws: StageError.self) { try await read(bytes) }
        #expect(error.map { "\($0)".contains("iconv -f UTF-16") } == true)
    }

    @Test("reads lines with and without CR, a byte order mark, blank lines and a last line without an end")
    func lines() async throws {
        #expect(try await read("\u{FEFF}{\"a\":1}\r\n\r\n  \n{\"a\":2}\n{\"a\":3}") == [#"1 {"a":1}"#, #"4 {"a":2}"#, #"5 {"a":3}"#])
        #expect(try await read("{\"a\":1}\n\u{FEFF}{\"a\":2}\n\u{FEFF}\n") == [#"1 {"a":1}"#, #"2 {"a":2}"#])
        #expect(try await read("") == [])
        #expect(try await read("\n\n") == [])
        #expect(try await read("{\"a\":1}\r") == [#"1 {"a":1}"#])
    }

    @Test("an unreadable line is broken with its reason, and the next one is read")
    func broken() async throws {
        let deep = String(repeating: "[", count: 600)
        let bytes = Array("{\"a\":1}\n{\"a\"\n[1]\n{\"a\":\"".utf8) + [0xFF] + Array("\"}\n{\"d\":\(deep)\n{\"a\":2}\n".utf8)
        #expect(
            try await read(bytes) == [
                #"1 {"a":1}"#, "2 invalid_json", "3 not_an_object", "4 invalid_utf8", "5 nested_too_deep", #"6 {"a":2}"#,
            ])
    }

    @Test("lines and values of every length around the buffer's and the limit's edge", arguments: [1, 7, 8, 9, 63, 64, 65, 200])
    func edges(longest: Int) async throws {
        let lines = (0..<3 * longest).map { #"{"":"\#(String(repeating: "x", count: $0))"}"# }
        let expected = lines.enumerated().map { $1.utf8.count > longest ? "\($0 + 1) line_too_long" : "\($0 + 1) \($1)" }
        #expect(try await read(lines.joined(separator: "\n"), longest: longest) == expected)
        let list = "[\n" + lines.joined(separator: ",\n") + "\n]"
        let listed = lines.enumerated().map { $1.utf8.count > longest ? "\($0 + 2) line_too_long" : "\($0 + 2) \($1)" }
        #expect(try await read(list, longest: longest) == listed)
    }

    @Test("a line of 300 MB is a broken record, and memory stays bounded")
    func hugeLine() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "huge.jsonl")
            #expect(FileManager.default.createFile(atPath: file.path, contents: Data("{\"a\":1}\n".utf8)))
            let handle = try FileHandle(forWritingTo: file)
            // A hole in the file reads as zeros and takes no place on the disk.
            try handle.truncate(atOffset: 300 << 20)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("\n{\"a\":2}\n".utf8))
            try handle.close()
            let cutter = RecordCutter(try ByteInput(file.path), longest: 1 << 20)
            var lengths: [Int] = []
            while let piece = try cutter.next() { lengths.append(piece.isTooLong ? -piece.length : piece.length) }
            #expect(lengths == [7, -((300 << 20) - 8), 7])
            #expect(cutter.bufferSize <= 4 << 20)
        }
    }

    @Test("reads a JSON list, pretty or not, and says on which line an element stands")
    func lists() async throws {
        let list = "[\n  {\n    \"a\": \"]}\\\"\",\n    \"b\": [1, {}]\n  },\n  {\"a\": 2}, {\"a\": 3}\n, 4 ]\n"
        let expected = [#"2 {"a":"]}\"","b":[1,{}]}"#, #"6 {"a":2}"#, #"6 {"a":3}"#, "7 not_an_object"]
        #expect(try await read(list, name: "in.json") == expected)
        #expect(try await read(list, name: "in.jsonl") == expected)
        #expect(try await read("[]", name: "in.json") == [])
        #expect(try await read("{\n\"a\": 1\n}\n{\"a\":2}", name: "in.json") == [#"1 {"a":1}"#, #"4 {"a":2}"#])
        #expect(try await read("{\"a\":1}\n{\"a\"\n{\"a\":3}\n", name: "in.json") == [#"1 {"a":1}"#, "2 invalid_json", #"3 {"a":3}"#])
    }

    @Test(
        "a JSON list that breaks off is noticed, within an element and between two",
        arguments: [#"[{"a":1},{"a""#, #"[{"a":1},"#, #"[{"a":1}"#])
    func tornList(text: String) async throws {
        #expect(try await read(text, name: "in.json") == [#"1 {"a":1}"#, "1 invalid_json"])
    }

    @Test("unpacks gzip of one and of several members, empty ones and padding too, whatever the name")
    func gzip() async throws {
        let one = try GzipMember.pack(Array("{\"a\":1}\n{\"a".utf8))
        let two = try GzipMember.pack([])
        let three = try GzipMember.pack(Array("\":2}\n".utf8))
        let all = one + two + three
        for name in ["in.jsonl.gz", "in.jsonl"] {
            #expect(try await read(all, name: name) == [#"1 {"a":1}"#, #"2 {"a":2}"#])
            #expect(try await read(all + [UInt8](repeating: 0, count: 1000), name: name) == [#"1 {"a":1}"#, #"2 {"a":2}"#])
        }
        #expect(try await read(try GzipMember.pack(Array("[{\"a\":1}]".utf8)), name: "in.json.gz") == [#"1 {"a":1}"#])
    }

    @Test("torn gzip is an error that names the file and the byte, wherever it is torn")
    func tornGzip() async throws {
        let text = (0..<200).map { #"{"id":"\#($0)","text":"\#($0 * $0)"}"# }.joined(separator: "\n")
        let whole = try GzipMember.pack(Array(text.utf8)) + (try GzipMember.pack(Array(text.utf8)))
        let first = try GzipMember.pack(Array(text.utf8)).count
        for length in [0, 1, 2, 10, 17, first - 1, first + 1, first + 9, whole.count - 1] {
            let error = await #expect(throws: FileError.self) { try await read(Array(whole[..<length]), name: "in.jsonl.gz") }
            guard case .tornGzip(let file, let offset)? = error else {
                Issue.record("torn at \(length): \(String(describing: error))")
                continue
            }
            #expect(file.hasSuffix("in.jsonl.gz") && offset == length)
        }
    }

    @Test("damaged gzip and what is no gzip are errors, not records")
    func damagedGzip() async throws {
        var damaged = try GzipMember.pack(Array(String(repeating: "{\"a\":1}\n", count: 100).utf8))
        damaged[damaged.count - 6] ^= 0xFF
        await #expect(throws: FileError.self) { try await read(damaged, name: "in.jsonl.gz") }
        await #expect(throws: FileError.self) { try await read("{\"a\":1}\n", name: "in.jsonl.gz") }
        let garbage = try GzipMember.pack(Array("{\"a\":1}\n".utf8)) + Array("garbage".utf8)
        await #expect(throws: FileError.self) { try await read(garbage, name: "in.jsonl.gz") }
    }

    @Test("a missing file, and a folder, are errors that say so before anything is read")
    func unreadable() async throws {
        try await withTemporaryDirectory { folder in
            #expect(throws: FileError.isFolder(file: folder.path)) { try RecordSource([folder.path]) }
            let missing = folder.appending(path: "nothing.jsonl").path
            #expect(throws: FileError.cannotOpen(file: missing, reason: "No such file or directory")) { try RecordSource([missing]) }
        }
    }

    @Test("reads files one after the other, each with its own name and lines, and knows their size")
    func several() async throws {
        try await withTemporaryDirectory { folder in
            let (one, two) = (folder.appending(path: "1.jsonl"), folder.appending(path: "2.jsonl"))
            try Data("{\"a\":1}\n{\"a\":2}".utf8).write(to: one)
            try Data("{\"a\":3}\n".utf8).write(to: two)
            var source = try RecordSource([one.path, two.path])
            #expect(source.totalBytes == 23)
            var places: [String] = []
            var last = 0
            while let item = try source.next() {
                places.append(item.place.description)
                last = item.position
            }
            #expect(places == ["\(one.path):1", "\(one.path):2", "\(two.path):1"])
            #expect(last == 23)
        }
    }

    @Test(
        "reads every record of the shared texts and writes it back as Python's json module wrote it, but for spaces",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func sharedTexts() throws {
        guard let folder = SharedData.directory else { return }
        let dolly = try RecordSource.readAll([folder.appending(path: "seeds/dolly.jsonl.gz").path])
        #expect(dolly.count == 11_972)
        #expect(try dolly.filter { try Seed($0.object).output.isEmpty }.isEmpty)
        let recipes = try RecordSource.readAll([folder.appending(path: "text/public-domain-recipes.jsonl.gz").path])
        for record in recipes + dolly { #expect(try JSONObject(parsing: record.object.serialized) == record.object) }
    }

    @Test("a table with two columns of one name, or with carriage returns alone at the ends of its lines, is refused with what to do")
    func tables() async throws {
        func message(_ text: String) async throws -> String {
            try await withTemporaryDirectory { folder in
                let file = folder.appending(path: "a.csv")
                try Data(text.utf8).write(to: file)
                do { return "\(try RecordSource.readAll([file.path]).map { JSONValue.object($0.object).serialized })" } catch {
                    return "\(error)"
                }
            }
        }
        #expect(try await message("text,note,text\na,b,c\n").contains("text heads two columns"))
        #expect(try await message("a,b,b,a\n1,2,3,4\n").contains("a, b each head two columns"))
        #expect(try await message("text,note\ra,b\rc,d\r").contains("tr '\\r' '\\n'"))
        // Columns without a name give no field, however many; line ends of Windows are line ends.
        #expect(try await message("text,,\r\na,b,c\r\n").contains("{\\\"text\\\":\\\"a\\\"}"))
    }

    @Test("a score of a table that is no finite number stays a text")
    func scores() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.csv")
            try Data("text,score\na,4.5\nb,inf\nc,1e400\n".utf8).write(to: file)
            let scores = try RecordSource.readAll([file.path]).map { $0.object["score"] }
            #expect(scores == [.number("4.5"), "inf", "1e400"])
        }
    }
}
