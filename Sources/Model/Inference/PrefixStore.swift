/// Keys and values that another prompt may begin with: those of sequences in flight, and those of a few that are done.
struct PrefixStore {
    private struct Kept {
        let tokens: [Int32]
        let cache: KVCache
    }

    /// Shorter beginnings are not worth a copy or a wait.
    static let shortest = 32

    private let limit: Int
    /// The one used last stands last.
    private var kept: [Kept] = []

    init(limit: Int) { self.limit = limit }

    var cacheTokens: Int { kept.reduce(0) { $0 + $1.cache.capacity } }

    /// What a prompt can take over now, and what it could if it waited for a sequence that is still being read.
    struct Match {
        var cache: KVCache?
        var count = 0
        var afterWaiting = 0
    }

    /// The longest beginning of `input` (at most `most` tokens) that is there, or will be.
    mutating func match(_ input: [Int32], most: Int, in flight: [EngineSequence]) -> Match {
        var match = Match()
        for sequence in flight {
            let common = min(most, Self.commonPrefix(input, sequence.ticket.input))
            match.afterWaiting = max(match.afterWaiting, common)
            if min(common, sequence.cache.count) > match.count {
                match.count = min(common, sequence.cache.count)
                match.cache = sequence.cache
            }
        }
        for index in kept.indices.reversed() {
            let common = min(most, Self.commonPrefix(input, kept[index].tokens))
            guard common > match.count else { continue }
            match.count = common
            match.cache = kept[index].cache
            kept.append(kept.remove(at: index))
        }
        if match.count < Self.shortest { (match.cache, match.count) = (nil, 0) }
        return match
    }

    /// Keeps the cache of a sequence that is done, unless one is kept that shares half of its input.
    mutating func keep(_ sequence: EngineSequence) {
        let input = Array(sequence.ticket.input.prefix(sequence.cache.count))
        guard limit > 0, input.count >= Self.shortest,
            !kept.contains(where: { 2 * Self.commonPrefix(input, $0.tokens) >= input.count })
        else { return }
        if kept.count == limit { kept.removeFirst() }
        kept.append(Kept(tokens: input, cache: sequence.cache))
    }

    /// Gives up the cache used longest ago; false where none is kept.
    mutating func drop() -> Bool {
        if kept.isEmpty { return false }
        kept.removeFirst()
        return true
    }

    static func commonPrefix(_ a: [Int32], _ b: [Int32]) -> Int {
        let shorter = min(a.count, b.count)
        var count = 0
        while count < shorter && a[count] == b[count] { count += 1 }
        return count
    }
}
