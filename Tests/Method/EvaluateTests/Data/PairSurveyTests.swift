import Foundation
import Ground
import TestSupport
import Testing

@testable import Evaluate

struct PairSurveyTests {
    @Test("instructions lead back to their own outputs, strange ones do not")
    func retrieval() {
        let outputs = ["Bees live in hives and dance.", "Bread needs an oven and time.", "Tides follow the moon."]
        let search = InstructionRetrieval(outputs: outputs, humans: ["How do bees live?", nil, nil])
        let good = search.figures(of: ["Where do bees dance?", "What does bread need?", "What do tides follow?"])
        #expect(good.hit1 == 1 && good.hit10 == 1 && good.overlap > 0.4 && good.echo == 0)
        let turned = search.figures(of: ["What do tides follow?", "Where do bees dance?", "What does bread need?"])
        #expect(turned.hit1 == 0)
        #expect(search.templates.count == 3 && search.templates[2].instructions[2] == "Tides follow the moon")
    }

    @Test("the cheap question names the words that stand in its output alone, the more often the better")
    func rareWords() {
        let search = InstructionRetrieval(
            outputs: ["the moss, the moss and the fern", "the owl and the hare", "the ash"], humans: [nil, nil, nil])
        #expect(search.templates[0].instructions[0] == "What is moss and fern?")
        #expect(search.figures(of: search.templates[0].instructions).hit1 == 1)
    }

    @Test("ROUGE-L is the F1 of the longest common subsequence, and an echo is eight words in a row")
    func rouge() {
        // Common "how bees live": 3 of 4 and 3 of 5 words.
        let value = InstructionRetrieval.rougeL(LexicalIndex.words("How do bees live"), LexicalIndex.words("Say how bees live here"))
        #expect(abs(value - 2 * 0.75 * 0.6 / 1.35) < 1e-12)
        let eight = LexicalIndex.words("one two three four five six seven eight")
        #expect(InstructionRetrieval.echoes(eight, LexicalIndex.words("zero one two three four five six seven eight nine")))
        #expect(!InstructionRetrieval.echoes(Array(eight.prefix(7)), eight))
    }

    @Test("near-duplicates are grouped, whatever stands between them")
    func groups() {
        let instructions = [
            "Explain how bees make honey in summer", "Name a river", "Explain how bees make honey in summer!",
            "please explain how bees make honey in summer", "Name a lake",
        ]
        let found = PairSurvey.groups(of: instructions)
        #expect(found.groups == 1 && found.instructions == 3 && found.largest == 3)
        #expect(PairSurvey.quartiles([5, 1, 3, 2, 4]) == [1, 2, 3, 4, 5])
    }

    @Test("a survey counts pairs, refusals, languages and the passages that got none")
    func survey() async throws {
        try await withTemporaryDirectory { place in
            func write(_ name: String, _ lines: [String]) throws -> String {
                let file = place.appending(path: name)
                try Data(lines.joined(separator: "\n").utf8).write(to: file)
                return file.path
            }
            let pairs = try write(
                "pairs.jsonl",
                [
                    #"{"id":"p1-0","passage_id":"p1","instruction":"How do bees live?","output":"Bees live in hives and dance for the others.","human":"How do bees live?"}"#,
                    #"{"id":"p2-0","passage_id":"p2","instruction":"How does bread rise?","output":"Der Teig geht auf, und es ist nicht die Hefe, die das macht.","selected":false,"human":"What makes it rise?"}"#,
                    #"{"id":"p3-0","passage_id":"p3","instruction":"","output":"x"}"#,
                ])
            let passages = try write(
                "passages.jsonl",
                [1, 2].map { #"{"id":"p\#($0)","text":"t","url":"https://example.org/\#($0)","title":"T","heading":["A","B"]}"# })
            let survey = try PairSurvey([pairs], passages: [passages])
            #expect(survey.pairs == 2 && survey.refused == ["empty_instruction": 1])
            #expect(
                survey.retrieval.map(\.name) == [
                    "instructions", "human", "what is (two rare words)", "explain (first five words)", "first sentence",
                ])
            #expect(survey.retrieval[0].figures.rougeL.map { $0 > 0.5 } == true)
            #expect(survey.coverage?.covered == 1 && survey.coverage?.uncovered == ["https://example.org/2 > A > B"])
            #expect(survey.languages.map(\.language).sorted() == ["de", "en"])
            #expect(throws: EvaluateError.self) { try PairSurvey([write("none.jsonl", [#"{"what": 1}"#])]) }
        }
    }
}
