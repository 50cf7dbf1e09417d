import Foundation

/// The beta distribution, exact to about ten digits: what exact intervals of a share are made of.
public struct BetaDistribution: Sendable, Equatable {
    public let alpha: Double
    public let beta: Double

    /// Both parameters are above 0.
    public init(alpha: Double, beta: Double) {
        precondition(alpha > 0 && beta > 0, "parameters above 0")
        self.alpha = alpha
        self.beta = beta
    }

    /// The probability of at most `x`: the regularised incomplete beta function, by its continued fraction (Numerical Recipes, section 6.4),
    /// which converges within some square roots of the larger parameter.
    public func cumulative(_ x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + alpha * log(x) + beta * log1p(-x))
        return x < (alpha + 1) / (alpha + beta + 2)
            ? front * Self.fraction(x, alpha, beta) / alpha : 1 - front * Self.fraction(1 - x, beta, alpha) / beta
    }

    /// The `x` of which `cumulative` is `probability`, by halving.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return 0 }
        guard probability < 1 else { return 1 }
        var (low, high) = (0.0, 1.0)
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high, high - low > 1e-15 else { return middle }
            if cumulative(middle) < probability { low = middle } else { high = middle }
        }
    }

    /// Lentz's evaluation of the continued fraction.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func away(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var found = d
        for step in 1...100_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            found *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            found *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return found
    }
}

/// What a share in a sample says of the share it was taken from.
public enum ShareBound {
    /// The least share that so many hits among so many are likely enough to come from: below it, as many or more would come with a probability
    /// of at most `error` (the exact one-sided bound; Clopper and Pearson 1934).
    public static func lower(_ hits: Int, of count: Int, error: Double) -> Double {
        guard hits > 0, count > 0 else { return 0 }
        return BetaDistribution(alpha: Double(hits), beta: Double(count - hits + 1)).quantile(error)
    }
}
