import Testing

@testable import Augment

struct PassagePhraseTests {
    private func phrases(_ text: String) -> [String] { PassagePhrase.all(in: text).map(\.text) }

    @Test(
        "a name between small words and marks is found with the article that the text gives it",
        arguments: [
            ("A planet moves around the Sun.", ["a planet", "the Sun"]),
            (
                "It stands on an old bridge near the mill of the village.",
                ["an old bridge", "the mill", "the mill of the village", "the village"]
            ),
            ("We looked for olive oil in Milan.", ["olive oil", "Milan"]),
            ("They found an heirloom at a university.", ["an heirloom", "a university"]),
            ("Dessert is often high in sugar, we think.", ["dessert", "sugar"]),
            ("The bakery opened in May, and so did the town's new parks.", ["the bakery", "new parks"]),
            ("The waggle dance tells where flowers are.", ["the waggle dance"]),
            ("Here is what you need:\n- Flour\n- Salt\n- Olive Oil", ["Olive Oil"]),
        ])
    func found(text: String, expected: [String]) {
        #expect(expected.allSatisfy(phrases(text).contains), "\(phrases(text))")
    }

    @Test(
        "what is no whole name is not found",
        arguments: [
            // A name that began before, and one that a verb ends.
            ("They played Call of Duty games.", "Duty games"), ("The police serve and protect.", "the police serve"),
            // What tells nothing by itself, and what qualifies.
            ("The rest of it is for the best.", "the rest"), ("There is a clear, short list.", "a clear"),
            ("By mixing warm water it rises.", "mixing warm water"), ("It was done in 1999 by 20 men.", "1999"),
            ("Quite suddenly, it ended.", "suddenly"), ("It depends on how they use it.", "use"),
            ("The waggle dance tells where flowers are.", "the waggle dance tells"),
            ("The town's oldest bakery is large.", "oldest bakery"),
        ])
    func notFound(text: String, phrase: String) {
        #expect(!phrases(text).contains(phrase), "\(phrases(text))")
    }

    @Test("a phrase that only commas and \"and\" bound is taken where there is no other")
    func unsure() {
        #expect(phrases("Examples include radio, email, and social media.") == ["radio", "email", "social media"])
        #expect(!phrases("Examples include radio, email, and the press.").contains("radio"))
    }

    @Test("a large first word is a name's only where the text writes it large inside of a sentence, or several are")
    func names() throws {
        #expect(phrases("Bread is old. People bake bread.").contains("bread"))
        #expect(phrases("Amazon Web Services is a seller.") == ["Amazon Web Services", "a seller"])
        let name = try #require(PassagePhrase.all(in: "Pan is a god. We met Pan.").first)
        #expect(name.text == "Pan" && name.isName && name.definition == "is" && name.head == "pan" && name.article == .none)
    }

    @Test("the head is the word before \"of\"")
    func head() throws {
        let found = PassagePhrase.all(in: "They saw the roofs of the town.")
        #expect(found.first { $0.text == "the roofs of the town" }?.head == "roofs")
    }

    @Test("no text, and a text without names, have no phrase", arguments: ["", " \n ", "???", "It is what it is.", "42", "x"])
    func none(text: String) { #expect(phrases(text).isEmpty) }

    @Test("a long text without any mark is read in time that grows with its length alone")
    func long() {
        #expect(phrases(String(repeating: "of the bridge ", count: 20_000)).contains("the bridge"))
    }
}
