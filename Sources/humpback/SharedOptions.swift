/// Options that mean the same in every command that has them.
enum SharedOptions {
    static let help = Option<Bool>.flag("help", short: "h", "Show this help.")

    // Every data stage
    static let output = Option<String?>.file("output", short: "o", "Write here instead of standard output; .gz by name.")
    static let resume = Option<Bool>.flag("resume", "Go on where an interrupted run stopped. Needs -o.")
    static let force = Option<Bool>.flag("force", "Replace an output that exists.")
    static let limit = Option<Int?>.integer("limit", 1...Int.max, "Read no more than N records.")
    static let sample = Option<Int?>.integer("sample", 1...Int.max, "Take N records, chosen by hash over the whole input.")
    static let exclude = Option<String?>.file("exclude", "Leave out what FILE lists: ids, URLs or domains, one a line.")
    static let rejects = Option<String?>.file("rejects", "Write what was dropped or broken here, each with its reason.")
    static let maxBroken = Option<Double>.number(
        "max-broken", as: "SHARE", 0...1, default: 0.05, "End with status 1 where more than this share of the records is broken.")
    static let summary = Option<String?>.file("summary", "Write the counts of the funnel here, as JSON.")
    static let quiet = Option<Bool>.flag("quiet", short: "q", "Say nothing but errors.")

    // Every model command
    static let model = Option<String?>.folder("model", "The model's folder. Without it the default model is taken.")
    static let base = Option<String?>.folder("base", "The model to start from. Without it the default model's base is taken.")
    static let batch = Option<Int>.integer(
        "batch", 1...4096, default: 16, "Sequences computed together; it changes speed and memory, not results.")
    static let threads = Option<Int?>.integer("threads", 1...1024, "Threads to compute with; all cores without it. Results do not change.")
    static let seed = Option<UInt64>.seed("Where randomness starts; the same seed gives the same output.")
}

extension OptionGroup {
    static let everywhere = OptionGroup("Help", SharedOptions.help)

    static let data = OptionGroup(
        "Input and output", SharedOptions.output, SharedOptions.resume, SharedOptions.force, SharedOptions.limit, SharedOptions.sample,
        SharedOptions.exclude, SharedOptions.rejects, SharedOptions.maxBroken, SharedOptions.summary, SharedOptions.quiet)
}
