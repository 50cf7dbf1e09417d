import Ground

/// Refuses a command line by which standard input would be read for two things, or for one that cannot be read from it.
///
/// Whoever reads first leaves nothing for the second, whose message then blames the command before the pipe.
enum StandardInputUses {
    /// The options whose files are read once, from the beginning to the end. What loops are given is read at every step.
    private static let readers: Set = [
        "seed-data", "held-out", "labels", "examples", "exclude", "training-data", "passages", "data", "imitation", "questions",
        "stage-summary", "task", "shots-file",
    ]
    /// The options of files that are written.
    private static let written: Set = ["output", "rejects", "summary", "clusters", "card", "modelfile", "emit-batch"]

    static func check(_ arguments: Arguments, of command: Command) throws(UsageError) {
        let isLoop = arguments.declares(LoopFlags.folder) && arguments.declares(LoopFlags.dryRun)
        var uses: [String] = []
        for option in command.options where option.completion == .file && !written.contains(option.name) {
            for value in arguments.words(given: option) where isStandardInput(value) {
                let isRead = readers.contains(option.name) && !isLoop && command.name != "label"
                if !isRead, value == "-" {
                    throw .combination(
                        isLoop
                            ? "\(option.flag) - : a loop reads its files at every step, and standard input can be read once; write it to a file."
                            : "\(option.flag) cannot read standard input; name a file.")
                }
                uses.append(option.flag)
            }
        }
        guard !uses.isEmpty || arguments.operands.contains(where: isStandardInput) else { return }
        if command.operands.completion == .file { uses += arguments.operands.filter(isStandardInput).map { _ in "the input" } }
        if arguments.operands.isEmpty, readsUnasked(arguments, command) { uses.append("the input, of which no file is named") }
        guard uses.count < 2 else {
            throw .combination(
                "standard input can be read once, and here it is to be \(uses.dropLast().joined(separator: ", ")) and \(uses.last ?? ""); write one of "
                    + "them to a file and name that.")
        }
    }

    /// Whether a command without operands reads standard input.
    private static func readsUnasked(_ arguments: Arguments, _ command: Command) -> Bool {
        let learns = command.name == "finetune" || command.name == "export" && arguments.hasOption("trainer")
        // Of curated pairs, which other roles than forward do without.
        if learns { return !arguments.hasOption("seed-only") && arguments.isOfRole("forward", of: command) }
        return command.operands.usage == Operands.files.usage && !(command.name == "generate" && arguments.hasOption("prompt"))
    }

    private static func isStandardInput(_ word: String) -> Bool {
        let path = word.split(separator: "=").last.map(String.init) ?? word
        return ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path)
    }
}

extension Arguments {
    /// Whether a role is among those given, or none is.
    fileprivate func isOfRole(_ role: String, of command: Command) -> Bool {
        guard let option = command.options.first(where: { $0.name == "role" }), hasOption("role") else { return true }
        return words(given: option).contains(role)
    }
}
