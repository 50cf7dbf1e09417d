import Foundation
import Ground
import Tokenization
import Transformer

/// The Modelfile by which Ollama runs a .gguf file: its template in the language of Go, the texts that end an answer, and how it is sampled.
struct Modelfile {
    /// The file's text.
    let text: String

    /// - Parameters:
    ///   - file: the name of the .gguf file beside it.
    ///   - addsBegin: whether the program itself puts the token that begins a text before it.
    ///   - system: the system prompt where a conversation has none.
    /// - Throws: `FormatError.unsuitable` for a template that is no list of turns.
    init(file: String, folder: ModelFolder, tokenizer: Tokenizer, addsBegin: Bool, system: String?) throws {
        let template = tokenizer.chatTemplate ?? .plain(for: tokenizer)
        let turns = try TemplateTurns(of: template, with: tokenizer)
        var lines = ["# ollama create NAME -f THIS_FILE", "FROM ./\(file)"]
        lines.append("TEMPLATE \(try Self.quoted(turns.go(begin: addsBegin ? tokenizer.beginText : nil)))")
        if let system { lines.append("SYSTEM \(try Self.quoted(system))") }
        var stops: [String] = []
        for token in folder.endTokenIDs.map({ Int32($0) }) + tokenizer.endTokens {
            let stop = String(decoding: tokenizer.bytes(of: token), as: UTF8.self)
            if !stop.isEmpty, !stops.contains(stop) { stops.append(stop) }
        }
        lines += stops.map { "PARAMETER stop \(JSONValue.string($0).serialized)" }
        lines.append("PARAMETER num_ctx \(min(folder.configuration.contextLength, 8192))")
        if let temperature = folder.notes.temperature ?? folder.generation.temperature {
            lines.append("PARAMETER temperature \(temperature)")
        }
        if let topP = folder.generation.topP { lines.append("PARAMETER top_p \(topP)") }
        if let topK = folder.generation.topK, topK > 0 { lines.append("PARAMETER top_k \(topK)") }
        if let licence = folder.licence { lines.append("LICENSE \(try Self.quoted(licence))") }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) throws -> String {
        guard !text.contains("\"\"\"") else { throw FormatError.unsuitable("a Modelfile cannot hold three quotation marks in a row.") }
        return "\"\"\"\(text)\"\"\""
    }
}

/// What a chat template writes around each turn, found by having it write turns that are known again.
struct TemplateTurns {
    /// What stands first, before any turn.
    private(set) var opening = ""
    /// What stands there where no system turn does, behind `opening`.
    private(set) var withoutSystem = ""
    private(set) var system = (before: "", after: "")
    private(set) var user = (before: "", after: "")
    private(set) var assistant = (before: "", after: "")
    /// Before the answer that is asked for.
    private(set) var asking = ""
    /// Whether a system turn goes into the first user's, before its text.
    private(set) var foldsSystem = false

    private static let marks = (system: "\u{E000}", user: "\u{E001}", answer: "\u{E002}", second: "\u{E003}")

    /// - Throws: `FormatError.unsuitable` where a conversation put together from the turns is not what the template writes.
    init(of template: ChatTemplate, with tokenizer: Tokenizer) throws {
        let marks = Self.marks
        func written(_ turns: [ChatMessage], _ asks: Bool = false) throws -> String {
            try template.text(turns, addingGenerationPrompt: asks, with: tokenizer)
        }
        func parts(_ text: String, _ first: String, _ second: String) throws -> [String] {
            let outer = text.components(separatedBy: first)
            guard outer.count == 2 else { throw Self.unsuitable }
            let inner = outer[1].components(separatedBy: second)
            guard inner.count == 2 else { throw Self.unsuitable }
            return [outer[0]] + inner
        }
        func without(_ text: String, beginning: String) throws -> String {
            guard text.hasPrefix(beginning) else { throw Self.unsuitable }
            return String(text.dropFirst(beginning.count))
        }
        func without(_ text: String, end: String) throws -> String {
            guard text.hasSuffix(end) else { throw Self.unsuitable }
            return String(text.dropLast(end.count))
        }
        let asked = ChatMessage(.user, marks.user), answer = ChatMessage(.assistant, marks.answer)
        let alone = try written([asked]).components(separatedBy: marks.user)
        guard alone.count == 2 else { throw Self.unsuitable }
        user.after = alone[1]
        asking = try without(try written([asked], true).components(separatedBy: marks.user).last ?? "", beginning: user.after)
        let answered = try parts(try written([asked, answer]), marks.user, marks.answer)
        assistant = (try without(answered[1], beginning: user.after), answered[2])
        let further = try parts(try written([asked, answer, ChatMessage(.user, marks.second)]), marks.answer, marks.second)
        user.before = try without(further[1], beginning: assistant.after)
        let head = try without(alone[0], end: user.before)
        let told = try parts(try written([ChatMessage(.system, marks.system), asked]), marks.system, marks.user)
        if told[1].hasSuffix(user.before) {
            system.after = try without(told[1], end: user.before)
            let begin = tokenizer.beginText ?? ""
            opening = !begin.isEmpty && head.hasPrefix(begin) && told[0].hasPrefix(begin) ? begin : ""
            (withoutSystem, system.before) = (try without(head, beginning: opening), try without(told[0], beginning: opening))
        } else {
            foldsSystem = true
            guard told[0] == alone[0] else { throw Self.unsuitable }
            (opening, system.after) = (head, told[1])
        }
        let (rule, other) = (ChatMessage(.system, "Be brief."), ChatMessage(.user, "And why?"))
        for turns in [[asked], [rule, asked], [asked, answer, other], [rule, asked, answer, other, answer, asked]] {
            guard try text(turns) == written(turns, true) else { throw Self.unsuitable }
        }
    }

