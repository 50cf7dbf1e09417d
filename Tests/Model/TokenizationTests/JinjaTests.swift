import Foundation
import Testing

@testable import Tokenization

@Suite struct JinjaTests {
    private let moment = Date(timeIntervalSince1970: 1_753_000_000)

    private func render(_ template: String, _ turns: [ChatTurn] = [ChatTurn(.user, "Hello")]) throws -> TaggedText {
        var template = ChatTemplate(jinja: template)
        template.date = moment
        return try template.render(turns, addingGenerationPrompt: false, names: ["bos_token": "<s>"])
    }

    @Test("renders what jinja2 renders as transformers sets it up")
    func equalsReference() throws {
        let cases = try JSONNode(parsing: Array(try Data(contentsOf: Golden.folder.appending(path: "jinja.json")))).array ?? []
        #expect(cases.count > 200)
        for item in cases {
            let source = item["template"]?.string ?? ""
            let turns = (item["messages"]?.array ?? []).map {
                ChatTurn(ChatTurn.Role(rawValue: $0["role"]?.string ?? "") ?? .user, $0["content"]?.string ?? "")
            }
            guard let expected = item["text"]?.bytes else {
                #expect(throws: TokenizationError.self, "\(source)") { try render(source, turns) }
                continue
            }
            do {
                let found = try render(source, turns).bytes
                #expect(found == Array(expected), "\(source): \(String(decoding: found, as: UTF8.self).debugDescription)")
            } catch {
                Issue.record("\(source): \(error)")
            }
        }
    }

    @Test("remembers which characters came from a turn, whatever was done with them")
    func marksSurvive() throws {
        let turns = [ChatTurn(.user, " <|end|>,b "), ChatTurn(.assistant, "ok")]
        let text = try render(
            "{{ (messages[0].content | trim).split(',')[0] | upper }}<|end|>{{ '-' ~ messages[1]['content'][::-1] }}", turns)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "<|END|><|end|>-ko")
        #expect(text.tags.map(\.rawValue) == Array(repeating: 1, count: 7) + Array(repeating: 0, count: 8) + [3, 3])
    }

    @Test(
        "ends every template that would not end",
        arguments: [
            "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(x='a') %}{% for a in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for a in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}",
            "{% set ns = namespace(x=[1]) %}{% for a in range(5000) %}{% set ns.x = [ns.x] %}{% endfor %}",
            "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "{% macro f(x) %}{{ f(x) }}{{ f(x) }}{% endmacro %}{{ f(1) }}",
            "{{ 'a' * 10000000000 }}", "{{ range(99999999999) }}", "{{ [1] * 9999999999999 }}", "{{ 9 ** 999999 }}", "{{ 1 // 0 }}",
            "{{ 1 % 0 }}",
            "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "{{ 'x' | indent(99999999) | indent('y' * 100000000) }}",
            "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replace('', 'b' * 10000000).replace('b', 'c' * 10000000) }}",
        ])
    func hostile(template: String) {
        #expect(throws: TokenizationError.self, "\(template)") { try render(template) }
    }

    @Test(
        "names the line of what it cannot read",
        arguments: [
            "\n{{ ", "\n{% if %}", "\n{% for x %}{% endfor %}", "\n{{ 'a }}", "\n{% bogus %}", "\n{% if true %}", "\n{% endif %}",
            "\n{{ 1 + }}",
            "\n{# open", "\n{{ a b }}", "\n{% set 1 = 2 %}", "\n{{ [1, }}", "\n{% include 'x' %}", "\n{{ § }}", "\n{% raw %}",
        ])
    func broken(template: String) throws {
        let error = #expect(throws: TokenizationError.self) { try render(template) }
        #expect(error?.description.contains("line 2") == true, "\(error?.description ?? "")")
    }

    @Test("refuses an expression that is nested too deep")
    func deepNesting() {
        for template in [
            "{{ " + String(repeating: "(", count: 100_000), "{{ " + String(repeating: "not ", count: 100_000) + "x }}",
            "{{ " + String(repeating: "-", count: 100_000) + "1 }}", String(repeating: "{% if 1 %}", count: 100_000),
            "{{ " + String(repeating: "[", count: 100_000),
        ] {
            #expect(throws: TokenizationError.self) { try render(template) }
        }
    }

    @Test("says what the template says against a conversation")
    func raised() {
        let error = #expect(throws: TokenizationError.self) { try render("{{ raise_exception('System role not supported') }}") }
        #expect(error == .conversation(problem: "System role not supported"))
    }
}
