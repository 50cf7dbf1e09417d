import Curate
import Foundation
import LanguageModels

/// The options that say how pairs are rated and which are kept: those of `curate`, and of `run`, which does the same.
enum CurateFlags {
    /// Who rates pairs.
    enum Judge: String, CaseIterable {
        case trained, forward
        case nobody = "none"

        /// How the judge is asked; nil where likelihoods alone rate.
        var judgement: Judgement? {
            switch self {
            case .trained: .trained
            case .forward: .rubric
            case .nobody: nil
            }
        }
    }

    static let judge = Option<Judge?>.choice(
        "judge",
        "A model of the role judge; a forward model that is given the rubric in words, as in the paper; or nobody, and the gain of the backward "
            + "model alone says how good a pair is. Without it nobody where --backward is given and --model is not, or where the default model has no judge; "
            + "else trained.")
    static let backward = Option<String?>.folder(
        "backward", as: "DIR|none",
        "A backward model, whose likelihoods say whether request and text belong together. Without it the judge itself where it has that role, "
            + "and the default model's, where the default model judges or nobody does.")
    static let forward = Option<String?>.folder(
        "forward", as: "DIR|none", "A forward model, whose likelihoods say the same from the other side; four more passes over each text.")
    static let minScore = Option<Double?>.number("min-score", 1...5, "The least score that passes. 4.5 without it.")
    static let topFraction = Option<Double?>.number(
        "top-fraction", as: "F", 0.000001...1, "Let this share pass, the best rated, instead of a least score.")
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

extension CurateFlags {
    /// The models that rate pairs, as the arguments name them.
    struct Raters {
        var judge: (any LanguageModel)?
        var judgement: Judgement
        var backward: (any LanguageModel)?
        var forward: (any LanguageModel)?
    }

    /// Opens the models that the arguments name, and the default ones for what they leave out.
    static func raters(_ arguments: Arguments) async throws -> Raters {
        let judgement = chosenJudge(arguments).judgement
        if judgement == nil, arguments.has(SharedOptions.model) {
            throw UsageError.combination("--judge none asks nobody; leave --model out, or give it as --backward.")
        }
        let judge =
            if let judgement { try await ModelLocator.open(arguments, for: judgement == .trained ? .judge : .forward) } else {
                (any LanguageModel)?.none
            }
        let backward = try await self.backward(arguments, judge: judge, judgement: judgement)
        let forward = arguments[forward].flatMap { $0 == "none" ? nil : $0 }
        if backward == nil, forward != nil {
            throw UsageError.combination("--forward measures beside a backward model; give --backward too.")
        }
        return Raters(
            judge: judge, judgement: judgement ?? .trained, backward: backward,
            forward: try forward.map { try ModelLocator.open(named: $0, arguments) })
    }

    /// A model of a server was not trained to judge as ours are; it reads the rubric in words unless told otherwise.
    private static func chosenJudge(_ arguments: Arguments) -> Judge {
        if let given = arguments[judge] { return given }
        if ModelLocator.isRemote(arguments) { return .forward }
        if arguments.has(SharedOptions.model) { return .trained }
        let isNamedAlone = arguments[backward].map { $0 != "none" } ?? false
        return isNamedAlone || !ModelLocator.hasJudge ? .nobody : .trained
    }

    private static func backward(
        _ arguments: Arguments, judge: (any LanguageModel)?, judgement: Judgement?
    ) async throws -> (any LanguageModel)? {
        switch arguments[backward] {
        case "none": return nil
        case let name?: return try ModelLocator.open(named: name, arguments)
        case nil: break
        }
        guard let judge else { return try await ModelLocator.open(arguments, for: .backward) }
        guard judgement == .trained else { return nil }
        if judge.card.roles.contains(.backward) { return judge }
        return arguments.has(SharedOptions.model) ? nil : try await ModelLocator.open(nil, arguments, for: .backward)
    }
}
