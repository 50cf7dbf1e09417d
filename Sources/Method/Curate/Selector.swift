import Ground
import LanguageModels
import Records

/// What pairs are ranked by.
public enum Selector: Sendable, Hashable, CaseIterable, RawRepresentable {
    /// The score, made from the gain (and the judge, where there is one).
    case gain
    /// The score, made from several signals by the coefficients in the backward model's notes.
    case combined
    /// A hash of the pair's id: what every other selector must beat.
    case random
    case signal(Signal)

    public static var allCases: [Selector] { [.gain, .combined, .random] + Signal.allCases.map(Selector.signal) }

    public init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    public var rawValue: String {
        switch self {
        case .gain: "gain"
        case .combined: "combined"
        case .random: "random"
        case .signal(let signal): signal.rawValue
        }
    }

    /// Whether the score itself is ranked by, on its scale of 1 to 5.
    public var isScore: Bool { self == .gain || self == .combined }

    /// The signals that must be measured for it.
    public var signals: Set<Signal> { if case .signal(let signal) = self { [signal] } else { [] } }

    /// What the record has to be ranked by; nil where it lacks that.
    func value(of pair: RatedPair, seed: UInt64) -> Double? {
        switch self {
        case .gain, .combined: return pair.score
        case .random:
            var random = KeyedRandom(seed: seed, key: pair.pair.id)
            return random.nextUnit()
        case .signal(let signal): return pair.object["signals"]?.object?[signal.rawValue]?.double
        }
    }

    /// The value turned so that more is better.
    func merit(_ value: Double) -> Double {
        guard case .signal(let signal) = self else { return value }
        if signal == .difficulty { return InstructionFollowingDifficulty.merit(value) }
        return signal.isBetterHigh ? value : -value
    }
}
