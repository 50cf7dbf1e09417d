import Foundation
import Synchronization

/// The cosines and sines of rotary positions, computed in the scalar type as Hugging Face's reference does.
///
/// Rows are computed when a position is first asked for, so that a context of 131,072 tokens costs neither time nor memory by itself.
public final class RopeTable<Element: Real>: Sendable {
    /// The length of a head; half as many angles a position.
    public let headDim: Int
    /// The number of positions from 0 on.
    public let positions: Int
    let cosines: Tensor<Element>
    let sines: Tensor<Element>
    private let frequencies: [Double]
    private let factor: Double
    /// How many rows are there. Whoever reads a row has seen this number above it, under the lock.
    private let filled = Mutex(0)

    /// Angles of position p: p * theta^(-2 j / headDim), j < headDim / 2.
    public convenience init(headDim: Int, theta: Double, positions: Int) {
        let frequencies = (0..<headDim / 2).map { 1 / pow(theta, Double(2 * $0) / Double(headDim)) }
        self.init(headDim: headDim, frequencies: frequencies, positions: positions)
    }

    /// Angles of position p: p * frequencies[j]; cosines and sines are multiplied by the factor (for scaled rotary schemes).
    public init(headDim: Int, frequencies: [Double], positions: Int, factor: Double = 1) {
        precondition(headDim % 2 == 0 && frequencies.count == headDim / 2, "rotary positions need an even head length")
        self.headDim = headDim
        self.positions = positions
        self.frequencies = frequencies
        self.factor = factor
        cosines = Tensor(toOverwrite: [positions, headDim / 2])
        sines = Tensor(toOverwrite: [positions, headDim / 2])
    }

    /// Computes the rows below `count` that are not there yet, and as many again.
    func fill(upTo count: Int) {
        filled.withLock { filled in
            guard count > filled else { return }
            let end = min(positions, max(count, 2 * filled, 512))
            let half = headDim / 2
            for p in filled..<end {
                for j in 0..<half {
                    let angle = Double(Element(p) * Element(frequencies[j]))
                    cosines[p * half + j] = Element(cos(angle) * factor)
                    sines[p * half + j] = Element(sin(angle) * factor)
                }
            }
            filled = end
        }
    }
}
