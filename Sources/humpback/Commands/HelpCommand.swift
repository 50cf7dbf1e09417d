extension Command {
    static let help = Command(
        "help", "Explains a command.",
        operands: Operands(usage: "[COMMAND]", count: 0...8, completion: .nothing),
        discussion: """
            `humpback help reasons` explains the codes under which records are dropped or found broken, in the table at a stage's end and in \
            --rejects; `humpback help reasons CODE...` some of them. `humpback help rubrics` says how a rubric for a judge is written.
            """,
        examples: [
            Example("what augment does and costs", "humpback help augment"), Example("why records went", "humpback help reasons too_short"),
        ]
    ) { arguments in
        guard !arguments.operands.isEmpty else {
            write(Overview.text)
            return .done
        }
        if arguments.operands.first == "reasons" {
            write(try ReasonGlossary.text(of: Array(arguments.operands.dropFirst()), width: Terminal.width))
            return .done
        }
        if arguments.operands.first == "rubrics" {
            write(try RubricHelp.text(of: Array(arguments.operands.dropFirst()), width: Terminal.width))
            return .done
        }
        let (command, rest) = try Humpback.find(arguments.operands)
        if let word = rest.first { throw UsageError.unexpectedOperand(word) }
        write(Help(command: command, width: Terminal.width).text)
        return .done
    }
}
