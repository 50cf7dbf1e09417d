import Ground
import Testing

@Suite struct JSONParserTests {
    @Test(
        "gives back what it read, byte for byte, where the spelling was compact",
        arguments: [
            #"{}"#, #"[]"#, #"null"#, #"true"#, #"-0"#, #"1e400"#, #"12345678901234567890.12345678901234567890"#, #""""#, #"{"":""}"#,
            #"{"b":1,"a":{"z":[1,2.50,-3E+7],"y":null},"c":"ü – 漢 🐋"}"#, #"["\"","\\","\n\r\t\b\f","\u0000\u001f","/"]"#,
        ])
    func roundTrip(text: String) throws {
        #expect(try JSONValue(parsing: text).serialized.utf8.elementsEqual(text.utf8))
    }

    @Test("reads every escape, and pairs of surrogates as one scalar")
    func escapes() throws {
        let value = try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e4\uD83D\uDC0b\u20AC""#)
        #expect(value.string == "\"\\/\u{8}\u{c}\n\r\tä🐋€")
    }

    @Test(
        "refuses what is no JSON, and says where",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("{a:1}", 1), ("[1 2]", 3), ("01", 1), ("-", 1), ("1.", 2),
            ("1e", 2), (".5", 0), ("+1", 0), ("NaN", 0), ("nul", 0), ("Infinity", 0), ("\"abc", 0), ("\"a\nb\"", 2), ("\"\\x\"", 1),
            ("\"\\u12\"", 1), ("\"\\u12G4\"", 1), ("\"\\ud800\"", 1), ("\"\\udc00\\ud800\"", 1), ("\"\\ud83d\\u0041\"", 1), ("1 1", 2),
            ("{\"a\" 1}", 5), ("[", 1), ("{\"a\":1", 6), ("'a'", 0), ("// x", 0), ("\u{FEFF}1", 0), ("tru\u{1F40B}", 0),
        ])
    func refuses(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.kind == .syntax)
        #expect(error?.offset == offset)
    }

    @Test(
        "refuses bytes that are not UTF-8, wherever they stand in a string",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]], 0..<18)
    func invalidUTF8(bad: [UInt8], before: Int) {
        for tail in [0, 1, 9] {
            let text = Array(repeating: UInt8(ascii: "a"), count: before) + bad + Array(repeating: UInt8(ascii: "b"), count: tail)
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + text + [0x22]) }
            #expect(error?.kind == .invalidUTF8)
        }
    }

    @Test("finds an escape, a quote and a control character at every distance from a word's border", arguments: 0..<20)
    func wordBorders(length: Int) throws {
        let run = String(repeating: "x", count: length)
        #expect(try JSONValue(parsing: "\"\(run)\"").string == run)
        #expect(try JSONValue(parsing: "\"\(run)\\n\(run)\"").string == run + "\n" + run)
        #expect(try JSONValue(parsing: "\"\(run)é\(run)\\\\\"").string == run + "é" + run + "\\")
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(run)\u{1}\(run)\"") }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(run)") }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\"\(run)\\") }
    }

    @Test("reads 512 levels, refuses 513 and a million without exhausting the stack")
    func depth() throws {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(try JSONValue(parsing: nested(512)).serialized == nested(512))
        for levels in [513, 1_000_000] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(levels)) }
            #expect(error?.kind == .tooDeep)
        }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000)) }
        #expect(error?.kind == .tooDeep)
    }

    @Test("of a repeated key keeps the last value in the first place, among few and among many")
    func repeatedKeys() throws {
        #expect(try JSONObject(parsing: #"{"a":1,"b":2,"a":3}"#).serialized == #"{"a":3,"b":2}"#)
        let many = (0..<100).map { "\"k\($0)\":0" }.joined(separator: ",")
        let object = try JSONObject(parsing: "{\(many),\"k7\":7,\"k99\":99}")
        #expect(object.fields.count == 100)
        #expect(object["k7"]?.integer == 7 && object["k99"]?.integer == 99 && object["k8"]?.integer == 0)
        #expect(object.keys == (0..<100).map { "k\($0)" })
    }

    @Test("reads an object of 200,000 keys in linear time")
    func manyKeys() throws {
        let many = (0..<200_000).map { "\"key \($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSONObject(parsing: "{\(many)}").fields.count == 200_000)
    }

    @Test("a record is an object and nothing else", arguments: ["[]", "1", "\"a\"", "null"])
    func notAnObject(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONObject(parsing: text) }
        #expect(error?.kind == .notAnObject)
    }

    @Test("keeps the digits of numbers it does not know and reads those it is asked for")
    func numbers() throws {
        let object = try JSONObject(parsing: #"{"big":123456789012345678901234567890,"e":1E2,"f":0.10}"#)
        #expect(object.serialized == #"{"big":123456789012345678901234567890,"e":1E2,"f":0.10}"#)
        #expect(object["e"]?.integer == 100)
        #expect(object["f"]?.double == 0.1)
        #expect(object["big"]?.integer == nil)
    }

    @Test("a number that no Double holds keeps its digits and is none to compute with", arguments: ["1e400", "-1e400", "1e999999999"])
    func beyondDoubles(_ digits: String) throws {
        let object = try JSONObject(parsing: "{\"score\":\(digits)}")
        #expect(object["score"]?.double == nil && object["score"]?.integer == nil)
        #expect(JSONValue.object(object).serialized == "{\"score\":\(digits)}")
    }
}
