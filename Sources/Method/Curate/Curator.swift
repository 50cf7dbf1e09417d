import Foundation
import Ground
import LanguageModels
import Records

/// Self-curation: a judge rates each candidate pair, and the best are kept.
///
/// Li et al. 2023 (arXiv 2308.06259), section 2.3. Where the paper parses a digit out of sampled text, the score here is the expectation
/// over the rubric's labels after one forward pass, the probabilities renormalised over the labels: it needs no sampling, ranks finely,
/// and makes the paper's thresholds of 4.5 and 4 mean what they say. Where a backward model is at hand, and better a forward one too, what
/// lies above the lowest score is multiplied by the probability that instruction and text belong together (see `PairGain`): a pair is worth
/// what the judge says of it as far as it is a pair. Without a judge that probability alone is the score: a judge of some hundred million
/// weights says less of a pair than the likelihoods do.
public struct Curator: Sendable {
    public var judge: (any LanguageModel)?
    public var pairGain: PairGain?
    public var options: CurateOptions
    /// The signals that are measured and written into the record; nil measures none.
    public let signals: SignalReading?
    /// What makes the score of the signals; nil leaves it to the gain.
    private let combination: SignalCombination?
    private let maker: JSONObject

    /// - Parameters:
    ///   - judge: nil leaves it to the likelihoods.
    ///   - backward: says how well instruction and text belong together; nil leaves it to the judge.
    ///   - forward: says the same from the other side; wants `backward`.
    ///   - signals: what is measured beside the score.
    public init(
        judge: (any LanguageModel)?, backward: (any LanguageModel)? = nil, forward: (any LanguageModel)? = nil,
        signals: SignalReading? = nil, options: CurateOptions
    ) throws {
        if let judge { try options.judgement.check(judge.card) }
        if let backward {
            let roles = backward.card.roles
            guard roles.isEmpty || roles.contains(.backward) else { throw CurateError.notBackward(model: backward.card.name, roles: roles) }
            guard backward.card.givesProbabilities else { throw CurateError.noLikelihoods(model: backward.card.name) }
        }
        if let forward {
            let roles = forward.card.roles
            guard roles.isEmpty || roles.contains(.forward) else {
                throw CurateError.gainNotForward(model: forward.card.name, roles: roles)
            }
            guard forward.card.givesProbabilities else { throw CurateError.noForwardLikelihoods(model: forward.card.name) }
        }
        self.judge = judge
        pairGain = backward.map { PairGain(backward: $0, forward: forward) }
        self.options = options
        combination = options.combinesSignals ? try Self.combination(of: backward, forward) : nil
        if let combination {
            var reading = signals ?? SignalReading(wanted: [], backward: backward)
            reading.wanted.formUnion(combination.terms.compactMap { Signal(rawValue: $0.signal) })
            self.signals = reading
        } else {
            self.signals = signals
        }
        guard let rater = judge ?? backward else { throw CurateError.nobodyRates }
        maker = MadeBy(stage: "curate", model: rater.card).object
    }

    /// The combination in the notes of a backward model, all of whose signals can be measured: where there is a forward model, the one that was
    /// fitted with such a model, else the one for the backward model alone.
    private static func combination(of backward: (any LanguageModel)?, _ forward: (any LanguageModel)?) throws -> SignalCombination {
        guard let backward else { throw CurateError.nobodyRates }
        let card = backward.card
        guard let found = (forward == nil ? nil : card.combinationWithForward) ?? card.combination else {
            if card.combinationWithForward != nil { throw CurateError.combinationNeedsForward(model: card.name) }
            throw CurateError.noCombination(model: card.name)
        }
        let known = Signal.ofBackwardAlone + (forward == nil ? [] : Signal.ofForwardAlone)
        for term in found.terms where Signal(rawValue: term.signal).map(known.contains) != true {
            throw CurateError.unknownSignal(model: card.name, signal: term.signal)
        }
        return found
    }

    /// What a person must know of scores by combined signals; nil where they are what they seem.
    public var noticeOfCombination: String? {
        guard let combination, let backward = signals?.backward?.card else { return nil }
        if combination.fittedTo != SignalCombination.ownSamples {
            return
                "\(backward.name) combines its signals as fitted to tell people's pairs from mismatched and spoilt ones, which says little of what the "
                + "model writes itself; `humpback finetune --role backward` fits them on that."
        }
        if let wanted = combination.forward, let forward = pairGain?.forward?.forward.card, forward.fingerprint != wanted {
            return
                "\(backward.name) combines its signals as fitted with another forward model than \(forward.name) (fingerprint \(wanted)); the ranks "
                + "will do, the scores may be off: choose by --top-fraction."
        }
        return nil
    }

