import Foundation

/// The chance that a true pair has a higher value than a wrong one, equal ones counted half (the area under the ROC curve), with a 95 %
/// interval that holds where several pairs were made of one seed.
///
/// Obuchowski 1997, "Nonparametric analysis of clustered ROC curve data": what each seed's pairs move the area by is summed before the
/// spread is taken.
struct GroupedArea: Equatable {
    let area: Double
    let interval: ClosedRange<Double>

    struct Value: Equatable {
        var value: Double
        var isTrue: Bool
        var group: Int
    }

    /// Nil where one kind is missing.
    init?(_ values: [Value]) {
        let (trues, wrongs) = (values.filter(\.isTrue), values.filter { !$0.isTrue })
        guard !trues.isEmpty, !wrongs.isEmpty else { return nil }
        func share(_ value: Double, above others: [Value]) -> Double {
            others.reduce(0) { $0 + ($1.value < value ? 1 : $1.value == value ? 0.5 : 0) } / Double(others.count)
        }
        let won = trues.map { share($0.value, above: wrongs) }
        let area = won.reduce(0, +) / Double(won.count)
        var moved: [Int: Double] = [:]
        for (pair, share) in zip(trues, won) { moved[pair.group, default: 0] += (share - area) / Double(trues.count) }
        for pair in wrongs { moved[pair.group, default: 0] += (1 - share(pair.value, above: trues) - area) / Double(wrongs.count) }
        self.area = area
        let groups = Double(moved.count)
        let squares = moved.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        let error = groups > 1 ? (groups / (groups - 1) * squares).squareRoot() : .infinity
        interval = max(0, area - 1.96 * error)...min(1, area + 1.96 * error)
    }
}
