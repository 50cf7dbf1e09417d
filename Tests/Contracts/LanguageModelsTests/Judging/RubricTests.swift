import Foundation
import Ground
import TestSupport
import Testing

@testable import LanguageModels

struct RubricTests {
    @Test("every built-in rubric stands in English and in German, and its file reads back as itself")
    func builtIn() throws {
        for family in ["five-point", "additive"] {
            #expect(Rubric.named(family).compactMap(\.language) == ["en", "de"])
        }
        for rubric in Rubric.builtIn {
            #expect(try Rubric(parsing: rubric.fileText, file: "\(rubric.name).txt") == rubric)
            #expect(Rubric.named(rubric.name) == [rubric])
            #expect(LanguageDetector.shared.detect(rubric.text)?.code == rubric.language)
        }
        #expect(Rubric.named("five").isEmpty)
    }

    @Test("the pair's language chooses the rubric; one that none is written in takes the one for any, else the first")
    func language() {
        #expect(Rubrics.fivePoint.rubric(for: "de").name == "five-point-de")
        #expect(Rubrics.fivePoint.rubric(for: "de-AT").name == "five-point-de")
        #expect(Rubrics.fivePoint.rubric(for: "fr").name == "five-point-en")
        #expect(Rubrics.fivePoint.rubric(for: nil).name == "five-point-en")
        let any = Rubric(name: "mine", language: nil, scale: 1...5, text: "Grade it.")
        #expect(Rubrics(Rubric.named("five-point-de") + [any]).rubric(for: "en").name == "mine")
    }

    @Test("a German rubric asks in German, with the pair in German words around it")
    func german() throws {
        let rubric = Rubrics.fivePoint.rubric(for: "de")
        let turns = rubric.turns(instruction: "Was ist ein Damm?", output: "Eine Mauer im Fluss.")
        #expect(turns.first?.content.hasPrefix("Du bewertest") == true)
        #expect(turns.last?.content == "ANFRAGE\nWas ist ein Damm?\n\nANTWORT\nEine Mauer im Fluss.\n\nBewertung (eine Ziffer, 1 bis 5):")
    }

    @Test("examples come before the pair as turns that were answered, with reasons where the rubric asks for them")
    func examples() {
        let example = Rubric.Example(instruction: "Why?", output: "So.", score: 2, reasons: "It says nothing.")
        var rubric = Rubric(name: "mine", language: "en", scale: 1...5, text: "Grade it.", examples: [example])
        #expect(rubric.turns(instruction: "How?", output: "Thus.").map(\.role) == [.system, .user, .assistant, .user])
        #expect(rubric.turns(instruction: "How?", output: "Thus.")[2].content == "2")
        let without = rubric.fingerprint
        rubric.givesReasons = true
        let turns = rubric.turns(instruction: "How?", output: "Thus.")
        #expect(turns[2].content == "It says nothing.\nScore: 2")
        #expect(turns[3].content.contains("a last line with \"Score:\" and one number from 1 to 5"))
        #expect(rubric.fingerprint != without)
    }

    @Test("examples go to the rubric of their language, and to one without any of its own all of them")
    func examplesByLanguage() {
        let shown = Rubrics.fivePoint.showing([
            (Rubric.Example(instruction: "Why?", output: "So.", score: 2), "en"),
            (Rubric.Example(instruction: "Wo?", output: "Da.", score: 3), "de"),
        ])
        #expect(shown.rubric(for: "de").examples.map(\.score) == [3] && shown.rubric(for: "en").examples.map(\.score) == [2])
        let english = Rubrics.fivePoint.showing([(Rubric.Example(instruction: "Why?", output: "So.", score: 2), "en")])
        #expect(english.rubric(for: "de").examples.map(\.score) == [2])
    }

    @Test("a scale that ends above 9 has no labels of one digit, and is read from text")
    func labels() {
        #expect(Rubric(name: "a", language: nil, scale: 0...5, text: "t").labels?.count == 6)
        #expect(Rubric(name: "a", language: nil, scale: 1...10, text: "t").labels == nil)
    }

    @Test(
        "a file that is no rubric is refused with the place and what to do",
        arguments: [
            ("You grade answers.\n", "mine.txt:1:"), ("scale: 1 to 5\nlanguge: en\n\nGrade.\n", "mine.txt:2:"),
            ("scale: 1 to 5\nscale: 1 to 5\n\nGrade.\n", "mine.txt:2:"), ("language: en\n\nGrade.\n", "begins with its scale"),
            ("scale: 5\n\nGrade.\n", "\"5\" is none"), ("scale: 5 to 1\n\nGrade.\n", "is none"), ("scale: -1 to 5\n\nGrade.\n", "is none"),
            ("scale: 1 to 500\n\nGrade.\n", "from 0 to 100"), ("scale: 1 to 99999999999999999999\n\nGrade.\n", "is none"),
            ("scale: 1 to 5\nlanguage: English\n\nGrade.\n", "no code of two letters"),
            ("scale: 1 to 5\nreasons: maybe\n\nGrade.\n", "neither yes nor no"), ("scale: 1 to 5\n", "nothing that the judge is told"),
            ("scale: 1 to 5\n\nexamples:\n", "nothing that the judge is told"),
            ("scale: 1 to 5\n\nGrade.\n\nexamples:\n{\"instruction\": \"a\"}\n", "mine.txt:6:"),
            ("scale: 1 to 5\n\nGrade.\n\nexamples:\n{\"instruction\": \"a\", \"output\": \"b\", \"score\": 6}\n", "from 1 to 5"),
            ("scale: 1 to 5\n\nGrade.\n\nexamples:\n{\"instruction\": \"a\", \"output\": \"b\", \"score\": 1e400}\n", "from 1 to 5"),
            (
                "scale: 1 to 5\nreasons: yes\n\nGrade.\n\nexamples:\n{\"instruction\": \"a\", \"output\": \"b\", \"score\": 4}\n",
                "no `reasons`"
            ),
        ])
    func refused(text: String, words: String) {
        let error = #expect(throws: RubricError.self) { try Rubric(parsing: text, file: "mine.txt") }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "nothing")")
    }

    @Test("a file of one's own is named by its name, and may end its lines as other systems do")
    func own() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "recipes.txt").path
            let line = #"{"instruction": "a", "output": "b", "score": 2.4}"#
            try "scale: 0 to 3\r\nreasons: no\r\n\r\nGrade.\r\nMind the times.\r\n\r\nexamples:\r\n\(line)\r\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let rubric = try Rubric.read(file)
            #expect(rubric.name == "recipes" && rubric.scale == 0...3 && rubric.language == nil && rubric.text == "Grade.\nMind the times.")
            #expect(rubric.examples == [Rubric.Example(instruction: "a", output: "b", score: 2)])
        }
        #expect(throws: RubricError.unreadable(file: "/no/such/file")) { try Rubric.read("/no/such/file") }
    }
}
