import Records
import Testing

@testable import LanguageModels

struct SpokenScoreTests {
    private func reading(_ said: String, _ scale: ClosedRange<Int> = 1...5, isCut: Bool = false) -> (score: Double?, reason: String?) {
        do {
            return (try SpokenScore.read(said, scale: scale, isCut: isCut), nil)
        } catch {
            return (nil, error.reason)
        }
    }

    @Test(
        "what a judge says is one score, read as it is meant",
        arguments: [
            ("4", 4), ("4.5", 4.5), ("4,5", 4.5), (" 4.\n", 4), ("5/5", 5), ("4 / 5", 4), ("4 out of 5", 4), ("4 von 5", 4),
            ("4 points", 4),
            ("**4**", 4), ("Score: 4", 4), ("score:4", 4), ("Score: 4.5", 4.5), ("Score: 4/5", 4), ("Score: 4 out of 5.", 4),
            ("**Score:** 4", 4), ("**Score: 4**", 4), ("Score: **4**", 4), ("### Score: 4", 4), ("- Score: 4", 4), ("\"score\": 4", 4),
            ("{\"score\": 4, \"why\": \"good\"}", 4), ("Score = 4", 4), ("The score is 4.", 4), ("My final score is 4", 4),
            ("Final Score: 3", 3), ("Rating: 4 stars", 4), ("Total: 4", 4), ("Score (1 to 5): 4", 4), ("Score: 4 (good)", 4),
            ("Score: 4 - it is complete", 4), ("Score: 4, since one part is missing", 4), ("Score：4", 4),
            ("Bewertung: 4", 4), ("Bewertung: 4,5", 4.5), ("**Bewertung:** 3", 3), ("Die Bewertung ist 4.", 4), ("Note: 2", 2),
            ("Punktzahl: 4 von 5", 4), ("Gesamtbewertung: 5", 5), ("Die Bewertung lautet 4", 4), ("4 Punkte", 4),
            ("It names 3 causes of 5, and leaves out 2.\nScore: 4", 4), ("The answer is complete. Score: 4", 4),
            ("It is off topic.\n\nScore: 1\n", 1), ("Score: 4\nIt is complete, but 2 of 3 steps are vague.", 4),
            ("Score: n\nScore: 4", 4), ("Score: 4\n\nScore: 4", 4), ("4\n\nThe answer is complete.", 4),
            ("<think>\nPerhaps a 2, or Score: 3.\n</think>\n\nScore: 5", 5),
        ] as [(String, Double)])
    func scores(said: String, score: Double) {
        #expect(reading(said).score == score, "\(said): \(reading(said))")
    }

    @Test(
        "what is no single score is refused with the reason",
        arguments: [
            ("", "score_unreadable"), ("four", "score_unreadable"), ("Score: four", "score_unreadable"),
            ("Bewertung: vier", "score_unreadable"),
            ("Score:", "score_unreadable"), ("It names 3 causes.", "score_unreadable"), ("I would give it a 4", "score_unreadable"),
            ("nan", "score_unreadable"), ("Score: nan", "score_unreadable"), ("Score: inf", "score_unreadable"),
            ("1e400", "score_unreadable"), ("Score:1e400", "score_unreadable"), ("Score: 4e0", "score_unreadable"),
            ("Score: 4th", "score_unreadable"), ("Score: 80%", "score_unreadable"), ("Score: 0x4", "score_unreadable"),
            ("underscore: 4", "score_unreadable"), ("Relevance score: 4", "score_unreadable"), ("Scores: 4", "score_unreadable"),
            ("3-4", "score_ambiguous"), ("3–4", "score_ambiguous"), ("Score: 3-4", "score_ambiguous"), ("3 to 4", "score_ambiguous"),
            ("4 or 5", "score_ambiguous"), ("Score: 4 or 5", "score_ambiguous"), ("3 bis 4", "score_ambiguous"),
            ("Score: 4.5.1", "score_ambiguous"), ("Score: 3\nScore: 4", "score_ambiguous"), ("4\n5", "score_ambiguous"),
            ("Relevance: good. Score: 3. Score: 4", "score_ambiguous"),
            ("0", "score_out_of_range"), ("6", "score_out_of_range"), ("728", "score_out_of_range"), ("-1", "score_out_of_range"),
            ("−4", "score_out_of_range"), ("Score: -4", "score_out_of_range"), ("Score: 5.5", "score_out_of_range"),
            ("7/5", "score_out_of_range"), (String(repeating: "9", count: 400), "score_out_of_range"),
            ("8/10", "score_of_other_scale"), ("Score: 4/10", "score_of_other_scale"), ("Score: 4 out of 10", "score_of_other_scale"),
            ("<think>\nIt is fine. Score: 4", "answer_cut"), ("<think>", "answer_cut"),
        ])
    func refusals(said: String, reason: String) {
        #expect(reading(said).reason == reason, "\(said.prefix(40)): \(reading(said))")
    }

    @Test("of an answer that was cut whole lines count alone, since more digits may follow")
    func cut() {
        #expect(reading("Score: 4", isCut: true).reason == "answer_cut")
        #expect(reading("It is complete. Sco", isCut: true).reason == "answer_cut")
        #expect(reading("Score: 4\nIt", isCut: true).score == 4)
        #expect(reading("3-4\nIt", isCut: true).reason == "score_ambiguous")
    }

    @Test("the scale is the rubric's own")
    func scale() {
        #expect(reading("0", 0...5).score == 0)
        #expect(reading("Score: 85", 0...100).score == 85)
        #expect(reading("8/10", 1...10).score == 8)
        #expect(reading("Score: 4/5", 1...10).reason == "score_of_other_scale")
    }

    @Test("a refusal quotes the beginning of what was said, and names the scale")
    func words() {
        let error = #expect(throws: Rejection.self) { try SpokenScore.read(String(repeating: "so ", count: 4000)) }
        #expect(error?.value.string?.count == 300 && error?.threshold == "a score from 1 to 5")
    }
}
