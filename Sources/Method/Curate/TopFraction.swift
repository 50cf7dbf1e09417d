import Ground
import Records
import Stages

/// Selection by rank: the best share of the rated pairs, whatever their scores.
///
/// Ranks need every score, so the pairs are rated first and selected afterwards. Equal scores are told apart by a hash of the pair's id,
/// so that the selection does not depend on the order of the input.
public struct TopFraction: Sendable, Equatable {
    public var fraction: Double

    public init(_ fraction: Double) { self.fraction = fraction }

    /// A pair's place in the ranking; the greater is the better.
    struct Rank: Comparable, Sendable {
        var score: Double
        var hash: UInt64

        init(id: String, score: Double) {
            self.score = score
            hash = stableHash64(id)
        }

        static func < (one: Rank, other: Rank) -> Bool { (one.score, one.hash) < (other.score, other.hash) }
    }

    /// The rank of the last pair that is selected of the rated ones in some files.
    func cut(ofFiles inputs: [String], longest: Int) throws -> Rank? {
        var ranks = [Rank]()
        var source = try RecordSource(inputs, longest: longest)
        while let item = try source.next() {
            guard case .item(let record) = item.content, let pair = try? RatedPair(record.object) else { continue }
            ranks.append(Rank(id: pair.pair.id, score: pair.score))
        }
        return cut(of: ranks)
    }

    /// The rank of the last pair that is selected; nil where none is. Sixteen bytes a pair.
    func cut(of ranks: [Rank]) -> Rank? {
        let count = min(ranks.count, Int((Double(ranks.count) * fraction).rounded(.up)))
        return count > 0 ? ranks.sorted(by: >)[count - 1] : nil
    }
}
