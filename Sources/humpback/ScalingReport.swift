import Evaluate
import Ground

/// Curves of quality over the number of pairs, for people and programs.
struct ScalingReport {
    /// Each set's points and line, in the order in which they were given.
    let sets: [(name: String, points: [ScalingPoint], fit: ScalingFit)]

    init(_ points: [ScalingPoint]) throws {
        var names: [String] = []
        for point in points where !names.contains(point.set) { names.append(point.set) }
        sets = try names.map { name in
            let own = points.filter { $0.set == name }.sorted { $0.pairs < $1.pairs }
            return (name, own, try ScalingFit(own.map { ($0.pairs, $0.figure) }))
        }
    }

    var text: String {
        var rows = [["set", "points", "N", "alpha", "95 % interval", "C", "a doubling adds"]]
        for (name, points, fit) in sets {
            let (least, most) = (points.first?.pairs ?? 0, points.last?.pairs ?? 0)
            rows.append([
                name, "\(fit.points)", "\(shortest(least)) to \(shortest(most))", Figures.short(fit.alpha),
                "\(Figures.short(fit.interval.lowerBound)) to \(Figures.short(fit.interval.upperBound))", Figures.short(fit.constant),
                Figures.short(fit.doubling),
            ])
        }
        var lines = ["figure = alpha ln N + C", ""] + TextTable(rows: rows).lines
        for exchange in exchanges {
            lines += ["", exchange.sentence]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var object: JSONObject {
        [
            "sets": .array(
                sets.map { name, points, fit in
                    var object: JSONObject = ["set": .string(name)]
                    for (key, value) in fit.object.fields { object[key] = value }
                    object["at"] = .array(
                        points.map {
                            .object(["n": .double($0.pairs), "figure": .double($0.figure), "fit": .double(fit.figure(at: $0.pairs))])
                        })
                    return .object(object)
                }),
            "exchange": .array(
                exchanges.map { one in
                    var object: JSONObject = [
                        "set": .string(one.set), "in_pairs_of": .string(one.other), "sentence": .string(one.sentence),
                    ]
                    if let rate = one.rate {
                        object["n"] = .double(rate.pairs)
                        object["rate"] = .double(rate.rate)
                        object["interval"] = [.double(rate.interval.lowerBound), .double(rate.interval.upperBound)]
                    }
                    return .object(object)
                }),
        ]
    }

    /// What a pair of each further set is worth in pairs of the first, at the most pairs that both have been measured up to.
    private var exchanges: [(set: String, other: String, rate: ScalingFit.Exchange?, sentence: String)] {
        guard let first = sets.first else { return [] }
        return sets.dropFirst().map { name, points, fit in
            let most = min(points.last?.pairs ?? 1, first.points.last?.pairs ?? 1)
            guard let rate = fit.exchange(for: first.fit, at: most) else {
                return (
                    name, first.name, nil, "More pairs of \(first.name) do not help as more of \(name) do: there is no rate of exchange."
                )
            }
            let sentence =
                "At \(shortest(most)) pairs one pair of \(name) is worth \(Figures.short(rate.rate)) of \(first.name) "
                + "(\(Figures.short(rate.interval.lowerBound)) to \(Figures.short(rate.interval.upperBound)))."
            return (name, first.name, rate, sentence)
        }
    }
}