    /// What makes two runs give the same bytes, for `--resume` to compare.
    public var settings: JSONObject {
        var settings: JSONObject = [
            "made_by": .object(maker), "judge": .string(judge == nil ? "none" : options.judgement.rawValue),
            "min_score": .double(options.minimumScore),
            "keep_all": .bool(options.keepsAll), "iteration": .integer(options.iteration),
            "matcher": pairGain?.settings ?? .null,
        ]
        if let ratingJudge, options.judgement == .rubric {
            settings["rubrics"] = .object(ratingJudge.rubrics.fingerprints)
            if ratingJudge.samples > 1 {
                settings["judge_samples"] = .integer(ratingJudge.samples)
                settings["judge_seed"] = .number(String(ratingJudge.seed))
            }
        }
        if let signals { settings["signals"] = .object(signals.settings) }
        if let combination { settings["combination"] = .object(combination.object) }
        return settings
    }

    /// The pair with its score, its rating added to `ratings`, and `selected` set by the score; dropped where it is not selected, unless
    /// all are kept. A pair the judge gave no answer on is broken.
    public func rated(_ pair: Pair) async throws -> Outcome {
        let expected: ExpectedScore?
        let measure: PairGain.Measure?
        let values: [Signal: Double]?
        do {
            expected = try await expectedScore(of: pair)
            measure = try await pairGain?.measure(pair)
            values = try await signals?.values(of: pair, measure: measure, judged: expected?.score)
        } catch let rejection as Rejection {
            return .broken(pair.object, rejection)
        }
        // What the judge leaves open is the highest score.
        var (score, ratings) = (expected?.score ?? 5, expected.map { [rating($0, of: pair)] } ?? [])
        var belonging = measure?.probability
        if let measure, let pairGain { ratings.append(pairGain.rating(measure, iteration: options.iteration)) }
        if let combination {
            let named = SignalReading.named(values ?? [:])
            guard let parts = combination.parts(named) else {
                let missing = combination.terms.map(\.signal).filter { named[$0] == nil }
                return .broken(pair.object, Rejection("no_signal", value: .string(missing.joined(separator: ", "))))
            }
            let probability = GainScale.probability(logOdds: parts.reduce(combination.intercept) { $0 + $1.part })
            belonging = probability
            ratings.append(combinedRating(probability, parts: parts, of: combination))
        }
        if let belonging { score = ExpectedScore.rounded(1 + (score - 1) * belonging) }
        let isSelected = score >= options.minimumScore
        let rated = try RatedPair(pair, ratings: ratings, score: score, isSelected: isSelected)
        var object = rated.object
        // What an earlier choice went by.
        object["selected_by"] = nil
        if let values { object["signals"] = .object(SignalReading.object(values)) }
        if isSelected || options.keepsAll { return .kept([object]) }
        return .dropped(object, Rejection("score_low", value: .double(score), threshold: .double(options.minimumScore)))
    }

    /// The judge's expected score of one pair, nil without a judge; throws a `Rejection` where the judge gives none.
    func expectedScore(of pair: Pair) async throws -> ExpectedScore? {
        try await ratingJudge?.score(of: pair.output, to: pair.instruction, language: pair.language, key: pair.id)
    }

    /// The judge with what it is told, nil without one.
    var ratingJudge: Judge? {
        judge.map {
            Judge($0, by: options.judgement == .trained ? .trained : options.rubrics, samples: options.judgeSamples, seed: options.seed)
        }
    }

    /// The probability of a good pair by the combined signals, as an entry of `ratings`, with what each signal added to the log-odds.
    private func combinedRating(
        _ probability: Double, parts: [(signal: String, part: Double)], of combination: SignalCombination
    ) -> Rating {
        let probability = ExpectedScore.rounded(probability)
        return Rating(
            rubric: "combined", scale: 0...1, probabilities: [("good", probability), ("other", ExpectedScore.rounded(1 - probability))],
            mass: 1, judge: (signals?.backward?.card).map { "\($0.name) \($0.fingerprint) \($0.precision)" } ?? "",
            iteration: options.iteration,
            parts: [("intercept", ExpectedScore.rounded(combination.intercept))] + parts.map { ($0.signal, ExpectedScore.rounded($0.part)) }
        )
    }

    private func rating(_ expected: ExpectedScore, of pair: Pair) -> Rating {
        let rubric = ratingJudge?.rubric(of: pair.output, language: pair.language)
        return Rating(
            rubric: rubric?.name ?? "", scale: Double(expected.scale.lowerBound)...Double(expected.scale.upperBound),
            probabilities: zip(expected.scale, expected.probabilities).map { ("\($0)", $1) }, mass: expected.mass,
            judge: judge.map { "\($0.card.name) \($0.card.fingerprint) \($0.card.precision)" } ?? "", iteration: options.iteration,
            rubricFingerprint: options.judgement == .rubric ? rubric?.fingerprint : nil)
    }
}

/// How candidate pairs are rated and which are kept.
public struct CurateOptions: Sendable, Equatable {
    public var judgement: Judgement
    /// What a judge is told that is given a rubric in words.
    public var rubrics: Rubrics
    /// How many answers of the judge are sampled and averaged; one takes the expected value.
    public var judgeSamples: Int
    /// Where the randomness of several samples starts.
    public var seed: UInt64
    /// The least score of a selected pair, on the scale of 1 to 5.
    public var minimumScore: Double
    /// Writes every rated pair, with `selected` saying which passed.
    public var keepsAll: Bool
    /// The round of the loop, written into the rating.
    public var iteration: Int
    /// Makes the score of the signals that the backward model's notes combine, instead of the gain alone.
    public var combinesSignals: Bool

