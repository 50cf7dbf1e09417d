import Testing

@testable import Endpoint

@Suite struct EndpointKeyTests {
    private static let key = "sk-a/b+c\"0123456789"

    @Test(arguments: [
        "no sk-a/b+c\"0123456789!", #"{"error":"sk-a\/b+c\"0123456789"}"#, "http://x/?k=sk%2Da%2Fb%2Bc%220123456789&y",
        "/?k=sk-a%2Fb%2Bc%220123456789",
        "Authorization: Bearer sk-a/b+c\"0123456789",
    ])
    func `the key is hidden in what a server says, however it is spelled`(_ said: String) throws {
        let key = try #require(try EndpointKey(Self.key))
        let hidden = key.hidden(in: said)
        #expect(hidden.contains("[the key]") && !hidden.contains("0123456789"))
        #expect(!String(decoding: key.hidden(inAnswer: Array(said.utf8)), as: UTF8.self).contains("0123456789"))
    }

    @Test func `a word that stands in for a key is left in answers, not in messages`() throws {
        let key = try #require(try EndpointKey("EMPTY"))
        #expect(key.hidden(inAnswer: Array("EMPTY".utf8)) == Array("EMPTY".utf8))
        #expect(key.hidden(in: "bad key: EMPTY") == "bad key: [the key]")
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a b", "schlüssel", "a\u{0}b"])
    func `what cannot be a header's value is refused`(_ given: String) {
        #expect(throws: EndpointError.wrongKey) { try EndpointKey(given) }
    }

    @Test(arguments: [nil, "", "\n"])
    func `nothing is no key`(_ given: String?) throws { #expect(try EndpointKey(given) == nil) }

    @Test func `the line end that a shell reads is no part of it`() throws { #expect(try EndpointKey("abc\n")?.text == "abc") }
}
