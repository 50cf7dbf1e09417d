import Foundation
import TestSupport
import Testing

@Suite struct ModelfileTests {
    /// A copy of the kitchen's model under another template.
    private static func model(_ name: String, template: String?, in place: URL) throws -> URL {
        let kitchen = try Kitchen.open()
        let copy = place.appending(path: name)
        try FileManager.default.copyItem(at: kitchen.folder.appending(path: "forward"), to: copy)
        guard let template else { return copy }
        let file = copy.appending(path: "tokenizer_config.json")
        var settings = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        settings["chat_template"] = template
        try JSONSerialization.data(withJSONObject: settings).write(to: file)
        return copy
    }

    private static let marked = """
        {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '[system]Be kind.[end]\\n' }}{% endif %}\
        {{ '[' + message['role'] + ']' + message['content'] + '[end]' + '\\n' }}{% endfor %}\
        {% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}
        """
    private static let folding = """
        {% for message in messages %}{% if message['role'] == 'system' %}{{ raise_exception('none') }}{% endif %}\
        {{ '<' + message['role'] + '>' + message['content'] + '</turn>' }}{% endfor %}{% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}
        """
    private static let counting = """
        {% for message in messages %}{{ loop.index0 ~ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}\
        {% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}
        """

    @Test("the template of a Modelfile writes turns as the model's own does, with the words that stand for a missing system prompt")
    func templates() async throws {
        try await withTemporaryDirectory { place in
            let cases: [(name: String, template: String, parts: [String])] = [
                (
                    "marked", Self.marked,
                    [
                        "{{ if and (eq $i 0) (ne .Role \"system\") }}[system]Be kind.[end]\n{{ end }}",
                        "{{ if eq .Role \"user\" }}[user]{{ .Content }}[end]\n{{ end }}",
                        "[assistant]{{ .Content }}{{ if not $last }}[end]\n{{ end }}", "(ne .Role \"assistant\") }}[assistant]{{ end }}",
                    ]
                ),
                (
                    "folding", Self.folding,
                    [
                        "<user>{{ $told }}{{ $told = \"\" }}{{ .Content }}</turn>{{ end }}",
                        "{{ $told = print $told .Content \"\\n\\n\" }}", "{{ if $last }}<user>{{ $told }}{{ .Content }}</turn>{{ else }}",
                    ]
                ),
            ]
            for (name, template, parts) in cases {
                let model = try Self.model(name, template: template, in: place)
                let file = place.appending(path: "\(name).Modelfile")
                let ended = try BuiltTool.run(["convert", name, "\(name).gguf", "--storage", "q8_0", "--modelfile", file.path], in: place)
                #expect(ended.status == 0, "\(model.path): \(ended)")
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(
                    text.contains("FROM ./\(name).gguf") && text.contains("PARAMETER stop \"") && text.contains("PARAMETER num_ctx 1536"))
                // A model that was trained under our tags is asked under them.
                #expect(text.contains("SYSTEM \"\"\"Reply as a helpful assistant. Reply with what the web knows.\"\"\""), "\(text)")
                for part in parts { #expect(text.contains(part), "\(part) in \(text)") }
            }
        }
    }

    @Test("a template that is no list of turns is refused with the way that works, and so are places and inputs that do not go together")
    func refused() async throws {
        try await withTemporaryDirectory { place in
            _ = try Self.model("counting", template: Self.counting, in: place)
            _ = try Self.model("plain", template: nil, in: place)
            try Data("mine".utf8).write(to: place.appending(path: "Modelfile"))
            let wrong: [(words: [String], text: String)] = [
                (["counting", "c.gguf", "--modelfile", "c.Modelfile"], "leave --modelfile out"),
                (["plain", "p.gguf", "--modelfile", "Modelfile"], "Modelfile exists already"),
                (["plain", "p.gguf", "--lora"], "M1/adapter"),
                (["plain", "p.bin", "--modelfile", "x"], "ends in .gguf"),
            ]
            for line in wrong {
                let ended = try BuiltTool.run(["convert"] + line.words, in: place)
                #expect(ended.status != 0 && ended.messages.contains(line.text), "\(line): \(ended)")
            }
            #expect(try String(contentsOf: place.appending(path: "Modelfile"), encoding: .utf8) == "mine")
            for words in [
                ["plain", "p.gguf", "--modelfile", "nowhere/Modelfile"], ["plain", "p.gguf", "--modelfile", "plain"],
                ["plain", "p.gguf", "--modelfile", "."],
            ] {
                let ended = try BuiltTool.run(["convert", "--force"] + words, in: place)
                #expect(ended.status != 0, "\(words): \(ended)")
            }
            // A refusal leaves no model behind that the same command would then find in its way.
            let left = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.hasSuffix("gguf") }
            #expect(left.isEmpty, "\(left)")
        }
    }
}
