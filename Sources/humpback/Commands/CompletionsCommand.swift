extension Command {
    static let completions = Command(
        "completions", "Prints a completion script for a shell.",
        operands: Operands(usage: "bash|zsh|fish", count: 1...1, completion: .choices(ShellCompletion.allCases.map(\.rawValue))),
        examples: [
            Example("bash, for this user", "humpback completions bash > ~/.local/share/bash-completion/completions/humpback"),
            Example("fish, for this user", "humpback completions fish > ~/.config/fish/completions/humpback.fish"),
        ]
    ) { arguments in
        let word = arguments.operands.first ?? ""
        guard let shell = ShellCompletion(rawValue: word) else {
            throw UsageError.badValue("completions", found: word, expected: "one of bash, zsh or fish")
        }
        write(shell.script(for: Command.all))
        return .done
    }
}
