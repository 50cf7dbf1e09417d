import Ground
import Records
import Stages

/// The join of what `curate --shard` wrote: where pairs are compared with each other, they are now, all of them.
public enum CurateJoin {
    public static func run(_ set: ShardSet, _ options: StageOptions) throws -> StageSummary {
        var join = ShardJoin(set, options: options)
        try join.check()
        guard let given = set.settings["choice"]?.object else { return try join.run() }
        guard let choice = PairChoice(settings: given) else {
            throw ShardError.cannotJoin(stage: "curate with a choice of another version")
        }
        let keepsAll = set.settings["chosen_keep_all"]?.bool ?? false
        var candidates: [PairChoice.Candidate] = []
        try join.forEachRecord { _, line in candidates.append(choice.candidate(try RatedPair(try JSONObject(parsing: line)))) }
        let decisions = choice.decisions(candidates)
        candidates = []
        (join.dropper, join.droppedComeLast) = ("select", true)
        join.decision = { number, line in
            var object = try JSONObject(parsing: line)
            let reason = decisions[number]
            choice.mark(&object, isSelected: reason == nil)
            if let reason, !keepsAll { return .dropped(object, reason) }
            return .changed(object)
        }
        return try join.run()
    }
}

extension PairChoice {
    /// Reads what `settings` gives; nil where something is missing.
    init?(settings: JSONObject) {
        guard let selector = settings["select"]?.string.flatMap(Selector.init) else { return nil }
        let budget: Budget
        if let least = settings["min_score"]?.double {
            budget = .minimumScore(least)
        } else if let share = settings["top_fraction"]?.double {
            budget = .fraction(share)
        } else if let most = settings["tokens"]?.integer {
            budget = .tokens(most)
        } else {
            return nil
        }
        self.init(
            selector: selector, budget: budget, perDomain: settings["per_domain"]?.integer, distinct: settings["distinct"]?.double,
            onePerPassage: settings["one_per_passage"]?.bool ?? false, seed: settings["seed"].flatMap { UInt64($0.serialized) } ?? 0)
    }
}
