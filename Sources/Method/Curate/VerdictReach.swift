import Ground

/// How many of people's verdicts are on the pairs that were rated.
public struct VerdictReach: Sendable, Equatable {
    public var given = 0
    /// On pairs that were rated.
    public var here = 0
    /// On ids that none of the rated pairs has.
    public var ofOtherIDs = 0
    /// On another instruction than the one that now stands under the id.
    public var ofOtherInstructions = 0

    /// What a person is told of verdicts on other pairs; nil where there are none.
    public var words: String? {
        guard given > 0, ofOtherIDs + ofOtherInstructions > 0 else { return nil }
        var parts: [String] = []
        if ofOtherIDs > 0 { parts.append("\(Figures.grouped(ofOtherIDs)) on ids that none of these pairs has") }
        if ofOtherInstructions > 0 {
            parts.append("\(Figures.grouped(ofOtherInstructions)) on another instruction than the one that stands under the id now")
        }
        return
            "Of \(Figures.grouped(given)) verdicts in --labels \(Figures.grouped(here)) are on the rated pairs; the others are on other pairs: "
            + "\(parts.joined(separator: ", ")). A verdict holds for the pair it was taken on."
    }
}

/// That no threshold shows the share that was asked for, with what the verdicts were on.
struct UnshownPrecision: Error, CustomStringConvertible {
    let error: PrecisionError
    let reach: VerdictReach

    var description: String { [error.description, reach.words].compactMap(\.self).joined(separator: " ") }
}
