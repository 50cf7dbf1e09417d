import Tensors

/// Reproducible numbers for tests.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// Numbers between -range and range.
    mutating func tensor<E: Real>(_ shape: [Int], range: Double = 1) -> Tensor<E> {
        let values = (0..<shape.reduce(1, *)).map { _ in E(Double.random(in: -range...range, using: &self)) }
        return Tensor(values, shape: shape)
    }
}

/// Every instruction set of this processor, each with one thread and with two.
let allComputes: [Compute] = InstructionSet.available.flatMap { set in
    [1, 2].map { Compute(pool: ThreadPool(threads: $0), instructionSet: set) }
}

/// The oracle: plain C, one thread.
let oracle = Compute(pool: ThreadPool(threads: 1), instructionSet: .scalar)

/// The bit patterns, so that equality means the same bits.
func bits(_ tensor: Tensor<Float>) -> [UInt32] { tensor.array.map(\.bitPattern) }

/// The largest difference between a gradient and central differences of `loss` over each element of x.
func gradientError(of x: Tensor<Double>, gradient: Tensor<Double>, step: Double = 1e-5, loss: () -> Double) -> Double {
    var worst = 0.0
    for i in 0..<x.count {
        let kept = x[i]
        x[i] = kept + step
        let above = loss()
        x[i] = kept - step
        let below = loss()
        x[i] = kept
        worst = max(worst, abs((above - below) / (2 * step) - gradient[i]))
    }
    return worst
}

/// The sum of the products of all elements, a loss whose gradient is `weights`.
func dot(_ a: Tensor<Double>, _ weights: Tensor<Double>) -> Double { zip(a.array, weights.array).reduce(0) { $0 + $1.0 * $1.1 } }
