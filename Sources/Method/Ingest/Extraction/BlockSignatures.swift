import Ground

/// Blocks that page authors wrote with the same template: same tag and class, and the same of the elements around.
struct BlockSignatures {
    struct Stats {
        var count = 0
        var plain: Int32 = 0
        var link: Int32 = 0
    }

    private var own: [Int32] = []
    private var parents: [Int32] = []
    private var ownStats: [Stats] = []
    private var parentStats: [Stats] = []

    init(_ blocks: [PageBlock], _ tree: HTMLTree) {
        var hashes: [Int32: UInt64] = [:]
        var ownIDs: [UInt64: Int32] = [:]
        var parentIDs: [UInt64: Int32] = [:]
        for block in blocks {
            var node = Int(block.node)
            var parts: [UInt64] = []
            for _ in 0..<4 where node >= 0 {
                parts.append(BlockSignatures.hash(of: node, tree, &hashes))
                node = Int(tree.nodes[node].parent)
            }
            let ownHash = parts.prefix(3).reduce(UInt64(block.kind.rawValue)) { WordHash.adding(word: $1, to: $0) }
            let parentHash = parts.dropFirst().reduce(7) { WordHash.adding(word: $1, to: $0) }
            BlockSignatures.add(ownHash, block, &ownIDs, &own, &ownStats)
            BlockSignatures.add(parentHash, block, &parentIDs, &parents, &parentStats)
        }
    }

    func stats(of block: Int) -> Stats { ownStats[Int(own[block])] }
    func parentStats(of block: Int) -> Stats { parentStats[Int(parents[block])] }
    func isSame(_ one: Int, _ other: Int) -> Bool { own[one] == own[other] }
    private static func add(_ hash: UInt64, _ block: PageBlock, _ ids: inout [UInt64: Int32], _ list: inout [Int32], _ stats: inout [Stats])
    {
        let id = ids[hash] ?? Int32(stats.count)
        if Int(id) == stats.count {
            ids[hash] = id
            stats.append(Stats())
        }
        list.append(id)
        stats[Int(id)].count += 1
        stats[Int(id)].plain += block.plainBytes
        stats[Int(id)].link += block.linkBytes
    }

    private static func hash(of node: Int, _ tree: HTMLTree, _ known: inout [Int32: UInt64]) -> UInt64 {
        if let hash = known[Int32(node)] { return hash }
        var hash: UInt64 = FNV1a.start ^ UInt64(tree.nodes[node].tag.feature)
        if let classes = tree.attribute(.class, of: node) {
            // Numbers in class names count items: they make no difference here.
            for byte in classes where !byte.isASCIIDigit { hash = FNV1a.adding(byte, to: hash) }
        }
        known[Int32(node)] = hash
        return hash
    }
}
