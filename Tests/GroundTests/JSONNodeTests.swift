import Testing

@testable import Ground

@Suite struct JSONNodeTests {
    private func read(_ text: String) throws -> JSONNode { try JSONNode(parsing: Array(text.utf8)) }

    @Test("keeps the bytes of strings as they are, valid UTF-8 or not")
    func bytes() throws {
        let source: [UInt8] = [0x22, 0xFF, 0xC3, 0x22]
        #expect(try JSONNode(parsing: source).bytes == [0xFF, 0xC3])
        #expect(throws: JSONError.self) { try JSONValue(parsing: source) }
    }

    @Test("half of a surrogate pair is a replacement character here, and an error in records")
    func surrogates() throws {
        #expect(try read(#""\ud83d""#).string == "\u{FFFD}" && read(#""\ud83d\ude00""#).string == "😀")
        #expect(throws: JSONError.self) { try JSONValue(parsing: #""\ud83d""#) }
    }

    @Test("passes a byte-order mark, and finds the last of a repeated key, as none where it is null")
    func fields() throws {
        let node = try read("\u{FEFF}{\"a\": 1, \"b\": null, \"a\": 2.5}")
        #expect(node["a"]?.double == 2.5 && node["b"] == nil && node["c"] == nil && node.object?.count == 3)
    }

    @Test("numbers are read whole", arguments: [("0", 0.0), ("-7", -7), ("1e3", 1000), ("12345678901234567", 12_345_678_901_234_568)])
    func numbers(text: String, value: Double) throws { #expect(try read(text).double == value) }

    @Test("refuses what is no JSON", arguments: ["", "{", "[1,]", "01", "1 2", "tru", "\"a", "\"\\x\"", "+1", "[1 2]"])
    func refuses(text: String) { #expect(throws: JSONError.self) { try read(text) } }

    @Test("refuses what is nested too deep instead of running out of stack")
    func depth() throws {
        let deepest = JSONGrammar<JSONValueBuilder>.deepest
        #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 100_000)) }
        _ = try read(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
    }
}
