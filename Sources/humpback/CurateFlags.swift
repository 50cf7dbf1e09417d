import Curate
import Finetune
import Foundation
import Inference
import LanguageModels
import Records
import Stages

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
        "A backward model, whose likelihoods say whether instruction and text belong together. Without it the judge itself where it has that role, "
            + "and the default model's, where the default model judges or nobody does.")
    static let forward = Option<String?>.folder(
        "forward", as: "DIR|none",
        "A forward model, whose likelihoods say the same from the other side; four more passes over each text. Without it none, but where a "
            + "signal is asked for that needs one: then the default forward model, which standard error names.")
    static let minScore = Option<Double?>.number("min-score", 1...5, "The least score that passes. 4.5 without it.")
    static let topFraction = Option<Double?>.number(
        "top-fraction", as: "F", 0.000001...1,
        "Let this share pass, the best rated, instead of a least score. It is the share of what one per passage, distinct instructions and a "
            + "bound per host leave, where these are asked for.")
    static let keepAll = Option<Bool>.flag("keep-all", "Write every rated pair; `selected` says which ones pass.")
    static let signals = Option<Bool>.flag(
        "signals",
        "Write into each pair, under `signals`, what can be measured of it: gains, losses, likeness to the seeds, and what its text shows. Opens "
            + "the default forward and base models where --forward and --base name none.")
    static let select = Option<Selector>(
        declaration: OptionDeclaration(
            name: "select", valueName: "NAME", completion: .choices(Selector.names),
            summary:
                "What pairs are ranked by: gain (the score), combined (a score made of several signals, by coefficients that finetune fitted on "
                + "held-out seeds; with --forward of more of them), random, one signal, or several with + between them, each standardised over the pairs and added. Signals: "
                + Signal.allCases.map(\.rawValue).joined(separator: ", ")
                + ". Losses, shares and faults count from the lowest up, all others from the highest down. A signal that needs a forward or base "
                + "model takes the default one where --forward or --base names none, and standard error names it.",
            expectation: "gain, combined, random, or signals with + between them (`humpback curate --help` lists them)",
            defaultText: "gain",
            accepts: { Selector($0) != nil }), fallback: .gain
    ) { $0.last.flatMap(Selector.init) }
    static let tokens = Option<Int?>.integer(
        "tokens", 1...Int.max, "Let the best pass whose outputs have so many tokens together, instead of a least score or a share.")
    /// The word means two things here, which no value can mix up: how products are computed, as everywhere, and the share of good pairs.
    static let precision = Option<Double?>(
        declaration: OptionDeclaration(
            name: "precision", valueName: "SHARE|" + Precision.allCases.map(\.rawValue).joined(separator: "|"),
            completion: .choices(Precision.allCases.map(\.rawValue)), repeats: true,
            summary:
                "A number such as 0.9: let pass from a score on where your verdicts (--labels) show with 95 % certainty that so many are good. "
                + "int8 or float32: what products are computed with, as everywhere; int8 without it.",
            expectation: "a share from 0.5 to 0.999, int8 or float32", accepts: { share($0) != nil || Precision(rawValue: $0) != nil }),
        fallback: nil
    ) { $0.compactMap(share).last }
    private static func share(_ word: String) -> Double? { Double(word).flatMap { (0.5...0.999).contains($0) ? $0 : nil } }
    static let labels = Option<[String]>.files(
        "labels", "Verdicts on some of the pairs, by id, for --precision: what `humpback label` writes, or records with `id` and `label`.")
    static let perDomain = Option<Int?>.integer(
        "per-domain", 1...Int.max, "Let at most so many pass of one host (of one source file, where a record has no address).")
    static let distinct = Option<Double?>.number(
        "distinct", as: "X", 0.05...1,
        "Of instructions whose likeness (ROUGE-L) is X or more let the better pair pass alone; 0.7 is what Self-Instruct takes.")
    static let onePerPassage = Option<Bool>.flag("one-per-passage", "Of the pairs of one passage let the best pass alone.")
    static let base = Option<String?>.folder(
        "base", as: "DIR|none", "The plain model that measures perplexity, difficulty and nearness. Without it the default base model.")
    static let seedData = Option<[String]>.files(
        "seed-data", "Seed pairs, for the signal nearness and to check a judge by; in any format that finetune reads.")
    static let iteration = Option<Int>.integer(
        "iteration", as: "K", 1...1000, default: 1, "The round of a loop that the ratings belong to; it stands in them.")

    /// Refuses two ways to select at once.
    static func check(_ arguments: Arguments) throws(UsageError) {
        if arguments.has(minScore), arguments.has(topFraction) {
            throw .combination("--min-score and --top-fraction are two ways to select; give one.")
        }
    }
}

