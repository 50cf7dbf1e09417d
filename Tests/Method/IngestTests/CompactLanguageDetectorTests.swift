import Testing

@testable import Ingest

@Suite struct CompactLanguageDetectorTests {
    @Test(
        "tells languages that the built-in detector does not know",
        arguments: [
            ("en", "The beans are in the garden and they are green, so we will eat them."),
            ("de", "Die Bohnen sind im Garten und sie sind grün, also werden wir sie essen."),
            ("fi", "Pavut ovat puutarhassa ja ne ovat vihreitä, joten syömme ne huomenna kaikki yhdessä."),
            ("ru", "Бобы растут в саду, они зелёные, и завтра мы их все вместе съедим."),
        ])
    func known(_ code: String, _ text: String) { #expect(CompactLanguageDetector.detect(text) == code) }

    @Test("is silent about what is no language")
    func unknown() {
        #expect(CompactLanguageDetector.detect("") == nil)
        #expect(CompactLanguageDetector.detect("1234 5678") == nil)
    }

    @Test("a limit inside a letter cuts before it")
    func limit() {
        let text = String(repeating: "Бобы растут в саду, они зелёные. ", count: 20)
        for limit in 400..<404 { #expect(CompactLanguageDetector.detect(text, limit: limit) == "ru") }
        #expect(CompactLanguageDetector.detect(text, limit: 1) == nil)
    }
}
