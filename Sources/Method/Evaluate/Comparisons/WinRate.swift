import Ground

/// How often the second of two models wins, ties counted half: AlpacaEval's arithmetic (Dubois et al. 2023, arXiv 2305.14387), in per cent.
///
/// A preference may lie anywhere between 1 and 2 where a judge gives a probability; the rate is the mean of preference - 1, its error the
/// standard deviation (n - 1) over the root of n. Verdicts without a preference are left out.
public struct WinRate: Sendable, Equatable {
    public let rate: Double
    /// Nil for fewer than two verdicts.
    public let standardError: Double?
    public let wins: Int
    public let losses: Int
    public let ties: Int
    /// Wins and half of the ties over all, each preference rounded to the nearer side.
    public let discreteRate: Double
    public var verdicts: Int { wins + losses + ties }

    /// - Parameter preferences: from 1, the first model, to 2, the second; at least one.
    public init?(_ preferences: [Double]) {
        guard !preferences.isEmpty else { return nil }
        let mean = PairedDifference(preferences.map { $0 - 1 })
        rate = 100 * mean.mean
        standardError = mean.standardError.map { 100 * $0 }
        wins = preferences.count { $0 > 1.5 }
        losses = preferences.count { $0 < 1.5 }
        ties = preferences.count { $0 == 1.5 }
        discreteRate = 100 * (Double(wins) + Double(ties) / 2) / Double(preferences.count)
    }

    /// Fewer decide nothing, however they fall.
    public static let leastVerdicts = 10

    /// The 95 % interval in per cent: Student's t, but no narrower than Wilson's for a share of so few verdicts below 30, or of verdicts
    /// that are all alike, which otherwise would leave nothing open.
    public var interval: ClosedRange<Double>? {
        guard let standardError else { return nil }
        let half = PairedDifference.studentT(degrees: verdicts - 1) * standardError
        let student = max(0, min(100, rate - half))...min(100, max(0, rate + half))
        guard verdicts < 30 || standardError == 0 else { return student }
        let wilson = ShareInterval.wilson(rate / 100 * Double(verdicts), of: verdicts)
        return min(student.lowerBound, 100 * wilson.lowerBound)...max(student.upperBound, 100 * wilson.upperBound)
    }

    /// The columns of AlpacaEval's leaderboard.
    public var object: JSONObject {
        [
            "win_rate": .double(rate), "standard_error": standardError.map { .double($0) } ?? .null, "n_wins": .integer(wins),
            "n_wins_base": .integer(losses), "n_draws": .integer(ties), "n_total": .integer(verdicts),
            "discrete_win_rate": .double(discreteRate),
        ]
    }
}
