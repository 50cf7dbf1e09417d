/// Decides which blocks of a page are its main content.
struct MainContent {
    /// Why a block was kept or left out; `explain` shows it.
    struct Decision: Sendable {
        var isKept: Bool
        var score: Double
        var reason: String
    }

    private static let outPlaces: PageBlock.Place = [.nav, .aside, .hidden, .button, .dialog, .comment]
    private static let outSignals = ClassSignals(
        .comment, .sidebar, .related, .share, .navigation, .menu, .breadcrumb, .footer, .cookie, .popup, .newsletter, .advertisement,
        .pagination, .cart, .login, .search, .skip, .contents)
    private static let inSignals = ClassSignals(.article, .content, .post, .entry, .body, .main, .text, .story, .docs, .forum)

    static func decide(_ page: PageBlocks, in tree: HTMLTree) -> [Decision] {
        let blocks = page.blocks
        var isOut = blocks.map { block -> Bool in
            if !block.place.isDisjoint(with: outPlaces) { return true }
            if block.place.contains(.footer), !block.place.contains(.article) { return true }
            if block.place.contains(.header), block.kind != .heading { return true }
            return !block.nearSignals.isDisjoint(with: outSignals) && block.nearSignals.isDisjoint(with: inSignals)
                || !block.farSignals.intersection(outSignals).isEmpty && block.farSignals.isDisjoint(with: inSignals)
        }
        if !zip(blocks, isOut).contains(where: { !$1 && $0.plainBytes > 200 }) {
            isOut = blocks.map { !$0.place.isDisjoint(with: [.nav, .footer, .hidden, .dialog]) }
        }
        var weights = [Double](repeating: 0, count: tree.nodes.count)
        for (block, out) in zip(blocks, isOut) where !out {
            weights[Int(block.node)] += Double(block.plainBytes) * (1 - block.linkDensity) * (block.plainBytes > 80 ? 1 : 0.3)
        }
        var index = weights.count - 1
        while index > 0 {
            weights[Int(tree.nodes[index].parent)] += weights[index]
            index -= 1
        }
        let root = mainNode(weights, tree)
        let range = root..<Int(tree.nodes[root].end)
        return zip(blocks, isOut).enumerated().map { index, pair in
            let (block, out) = pair
            if out { return Decision(isKept: false, score: 0, reason: "boilerplate place") }
            if !range.contains(Int(block.firstNode)) { return Decision(isKept: false, score: 0, reason: "outside the main part") }
            if block.kind != .heading, block.linkDensity > 0.6 { return Decision(isKept: false, score: 0.2, reason: "mostly links") }
            return Decision(isKept: true, score: 1, reason: "main text")
        }
    }

    /// Goes down from the document while one child holds most of the text.
    private static func mainNode(_ weights: [Double], _ tree: HTMLTree) -> Int {
        var node = 0
        while weights[node] > 0 {
            var child = node + 1
            var best: Int?
            while child < Int(tree.nodes[node].end) {
                if weights[child] >= 0.75 * weights[node] { best = child }
                child = Int(tree.nodes[child].end)
            }
            guard let best else { break }
            node = best
        }
        return node
    }
}
