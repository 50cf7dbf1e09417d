import Ground
import LanguageModels
import Records

/// The figures of several models on the pairs that all of them could be measured on, and how far each is from the first.
public struct EvaluationResult: Sendable {
    /// A model's figures over the common pairs.
    public struct Row: Sendable {
        public var name: String
        public var card: ModelCard
        public var figures: Figures
        /// What the losses of each common pair are, in their order; empty for judges.
        public var losses: [PairLoss]
        /// How far it is from the first model, by measure; empty for the first.
        public var differences: [Difference]
    }

    public enum Figures: Sendable {
        case loss(LossSummary)
        case judge(JudgeSummary)
    }

    public struct Difference: Sendable {
        /// "loss" and "instruction_gain" (or the same a byte), "auc_near" or "auc_random".
        public var measure: String
        public var difference: PairedDifference
        public var unit: PairedDifference.Unit
        public var sentence: String
    }

    /// A pair that no figure stands on.
    public struct LeftOut: Sendable, Equatable {
        /// Its place among the pairs.
        public var index: Int
        public var id: String
        public var model: String
        public var rejection: Rejection
    }

    public let role: ModelRole
    public let rows: [Row]
    /// In the order of the pairs.
    public let leftOut: [LeftOut]
    /// The number of pairs that the figures stand on.
    public let measured: Int
    /// Their ids.
    public let ids: [String]
    /// The pairs that have no other pair whose instruction, or output, would be a wrong one; 0 where none was asked for.
    public let withoutMismatch: Int

    /// Throws `EvaluateError.nothingMeasured` where no pair is left.
    public init(_ measurements: [Evaluation.Measurement], of evaluation: Evaluation) throws {
        let pairs = evaluation.pairs
        var leftOut: [LeftOut] = []
        var common: [Int] = []
        for index in pairs.indices {
            var shown: Int?
            var reason: (String, Rejection)?
            for one in measurements where reason == nil {
                switch one.outputBytes(of: index) {
                case .failure(let rejection): reason = (one.name, rejection)
                case .success(let bytes):
                    // Where a shorter context cuts the output, the models would be measured on different texts.
                    if let first = shown, first != bytes {
                        reason = (one.name, Rejection("cut_elsewhere", value: .integer(bytes), threshold: .integer(first)))
                    }
                    shown = bytes
                }
            }
            if let (model, rejection) = reason {
                leftOut.append(LeftOut(index: index, id: pairs[index].id, model: model, rejection: rejection))
            } else {
                common.append(index)
            }
        }
        guard !common.isEmpty else {
            throw EvaluateError.nothingMeasured(pairs: pairs.count, reasons: Self.reasons(leftOut.map(\.rejection.reason)))
        }
        role = evaluation.role
        withoutMismatch = evaluation.withoutMismatch
        self.leftOut = leftOut
        measured = common.count
        ids = common.map { pairs[$0].id }
        rows = measurements.enumerated().map { place, one in
            let differences = place == 0 ? [] : Self.differences(of: one, to: measurements[0], over: common)
            return Row(
                name: one.name, card: one.card, figures: one.summary(over: common), losses: one.losses(of: common),
                differences: differences)
        }
    }

    private static func differences(
        of one: Evaluation.Measurement, to first: Evaluation.Measurement, over common: [Int]
    ) -> [Difference] {
        func difference(_ measure: String, _ second: [Double], _ base: [Double], _ unit: PairedDifference.Unit) -> Difference {
            let found = PairedDifference(second, minus: base)
            return Difference(
                measure: measure, difference: found, unit: unit, sentence: found.sentence(one.name, than: first.name, unit: unit))
        }
        switch (one.figures, first.figures) {
        case (.losses, .losses):
            let (these, those) = (one.losses(of: common), first.losses(of: common))
            // Nats a token mean the same only where both models cut the text into the same tokens.
            let areAlike = these.map(\.tokens) == those.map(\.tokens)
            let loss =
                areAlike
                ? difference("loss", these.map(\.loss), those.map(\.loss), .natsAToken)
                : difference("bits_per_byte", these.map(\.bitsPerByte), those.map(\.bitsPerByte), .bitsAByte)
            // A context that has no room for one of the wrong instructions leaves the two nothing to be compared by.
            let both = zip(these, those).filter { !$0.gains.isEmpty && $0.gains.count == $1.gains.count }
            guard !both.isEmpty else { return [loss] }
            let gain =
                areAlike
                ? difference(
                    "instruction_gain", both.compactMap(\.0.instructionGain), both.compactMap(\.1.instructionGain), .gainAToken)
                : difference(
                    "instruction_gain_per_byte", both.compactMap(\.0.instructionGainPerByte),
                    both.compactMap(\.1.instructionGainPerByte), .gainAByte)
            return [loss, gain]
        case (.scores, .scores):
            guard case .judge(let summary) = one.summary(over: common), case .judge(let base) = first.summary(over: common) else {
                return []
            }
            return [("auc_near", summary.near, base.near), ("auc_random", summary.random, base.random)].compactMap { name, second, one in
                guard let second, let one else { return nil }
                let kind = name == "auc_near" ? "near wrong instructions" : "random wrong instructions"
                return difference(name, second.parts, one.parts, .init("of AUC (\(kind))", lowerIsBetter: false))
            }
        default: return []
        }
    }

