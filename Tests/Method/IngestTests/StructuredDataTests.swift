import Ground
import Testing

@testable import Ingest

struct StructuredDataTests {
    private func data(_ text: String) -> StructuredData { StructuredData(Array(text.utf8)) }

    private func texts(_ text: String) -> [String] {
        let data = data(text)
        var found: [String] = []
        data.forEachText { found.append(String(decoding: data.bytes[$0], as: UTF8.self)) }
        return found
    }

    @Test("each quoted text is told in turn, escapes within it, up to one that does not end")
    func quoted() {
        #expect(texts(#"{"a": "b \"c\" d", "e": ["f"]}"#) == ["a", #"b \"c\" d"#, "e", "f"])
        #expect(texts(#"{"a": "", "b"#) == ["a", ""])
        #expect(texts(#"no text"#) == [])
        #expect(texts(#""ends with \"#) == [])
    }

    @Test("the first value of a key is read, its escapes too, in data that are no JSON as well")
    func values() {
        let broken = data(#"{"license" : "https:\/\/a.example\/l", "name": " J\u00f6rg \n", "name": "Other", }"#)
        #expect(broken.json == nil)
        #expect(broken.value(of: "license") == "https://a.example/l")
        #expect(broken.value(of: "name") == "Jörg")
        #expect(broken.value(of: "date") == nil)
        #expect(data(#"{"name": 5}"#).value(of: "name") == nil)
        #expect(data(#"{"name": " "}"#).value(of: "name") == nil)
        // A longer key is another.
        #expect(data(#"{"surname": "A"}"#).value(of: "name") == nil)
    }

    @Test("a key is looked for behind a place, and no farther from it than is said")
    func distance() throws {
        let both = data(#"{"name": "Site", "author": {"name": "Ann"}}"#)
        let place = try #require(both.end(of: "author"))
        #expect(both.value(of: "name", from: place) == "Ann")
        #expect(both.value(of: "name", from: place, within: 4) == nil)
    }
}
