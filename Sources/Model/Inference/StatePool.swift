import Tensors

/// The mean of a sequence's hidden states in which each weighs as much as its position, counted from 1: what stands late has read more.
///
/// Muennighoff 2022 (SGPT, arXiv 2202.08904, section 3.1.1). The sum is taken in Double, in the order of the positions, so that it does not
/// depend on how the sequence was cut into steps.
struct StatePool {
    /// The states that were added.
    private(set) var count = 0
    private var sum: [Double]

    init(width: Int) { sum = [Double](repeating: 0, count: width) }

    /// Adds the states that follow.
    ///
    /// Shapes: states [rows, width].
    mutating func add(_ states: Tensor<Float>) {
        precondition(states.rowLength == sum.count, "states of one width")
        for row in 0..<states.rowCount {
            count += 1
            let weight = Double(count)
            for column in sum.indices { sum[column] += weight * Double(states[row * sum.count + column]) }
        }
    }

    var mean: [Double] {
        let weights = Double(count) * Double(count + 1) / 2
        return sum.map { $0 / max(1, weights) }
    }
}
