import Foundation
import Ground
import Records
import TestSupport
import Testing

@testable import Stages

@Suite struct TableRowsTests {
    private func read(_ text: String, _ name: String = "a.csv", fields: FieldNames = FieldNames(), longest: Int = 1 << 20) async throws
        -> [String]
    {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: name)
            try Data(text.utf8).write(to: file)
            var source = try RecordSource([file.path], longest: longest, fields: fields)
            var seen: [String] = []
            while let item = try source.next() {
                switch item.content {
                case .item(let record): seen.append("\(item.place.line) \(record.object.serialized)")
                case .broken(_, let rejection): seen.append("\(item.place.line) \(rejection.reason)")
                }
            }
            return seen
        }
    }

    @Test("a quoted cell holds delimiters, line ends and doubled quotes; places are lines of the file")
    func quoted() async throws {
        let text = "instruction,output\r\n\"a, b\",\"c\nd\"\r\n\"say \"\"hi\"\"\",e\r\n"
        #expect(
            try await read(text) == [
                #"2 {"instruction":"a, b","output":"c\nd"}"#, #"4 {"instruction":"say \"hi\"","output":"e"}"#,
            ])
    }

    @Test("a quotation mark that nothing closes is broken, with the lines that it swallowed")
    func unclosed() async throws {
        #expect(
            try await read("question,answer\nQ1?,one\nQ2?,\"It is two\nQ3?,three\nQ4?,four\n") == [
                #"2 {"question":"Q1?","answer":"one"}"#, "3 unclosed_quote",
            ])
    }

    @Test("a quote within a cell is a character and ends no row too late")
    func stray() async throws {
        #expect(
            try await read("text,n\nA 5\" pipe,1\nand \"so\" on,2\n") == [
                #"2 {"text":"A 5\" pipe","n":"1"}"#, #"3 {"text":"and \"so\" on","n":"2"}"#,
            ])
    }

    @Test("semicolons and tabs are told from the first row, or from the name")
    func delimiters() async throws {
        let wanted = [#"2 {"instruction":"a, b","output":"c"}"#]
        #expect(try await read("instruction;output\na, b;c") == wanted)
        #expect(try await read("instruction\toutput\na, b\tc\n", "a.tsv") == wanted)
        #expect(try await read("instruction\toutput\na, b\tc\n") == wanted)
        #expect(try await read("\u{FEFF}instruction,output\n\"a, b\",c\n") == wanted)
    }

    @Test("a first row that names a field of the pipe makes a table of a file of any name, and nothing else does")
    func sniffed() async throws {
        #expect(try await read("instruction,output\na,b\n", "a.txt") == [#"2 {"instruction":"a","output":"b"}"#])
        let named = FieldNames(instruction: "frage", output: "antwort")
        #expect(try await read("frage;antwort\na;b\n", "a.data", fields: named) == [#"2 {"instruction":"a","output":"b"}"#])
        #expect(try await read("once, upon a time\nthere was\n", "a.txt") == ["1 invalid_json", "2 invalid_json"])
        #expect(try await read(#"{"instruction":"a","output":"b"}"#) == [#"1 {"instruction":"a","output":"b"}"#])
    }

    @Test("missing cells give no field, empty rows no record, and too many cells break a row")
    func ragged() async throws {
        let text = "id,instruction,output,\n1,a,b,\n,,,\n2,a\n3,a,b,,,\n4,a,b,c,d\n,a,,\n"
        #expect(
            try await read(text) == [
                #"2 {"id":"1","instruction":"a","output":"b"}"#, #"4 {"id":"2","instruction":"a"}"#,
                #"5 {"id":"3","instruction":"a","output":"b"}"#, "6 too_many_cells", #"7 {"instruction":"a","output":""}"#,
            ])
    }

    @Test("score and selected are what they are in records, everything else is text")
    func typed() async throws {
        #expect(
            try await read("output,score,selected,n\na,4.5,FALSE,007\n") == [#"2 {"output":"a","score":4.5,"selected":false,"n":"007"}"#])
    }

    @Test("a row too long is broken alone, and one that is no UTF-8 too")
    func broken() async throws {
        let long = String(repeating: "x", count: 500)
        #expect(try await read("text,n\n\"\(long)\n\(long)\",1\nb,2\n", longest: 100) == ["2 line_too_long", #"4 {"text":"b","n":"2"}"#])
        let latin = try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.csv")
            try Data(Array("text,n\nM".utf8) + [0xF6, 0x77, 0x65] + Array(",1\nb,2\n".utf8)).write(to: file)
            var reasons: [String] = []
            let records = try RecordSource.readAll([file.path]) { reasons.append("\($0.line) \($1.reason)") }
            return reasons + records.map(\.object.serialized)
        }
        #expect(latin == ["2 invalid_utf8", #"{"text":"b","n":"2"}"#])
    }

    @Test("a table packed with gzip is read, and one of the first row alone has no record")
    func ends() async throws {
        #expect(try await read("text,n\n") == [])
        #expect(try await read("") == [])
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "a.csv.gz")
            try Data(try GzipMember.pack(Array("text,n\na,1\n".utf8))).write(to: file)
            #expect(try RecordSource.readAll([file.path]).map(\.object.serialized) == [#"{"text":"a","n":"1"}"#])
        }
    }
}
