import Testing

@testable import Ingest

@Suite struct FrontMatterTests {
    private func read(_ text: String) -> FrontMatter? { FrontMatter(Array(text.utf8)) }

    @Test("reads the fields of YAML and TOML, and says where the text begins")
    func fields() throws {
        let yaml =
            "---\r\ntitle: \"Beans: a story\"\r\nlang: de-AT # Austria\ndate: 2021-03-04T10:00\ntags:\n  - a\n- b\n\nauthor: Ada Field\n---\n# Beans\n"
        let front = try #require(read(yaml))
        #expect(front.metadata.title == "Beans: a story")
        #expect(front.metadata.language == "de")
        #expect(front.metadata.date == "2021-03-04")
        #expect(front.metadata.author == "Ada Field")
        #expect(String(decoding: Array(yaml.utf8)[front.end...], as: UTF8.self) == "# Beans\n")
        let toml = try #require(read("+++\ntitle = 'Peas'\n[params]\nlicense = \"CC0\"\n+++\ntext"))
        #expect(toml.metadata.title == "Peas" && toml.metadata.licence == "CC0")
        #expect(try #require(read("\u{FEFF}---\ntitle: x\n...\ny")).metadata.title == "x")
    }

    @Test(
        "a rule is no front matter",
        arguments: [
            "---\n\ntext\n\n---\n", "---\nA sentence without a colon.\n---\n", "---\ntitle: x\n", "text\n---\na: b\n---", "---\n---\n", "",
        ])
    func none(_ text: String) { #expect(read(text) == nil) }

    @Test("a page's text begins behind it, and its title is the page's")
    func page() throws {
        let body = Array("---\ntitle: The title\nlang: fr\n---\n\n## Sowing\n\n\(Pages.prose(0, characters: 700))\n".utf8)
        var options = IngestOptions()
        options.wholePage = true
        let page = RawPage(source: .init(file: "a.md", start: 0, end: body.count), form: .markdown, body: body)
        let record = try #require(Ingester(options: options).passages(from: page).kept.first)
        #expect(record["title"] == "The title")
        #expect(record["text"]?.string?.hasPrefix("## Sowing") == true)
    }
}
