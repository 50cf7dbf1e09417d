import Curate
import Ground
import Records

/// Shows a person pair after pair, without their scores, and takes one key for a verdict on each.
struct LabelDialogue {
    /// In the order in which they are shown.
    let pairs: [Pair]
    let file: LabelFile
    /// Columns of the terminal, and the lines of a pair that are shown at once.
    var width: Int
    var lines: Int
    /// The next key; nil at the end of the input.
    let key: () -> Character?
    let show: (String) -> Void

    static let keys = "y train on it, n do not, s skip, b back, q quit"

    /// Asks from the first pair on that has no verdict, until the pairs or the person's patience end.
    func run() throws {
        var place = pairs.firstIndex { file.labels[$0.id] == nil } ?? pairs.count
        while place < pairs.count {
            let pair = pairs[place]
            let folded = folded(pair)
            show("\n\(header(place))\n" + folded.prefix(lines).joined(separator: "\n") + "\n")
            var isWhole = folded.count <= lines
            if !isWhole { show("... \(folded.count - lines) lines more: space shows them\n") }
            show("\nTrain on it? \(Self.keys): ")
            var moved: Int?
            while moved == nil {
                guard let pressed = key() else { return show("\n") }
                switch pressed.lowercased() {
                case "q": return show("\n")
                case "y", "n":
                    try file.add(pressed.lowercased() == "y", to: pair.id, instruction: pair.instruction)
                    moved = next(after: place)
                case "s":
                    try file.add(nil, to: pair.id, instruction: pair.instruction)
                    moved = next(after: place)
                case "b":
                    if place > 0 { moved = place - 1 } else { show("this is the first: ") }
                case " " where !isWhole:
                    show("\n" + folded.dropFirst(lines).joined(separator: "\n") + "\n\n\(Self.keys): ")
                    isWhole = true
                case let other where other.allSatisfy(\.isWhitespace): continue
                default: show("\(Self.keys): ")
                }
            }
            place = moved ?? place
        }
        show("\nall \(pairs.count) pairs have been looked at.\n")
    }

    /// The next pair without a verdict behind this one; where one went back, what lies between is not asked again.
    private func next(after place: Int) -> Int { pairs[(place + 1)...].firstIndex { file.labels[$0.id] == nil } ?? pairs.count }

    private func header(_ place: Int) -> String {
        let said: String =
            switch file.labels[pairs[place].id] {
            case nil: ""
            case .some(nil): ", skipped before"
            case .some(true?): ", y before"
            case .some(false?): ", n before"
            }
        return String(repeating: "=", count: min(40, width)) + " \(place + 1) of \(pairs.count)\(said)"
    }

    /// The instruction, a rule, and the output.
    private func folded(_ pair: Pair) -> [String] {
        func fold(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
                line.isEmpty ? [""] : wrapped(String(line), to: width)
            }
        }
        return fold(pair.instruction) + [String(repeating: "-", count: min(40, width))] + fold(pair.output)
    }
}
