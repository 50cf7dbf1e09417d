/// How far a text can be read without the page around it, from 0 to 1: each fault takes its share of what the others leave.
enum StandsAlone {
    /// - Parameter faults: the text's other signals of this kind, by name.
    static func value(_ faults: [Signal: Double]) -> Double {
        weights.reduce(1) { left, fault in left * (1 - fault.weight * min(1, max(0, faults[fault.signal] ?? 0))) }
    }

    /// Of what a whole fault takes: all where a text is nothing but scraps, half where it may be an answer all the same.
    private static let weights: [(signal: Signal, weight: Double)] = [
        (.backwardOpening, 0.5), (.danglingReferences, 0.5), (.linkShare, 1), (.shortLineShare, 1), (.listShare, 0.25), (.figureShare, 1),
        (.unfinishedEnd, 0.5),
    ]
}