/// How pairs are chosen and what is measured for it.
extension CurateFlags {
    /// Refuses what does not go together among the options of a choice.
    static func checkChoice(_ arguments: Arguments) throws(UsageError) {
        try check(arguments)
        if arguments.has(tokens),
            let other = [minScore.declaration, topFraction.declaration].first(where: { arguments.hasOption($0.name) })
        {
            throw .combination("--tokens and \(other.flag) are two ways to select; give one.")
        }
        let selector = arguments[select]
        let computed = arguments.words(given: precision.declaration).filter { share($0) == nil }.map { "--precision \($0)" }.first
        if let share = arguments[precision].map(shortest) {
            if arguments[labels].isEmpty {
                throw .combination(
                    "--precision \(share) goes by verdicts; take some with humpback label, and give them by --labels FILE."
                )
            }
            for other in [minScore.declaration, topFraction.declaration, tokens.declaration] where arguments.hasOption(other.name) {
                throw .combination("--precision \(share) and \(other.flag) are two ways to select; give one.")
            }
            if let shard = arguments.value(SharedOptions.shard) {
                throw .combination(
                    "--precision \(share) looks at all pairs at once, and --shard \(shard) sees a part; rate the shards with --keep-all, and give what "
                        + "`humpback join` makes of them to `curate --precision \(share)`.")
            }
            if !selector.isScore {
                throw .combination("--precision \(share) sets a least score; --select \(selector.text) ranks by something else.")
            }
        } else if !arguments[labels].isEmpty {
            throw .combination(
                "--labels goes with --precision SHARE, such as 0.9"
                    + (computed.map { "; \($0) says what products are computed with, and stays beside it." } ?? "."))
        }
        if !selector.isScore, !arguments.has(topFraction), !arguments.has(tokens) {
            throw .combination(
                "--select \(selector.text) ranks by something else than the score; say how many pass with --top-fraction or --tokens.")
        }
        if selector.signals.contains(where: { $0.needs.contains(.seeds) }), arguments[seedData].isEmpty {
            throw .combination("--select \(selector.text) measures likeness to seeds; give them by --seed-data FILE.")
        }
    }

    /// The choice that compares pairs; nil where a least score alone decides.
    static func choice(_ arguments: Arguments) throws -> PairChoice? {
        var instructions: [String: String] = [:]
        let budget: PairChoice.Budget =
            if let share = arguments[topFraction] {
                .fraction(share)
            } else if let count = arguments[tokens] {
                .tokens(count)
            } else if let share = arguments[precision] {
                try {
                    let records = try RecordSource.readAll(arguments[labels])
                    instructions = Verdicts().instructions(records)
                    return .precision(share, verdicts: try Verdicts().byID(records))
                }()
            } else {
                .minimumScore(arguments[minScore] ?? 4.5)
            }
        var choice = PairChoice(
            selector: arguments[select], budget: budget, perDomain: arguments[perDomain], distinct: arguments[distinct],
            onePerPassage: arguments[onePerPassage], seed: arguments[SharedOptions.seed])
        choice.verdictInstructions = instructions
        if case .minimumScore = budget, choice.perDomain == nil, choice.distinct == nil, !choice.onePerPassage { return nil }
        return choice
    }

    /// What is measured beside the score, with the models that it takes; nil where nothing is asked for.
    static func reading(_ arguments: Arguments, _ raters: Raters) async throws -> SignalReading? {
        var wanted = arguments[select].signals
        if arguments.has(tokens) { wanted.insert(.length) }
        if arguments[signals] { wanted.formUnion(Signal.allCases) }
        guard !wanted.isEmpty else { return nil }
        let needs = wanted.reduce(into: Set<SignalNeed>()) { $0.formUnion($1.needs) }
        func model(_ need: SignalNeed, _ option: Option<String?>, _ role: ModelRole?) async throws -> (any LanguageModel)? {
            guard needs.contains(need), arguments[option] != "none" else { return nil }
            let model = try await ModelLocator.open(arguments[option], arguments, for: role)
            if arguments[option] == nil, !arguments[SharedOptions.quiet] {
                let kind = option.declaration.name
                complain("humpback curate: signals are measured by the default \(kind) model, \(model.card.name); --\(kind) names another.")
            }
            return model
        }
        let forward = if let own = raters.forward { own } else { try await model(.forward, self.forward, .forward) }
        let base = try await model(.base, self.base, nil)
        let backward = raters.backward
        // Of no file at all SeedFile reads standard input, where the pairs come from.
        let files = wanted.contains(.nearness) ? arguments[seedData] : []
        let seeds = files.isEmpty ? [] : try SeedFile.read(files, fields: arguments.fieldNames).seeds
        let nearness: SeedNearness? = if let base, !seeds.isEmpty { try await SeedNearness(to: seeds, in: base) } else { nil }
        let hand: [SignalNeed: Bool] = [
            .backward: backward != nil, .forward: forward != nil, .base: base != nil, .seeds: nearness != nil, .judge: raters.judge != nil,
        ]
        for signal in arguments[select].signals {
            if let missing = signal.needs.first(where: { hand[$0] != true }) {
                throw UsageError.combination(
                    "--select \(signal.rawValue) needs \(Self.words[missing] ?? "a model"), and none is named or there.")
            }
        }
        for model in [forward, base].compactMap(\.self) where !model.card.givesLogLikelihoods {
            throw UsageError.combination(
                "\(model.card.name) gives no log-likelihoods, which signals are made of; name a model that runs here, or `none`.")
        }
        return SignalReading(
            wanted: wanted, backward: backward, forward: forward, base: base, nearness: nearness, counter: backward ?? raters.judge ?? base)
    }

    private static let words: [SignalNeed: String] = [
        .backward: "a backward model (--backward)", .forward: "a forward model (--forward)", .base: "a base model (--base)",
        .seeds: "seeds (--seed-data)", .judge: "a judge (--model)",
    ]
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
        try JudgeFlags.check(arguments, judgement)
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
        if JudgeFlags.isGiven(arguments) { return .forward }
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
