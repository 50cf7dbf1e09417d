import Testing

@testable import LanguageModels

@Suite struct ThoughtBlockTests {
    @Test(arguments: [
        ("<think>\nThe text is about ropes.\n</think>\n\nHow are ropes hung?", "How are ropes hung?"),
        ("<think>\n\n</think>\n\n4", "4"),
        ("  <thinking>so</thinking> Yes.", "Yes."),
        ("[THINK]a < b, </think> as they say[/THINK]No.", "No."),
        ("◁think▷hm◁/think▷5", "5"),
        ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Ropes?", "Ropes?"),
        // The prompt had opened the thoughts.
        ("The text is about ropes.\n</think>\n\nHow are ropes hung?", "How are ropes hung?"),
        ("</think>\n3", "3"),
    ])
    func `thoughts before an answer are no part of it`(_ text: String, _ answer: String) {
        #expect(ThoughtBlock(text).answer == answer && ThoughtBlock(text).hasThoughts)
    }

    @Test(arguments: ["<think>\nOkay, all 3 of", "<reasoning>It is 4", "[THINK]"])
    func `thoughts without an end leave no answer`(_ text: String) {
        #expect(ThoughtBlock(text).answer == nil && ThoughtBlock(text).hasThoughts)
    }

    @Test(arguments: [
        "The tag </think> ends a thought.", "Write <think> before it.", " I think so.\n", "", "a < b > c", "Say [THINK] now.\n",
    ])
    func `what an answer says of marks stays as it is`(_ text: String) {
        #expect(ThoughtBlock(text).answer == text && !ThoughtBlock(text).hasThoughts)
    }

    @Test(arguments: [
        ("<think>", true), ("<th", true), ("<think>\n", true), (" <think", true), ("4", false), ("<", false), ("th", false), ("[", false),
    ])
    func `a first token tells whether thoughts begin`(_ token: String, _ opens: Bool) {
        #expect(ThoughtBlock.isOpened(by: token) == opens)
    }
}
