extension Command {
    static let help = Command(
        "help", "Explains a command.",
        operands: Operands(usage: "[COMMAND]", count: 0...2, completion: .nothing),
        examples: [Example("what augment does and costs", "humpback help augment")]
    ) { arguments in
        guard !arguments.operands.isEmpty else {
            write(Overview.text)
            return .done
        }
        let (command, rest) = try Humpback.find(arguments.operands)
        if let word = rest.first { throw UsageError.unexpectedOperand(word) }
        write(Help(command: command, width: Terminal.width).text)
        return .done
    }
}
