/// Completion scripts of three shells, written from the declarations.
enum ShellCompletion: String, Sendable, CaseIterable {
    case bash, zsh, fish

    func script(for commands: [Command]) -> String {
        switch self {
        case .bash: bash(commands)
        case .zsh: zsh(commands)
        case .fish: fish(commands)
        }
    }

    private func bash(_ commands: [Command]) -> String {
        let cases = commands.map { command in
            let flags = command.options.flatMap { [$0.flag] + ($0.short.map { ["-\($0)"] } ?? []) }.joined(separator: " ")
            let values = command.options.filter { $0.valueName != nil }.map { option in
                let names = ([option.flag] + (option.short.map { ["-\($0)"] } ?? [])).joined(separator: "|")
                return "                \(names)) \(bashReply(option.completion)) ;;"
            }
            return """
                    \(quoted(command.name)))
                        case "$previous" in
                \(values.joined(separator: "\n"))
                            *)
                                if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "\(flags)" -- "$current"))
                                else \(bashReply(command.operands.completion)); fi ;;
                        esac ;;
                """
        }
        let families = Dictionary(grouping: commands.filter { $0.words.count == 2 }, by: { $0.words[0] }).sorted { $0.key < $1.key }
        let family = families.map { name, members in
            "        \(quoted(name))) COMPREPLY=($(compgen -W \"\(members.map { $0.words[1] }.joined(separator: " "))\" -- \"$current\")) ;;"
        }
        return """
            # humpback for bash: humpback completions bash > ~/.local/share/bash-completion/completions/humpback
            _humpback() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
                COMPREPLY=()
                if [[ $COMP_CWORD == 1 ]]; then
                    COMPREPLY=($(compgen -W "\(firstWords(commands).joined(separator: " "))" -- "$current"))
                    return
                fi
                case "$command" in
                    \(families.isEmpty ? "''" : families.map(\.key).joined(separator: "|")))
                        if [[ $COMP_CWORD -gt 2 ]]; then command="$command ${COMP_WORDS[2]}"; fi ;;
                esac
                case "$command" in
            \((cases + family).joined(separator: "\n"))
                esac
            }
            complete -o filenames -F _humpback humpback

            """
    }

    private func bashReply(_ completion: OptionDeclaration.Completion) -> String {
        switch completion {
        case .nothing: ":"
        case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
        case .folder: "COMPREPLY=($(compgen -d -- \"$current\"))"
        case .choices(let words): "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
        }
    }

    private func zsh(_ commands: [Command]) -> String {
        let list = commands.filter { $0.words.count == 1 }.map { "        \(quoted("\($0.name):\($0.summary)"))" }
        let families = Set(commands.filter { $0.words.count == 2 }.map { $0.words[0] }).sorted()
        let cases = commands.map { command in
            let options = command.options.map { option in
                let value = option.valueName.map { ":\($0.zshEscaped):\(zshAction(option.completion))" } ?? ""
                let repeats = option.repeats ? "*" : ""
                let equals = option.valueName == nil ? "" : "="
                return quoted("\(repeats)\(option.flag)\(equals)[\(option.summary.zshEscaped)]\(value)")
                    + (option.short.map { " " + quoted("-\($0)[\(option.summary.zshEscaped)]\(value)") } ?? "")
            }
            return """
                    \(quoted(command.name))) _arguments \(options.joined(separator: " ")) \
                \(quoted("*:argument:\(zshAction(command.operands.completion))")) ;;
                """
        }
        return """
            #compdef humpback
            # humpback for zsh: humpback completions zsh > ~/.zfunc/_humpback, with ~/.zfunc in fpath
            _humpback() {
                local -a commands=(
            \((list + families.map { "        \(quoted("\($0):a family of commands"))" }).joined(separator: "\n"))
                )
                if (( CURRENT == 2 )); then _describe command commands; return; fi
                local command=$words[2]
                case $command in
                    \(families.isEmpty ? "''" : families.joined(separator: "|")))
                        command="$command $words[3]"; shift words; (( CURRENT-- )) ;;
                esac
                shift words; (( CURRENT-- ))
                case $command in
            \(cases.joined(separator: "\n"))
                esac
            }
            _humpback "$@"

            """
    }

    private func zshAction(_ completion: OptionDeclaration.Completion) -> String {
        switch completion {
        case .nothing: " "
        case .file: "_files"
        case .folder: "_files -/"
        case .choices(let words): "(\(words.joined(separator: " ")))"
        }
    }

    private func fish(_ commands: [Command]) -> String {
        var lines = [
            "# humpback for fish: humpback completions fish > ~/.config/fish/completions/humpback.fish", "complete -c humpback -f",
        ]
        for command in commands {
            let words = command.words
            if words.count == 1 {
                lines.append("complete -c humpback -n __fish_use_subcommand -a \(words[0]) -d \(quoted(command.summary))")
            } else {
                lines.append("complete -c humpback -n __fish_use_subcommand -a \(words[0]) -d 'a family of commands'")
                let condition = quoted("__fish_seen_subcommand_from \(words[0])")
                lines.append("complete -c humpback -n \(condition) -a \(words[1]) -d \(quoted(command.summary))")
            }
            let seen = quoted(words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and "))
            if command.operands.completion != .nothing { lines.append("complete -c humpback -n \(seen) -F") }
            for option in command.options {
                let short = option.short.map { " -s \($0)" } ?? ""
                let value: String
                switch (option.valueName, option.completion) {
                case (nil, _): value = ""
                case (_, .nothing): value = " -x"
                case (_, .file): value = " -r -F"
                case (_, .folder): value = " -x -a '(__fish_complete_directories)'"
                case (_, .choices(let words)): value = " -x -a \(quoted(words.joined(separator: " ")))"
                }
                lines.append("complete -c humpback -n \(seen) -l \(option.name)\(short)\(value) -d \(quoted(option.summary))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func firstWords(_ commands: [Command]) -> [String] {
        var seen: Set<String> = []
        return commands.compactMap(\.words.first).filter { seen.insert($0).inserted }
    }

    private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}

extension String {
    fileprivate var zshEscaped: String { replacing("[", with: "(").replacing("]", with: ")").replacing(":", with: "\\:") }
}
