import Ground
import LanguageModels
import Records

/// Which of rated pairs are kept when they are compared with each other: the best by a selector, within a budget, with what is too like a
/// better one left out.
///
/// The pairs are gone through from the best down, ties by a hash of their ids, so that the choice does not depend on their order in the input.
/// What one rule refuses takes no place from the others, and a share is that of the pairs which the other rules leave: of the passages' best
/// where one of a passage is kept.
public struct PairChoice: Sendable, Equatable {
    public enum Budget: Sendable, Equatable {
        /// Those of this score or more, on the scale of 1 to 5.
        case minimumScore(Double)
        /// This share of the rated pairs that are not too like a better one, rounded up.
        case fraction(Double)
        /// Outputs of so many tokens together; the first that does not fit any more ends it.
        case tokens(Int)
        /// Those from a score on that people's verdicts, by the pairs' ids, show so great a share of good pairs at (`PrecisionThreshold`).
        case precision(Double, verdicts: [String: Bool])
    }

    public var selector: Selector
    public var budget: Budget
    /// The most pairs of a host, or of a source where there is no address; nil sets no bound.
    public var perDomain: Int?
    /// From this likeness on (ROUGE-L, from 0 to 1) of two instructions the better pair is kept; nil keeps both.
    public var distinct: Double?
    /// Of the samples of a passage the best is kept.
    public var onePerPassage: Bool
    /// What the selector `random` goes by.
    public var seed: UInt64
    /// The instructions that verdicts were given on, by the pairs' ids, where the verdicts name them: one on other words says nothing of the pair.
    public var verdictInstructions: [String: String] = [:]

    public init(
        selector: Selector = .gain, budget: Budget, perDomain: Int? = nil, distinct: Double? = nil, onePerPassage: Bool = false,
        seed: UInt64 = 0
    ) {
        self.selector = selector
        self.budget = budget
        self.perDomain = perDomain
        self.distinct = distinct
        self.onePerPassage = onePerPassage
        self.seed = seed
    }

    /// What is known of a pair when pairs are compared.
    struct Candidate: Sendable, Equatable {
        var hash: UInt64
        /// What the selector goes by; nil where a signal could not be measured.
        var values: [Double]?
        var tokens: Int
        var passage: String?
        var domain: String?
        var instruction: String
        /// What a person said of it.
        var isGood: Bool?
        /// Whether what was said under its id was said of another instruction.
        var isOtherThanJudged = false
    }

    func candidate(_ pair: RatedPair) -> Candidate {
        let said: Bool? = if case .precision(_, let verdicts) = budget { verdicts[pair.pair.id] } else { nil }
        let isOther = said != nil && verdictInstructions[pair.pair.id].map { $0 != pair.pair.instruction } ?? false
        return Candidate(
            hash: stableHash64(pair.pair.id), values: selector.values(of: pair, seed: seed),
            tokens: pair.object["signals"]?.object?[Signal.length.rawValue]?.integer ?? 0,
            passage: onePerPassage ? pair.pair.passageID : nil, domain: perDomain == nil ? nil : PairDomain.of(pair.pair),
            instruction: distinct == nil ? "" : pair.pair.instruction, isGood: isOther ? nil : said, isOtherThanJudged: isOther)
    }

    /// The choice with the least score that the verdicts on some of the pairs set, and that threshold; itself where it does not go by them.
    ///
    /// - Throws: `UnshownPrecision` where the verdicts show no threshold.
    func settled(_ candidates: [Candidate]) throws(UnshownPrecision) -> (choice: PairChoice, threshold: PrecisionThreshold?) {
        guard case .precision(let share, _) = budget else { return (self, nil) }
        let labelled = candidates.compactMap { candidate in
            candidate.isGood.flatMap { isGood in candidate.values?.first.map { Calibration.Labelled(score: $0, isGood: isGood) } }
        }
        do {
            let threshold = try PrecisionThreshold.find(share, labelled)
            var choice = self
            choice.budget = .minimumScore(threshold.score)
            return (choice, threshold)
        } catch {
            throw UnshownPrecision(error: error, reach: reach(candidates))
        }
    }

    /// How many of the verdicts are on the pairs.
    func reach(_ candidates: [Candidate]) -> VerdictReach {
        guard case .precision(_, let verdicts) = budget else { return VerdictReach() }
        let (here, others) = (candidates.count { $0.isGood != nil }, candidates.count(where: \.isOtherThanJudged))
        return VerdictReach(
            given: verdicts.count, here: here, ofOtherIDs: max(0, verdicts.count - here - others), ofOtherInstructions: others)
    }

