/// The slope of one number over another by least squares, with a standard error that holds where several rows belong to one group: what a
/// group's rows move the slope by is summed before the spread is taken (Liang and Zeger 1986).
struct GroupedSlope: Equatable {
    let slope: Double
    let standardError: Double
    /// How far the two go together, from -1 to 1.
    let correlation: Double

    struct Value: Equatable {
        var x: Double
        var y: Double
        var group: Int
    }

    /// Nil where one of the two is the same everywhere, or where there is one group alone.
    init?(_ values: [Value]) {
        let count = Double(values.count)
        guard count > 1 else { return nil }
        let (x, y) = (values.reduce(0) { $0 + $1.x } / count, values.reduce(0) { $0 + $1.y } / count)
        let (own, other) = (values.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }, values.reduce(0) { $0 + ($1.y - y) * ($1.y - y) })
        let both = values.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
        guard own > 1e-12, other > 1e-12 else { return nil }
        let slope = both / own
        var moved: [Int: Double] = [:]
        for value in values { moved[value.group, default: 0] += (value.x - x) * (value.y - y - slope * (value.x - x)) }
        let groups = Double(moved.count)
        guard groups > 1 else { return nil }
        let squares = moved.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        self.slope = slope
        standardError = (groups / (groups - 1) * squares).squareRoot() / own
        correlation = both / (own * other).squareRoot()
    }
}
