import Foundation

/// The cosines and sines of rotary positions, computed in the scalar type as Hugging Face's reference does.
public final class RopeTable<Element: Real>: Sendable {
    /// The length of a head; half as many angles a position.
    public let headDim: Int
    /// The number of positions from 0 on.
    public let positions: Int
    let cosines: Tensor<Element>
    let sines: Tensor<Element>

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
        let half = headDim / 2
        cosines = Tensor(zeros: [positions, half])
        sines = Tensor(zeros: [positions, half])
        for p in 0..<positions {
            for j in 0..<half {
                let angle = Double(Element(p) * Element(frequencies[j]))
                cosines[p * half + j] = Element(cos(angle) * factor)
                sines[p * half + j] = Element(sin(angle) * factor)
            }
        }
    }
}
