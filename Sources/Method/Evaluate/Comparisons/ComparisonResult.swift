import Ground

/// What many verdicts say of each pair of models: the win rate of the second, as it is and with length and style held equal.
public struct ComparisonResult: Sendable {
    public struct Row: Sendable {
        public let base: String
        public let model: String
        public let winRate: WinRate
        /// Verdicts without a preference, by reason.
        public let undecided: [String: Int]
        /// How many verdicts of a judge both orders agreed on; nil where nobody was asked twice.
        public let consistent: (agreed: Int, asked: Int)?
        /// Nil where the texts are not known or the verdicts are too few.
        public let lengthControlled: ControlledWinRate?
        public let styleControlled: ControlledWinRate?
        /// Mean characters of the base's answers and of the model's; nil where the texts are not known.
        public let lengths: [Double]?
    }

    /// In the order in which the verdicts name them.
    public let rows: [Row]
    /// Pairs of models without a single preference.
    public let withoutPreference: [String]

    public init(_ verdicts: [Verdict]) {
        var order: [[String]] = []
        var groups: [[String]: [Verdict]] = [:]
        for verdict in verdicts {
            if groups[verdict.models] == nil { order.append(verdict.models) }
            groups[verdict.models, default: []].append(verdict)
        }
        var (rows, without): ([Row], [String]) = ([], [])
        for models in order {
            let all = groups[models] ?? []
            guard let winRate = WinRate(all.compactMap(\.preference)) else {
                without.append(models.joined(separator: " and "))
                continue
            }
            let seen = all.compactMap { one -> (first: AnswerStyle, second: AnswerStyle, preference: Double)? in
                guard let preference = one.preference, one.outputs.count == 2 else { return nil }
                return (AnswerStyle(one.outputs[0]), AnswerStyle(one.outputs[1]), preference)
            }
            let asked = all.filter { $0.orders.count == 2 }
            let reasons = all.filter { $0.preference == nil }.map { ($0.reason ?? "no_preference", 1) }
            func mean(_ path: KeyPath<(first: AnswerStyle, second: AnswerStyle, preference: Double), AnswerStyle>) -> Double {
                seen.reduce(0) { $0 + Double($1[keyPath: path].length) } / Double(seen.count)
            }
            rows.append(
                Row(
                    base: models[0], model: models[1], winRate: winRate, undecided: Dictionary(reasons, uniquingKeysWith: +),
                    consistent: asked.isEmpty ? nil : (asked.count { $0.orders[0] == $0.orders[1] }, asked.count),
                    lengthControlled: ControlledWinRate(seen, control: .length), styleControlled: ControlledWinRate(seen, control: .style),
                    lengths: seen.isEmpty ? nil : [mean(\.first), mean(\.second)]))
        }
        (self.rows, withoutPreference) = (rows, without)
    }

    public var object: JSONObject {
        [
            "comparisons": .array(
                rows.map { row in
                    var object: JSONObject = ["model": .string(row.model), "base": .string(row.base)]
                    for (name, value) in row.winRate.object.fields { object[name] = value }
                    if let interval = row.winRate.interval {
                        object["interval"] = [.double(interval.lowerBound), .double(interval.upperBound)]
                    }
                    if let lengths = row.lengths {
                        object["avg_length"] = .double(lengths[1])
                        object["avg_length_base"] = .double(lengths[0])
                    }
                    object["length_controlled"] = row.lengthControlled.map { .object($0.object) }
                    object["style_controlled"] = row.styleControlled.map { .object($0.object) }
                    if let both = row.consistent {
                        object["consistent"] = .integer(both.agreed)
                        object["asked_twice"] = .integer(both.asked)
                    }
                    object["undecided"] = .object(JSONObject(row.undecided.sorted { $0.key < $1.key }.map { ($0, .integer($1)) }))
                    return .object(object)
                })
        ]
    }
}
