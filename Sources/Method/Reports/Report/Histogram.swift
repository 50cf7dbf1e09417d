/// How often values fall between fixed edges: all that is kept of millions of numbers.
///
/// Mean, spread, least and greatest value are exact; quantiles are as fine as the bins.
struct Histogram: Sendable {
    /// Edges in ascending order; bin i lies from edge i up to edge i + 1. What lies outside counts in the outermost bins.
    let edges: [Double]
    private(set) var bins: [Int]
    private(set) var count = 0
    private(set) var least = Double.infinity
    private(set) var greatest = -Double.infinity
    private var mean = 0.0
    private var squares = 0.0

    init(edges: [Double]) {
        precondition(edges.count > 1, "a histogram has at least one bin")
        self.edges = edges
        bins = [Int](repeating: 0, count: edges.count - 1)
    }

    /// Even bins over a range.
    init(_ range: ClosedRange<Double>, bins: Int) {
        let width = (range.upperBound - range.lowerBound) / Double(bins)
        self.init(edges: (0...bins).map { range.lowerBound + width * Double($0) })
    }

    /// Four bins to each doubling, from 1 to 16 million: for lengths.
    static var lengths: Histogram { Histogram(edges: (0...96).map { Self.power(Double($0) / 4) }) }

    private static func power(_ exponent: Double) -> Double {
        // Exact at whole exponents, so that the edges are the same on every machine.
        let roots = [1, 1.189207115002721, 1.4142135623730951, 1.681792830507429]
        let quarter = Int((exponent * 4).rounded())
        return Double(1 << (quarter / 4)) * roots[quarter % 4]
    }

    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        var (low, high) = (0, bins.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if edges[middle] <= value { low = middle } else { high = middle - 1 }
        }
        bins[low] += 1
        count += 1
        least = min(least, value)
        greatest = max(greatest, value)
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
    }

    var average: Double? { count > 0 ? mean : nil }
    var standardDeviation: Double? { count > 1 ? (max(0, squares) / Double(count - 1)).squareRoot() : nil }

    /// The value below which this share lies, even within its bin.
    func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let wanted = share * Double(count)
        var below = 0.0
        for (index, bin) in bins.enumerated() where bin > 0 {
            if below + Double(bin) >= wanted {
                let part = (wanted - below) / Double(bin)
                return min(greatest, max(least, edges[index] + part * (edges[index + 1] - edges[index])))
            }
            below += Double(bin)
        }
        return greatest
    }

    /// The bins from the first to the last that holds something.
    var occupied: Range<Int>? {
        guard let first = bins.firstIndex(where: { $0 > 0 }), let last = bins.lastIndex(where: { $0 > 0 }) else { return nil }
        return first..<last + 1
    }

    /// The share that the fullest bin holds.
    var greatestShare: Double { count > 0 ? Double(bins.max() ?? 0) / Double(count) : 0 }
}
