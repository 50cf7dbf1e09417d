/// One command of the tool: what it is called, what it takes, what it says of itself, and the call it makes.
struct Command: Sendable {
    /// One word, or two for a command of a family, such as `tokenizer train`.
    let name: String
    /// One line, as the list of commands shows it.
    let summary: String
    let operands: Operands
    /// What a user must know before the first run, in paragraphs.
    let discussion: String
    let groups: [OptionGroup]
    /// What it needs of memory and time.
    let cost: String
    let examples: [Example]
    let run: @Sendable (Arguments) async throws -> ExitStatus

    init(
        _ name: String, _ summary: String, operands: Operands = .none, discussion: String = "", groups: [OptionGroup] = [],
        cost: String = "", examples: [Example], run: @escaping @Sendable (Arguments) async throws -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.discussion = discussion
        self.groups = groups + [.everywhere]
        self.cost = cost
        self.examples = examples
        self.run = run
    }

    /// The words that a user types for it.
    var words: [String] { name.split(separator: " ").map(String.init) }
    var options: [OptionDeclaration] { groups.flatMap(\.options) }
}

/// What stands on the command line beside options: files, folders, words.
struct Operands: Sendable {
    let usage: String
    let count: ClosedRange<Int>
    let completion: OptionDeclaration.Completion

    static let none = Operands(usage: "", count: 0...0, completion: .nothing)
    /// Files to read; none means standard input.
    static let files = Operands(usage: "[FILE...]", count: 0...Int.max, completion: .file)
}

/// Options that belong together, under one title in the help.
struct OptionGroup: Sendable {
    let title: String
    let options: [OptionDeclaration]

    init(_ title: String, _ options: any DeclaredOption...) { self.init(title, options) }

    init(_ title: String, _ options: [any DeclaredOption]) {
        self.title = title
        self.options = options.map(\.declaration)
    }
}

/// A line to copy from the help, with what it is good for.
struct Example: Sendable {
    let purpose: String
    let line: String

    init(_ purpose: String, _ line: String) {
        self.purpose = purpose
        self.line = line
    }
}

/// The numbers by which a script knows how a run ended.
enum ExitStatus: Int32, Sendable {
    case done = 0
    /// More records were broken than `--max-broken` allows.
    case tooMuchBroken = 1
    /// Nothing passed what was to be kept; the number is the same.
    static let nothingLeft = ExitStatus.tooMuchBroken
    case couldNotRun = 2
    case usage = 64
    /// Ended in order by Ctrl-C; the number is the shell's for it.
    case interrupted = 130
}
