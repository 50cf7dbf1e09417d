import Ground
import Records
import Testing

@testable import Evaluate

struct TaskQuestionTests {
    private func read(_ json: String, _ format: TaskFormat? = nil) throws -> TaskQuestion {
        let object = try JSONObject(parsing: json)
        let found = try #require(format ?? TaskFormat.of(object))
        return try TaskQuestion(object, found, place: "q:1")
    }

    @Test(
        "an answer is a place, a letter, a label or the text of a choice",
        arguments: [
            #"{"question": "q", "choices": ["x", "y"], "answer": 1}"#, #"{"question": "q", "choices": ["x", "y"], "answer": "B"}"#,
            #"{"question": "q", "choices": ["x", "y"], "answer": "y"}"#, #"{"question": "q", "choices": "[\"x\", \"y\"]", "answer": "1"}"#,
            #"{"question": "q", "choices": [{"text": "x", "label": "P"}, {"text": "y", "label": "Q"}], "answer": "Q"}"#,
            #"{"question": "q", "choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answerKey": "2"}"#,
        ])
    func answers(json: String) throws {
        let question = try read(json)
        #expect(question.prompt == "Question: q\nAnswer:")
        #expect(question.wanted == .choice(["x", "y"], right: [1]))
        #expect(question.shown == "y" && question.id == "q:1")
    }

    @Test("in columns of a table a digit is a place, even where a choice is called so")
    func columns() throws {
        let question = try read(#"{"question": "q", "choice0": "1", "choice1": "0", "answer": "1"}"#)
        #expect(question.prompt == "Question: q\nAnswer:" && question.wanted == .choice(["1", "0"], right: [1]))
        #expect(try read(#"{"question": "q", "choices": ["1", "0"], "answer": "1"}"#).wanted == .choice(["1", "0"], right: [0]))
    }

    @Test("what is no question says what is missing")
    func refused() throws {
        #expect(throws: Rejection.self) { try read(#"{"question": "q", "choices": ["x", "y"], "answer": "z"}"#) }
        #expect(throws: Rejection.self) { try read(#"{"question": "q", "choices": ["x"], "answer": 0}"#) }
        #expect(throws: Rejection.self) { try read(#"{"question": "q", "choices": ["x", "y"]}"#) }
        #expect(throws: Rejection.self) { try read(#"{"question": " ", "answer": "x"}"#) }
        #expect(throws: Rejection.self) { try read(#"{"question": "q", "mc1_targets": {"choices": ["x"], "labels": [1]}}"#) }
    }

    @Test("TruthfulQA's JSON keeps its choices as they are, whichever is right")
    func truthful() throws {
        let json =
            #"{"question": "q", "mc1_targets": {"choices": ["x", "y"], "labels": [1, 0]}, "mc2_targets": {"x.": 0, "y.": 1, "z.": 1}}"#
        #expect(try read(json).wanted == .choice(["x", "y"], right: [0]))
        #expect(try read(json, .truthfulMC2).wanted == .choice(["x.", "y.", "z."], right: [1, 2]))
    }

    @Test("a task is told by its fields")
    func formats() throws {
        let wanted: [(String, TaskFormat?)] = [
            (#"{"question": "q", "answer": "1+1\n#### 2"}"#, .gsm8k), (#"{"question": "q", "answer": ["a"]}"#, .answers),
            (#"{"question": "q", "subject": "s", "choices": ["x", "y"], "answer": 0}"#, .mmlu), (#"{"endings": []}"#, .hellaswag),
            (#"{"question": "q", "choice0": "x", "choice1": "y", "answer": 0}"#, .choices),
            (#"{"question": "q", "subject": "s", "A": "x", "B": "y", "answer": "A"}"#, .mmlu),
            (#"{"instruction": "i", "output": "o"}"#, nil), (#"{"question": "q"}"#, nil),
        ]
        for (json, format) in wanted { #expect(TaskFormat.of(try JSONObject(parsing: json)) == format, "\(json)") }
    }

    @Test("an answer of GSM8K without a number is refused: nothing could be compared with it")
    func withoutNumber() throws {
        let rejection = #expect(throws: Rejection.self) { try read(#"{"question": "q", "answer": "It is ... #### none"}"#) }
        #expect(rejection?.reason == "no_number")
        #expect(try read(##"{"question": "q", "answer": "3 and 4 are 7. #### 7"}"##).wanted == .text(["3 and 4 are 7. #### 7"]))
    }
}
