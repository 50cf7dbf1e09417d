import Curate

/// The options that say how pairs are rated and which are kept: those of `curate`, and of `run`, which does the same.
enum CurateFlags {
    static let judge = Option<Judgement>.choice(
        "judge", default: .trained, "A model of the role judge, or a forward model that is given the rubric in words, as in the paper.")
    static let backward = Option<String?>.folder(
        "backward", as: "DIR|none",
        "A backward model, whose likelihoods say whether request and text belong together. Without it the judge itself where it has that role."
    )
    static let forward = Option<String?>.folder(
        "forward", as: "DIR|none",
        "A forward model, whose likelihoods say the same from the other side. Without it the default model's, where the default model judges."
    )
    static let minScore = Option<Double?>.number("min-score", 1...5, "The least score that passes. 4.5 without it.")
    static let topFraction = Option<Double?>.number(
        "top-fraction", as: "F", 0...1, "Let this share pass, the best rated, instead of a least score.")
    static let keepAll = Option<Bool>.flag("keep-all", "Write every rated pair; `selected` says which ones pass.")
    static let iteration = Option<Int>.integer(
        "iteration", as: "K", 1...1000, default: 1, "The round of a loop that the ratings belong to; it stands in them.")

    /// Refuses two ways to select at once.
    static func check(_ arguments: Arguments) throws(UsageError) {
        if arguments.has(minScore), arguments.has(topFraction) {
            throw .combination("--min-score and --top-fraction are two ways to select; give one.")
        }
    }
}
