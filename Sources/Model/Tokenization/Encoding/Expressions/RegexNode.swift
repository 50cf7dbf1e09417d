/// A regular expression as read.
indirect enum RegexNode: Sendable, Equatable {
    case empty
    case set(ScalarSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repetition(RegexNode, atLeast: Int, atMost: Int, RepetitionKind)
    case atomic(RegexNode)
    case look(RegexNode, isAhead: Bool, isNegated: Bool)
    case lineStart, lineEnd, textStart, textEnd, textEndOrLastBreak
    case wordBoundary(isNegated: Bool)

    enum RepetitionKind: Sendable { case greedy, lazy, possessive }

    /// The number of characters that every match has, or nil where matches differ: what a look behind needs.
    var length: Int? {
        switch self {
        case .set: return 1
        case .sequence(let parts): return parts.reduce(0) { sum, part in part.length.flatMap { length in sum.map { $0 + length } } }
        case .alternatives(let parts):
            let lengths = Set(parts.map(\.length))
            return lengths.count == 1 ? lengths.first ?? nil : nil
        case .repetition(let part, let least, let most, _): return least == most ? part.length.map { $0 * least } : nil
        case .atomic(let part): return part.length
        case .empty, .look, .lineStart, .lineEnd, .textStart, .textEnd, .textEndOrLastBreak, .wordBoundary: return 0
        }
    }
}
