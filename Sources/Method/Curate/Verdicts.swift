import Stages

/// People's verdicts on rated pairs: in a field of the pairs themselves, or in a file of their own by id.
public struct Verdicts: Sendable {
    /// The field that holds the verdict.
    public var field: String
    /// A number of at least this much is good; where no number is above 1, a 1 is.
    public var leastGood: Double

    public init(field: String = "label", leastGood: Double = 4) {
        self.field = field
        self.leastGood = leastGood
    }

    private enum Verdict { case said(Bool), number(Double) }

    /// The pairs that have both a score and a verdict. A verdict of the pair's own goes before one by its id.
    public func labelled(pairs: [InputRecord], labels: [InputRecord] = []) throws -> [Calibration.Labelled] {
        let byID = try verdicts(labels)
        var found: [(score: Double, verdict: Verdict)] = []
        for pair in pairs {
            guard let score = pair.object["score"]?.double, score.isFinite else { continue }
            if let verdict = try verdict(of: pair) ?? pair.identifiers.first.flatMap({ byID[$0] }) { found.append((score, verdict)) }
        }
        let good = isGood(found.map(\.verdict))
        return found.map { Calibration.Labelled(score: $0.score, isGood: good($0.verdict)) }
    }

    /// Whether the pairs of these ids are good, by records with an id and a verdict; the last of an id holds.
    public func byID(_ labels: [InputRecord]) throws -> [String: Bool] {
        let found = try verdicts(labels)
        return found.mapValues(isGood(Array(found.values)))
    }

    /// The instructions that the verdicts of `byID` were given on, where the records name them.
    public func instructions(_ labels: [InputRecord]) -> [String: String] {
        var found: [String: String] = [:]
        for label in labels {
            if let id = label.identifiers.first, label.object[field] != nil { found[id] = label.object["instruction"]?.string }
        }
        return found
    }

    private func verdicts(_ labels: [InputRecord]) throws -> [String: Verdict] {
        var byID: [String: Verdict] = [:]
        for label in labels {
            guard let id = label.identifiers.first else { continue }
            // Null takes back what was said before.
            if let verdict = try verdict(of: label) { byID[id] = verdict } else if label.object[field] == .null { byID[id] = nil }
        }
        return byID
    }

    private func isGood(_ all: [Verdict]) -> (Verdict) -> Bool {
        let numbers = all.compactMap { verdict -> Double? in if case .number(let number) = verdict { number } else { nil } }
        let least = (numbers.max() ?? 0) <= 1 ? 1 : leastGood
        return {
            switch $0 {
            case .said(let isGood): isGood
            case .number(let number): number >= least
            }
        }
    }

    private func verdict(of record: InputRecord) throws -> Verdict? {
        guard let value = record.object[field], value != .null else { return nil }
        if let truth = value.bool { return .said(truth) }
        if let number = value.double, number.isFinite { return .number(number) }
        switch value.string?.lowercased() {
        case "good", "yes", "true", "keep", "y": return .said(true)
        case "bad", "no", "false", "drop", "n": return .said(false)
        case let text?: if let number = Double(text), number.isFinite { return .number(number) }
        case nil: break
        }
        throw CalibrationError.badVerdict(record.place, String(value.serialized.prefix(80)))
    }
}