    private static let unsuitable = FormatError.unsuitable(
        "the chat template writes a turn otherwise than by what stands before and behind it, which the template of a Modelfile cannot say; "
            + "leave --modelfile out: llama.cpp runs the template as it stands in the .gguf.")

    /// The conversation as it is put together from the turns, an answer being asked for.
    func text(_ turns: [ChatMessage]) -> String {
        var text = opening
        let told = turns.first?.role == .system ? turns.first : nil
        if told == nil, !foldsSystem { text += withoutSystem }
        var folded = ""
        for (number, turn) in turns.enumerated() {
            switch turn.role {
            case .system where !foldsSystem: text += system.before + turn.content + system.after
            case .system where number == turns.count - 1: text += user.before + folded + turn.content + user.after
            case .system: folded += turn.content + system.after
            case .user:
                text += user.before + folded + turn.content + user.after
                folded = ""
            case .assistant: text += assistant.before + turn.content + assistant.after
            }
        }
        return text + asking
    }

    /// The same in the language of Go's templates, as Ollama fills them in.
    ///
    /// - Parameter begin: what the program itself puts before the text, which then does not stand in it.
    func go(begin: String?) throws -> String {
        let pieces = [
            opening, withoutSystem, system.before, system.after, user.before, user.after, assistant.before, assistant.after, asking,
        ]
        guard !pieces.contains(where: { $0.contains("{{") }) else { throw Self.unsuitable }
        var first = opening
        if let begin, !begin.isEmpty, first.hasPrefix(begin) { first = String(first.dropFirst(begin.count)) }
        let last = "{{ $last := eq (len (slice $.Messages $i)) 1 }}"
        let end = "{{ if and $last (ne .Role \"assistant\") }}\(asking){{ end }}{{ end }}"
        let said = "{{ if eq .Role \"assistant\" }}\(assistant.before){{ .Content }}{{ if not $last }}\(assistant.after){{ end }}{{ end }}"
        if foldsSystem {
            // What a system turn says, wherever it stands, waits for the next user's turn; where none comes it is one.
            return "\(first){{ $told := \"\" }}{{ range $i, $_ := .Messages }}\(last)"
                + "{{ if eq .Role \"system\" }}{{ if $last }}\(user.before){{ $told }}{{ .Content }}\(user.after)"
                + "{{ else }}{{ $told = print $told .Content \(JSONValue.string(system.after).serialized) }}{{ end }}{{ end }}"
                + "{{ if eq .Role \"user\" }}\(user.before){{ $told }}{{ $told = \"\" }}{{ .Content }}\(user.after){{ end }}\(said)\(end)"
        }
        // A system turn further on does not stand for the one that is missing at the beginning.
        let without = withoutSystem.isEmpty ? "" : "{{ if and (eq $i 0) (ne .Role \"system\") }}\(withoutSystem){{ end }}"
        return "\(first){{ range $i, $_ := .Messages }}\(last)\(without)"
            + "{{ if eq .Role \"system\" }}\(system.before){{ .Content }}\(system.after){{ end }}"
            + "{{ if eq .Role \"user\" }}\(user.before){{ .Content }}\(user.after){{ end }}\(said)\(end)"
    }
}

extension Tokenizer {
    /// The text of the token that begins a text, where there is one.
    var beginText: String? { beginToken.map { String(decoding: bytes(of: $0), as: UTF8.self) } }
}
