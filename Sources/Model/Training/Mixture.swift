import Ground

/// Several sources drawn by weight, evenly spread: after n draws each source has given its share of n to within one draw a source.
///
/// The share of the first source is dealt out by its own staircase, the rest among the others in the same way, so that the source of
/// a draw and the number of the draw inside it depend on the draw's number alone.
public struct Mixture: ExampleSource {
    public struct Part: Sendable {
        public let source: any ExampleSource
        /// A positive weight; only its ratio to the others counts.
        public let weight: Double

        public init(_ source: any ExampleSource, weight: Double) {
            self.source = source
            self.weight = weight
        }
    }

    public let parts: [Part]
    /// The draws after which every source was used whole at least once.
    public let count: Int
    public let fingerprint: UInt64
    private let shareOfRest: [Double]

    /// - Throws: `TrainingError.noExamples` without parts, `TrainingError.invalidOption` for a weight that is not positive and finite.
    public init(_ parts: [Part]) throws {
        guard !parts.isEmpty else { throw TrainingError.noExamples }
        for part in parts where !(part.weight > 0 && part.weight.isFinite) {
            throw TrainingError.invalidOption(name: "mixture weight", found: "\(part.weight)", expected: "a positive number")
        }
        self.parts = parts
        var rest = parts.reduce(0) { $0 + $1.weight }
        let total = rest
        shareOfRest = parts.map { part in
            defer { rest -= part.weight }
            return min(1, part.weight / rest)
        }
        count = parts.map { Int((Double($0.source.count) * total / $0.weight).rounded(.up)) }.max() ?? 1
        var hash = ContentFingerprint(seed: 0x317)
        for part in parts {
            hash.combine(part.source.fingerprint)
            hash.combine(part.weight.bitPattern)
        }
        fingerprint = hash.bits
    }

    public func example(at draw: Int) -> TrainingExample {
        let (part, inner) = place(of: draw)
        return parts[part].source.example(at: inner)
    }

    /// The source of a draw, and the number of the draw inside that source.
    func place(of draw: Int) -> (part: Int, draw: Int) {
        var remaining = draw
        for part in 0..<(parts.count - 1) {
            let before = (Double(remaining) * shareOfRest[part]).rounded(.down)
            let after = (Double(remaining + 1) * shareOfRest[part]).rounded(.down)
            if after > before { return (part, Int(before)) }
            remaining -= Int(before)
        }
        return (parts.count - 1, remaining)
    }
}
