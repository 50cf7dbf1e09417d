/// Unpacks a sequence of gzip members handed over piece by piece.
public final class GzipInflater {
    /// What one call did.
    public enum Step {
        case progress(taken: Int, given: Int)
        /// The padding that tape and block devices leave behind a member.
        case trailingZeros
        case fault(String)
    }

    /// Whether the bytes so far end with a whole member.
    public private(set) var isBetweenMembers = true
    private let inflater = Inflater(.gzip)
    private var hasMember = false

    public init() {}

    /// Unpacks from `input[range]` into `output` from index `start` on.
    public func inflate(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Step {
        if isBetweenMembers {
            if hasMember {
                if input[range].allSatisfy({ $0 == 0 }) { return .trailingZeros }
                if input[range.lowerBound] != 0x1F { return .fault("something that is no gzip follows a member") }
                inflater.reset()
            }
            hasMember = true
            isBetweenMembers = false
        }
        switch inflater.inflate(input, range, into: &output, from: start) {
        case .more(let taken, let given): return .progress(taken: taken, given: given)
        case .end(let taken, let given):
            isBetweenMembers = true
            return .progress(taken: taken, given: given)
        case .fault(let reason): return .fault(reason)
        }
    }
}
