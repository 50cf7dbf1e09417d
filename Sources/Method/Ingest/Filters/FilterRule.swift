import Ground
import Records

/// One question of a filter: a number measured on a text, held against a threshold.
struct FilterRule {
    enum Bound {
        /// Less is dropped.
        case least(Double)
        /// More is dropped.
        case most(Double)
    }

    let reason: String
    let bound: Bound
    /// Whether the number counts something, and is shown whole.
    var isCount = false
    let measure: () -> Double

    init(_ reason: String, _ bound: Bound, isCount: Bool = false, _ measure: @escaping () -> Double) {
        self.reason = reason
        self.bound = bound
        self.isCount = isCount
        self.measure = measure
    }

    init(_ reason: String, _ bound: Bound, count: @escaping () -> Int) {
        self.init(reason, bound, isCount: true) { Double(count()) }
    }

    /// What the rule finds.
    func finding() -> FilterFinding {
        let value = measure()
        let (threshold, isPassed) =
            switch bound {
            case .least(let least): (least, value >= least)
            case .most(let most): (most, value <= most)
            }
        return FilterFinding(reason, number(value), number(threshold), isPassed: isPassed)
    }

    /// What the rule of this filter finds.
    func finding(_ filter: String) -> FilterFinding {
        var finding = finding()
        finding.filter = filter
        return finding
    }

    /// Fractions are given to four digits.
    private func number(_ value: Double) -> JSONValue {
        isCount ? .integer(Int(value)) : .double((value * 10_000).rounded() / 10_000)
    }
}

extension [FilterRule] {
    /// The first rule that says no; those behind it are not measured.
    func rejection() -> Rejection? {
        for rule in self { if let rejection = rule.finding().rejection { return rejection } }
        return nil
    }

    func findings(_ filter: String) -> [FilterFinding] { map { $0.finding(filter) } }
}

/// What a rule of a filter found, and whether it lets the text pass.
public struct FilterFinding: Sendable, Equatable {
    /// The filter that the rule belongs to.
    public var filter = ""
    /// The code under which the rule drops.
    public var reason: String
    public var value: JSONValue
    public var threshold: JSONValue
    public var isPassed: Bool

    init(_ reason: String, _ value: JSONValue, _ threshold: JSONValue, isPassed: Bool) {
        self.reason = reason
        self.value = value
        self.threshold = threshold
        self.isPassed = isPassed
    }

    /// A rule that says no in words, or `reason` passed.
    init(_ filter: String, _ reason: String, _ rejection: Rejection?, passed value: JSONValue = .null) {
        self.init(
            rejection?.reason ?? reason, rejection?.value ?? value, rejection?.threshold ?? .null, isPassed: rejection == nil)
        self.filter = filter
    }

    var rejection: Rejection? { isPassed ? nil : Rejection(reason, value: value, threshold: threshold) }
}