    /// For each candidate why it is not kept; nil for those that are.
    func decisions(_ candidates: [Candidate]) -> [Rejection?] {
        var decisions = [Rejection?](repeating: nil, count: candidates.count)
        let measured = candidates.indices.filter { candidates[$0].values != nil }
        for place in candidates.indices where candidates[place].values == nil {
            decisions[place] = Rejection("no_signal", threshold: .string(selector.text))
        }
        let values = measured.compactMap { candidates[$0].values }
        var ranking = zip(measured, zip(values, selector.merits(values))).map { place, found in
            // What a person is told: the value as the record has it, or the sum.
            (place: place, merit: found.1, value: found.0.count == 1 ? found.0[0] : ExpectedScore.rounded(found.1))
        }
        ranking.sort { one, other in
            (one.merit, candidates[one.place].hash, other.place) > (other.merit, candidates[other.place].hash, one.place)
        }
        var kept = Kept(distinct: distinct)
        for (place, _, value) in ranking {
            let candidate = candidates[place]
            decisions[place] = reason(candidate, value, kept) ?? kept.instructions?.reason(candidate.instruction)
            if decisions[place] == nil { kept.add(candidate, value) }
            if decisions[place]?.reason == Self.overBudget { kept.isFull = true }
        }
        if case .fraction(let share) = budget {
            let left = ranking.filter { decisions[$0.place] == nil }
            // What could not be measured is counted too: the share is that of what was rated.
            let most = Int((Double(left.count + candidates.count - measured.count) * share).rounded(.up))
            let last = left.prefix(most).last?.value ?? .nan
            for (place, _, value) in left.dropFirst(most) {
                decisions[place] = Rejection("below_top_fraction", value: .double(value), threshold: .double(last))
            }
        }
        return decisions
    }

    /// What a person must know of pairs that a rule cannot tell apart, since they do not say where they come from; empty where all say it.
    func silences(_ candidates: [Candidate]) -> [String] {
        func line(_ rule: String, _ count: Int, _ field: String) -> String? {
            let all = Figures.grouped(candidates.count)
            return count == 0 ? nil : "\(rule): \(Figures.grouped(count)) of \(all) pairs have no \(field), and the rule passes them over"
        }
        return [
            onePerPassage ? line("--one-per-passage", candidates.count { $0.passage == nil }, "passage_id") : nil,
            perDomain != nil ? line("--per-domain", candidates.count { $0.domain == nil }, "url and no source") : nil,
        ].compactMap(\.self)
    }

    private static let overBudget = "over_token_budget"

    private struct Kept {
        var tokens = 0
        /// Whether a pair did not fit the budget of tokens any more.
        var isFull = false
        var passages: [String: Double] = [:]
        var domains: [String: Int] = [:]
        var instructions: DistinctInstructions?

        init(distinct: Double?) {
            instructions = distinct.map { DistinctInstructions(bound: $0) }
        }

        mutating func add(_ candidate: Candidate, _ value: Double) {
            tokens += candidate.tokens
            if let passage = candidate.passage { passages[passage] = value }
            if let domain = candidate.domain { domains[domain, default: 0] += 1 }
            instructions?.add(candidate.instruction)
        }
    }

    private func reason(_ candidate: Candidate, _ own: Double, _ kept: Kept) -> Rejection? {
        let value = JSONValue.double(own)
        switch budget {
        case .minimumScore(let least):
            if own < least { return Rejection("score_low", value: value, threshold: .double(least)) }
        case .fraction, .precision: break
        case .tokens(let most):
            if kept.isFull || kept.tokens + candidate.tokens > most {
                return Rejection(Self.overBudget, value: .integer(kept.tokens + candidate.tokens), threshold: .integer(most))
            }
        }
        if onePerPassage, let passage = candidate.passage, let better = kept.passages[passage] {
            return Rejection("passage_has_better", value: value, threshold: .double(better))
        }
        if let domain = candidate.domain, let most = perDomain, kept.domains[domain, default: 0] >= most {
            return Rejection("domain_full", value: .string(domain), threshold: .integer(most))
        }
        return nil
    }

    /// Writes into a record whether it was chosen and, where the score did not decide, what it was ranked by.
    func mark(_ record: inout JSONObject, isSelected: Bool) {
        record["selected"] = .bool(isSelected)
        record["selected_by"] = selector.isScore ? nil : .string(selector.text)
    }

    /// What makes two choices the same.
    var settings: JSONObject {
        var settings: JSONObject = ["select": .string(selector.text)]
        switch budget {
        case .minimumScore(let least): settings["min_score"] = .double(least)
        case .fraction(let share): settings["top_fraction"] = .double(share)
        case .tokens(let most): settings["tokens"] = .integer(most)
        case .precision(let share, let verdicts):
            settings["precision"] = .double(share)
            let said = verdicts.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)" }.joined(separator: "\u{0}")
            settings["verdicts"] = .string(hexadecimal(stableHash64(said)))
            if !verdictInstructions.isEmpty {
                let named = verdictInstructions.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)" }.joined(separator: "\u{0}")
                settings["verdict_instructions"] = .string(hexadecimal(stableHash64(named)))
            }
        }
        settings["per_domain"] = perDomain.map { .integer($0) } ?? .null
        settings["distinct"] = distinct.map { .double($0) } ?? .null
        settings["one_per_passage"] = .bool(onePerPassage)
        if selector == .random { settings["seed"] = .number(String(seed)) }
        return settings
    }
}
