/// The help of a command, written from its declaration.
struct Help {
    let command: Command
    let width: Int

    var text: String {
        var parts = [
            "humpback \(command.name): \(command.summary)", "usage: humpback \(command.name) [OPTION...] \(command.operands.usage)",
        ]
        if !command.discussion.isEmpty { parts.append(paragraphs(command.discussion, indent: 0)) }
        parts += command.groups.map { group in ([group.title] + group.options.map(entry)).joined(separator: "\n") }
        if !command.cost.isEmpty { parts.append("Memory and cost\n" + paragraphs(command.cost, indent: 2)) }
        let examples = command.examples.map { "  # \($0.purpose)\n  \($0.line)" }
        parts.append("Examples\n" + examples.joined(separator: "\n"))
        return parts.map { trimmingSpacesAtLineEnds($0) }.joined(separator: "\n\n") + "\n"
    }

    private func entry(_ option: OptionDeclaration) -> String {
        let column = 28
        let short = option.short.map { "-\($0), " } ?? ""
        let head = "  \(short)\(option.flag)\(option.valueName.map { " \($0)" } ?? "")"
        var notes: [String] = []
        if let expectation = option.expectation, option.completion == .nothing { notes.append(expectation) }
        if let text = option.defaultText { notes.append("default \(text)") }
        if option.repeats { notes.append("may be repeated") }
        let summary = option.summary + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
        let body = wrapped(summary, to: width - column).map { String(repeating: " ", count: column) + $0 }.joined(separator: "\n")
        return head.count < column - 1 ? head.padded(to: column) + body.dropFirst(column) : head + "\n" + body
    }

    private func paragraphs(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            line.hasPrefix("  ") ? [margin + line] : wrapped(String(line), to: width - indent).map { margin + $0 }
        }.joined(separator: "\n")
    }

    private func trimmingSpacesAtLineEnds(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
        }.joined(separator: "\n")
    }
}

/// The lines of `text` when no line is longer than `width`, cut at spaces.
func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
