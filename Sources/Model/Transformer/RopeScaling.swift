import Foundation

/// How rotary positions are stretched beyond the context a model was first trained on.
public enum RopeScaling: Sendable, Equatable {
    case none
    /// Every frequency divided by `factor`.
    case linear(factor: Double)
    /// LLaMA 3: slow frequencies divided by `factor`, fast ones kept, those between blended.
    case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalContextLength: Int)

    /// The angle a position adds, for each pair of a head: theta^(-2i / headDimension), then scaled.
    ///
    /// Shapes: result [headDimension / 2], radians a position.
    public func frequencies(headDimension: Int, theta: Double) -> [Double] {
        (0..<headDimension / 2).map { pair in
            scaled(pow(theta, -Double(2 * pair) / Double(headDimension)))
        }
    }

    private func scaled(_ frequency: Double) -> Double {
        switch self {
        case .none:
            return frequency
        case .linear(let factor):
            return frequency / factor
        case .llama3(let factor, let low, let high, let original):
            let turns = Double(original) * frequency / (2 * Double.pi)  // full turns within the original context
            if turns < low { return frequency / factor }
            if turns > high { return frequency }
            let blend = (turns - low) / (high - low)
            return (1 - blend) * frequency / factor + blend * frequency
        }
    }
}
