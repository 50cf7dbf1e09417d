/// The shape of low-rank adapters (Hu et al. 2021, arXiv 2106.09685).
public struct AdapterSettings: Sendable, Codable, Equatable {
    /// The matrices of a layer that can have an adapter, by the names that checkpoints and PEFT give them.
    public enum Target: String, Sendable, Codable, CaseIterable {
        case query = "q_proj"
        case key = "k_proj"
        case value = "v_proj"
        case output = "o_proj"
        case gate = "gate_proj"
        case up = "up_proj"
        case down = "down_proj"

        var part: ParameterLayout.LayerPart {
            switch self {
            case .query: .query
            case .key: .key
            case .value: .value
            case .output: .output
            case .gate: .gate
            case .up: .up
            case .down: .down
            }
        }
    }

    public var rank: Int
    public var alpha: Double
    /// The share of an adapter's inputs set to zero in training, from 0 up to, not including, 1.
    public var dropout: Double
    /// Whether the scale is alpha / √rank (Kalajdzievski 2023, arXiv 2312.03732) instead of alpha / rank.
    public var isRankStabilized: Bool
    /// The matrices that have one, in the order of `Target`.
    public var targets: [Target]

    public init(
        rank: Int = 8, alpha: Double = 16, dropout: Double = 0, isRankStabilized: Bool = false, targets: [Target] = Target.allCases
    ) {
        precondition(rank > 0 && dropout >= 0 && dropout < 1, "a rank of at least 1, a dropout from 0 up to 1")
        self.rank = rank
        self.alpha = alpha
        self.dropout = dropout
        self.isRankStabilized = isRankStabilized
        self.targets = Target.allCases.filter(targets.contains)
    }

    /// What B A is multiplied by.
    public var scale: Double { isRankStabilized ? alpha / Double(rank).squareRoot() : alpha / Double(rank) }
}
