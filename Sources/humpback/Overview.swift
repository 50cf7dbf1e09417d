/// What `humpback` alone says: the loop, and the commands along it.
enum Overview {
    static var text: String {
        let column = (Command.all.map(\.name.count).max() ?? 0) + 4
        let commands = Command.all.map { "  " + $0.name.padded(to: column) + $0.summary }.joined(separator: "\n")
        return """
            humpback \(Humpback.version): instruction backtranslation. Pages in, a better model out.

            \(loop)

            usage: humpback COMMAND [OPTION...] [FILE...]

            \(commands)

            "humpback help COMMAND" explains one, with examples, memory and cost.

            """
    }

    static let loop = """
          pages --ingest--> passages --augment--> pairs --curate--> curated pairs
                                        ^                   ^              |
                                    backward            backward and       |
                                      model            forward model       v
                 seed pairs ------------+-------------------+---------> finetune --> model
                                                            ^                          |
                                                            +------ next iteration ----+
        """
}
