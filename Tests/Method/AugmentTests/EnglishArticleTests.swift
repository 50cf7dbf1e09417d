import Testing

@testable import Augment

struct EnglishArticleTests {
    private let text = """
        The cashier takes the money. A good cashier counts it twice, and the shop's cashier counts butter and cheese, too. Butter is sold by \
        weight, and the Movie of the week is on Star Alliance.
        """

    @Test(
        "a noun that the text never leaves without an article is told",
        arguments: ["Give me an overview of cashier.", "What is cashier?", "Describe Cashier"])
    func missing(request: String) {
        #expect(EnglishArticle.missing(in: request, on: text)?.lowercased() == "cashier")
    }

    @Test(
        "a noun with its article passes, and so do what the text has bare, names, several, other ends and other languages",
        arguments: [
            "Give me an overview of a cashier.", "What is the cashier?", "Tell me about butter.", "What is cheese?",
            "Tell me about Star Alliance.",
            "What are cashiers?", "How many coins does a cashier count?", "Where does the money go that the shop gives its cashier?",
            "Was ist cashier?", "Tell me about honey.", "Describe", "",
        ])
    func passing(request: String) {
        #expect(EnglishArticle.missing(in: request, on: text) == nil)
    }

    @Test("a word that the text writes large inside of a sentence is a name")
    func names() {
        #expect(EnglishArticle.missing(in: "Tell me about Movie.", on: text) == nil)
        #expect(EnglishArticle.missing(in: "Tell me about movie.", on: "The movie was long.") == "movie")
    }

    @Test("a name of several words is looked for as a whole")
    func severalWords() {
        let text =
            "A quantum computer is fast. What the quantum computer needs is cold. Machine learning is a field; the machine learning course is long."
        #expect(EnglishArticle.missing(in: "What is quantum computer?", on: text) == "quantum computer")
        #expect(EnglishArticle.missing(in: "What is a quantum computer?", on: text) == nil)
        #expect(EnglishArticle.missing(in: "Tell me about machine learning.", on: text) == nil)
    }
}
