import Ground
import Testing

@Suite struct JSONWritingTests {
    @Test("escapes quote, backslash and control characters, and nothing else", arguments: 0..<128)
    func escapes(code: Int) throws {
        let scalar = try #require(Unicode.Scalar(code))
        let text = "before \(scalar) after é"
        let written = JSONValue.string(text).serialized
        #expect(try JSONValue(parsing: written).string == text)
        let isEscaped = code < 0x20 || scalar == "\"" || scalar == "\\"
        #expect(written.contains("\\") == isEscaped)
    }

    @Test("writes doubles so that they read back, and what JSON cannot write as null")
    func doubles() throws {
        for value in [0, -0.0, 1, 4.5, 1e300, .leastNonzeroMagnitude, 0.1, 123_456_789.25, 1e15, -1e22, .pi] {
            #expect(try JSONValue(parsing: JSONValue.double(value).serialized).double == value)
        }
        #expect(JSONValue.double(.nan).serialized == "null")
        #expect(JSONValue.double(.infinity).serialized == "null")
        #expect(JSONValue.double(4).serialized == "4.0")
    }

    @Test("indents for people, with empty lists and objects on one line")
    func indented() {
        let value: JSONValue = ["a": [1, 2], "b": [:], "c": [], "d": "x"]
        #expect(value.indented == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": \"x\"\n}\n")
    }
}
