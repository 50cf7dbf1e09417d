import Ground
import Testing

@testable import Records

@Suite struct FieldNamesTests {
    private let names = FieldNames(text: "body", instruction: "question", output: "answer")

    @Test("fields take the names of the pipe in their places, and others stay")
    func renamed() throws {
        let record = try JSONObject(parsing: #"{"n":1,"question":"a","answer":"b","body":"c"}"#)
        #expect(names.renamed(record) == ["n": 1, "instruction": "a", "output": "b", "text": "c"])
    }

    @Test("a field that only happens to have the name goes on as source_NAME")
    func moved() throws {
        let record = try JSONObject(parsing: #"{"instruction":"Answer as a pirate.","question":"a","answer":"b"}"#)
        #expect(names.renamed(record) == ["source_instruction": "Answer as a pirate.", "instruction": "a", "output": "b"])
    }

    @Test("records without the named fields are left alone, and a name that is the pipe's own is none")
    func absent() throws {
        let pair: JSONObject = ["instruction": "a", "output": "b"]
        #expect(names.renamed(pair) == pair)
        let own = FieldNames(instruction: "instruction")
        #expect(own.named.isEmpty && own.settings == JSONObject() && own.renamed(pair) == pair)
    }

    @Test(
        "advice names the fields that are likeliest meant",
        arguments: [
            (#"{"Question":1,"Answer":2}"#, "--instruction-field Question --output-field Answer"),
            (#"{"query":1,"reply":2}"#, "--instruction-field query --output-field reply"),
            (#"{"frage":1,"antwort":2}"#, "--instruction-field NAME --output-field NAME"),
        ])
    func advice(_ record: String, _ advice: String) throws {
        #expect(FieldNames.advice(for: ["instruction", "output"], in: try JSONObject(parsing: record)) == advice)
    }

    @Test("the list of fields for a message holds a dozen, each cut to a name's length")
    func list() {
        let many = JSONObject((1...14).map { ("f\($0)", .null) })
        #expect(many.fieldList.hasSuffix("f12 and 2 more"))
        #expect(JSONObject().fieldList == "no field")
        #expect(JSONObject([(String(repeating: "x", count: 200), .null)]).fieldList.count == 41)
    }
}
