/// Thresholds other than the published ones, by the codes under which rules drop; a rule may be off altogether.
public struct FilterThresholds: Sendable, Equatable {
    public enum Change: Sendable, Equatable {
        case off
        case value(Double)
    }

    public private(set) var changes: [String: Change] = [:]

    /// The published thresholds.
    public init() {}

    /// Whether a rule is asked at all.
    public func asks(_ reason: String) -> Bool { changes[reason] != .off }

    /// The threshold of a rule in place of `published`.
    public func value(_ reason: String, _ published: Double) -> Double {
        if case .value(let value) = changes[reason] { return value }
        return published
    }

    /// The same for changes that say the same.
    var fingerprint: String {
        let texts = changes.map { reason, change in
            switch change {
            case .off: "\(reason)=off"
            case .value(let value): "\(reason)=\(value)"
            }
        }
        return texts.sorted().joined(separator: " ")
    }

    // MARK: What can be changed

    /// The codes of the rules with a number, filter by filter.
    public static let numbered: [(filter: String, reasons: [String])] = [
        ("gopher-repetition", GopherRepetitionFilter().rules(FilterText("")).map(\.reason)),
        ("gopher-quality", GopherQualityFilter().rules(FilterText(""), nil).map(\.reason)),
        ("c4", ["too_few_sentences"]),
        ("fineweb", FineWebFilter().rules(FilterText("")).map(\.reason)),
        ("passages", PassageRules.all(PassageLines([])).map(\.reason) + ["repeated_sentences", "evaluation_overlap"]),
    ]
    /// The codes of the rules that are on or off.
    public static let switched: [(filter: String, reasons: [String])] = [
        ("c4", ["lorem_ipsum"]),
        (
            "passages",
            [
                "empty_heading", "capital_heading", "navigation_heading", "comments_heading", "author_heading", "reply_heading",
                "closing_heading",
            ]
        ),
    ]

    /// Takes `CODE=NUMBER` or `CODE=off`; nil where that says nothing that can be done.
    public static func change(_ text: String) -> (reason: String, change: Change)? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let isNumbered = numbered.contains { $0.reasons.contains(parts[0]) }
        guard isNumbered || switched.contains(where: { $0.reasons.contains(parts[0]) }) else { return nil }
        if parts[1] == "off" { return (parts[0], .off) }
        guard isNumbered, let value = Double(parts[1]), value.isFinite, value >= 0 else { return nil }
        if parts[0] == "evaluation_overlap", value < 3 || value > 100 || value != value.rounded() { return nil }
        return (parts[0], .value(value))
    }

    public mutating func apply(_ reason: String, _ change: Change) { changes[reason] = change }
}

extension [FilterRule] {
    /// The rules that are on, with the thresholds that stand.
    func adjusted(by thresholds: FilterThresholds) -> [FilterRule] {
        guard !thresholds.changes.isEmpty else { return self }
        return filter { thresholds.asks($0.reason) }.map { rule in
            guard case .value(let value) = thresholds.changes[rule.reason] else { return rule }
            return switch rule.bound {
            case .least: FilterRule(rule.reason, .least(value), isCount: rule.isCount, rule.measure)
            case .most: FilterRule(rule.reason, .most(value), isCount: rule.isCount, rule.measure)
            }
        }
    }
}
