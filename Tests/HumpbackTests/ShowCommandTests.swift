import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite struct ShowCommandTests {
    private let records = (1...30).map {
        "{\"id\":\"p\($0)\",\"instruction\":\"How \($0)?\",\"output\":\"So.\",\"score\":\(Double(($0 * 7) % 30) / 10 + 1),\"made_by\":{\"model\":\"m\($0 % 3)\"}}\n"
    }.joined()

    private func shown(_ words: String..., input: String? = nil) throws -> [String] {
        let ended = try BuiltTool.run(["show"] + words, input: Data((input ?? records).utf8))
        #expect(ended.status == 0, "\(ended)")
        return ended.output.matches(of: /(?m)^\d+\. (\S+)/).map { String($0.1) }
    }

    @Test("records are shown with their ids, and those without one by their places")
    func ids() throws {
        #expect(try shown("--limit", "3") == ["p1", "p2", "p3"])
        #expect(try shown(input: "{\"text\":\"a\"}\nnot json\n") == ["standard", "standard"])
        let broken = try BuiltTool.run("show", input: "{\"text\":\"a\"}\nnot json\n")
        #expect(broken.output.contains("2. standard input:2 is no record: invalid_json"))
    }

    @Test("--sort shows the greatest first, --reverse the least, of texts by their letters, and what lacks the field last")
    func sorted() throws {
        #expect(try shown("--sort", "score", "--limit", "3") == ["p17", "p4", "p21"])
        #expect(try shown("--sort", "score", "--reverse", "--limit", "2") == ["p30", "p13"])
        #expect(try shown("--sort", "made_by.model", "--limit", "2") == ["p3", "p6"])
        let mixed =
            "{\"id\":\"a\"}\n{\"id\":\"b\",\"n\":\"x\"}\n{\"id\":\"c\",\"n\":2}\n{\"id\":\"d\",\"n\":null}\n{\"id\":\"e\",\"n\":10}\n"
        #expect(try shown("--sort", "n", input: mixed) == ["e", "c", "b", "a", "d"])
        let none = try BuiltTool.run("show", "--sort", "points", "--limit", "2", input: records)
        #expect(none.status == 2 && none.output.isEmpty && none.messages.contains("no record has the field points"), "\(none)")
        #expect(none.messages.contains("the first has the fields id, instruction, output"), "\(none)")
        #expect(try BuiltTool.run("show", "--sort", "points", "--sample", "2", input: records).status == 2)
        #expect(try shown("--sort", "points", input: "") == [])
    }

    @Test("a number in a path leads into a list")
    func lists() throws {
        let rated = [(1, 3), (9, 1), (5, 2)].map { first, second in
            "{\"id\":\"r\(first)\",\"ratings\":[{\"gain\":\(first)},{\"gain\":\(second)}],\"marks\":[\(second)]}\n"
        }.joined()
        #expect(try shown("--sort", "ratings.0.gain", input: rated) == ["r9", "r5", "r1"])
        #expect(try shown("--sort", "ratings.1.gain", input: rated) == ["r1", "r5", "r9"])
        #expect(try shown("--sort", "marks.0", input: rated) == ["r1", "r5", "r9"])
        #expect(try BuiltTool.run("show", "--sort", "ratings.2.gain", input: rated).status == 2)
        let ended = try BuiltTool.run("show", "--field", "ratings.1.gain", "--limit", "1", input: rated)
        #expect(ended.output.contains("ratings.1.gain: 3"), "\(ended)")
    }

    @Test("--sample chooses by hash over the whole input, the same whatever the order of the input")
    func sample() throws {
        let some = try shown("--sample", "5")
        #expect(some.count == 5 && Set(some).count == 5 && some != ["p1", "p2", "p3", "p4", "p5"])
        let turned = records.split(separator: "\n").reversed().joined(separator: "\n")
        #expect(try shown("--sample", "5", input: turned) == some.reversed())
        #expect(try shown("--sample", "100").count == 30)
        #expect(Set(try shown("--sample", "5", "--sort", "score")) == Set(some))
    }

    @Test("--field shows other fields, in objects too, and says which are not there")
    func fields() throws {
        let ended = try BuiltTool.run(
            "show", "--field", "made_by.model", "--field", "score", "--field", "url", "--limit", "1", input: records)
        #expect(ended.output.contains("  made_by.model:\n    m1\n  score: 1.7\n  url: -\n"), "\(ended)")
        #expect(try BuiltTool.run("show", "--reverse", input: records).status == 64)
    }

    @Test("pairs in other people's spelling show what a person asked and what was answered")
    func otherSpellings() throws {
        let dolly = #"{"instruction":"Who?","context":"","response":"Nobody at all.","category":"open_qa"}"# + "\n"
        let chat = #"{"messages":[{"role":"user","content":"Why so?"},{"role":"assistant","content":"Just so."}]}"# + "\n"
        let ended = try BuiltTool.run("show", input: dolly + chat)
        #expect(ended.status == 0 && ended.output.contains("Nobody at all."), "\(ended)")
        #expect(ended.output.contains("Why so?") && ended.output.contains("Just so."))
        let own = try BuiltTool.run("show", "--field", "response", input: dolly)
        #expect(own.output.contains("Nobody at all.") && !own.output.contains("output:"))
    }
}
