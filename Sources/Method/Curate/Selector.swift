import Ground
import LanguageModels
import Records

/// What pairs are ranked by.
public enum Selector: Sendable, Hashable {
    /// The score, made from the gain (and the judge, where there is one).
    case gain
    /// The score, made from several signals by the coefficients in the backward model's notes.
    case combined
    /// A hash of the pair's id: what every other selector must beat.
    case random
    /// One signal, or the sum of several, each standardised over the pairs.
    case signals([Signal])

    /// The selectors of one word.
    public static var names: [String] { ["gain", "combined", "random"] + Signal.allCases.map(\.rawValue) }

    /// Reads a name, or names of signals with a plus between them; nil where one is unknown.
    public init?(_ text: String) {
        switch text {
        case "gain": self = .gain
        case "combined": self = .combined
        case "random": self = .random
        default:
            let names = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
            let signals = names.compactMap(Signal.init(rawValue:))
            guard signals.count == names.count, Set(signals).count == signals.count else { return nil }
            self = .signals(signals)
        }
    }

    /// As `init` reads it.
    public var text: String {
        switch self {
        case .gain: "gain"
        case .combined: "combined"
        case .random: "random"
        case .signals(let signals): signals.map(\.rawValue).joined(separator: "+")
        }
    }

    /// Whether the score itself is ranked by, on its scale of 1 to 5.
    public var isScore: Bool { self == .gain || self == .combined }

    /// The signals that must be measured for it.
    public var signals: Set<Signal> { if case .signals(let signals) = self { Set(signals) } else { [] } }

    /// What the record has to be ranked by; nil where it lacks some of that.
    func values(of pair: RatedPair, seed: UInt64) -> [Double]? {
        switch self {
        case .gain, .combined: return [pair.score]
        case .random:
            var random = KeyedRandom(seed: seed, key: pair.pair.id)
            return [random.nextUnit()]
        case .signals(let signals):
            let found = signals.compactMap { pair.object["signals"]?.object?[$0.rawValue]?.double }
            return found.count == signals.count ? found : nil
        }
    }

    /// How good each pair is beside the others, more being better: the value itself turned the right way, or the sum of several, each in
    /// standard deviations.
    func merits(_ values: [[Double]]) -> [Double] {
        guard case .signals(let signals) = self else { return values.map { $0.first ?? 0 } }
        let columns = signals.enumerated().map { place, signal in
            values.map { pair -> Double in
                let value = pair[place]
                return signal == .difficulty ? InstructionFollowingDifficulty.merit(value) : signal.isBetterHigh ? value : -value
            }
        }
        guard columns.count > 1 else { return columns.first ?? [] }
        let standardised = columns.map(Self.standardised)
        return values.indices.map { pair in standardised.reduce(0) { $0 + $1[pair] } }
    }

    /// Summed from the least value up, so that the order of the pairs decides nothing.
    private static func standardised(_ values: [Double]) -> [Double] {
        let sorted = values.sorted()
        let count = Double(max(1, values.count))
        let mean = sorted.reduce(0, +) / count
        let spread = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return values.map { spread > 0 ? ($0 - mean) / spread : 0 }
    }
}
