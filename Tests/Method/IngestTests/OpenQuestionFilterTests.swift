import Testing

@testable import Ingest

@Suite struct OpenQuestionFilterTests {
    private func finding(_ markdown: String) -> FilterFinding { LineRules.finding(markdown, OpenQuestionFilter().rule) }

    @Test(
        "drops questions whose answers are missing",
        arguments: [
            "Does it need Wi-Fi?\n\nHow do I connect it?\n\nHow long does the battery last?\n\nIs it weatherproof?",
            "### Was kostet es?\n\n### Wie lange dauert es?\n\n### Wer darf es?",
            "¿Cuánto cuesta?\n\n¿Cuánto dura?\n\n¿Quién puede?",
        ])
    func open(_ text: String) {
        let finding = finding(text)
        #expect(finding.reason == "questions_without_answers" && !finding.isPassed, "\(finding)")
    }

    @Test(
        "lets answered questions and questions to ask oneself pass",
        arguments: [
            "Does it need Wi-Fi?\n\nYes.\n\nHow long does it last?\n\nA day.\n\nIs it safe?\n\nIt is.",
            "Ask these questions:\n\n- Do you move often?\n- Do you move far?\n- Do you move abroad?\n- Who pays?",
            "And why? Who knows? Nobody does.",
        ])
    func answered(_ text: String) { #expect(finding(text).isPassed) }
}