    /// "no_tokens 1, prompt_too_long 12".
    public static func reasons(_ reasons: [String]) -> String {
        Dictionary(reasons.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    /// Everything by name. The first model's figures stand at the top too.
    ///
    /// - Parameter place: where the pair of this index stands.
    public func object(place: (Int) -> String?) -> JSONObject {
        var object: JSONObject = ["role": .string(role.rawValue)]
        if let first = rows.first { for (name, value) in first.object.fields where name != "model" { object[name] = value } }
        object["models"] = .array(
            rows.map { row in
                var model = row.object
                if !row.losses.isEmpty { model["per_pair"] = .array(zip(ids, row.losses).map { .object($1.object(id: $0)) }) }
                return .object(model)
            })
        if rows.count > 1 {
            object["differences"] = .array(
                rows.dropFirst().flatMap { row in
                    row.differences.map { found in
                        var entry: JSONObject = [
                            "model": .string(row.name), "to": .string(rows[0].name), "measure": .string(found.measure),
                            "unit": .string(found.unit.name),
                        ]
                        for (name, value) in found.difference.object.fields { entry[name] = value }
                        entry["interval_of"] = "Student's t over pairs, 95 %"
                        entry["sentence"] = .string(found.sentence)
                        return .object(entry)
                    }
                })
        }
        object["left_out"] = .array(
            leftOut.map { one in
                var entry: JSONObject = ["id": .string(one.id)]
                if let place = place(one.index) { entry["place"] = .string(place) }
                entry["model"] = .string(one.model)
                entry["reason"] = .string(one.rejection.reason)
                entry["value"] = one.rejection.value
                entry["threshold"] = one.rejection.threshold
                return .object(entry)
            })
        return object
    }
}

extension EvaluationResult.Row {
    var object: JSONObject {
        var object: JSONObject = [
            "model": .string(name), "fingerprint": .string(card.fingerprint), "precision": .string(card.precision),
            "instruction_set": .string(card.instructionSet),
        ]
        let figures: JSONObject =
            switch figures {
            case .loss(let summary): summary.object
            case .judge(let summary): summary.object
            }
        for (name, value) in figures.fields { object[name] = value }
        return object
    }
}

/// How well a judge tells true pairs from wrong ones.
public struct JudgeSummary: Sendable {
    public let pairs: Int
    /// Nil where no pair has such a wrong one.
    public let near: Separation?
    public let random: Separation?
    /// Mean scores of the pairs as they are and of the wrong ones.
    public let meanRight: Double
    public let meanNear: Double?
    public let meanRandom: Double?

    init(_ scores: [PairScores]) {
        func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
        func separation(_ wrong: KeyPath<PairScores, Double?>) -> Separation? {
            let both = scores.compactMap { pair in pair[keyPath: wrong].map { (pair.right, $0) } }
            return both.isEmpty ? nil : Separation(both.map(\.0), from: both.map(\.1))
        }
        pairs = scores.count
        (near, random) = (separation(\.near), separation(\.random))
        meanRight = mean(scores.map(\.right)) ?? .nan
        (meanNear, meanRandom) = (mean(scores.compactMap(\.near)), mean(scores.compactMap(\.random)))
    }

    var object: JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
        func interval(_ separation: Separation?) -> JSONValue {
            separation?.interval.map { [.double($0.lowerBound), .double($0.upperBound)] } ?? .null
        }
        return [
            "pairs": .integer(pairs), "auc_near": number(near?.area), "auc_near_interval": interval(near),
            "auc_random": number(random?.area),
            "auc_random_interval": interval(random), "mean_score": number(meanRight), "mean_score_near": number(meanNear),
            "mean_score_random": number(meanRandom),
        ]
    }
}

extension Evaluation.Measurement {
    /// How much of the output of one pair the figure stands on.
    func outputBytes(of index: Int) -> PairResult<Int> {
        switch figures {
        case .losses(let found): found[index].map(\.outputBytes)
        case .scores(let found): found[index].map(\.outputBytes)
        }
    }

    func losses(of common: [Int]) -> [PairLoss] {
        guard case .losses(let found) = figures else { return [] }
        return common.compactMap { try? found[$0].get() }
    }

    func summary(over common: [Int]) -> EvaluationResult.Figures {
        switch figures {
        case .losses: .loss(LossSummary(losses(of: common)))
        case .scores(let found): .judge(JudgeSummary(common.compactMap { try? found[$0].get() }))
        }
    }
}