    public init(
        judgement: Judgement = .trained, minimumScore: Double = 4.5, keepsAll: Bool = false, iteration: Int = 1,
        combinesSignals: Bool = false, rubrics: Rubrics = .fivePoint, judgeSamples: Int = 1, seed: UInt64 = 0
    ) {
        self.rubrics = rubrics
        self.judgeSamples = judgeSamples
        self.seed = seed
        self.combinesSignals = combinesSignals
        self.judgement = judgement
        self.minimumScore = minimumScore
        self.keepsAll = keepsAll
        self.iteration = iteration
    }
}

/// Who judges and how it is asked.
public enum Judgement: String, Sendable, CaseIterable {
    /// A model of the role judge, asked as it was trained.
    case trained
    /// A forward model given the rubric in words, as in the paper.
    case rubric = "forward"

    /// Throws unless a model of this card may judge so: one of the role asked, or one without roles, which may play any.
    public func check(_ card: ModelCard) throws {
        switch self {
        case .trained:
            guard card.roles.isEmpty || card.roles.contains(.judge) else {
                throw CurateError.notAJudge(model: card.name, roles: card.roles)
            }
        case .rubric:
            guard card.roles.isEmpty || card.roles.contains(.forward) else {
                throw CurateError.notForward(model: card.name, roles: card.roles)
            }
        }
    }
}

/// Why curation cannot begin.
public enum CurateError: Error, CustomStringConvertible {
    /// Neither a judge nor a backward model.
    case nobodyRates
    case notAJudge(model: String, roles: [ModelRole])
    case notForward(model: String, roles: [ModelRole])
    case notBackward(model: String, roles: [ModelRole])
    case noLikelihoods(model: String)
    case gainNotForward(model: String, roles: [ModelRole])
    case noForwardLikelihoods(model: String)
    /// Asked about plain pairs, the judge says no label; the largest probability that all labels together had.
    case saysNoScore(model: String, mass: Double?)
    case noLabels(LabelNotOneToken)
    /// The backward model's notes have no fitted combination of signals.
    case noCombination(model: String)
    /// They have one, that wants a forward model.
    case combinationNeedsForward(model: String)
    /// The combination names a signal that there is not, or that is not measured here.
    case unknownSignal(model: String, signal: String)
    case noSeedFits(Int)
    /// Asked about plain pairs, the judge's answers are cut before a score.
    case isCut(model: String)

    public var description: String {
        switch self {
        case .nobodyRates:
            "without a judge a backward model rates the pairs, by its likelihoods; make one with "
                + "`humpback finetune --role backward --seed-data seed.jsonl --out B`, and give `--backward B`"
        case .notAJudge(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and curate asks a judge; make one with "
                + "`humpback finetune --role judge --seed-data seed.jsonl --out J`, or let a forward model judge by the written rubric with "
                + "`--judge forward`"
        case .notBackward(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and --backward asks a backward model; make one with "
                + "`humpback finetune --role backward --seed-data seed.jsonl --out B`, or say `--backward none`"
        case .noLikelihoods(let model):
            "\(model) gives no log-likelihoods, which --backward needs; say `--backward none` to let the judge decide alone"
        case .gainNotForward(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and --forward asks a forward model; make one with "
                + "`humpback finetune --seed-only --seed-data seed.jsonl --out M0`, or leave `--forward` out"
        case .saysNoScore(let model, let mass): JudgeTrial.advice(model: model, mass: mass, isTrained: false)
        case .isCut(let model): JudgeTrial.adviceOfCuts(model: model)
        case .noLabels(let unsayable):
            "\(unsayable) Or make a judge of another base with `humpback finetune --role judge --base MODEL --seed-data seed.jsonl --out J` and "
                + "give `--model J`."
        case .noCombination(let model):
            "the notes of \(model) have no combination of signals, which `--select combined` goes by; `humpback finetune --role backward` fits "
                + "one from \(10 * SignalCombination.leastSeeds) seeds on, or with \(SignalCombination.leastSeeds) held out. Choose by another "
                + "signal, or leave `--select` out"
        case .combinationNeedsForward(let model):
            "the notes of \(model) combine signals that a forward model measures; name it with --forward, or choose by another signal"
        case .unknownSignal(let model, let signal):
            "the notes of \(model) combine the signal \(signal), which is not measured here; train the model again with this version, or leave "
                + "`--select` out"
        case .noSeedFits(let count):
            "of \(count) seeds none fits the context of the model that nearness is measured with; give shorter ones by --seed-data"
        case .noForwardLikelihoods(let model):
            "\(model) gives no log-likelihoods, which --forward needs; leave `--forward` out"
        case .notForward(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and `--judge forward` asks a model that answers "
                + "instructions; leave `--judge` out for a model of the role judge"
        }
    }
}
