/// What a split makes of the matches of its pattern and of the text between them.
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case contiguous = "Contiguous"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"

    init(_ name: String) throws(TokenizationError) {
        guard let known = SplitBehavior(rawValue: name) else {
            throw .unsupported(
                part: "split behavior", found: name, supported: "Removed, Isolated, Contiguous, MergedWithPrevious, MergedWithNext")
        }
        self = known
    }

    /// A part of a piece, and whether the pattern matched it.
    struct Part: Equatable {
        var range: Range<Int>
        var isMatch: Bool
    }

    /// Cuts every piece into the parts that `find` gives, which cover it without a gap.
    func cut(_ pieces: inout Pieces, find: (Span<UInt8>, Range<Int>) -> [Part]) {
        if self == .removed {
            pieces.keep { bytes, range in find(bytes, range).filter { !$0.isMatch }.map(\.range) }
            return
        }
        pieces.split { bytes, range, ends in join(find(bytes, range).filter { !$0.range.isEmpty }, into: &ends) }
    }

    private func join(_ parts: [Part], into ends: inout [Int]) {
        for (index, part) in parts.enumerated() {
            let following = index + 1 < parts.count ? parts[index + 1].isMatch : nil
            switch self {
            case .isolated, .removed: break
            case .contiguous where following == part.isMatch: continue
            case .mergedWithPrevious where !part.isMatch && following == true: continue
            case .mergedWithNext where part.isMatch && following == false: continue
            default: break
            }
            ends.append(part.range.upperBound)
        }
    }
}
