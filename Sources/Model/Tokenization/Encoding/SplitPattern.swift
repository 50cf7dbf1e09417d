/// What a split looks for: a fixed string or a regular expression.
enum SplitPattern: Sendable {
    case literal([UInt8])
    case regex(SplitRegex)

    init(regex pattern: String) throws(TokenizationError) { self = .regex(try SplitRegex(pattern)) }

    /// The parts of `range`, matches and what lies between them, without a gap.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, isInverted: Bool) -> [SplitBehavior.Part] {
        var parts: [SplitBehavior.Part] = []
        var start = range.lowerBound
        func add(_ match: Range<Int>) {
            if match.lowerBound > start { parts.append(.init(range: start..<match.lowerBound, isMatch: isInverted)) }
            parts.append(.init(range: match, isMatch: !isInverted))
            start = match.upperBound
        }
        switch self {
        case .literal(let literal):
            guard !literal.isEmpty else { break }
            var at = range.lowerBound
            while at + literal.count <= range.upperBound {
                if (0..<literal.count).allSatisfy({ bytes[at + $0] == literal[$0] }) {
                    add(at..<at + literal.count)
                    at += literal.count
                } else {
                    at += 1
                }
            }
        case .regex(let regex): regex.forEachMatch(in: bytes, range, add)
        }
        if start < range.upperBound { parts.append(.init(range: start..<range.upperBound, isMatch: isInverted)) }
        return parts
    }

    /// The characters of a class as matches of one character each; what lies between two of them is one part.
    static func eachCharacter(
        _ bytes: Span<UInt8>, _ range: Range<Int>, where belongs: (UInt8) -> Bool
    ) -> [SplitBehavior.Part] {
        eachCharacter(bytes, range, withCode: true) { kind, _ in belongs(kind) }
    }

    static func eachCharacter(
        _ bytes: Span<UInt8>, _ range: Range<Int>, withCode: Bool, where belongs: (UInt8, Int) -> Bool
    ) -> [SplitBehavior.Part] {
        let classes = UnicodeClasses.classes
        var parts: [SplitBehavior.Part] = []
        var start = range.lowerBound
        var at = start
        while at < range.upperBound {
            let (code, length) = Scalars.decode(bytes, at)
            if belongs(classes[code], code) {
                if at > start { parts.append(.init(range: start..<at, isMatch: false)) }
                parts.append(.init(range: at..<at + length, isMatch: true))
                start = at + length
            }
            at += length
        }
        if start < range.upperBound { parts.append(.init(range: start..<range.upperBound, isMatch: false)) }
        return parts
    }
}
