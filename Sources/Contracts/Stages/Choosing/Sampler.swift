import Ground

/// Chooses the N items whose hashes are the lowest of the whole input: the same ones whatever their order, and mostly the same ones
/// after the input has grown.
struct Sampler {
    private struct Ticket: Comparable {
        var hash: UInt64
        var index: Int
        static func < (one: Ticket, other: Ticket) -> Bool { (one.hash, one.index) < (other.hash, other.index) }
    }

    private let count: Int
    private var tickets: [Ticket] = []
    private var highest: Ticket?

    init(count: Int) { self.count = count }

    /// Takes in an item's hash and place. Memory is bounded by twice the number asked for.
    mutating func offer(_ hash: UInt64, at index: Int) {
        let ticket = Ticket(hash: hash, index: index)
        if let highest, highest < ticket { return }
        tickets.append(ticket)
        if tickets.count >= 2 * count + 1024 { prune() }
    }

    /// The places in the input, in order, of the items chosen.
    mutating func chosen() -> [Int] {
        prune()
        return tickets.map(\.index).sorted()
    }

    private mutating func prune() {
        guard tickets.count > count else { return }
        tickets.sort()
        tickets.removeLast(tickets.count - count)
        highest = tickets.last
    }

    /// The hash of an item: of its first identifier where it has one, of its bytes otherwise.
    static func hash<Item>(of item: SourceItem<Item>) -> UInt64 {
        if case .item(let content) = item.content, let name = content.identifiers.first {
            return stableHash64(name, seed: 0x5A3B_1E0F)
        }
        return SplitMix.finish(item.stamp ^ 0x5A3B_1E0F)
    }
}
