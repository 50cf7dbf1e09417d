import Records

/// Drops what goes round in a circle: one or two words three times in a row, or a run of three to eight twice.
///
/// Of 8,449 instructions of people it would drop five. One word twice is no circle in many languages ("pas à pas", "看看").
enum RepetitionGuard {
    static func rejection(of written: WrittenInstruction) -> Rejection? {
        circle(in: written.words).map {
            Rejection("instruction_repeats", value: .string($0.joined(separator: " ")), threshold: "said once")
        }
    }

    /// The first run of words that stands again right behind itself.
    static func circle(in words: [Substring]) -> ArraySlice<Substring>? {
        for start in words.indices {
            for length in 1...longestRun {
                let times = length < 3 ? 3 : 2
                guard start + times * length <= words.count else { break }
                let run = words[start..<start + length]
                if (1..<times).allSatisfy({ run.elementsEqual(words[start + $0 * length..<start + ($0 + 1) * length]) }) { return run }
            }
        }
        return nil
    }

    private static let longestRun = 8
}
