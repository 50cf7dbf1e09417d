import Foundation

/// The learning rate at each step: a linear warm-up to the peak, then one of four shapes, which reaches its floor at the last step.
///
/// Steps count from 0. Warm-up step s has peak · (s + 1) / warmupSteps, so that no step is wasted on a rate of 0; the first step after
/// it has the peak.
public struct LearningRateSchedule: Sendable, Codable, Equatable {
    public enum Shape: Sendable, Codable, Equatable {
        case constant
        /// Falls on a line to `floor` · peak.
        case linear(floor: Double)
        /// Falls on half a cosine to `floor` · peak.
        case cosine(floor: Double)
        /// Stays at the peak, then falls on a line to `floor` · peak during the last `decayShare` of all steps.
        case warmupStableDecay(decayShare: Double, floor: Double)
    }

    public var peak: Double
    public var shape: Shape
    public var warmupSteps: Int
    public var totalSteps: Int

    public init(peak: Double, shape: Shape, warmupSteps: Int = 0, totalSteps: Int) {
        self.peak = peak
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    public func rate(at step: Int) -> Double {
        if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
        switch shape {
        case .constant:
            return peak
        case .linear(let floor):
            return peak * (1 - (1 - floor) * progress(of: step, from: warmupSteps))
        case .cosine(let floor):
            return peak * (floor + (1 - floor) * 0.5 * (1 + cos(Double.pi * progress(of: step, from: warmupSteps))))
        case .warmupStableDecay(let share, let floor):
            let decaySteps = Int((Double(totalSteps) * share).rounded())
            let start = max(warmupSteps, totalSteps - 1 - decaySteps)
            return peak * (1 - (1 - floor) * progress(of: step, from: start))
        }
    }

    /// 0 at `start` and before, 1 at the last step and after.
    private func progress(of step: Int, from start: Int) -> Double {
        let length = totalSteps - 1 - start
        guard length > 0 else { return step >= totalSteps - 1 && step > start ? 1 : 0 }
        return min(1, max(0, Double(step - start) / Double(length)))
    }
}
