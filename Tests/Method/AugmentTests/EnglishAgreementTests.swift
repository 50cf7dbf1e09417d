import Testing

@testable import Augment

struct EnglishAgreementTests {
    @Test(
        "a verb that disagrees with what it asks about is told with its words",
        arguments: [
            ("What are golf?", "are golf"), ("What is clouds?", "is clouds"),
            ("Who are the Nobel Prize in Physics?", "are the Nobel Prize"),
            ("What is the benefits of the internet?", "is the benefits"), ("What are an actuary?", "are an actuary"),
            ("Can you explain what golf are?", "are golf"), ("Explain in simple words what clouds is.", "is clouds"),
            ("what were the battle of Hastings", "were the battle"), ("What is a audio book?", "a audio"),
            ("What is the best player of all time?", "What the best player"),
            ("Can you explain what the famous actor is?", "what the famous actor"),
            ("How do I building a house?", "do I building"), ("What should we considering first?", "should we considering"),
        ])
    func disagreements(request: String, words: String) {
        #expect(EnglishAgreement.disagreement(in: request) == words)
    }

    @Test(
        "what agrees passes, and so does what no rule of letters can tell",
        arguments: [
            "What is golf?", "What are clouds?", "Who are the Beatles?", "What are the benefits of sleep?", "What is physics?",
            "What are graphics?",
            "What are salt and pepper?", "What is the series about?", "What are a few uses of salt?", "Who were the children of Lir?",
            "What is the United States?", "What is the most common cause of accidents?",
            "Can you explain what black holes are?",
            "What are some good date ideas?", "What is Crohn's disease?", "What are the five largest?",
            "What is a European union?",
            "What is a one-way street?", "What is a UI?", "Tell me what kind of birds there are.", "Was ist das?", "What is?", "",
            "What are",
            "What is bread and butter?", "Explain how bees dance.", "What is news?", "What are people?", "What is a king?",
            "What is the king's crown?", "What is your job?",
            "How do I bring water to a boil?", "Why do people spring forward?", "How can building a house take a year?",
        ])
    func agreements(request: String) {
        #expect(EnglishAgreement.disagreement(in: request) == nil)
    }

    @Test("who is asked for a name of which the text says nothing that is said of people")
    func things() {
        let text = "Yale University stands in New Haven. It was founded in 1701."
        #expect(EnglishAgreement.disagreement(in: "Who is Yale University?", on: text) == "Who Yale University")
        #expect(EnglishAgreement.disagreement(in: "Who is Elihu Yale?", on: text + " He gave books.") == nil)
        for request in ["Who is the founder of Yale University?", "What is Yale University?"] {
            #expect(EnglishAgreement.disagreement(in: request, on: text) == nil)
        }
    }

    @Test("what is asked for a name is a person's where the text says he or she")
    func persons() {
        let text = "Jane Porter was born in 1850. She wrote of whales."
        #expect(EnglishAgreement.disagreement(in: "What is Jane Porter?", on: text) == "What Jane Porter")
        #expect(EnglishAgreement.disagreement(in: "Can you explain what Jane Porter is?", on: text) == "what Jane Porter")
        #expect(EnglishAgreement.disagreement(in: "What is a Jane Porter?", on: text) == "What a Jane Porter")
        let others = ["Who is Jane Porter?", "What is Jane Porter known for?", "What is The Hague?", "What is Jane Porter's book?"]
        for request in others {
            #expect(EnglishAgreement.disagreement(in: request, on: text) == nil)
        }
        #expect(EnglishAgreement.disagreement(in: "What is Black Friday?", on: "Black Friday is a day of low prices.") == nil)
    }
}
