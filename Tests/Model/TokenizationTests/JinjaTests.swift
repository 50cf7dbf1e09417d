import Foundation
import Ground
import Testing

@testable import Tokenization

@Suite struct JinjaTests {
    private let moment = Date(timeIntervalSince1970: 1_753_000_000)

    private func render(_ template: String, _ turns: [ChatMessage] = [ChatMessage(.user, "Hello")]) throws -> TaggedText {
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
                ChatMessage(ChatMessage.Role(rawValue: $0["role"]?.string ?? "") ?? .user, $0["content"]?.string ?? "")
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
        let turns = [ChatMessage(.user, " <|end|>,b "), ChatMessage(.assistant, "ok")]
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
            "{% for i in range(-9223372036854775807, 9223372036854775807) %}{% endfor %}",
            "{% for i in range(0, 9223372036854775807, 1) %}{% endfor %}", "{{ range(9223372036854775807, -9223372036854775807, -1) }}",
            "{% set m = namespace(x=['a' * 1000000] * 1000) %}{% for a in range(1000) %}{% set m.x = m.x | sort %}{% endfor %}",
            "{% set s = 'a' * 1000000 %}{% for a in range(100000) %}{% if s ~ '' == s ~ '' %}{% endif %}{% endfor %}",
            "{% set s = 'a' * 1000000 %}{{ s.find('a' * 500000 ~ 'b') }}", "{% set s = 'a' * 1000000 %}{{ ('a' * 500000 ~ 'b') in s }}",
            "{% for a in range(100000) %}{% set s = ('a' * 1000) | tojson %}{% endfor %}",
            "{{ ('\\n' * 1000000) | indent(1000) }}", "{{ (range(100000) | list) | map('string') | join('a' * 100000) }}",
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
            "{{ " + String(repeating: "[", count: 100_000), "{% for " + String(repeating: "(", count: 100_000),
            "{{ x" + String(repeating: ".a", count: 50_000) + " }}", "{{ x" + String(repeating: "[0]", count: 50_000) + " }}",
            "{{ x" + String(repeating: "()", count: 50_000) + " }}", "{{ 'x'" + String(repeating: "|trim", count: 50_000) + " }}",
            "{{ 1" + String(repeating: " is defined", count: 50_000) + " }}", "{{ 1" + String(repeating: " + 1", count: 50_000) + " }}",
            "{{ 1" + String(repeating: " * 1", count: 50_000) + " }}", "{{ 1" + String(repeating: " ** 1", count: 50_000) + " }}",
            "{{ 1" + String(repeating: " and 1", count: 50_000) + " }}", "{{ 0" + String(repeating: " or 0", count: 50_000) + " }}",
            "{{ 1" + String(repeating: " if 1", count: 50_000) + " }}",
            "{% macro f(x) %}{{ " + String(repeating: "-(", count: 60) + "f(x) | int" + String(repeating: ")", count: 60)
                + " }}{% endmacro %}{{ f(1) }}",
        ] {
            #expect(throws: TokenizationError.self) { try render(template) }
        }
    }

    @Test("reads long expressions and long templates that are not deep")
    func long() throws {
        // A level takes 8 KB of stack where nothing is optimised.
        #if DEBUG
            let terms = 400
        #else
            let terms = 900
        #endif
        #expect(try render("{{ 0" + String(repeating: " + 1", count: terms) + " }}").bytes == Array("\(terms)".utf8))
        #expect(try render("{{ 'x'" + String(repeating: " ~ 'x'", count: 5000) + " }}").bytes.count == 5001)
        #expect(try render(String(repeating: "{{ 'x' | trim | upper }}", count: 2000)).bytes.count == 2000)
        #expect(try render("{% if 0 %}" + String(repeating: "{% elif 0 or 0 %}", count: 2000) + "{% else %}y{% endif %}").bytes == [121])
    }

    @Test(
        "counts as Python does at the edges of its numbers",
        arguments: [
            ("{{ range(9223372036854775805, 9223372036854775807) | list }}", "[9223372036854775805, 9223372036854775806]"),
            ("{{ range(0, 9223372036854775807, 4611686018427387904) | list }}", "[0, 4611686018427387904]"),
            ("{{ range(0, -9223372036854775807) | list }}", "[]"), ("{{ range(3, -3, -2) | list }}", "[3, 1, -1]"),
            ("{{ range(0, 5, 9223372036854775807) | list }}", "[0]"), ("{{ 'abcdef'[1::9223372036854775807] }}", "b"),
            ("{{ 'abcdef'[::-9223372036854775807] }}", "f"), ("{{ 'abcdef'[4:0:-2] }}", "ec"),
            ("{{ [] * 9000000000000000000 }}", "[]"), ("{{ '' * 9000000000000000000 }}|{{ 9000000000000000000 * '' }}", "|"),
            ("{{ [1] * -3 }}", "[]"),
        ])
    func edges(template: String, expected: String) throws {
        #expect(try String(decoding: render(template).bytes, as: UTF8.self) == expected)
    }

    @Test("says what the template says against a conversation")
    func raised() {
        let error = #expect(throws: TokenizationError.self) { try render("{{ raise_exception('System role not supported') }}") }
        #expect(error == .conversation(problem: "System role not supported"))
    }
}
