import Ground

/// Decides which blocks of a page are its main content.
///
/// A forest of decision trees, trained on pages whose main content people have marked (examples/train-extractor), says of each block how
/// probable it belongs there, by what it is, where it stands and what stands around it. Then those blocks are kept whose probability makes
/// the expected F1 over words highest: a page of which little is certain is cut more generously than an article whose text is plain to see.
///
/// Where most of the text that is expected lies in one element and is nearly certain, what lies far from it must be nearly certain too: the
/// first words of other articles look like text, and belong to other pages.
///
/// What belongs together stays together: the rows of a table and the items of a list share one probability, code stays with the text around
/// it, and a heading with the text under it. A single first-level heading is the page's title, which is known anyway. Of a page with nearly
/// nothing around its text, such as a manual's chapter, nearly all is kept: the forest has seen few pages as long as those.
struct MainContent {
    /// Whether a block is kept, how probable that it belongs to the main content, and why.
    struct Decision: Sendable {
        var isKept: Bool
        var probability: Float
        var reason: Reason
    }

    enum Reason: String, Sendable {
        case main = "main content"
        case improbable = "not probable enough"
        case repeated = "said before"
        case heading = "heading of kept text"
        case between = "beside kept text"
        case alone = "a body without surroundings"
        case hidden = "hidden by its style"
    }

    let decisions: [Decision]
    /// Whether what people write to each other is what the page is there for.
    let isDiscussion: Bool
    /// The probability from which on blocks are kept.
    let threshold: Float

    /// Blocks below the best threshold are still kept to this share of it: leaving out a paragraph hurts a reader more than a line too many.
    private static let generosity: Float = 0.85
    /// The same for a page that says it is one article: what stands around one is seldom a part of it.
    private static let generosityToArticles: Float = 0.95

    /// What is less probable is not kept for the sake of what stands around it.
    private static let leastBetween: Float = 0.1

    /// From here on a heading is kept right above kept text.
    private static let leastNext: Float = 0.03

    /// From here on text is kept of a page with nearly nothing around it.
    private static let leastOfPlain: Float = 0.05

    init(_ page: PageBlocks, in tree: HTMLTree) {
        let model = ContentModel.shared
        let hints = PageHints(tree)
        let features = BlockFeatures(page, in: tree, hints: hints, wanted: model.wanted)
        let own = MainContent.nearBody(features, model.probabilities(features), isArticle: hints.isArticle)
        let probabilities = MainContent.sharing(page.blocks, own, words: features.words)
        isDiscussion = hints.isDiscussion
        let generosity = hints.isArticle ? MainContent.generosityToArticles : MainContent.generosity
        threshold = MainContent.bestThreshold(probabilities, words: features.words) * generosity
        let isPlain = MainContent.isNearlyAllText(page.blocks, own, words: features.words)
        let isShownLater = MainContent.isMostlyHidden(page.blocks, words: features.words)
        var decisions = MainContent.decide(
            page, probabilities, threshold, isPlain: isPlain, isInBody: features.isInBody, showsHidden: isShownLater)
        MainContent.keepTogether(page.blocks, &decisions)
        MainContent.keepHeadings(page.blocks, &decisions, least: isPlain ? 0 : MainContent.leastBetween)
        self.decisions = decisions
    }

    /// Keeps every block: for a body that nothing stands around.
    init(keepingAllOf page: PageBlocks) {
        threshold = 0
        isDiscussion = false
        decisions = page.blocks.map { block in
            let isHidden = block.place.contains(.unseen)
            return Decision(isKept: !isHidden, probability: isHidden ? 0 : 1, reason: isHidden ? .hidden : .alone)
        }
    }

    /// The probabilities of blocks far from a body that is nearly certain, cut down; a page that says it is one article has one body, so less
    /// certainty is asked for.
    private static func nearBody(_ features: BlockFeatures, _ probabilities: [Float], isArticle: Bool) -> [Float] {
        let (sure, share, far, cut): (Float, Float, Float, Float) = isArticle ? (0.7, 0.3, 4, 0.9) : (0.9, 0.4, 5, 0.85)
        var (certain, expected): (Float, Float) = (0, 0)
        for index in probabilities.indices {
            let words = Float(features.words[index])
            expected += words * probabilities[index]
            if probabilities[index] > sure, features.isInBody[index] { certain += words }
        }
        guard certain > share * expected else { return probabilities }
        return probabilities.indices.map { index in
            let isFar = features.stepsToBody[index] >= far && !features.isInBody[index]
            return isFar && probabilities[index] < cut ? probabilities[index] * 0.2 : probabilities[index]
        }
    }

    /// The same probability for neighbouring rows, and for neighbouring items: the mean, longer ones weighing more.
    private static func sharing(_ blocks: [PageBlock], _ probabilities: [Float], words: [Int]) -> [Float] {
        var shared = probabilities
        var start = 0
        while start < blocks.count {
            let kind = blocks[start].kind
            var end = start + 1
            while end < blocks.count, blocks[end].kind == kind { end += 1 }
            if kind == .row || kind == .item {
                var (sum, weight): (Float, Float) = (0, 0)
                for index in start..<end {
                    sum += probabilities[index] * Float(words[index] + 1)
                    weight += Float(words[index] + 1)
                }
                for index in start..<end { shared[index] = sum / weight }
            }
            start = end
        }
        return shared
    }

    /// Code is kept where the block before or behind it that is no code is kept; a table and a list where both are.
    private static func keepTogether(_ blocks: [PageBlock], _ decisions: inout [Decision]) {
        var start = 0
        while start < blocks.count {
            let kind = blocks[start].kind
            var end = start + 1
            while end < blocks.count, blocks[end].kind == kind { end += 1 }
            let before = start > 0 && decisions[start - 1].isKept
            let behind = end < blocks.count && decisions[end].isKept
            if kind == .code ? before || behind : (kind == .row || kind == .item) && before && behind {
                for index in start..<end where decisions[index].reason == .improbable && decisions[index].probability >= leastBetween {
                    (decisions[index].isKept, decisions[index].reason) = (true, .between)
                }
            }
            start = end
        }
    }

    /// The last headings before kept text are kept, if they are near and not all too improbable.
    private static func keepHeadings(_ blocks: [PageBlock], _ decisions: inout [Decision], least: Float) {
        let hasOneTitle = blocks.count { $0.kind == .heading && $0.level == 1 } == 1
        // The last heading, with those of higher rank that stand right before it.
        var last: [Int] = []
        for index in blocks.indices {
            if blocks[index].kind == .heading {
                if let before = last.last, before != index - 1 || blocks[before].level >= blocks[index].level { last = [] }
                last.append(index)
            } else if decisions[index].isKept {
                for heading in last where !decisions[heading].isKept && decisions[heading].reason != .hidden && index - heading <= 6 {
                    let isTitle = hasOneTitle && blocks[heading].level == 1
                    // Right above text that is kept it need not look like a part of it.
                    let isNext = index - (last.last ?? 0) == 1 && !isOutside(blocks[heading])
                    guard !isTitle, decisions[heading].probability >= (isNext ? min(least, leastNext) : least) else { continue }
                    (decisions[heading].isKept, decisions[heading].reason) = (true, .heading)
                }
                last = []
            }
        }
    }

    private static let outPlaces: PageBlock.Place = [.nav, .footer, .aside, .button, .hidden, .comment, .dialog]

    private static func isOutside(_ block: PageBlock) -> Bool { !block.place.isDisjoint(with: outPlaces) || block.linkDensity > 0.6 }

    /// Whether 19 words in 20 stand where text stands, and the forest does not take the page for anything but text; or 17 of 20 in a text of
    /// 5,000 words and more.
    private static func isNearlyAllText(_ blocks: [PageBlock], _ probabilities: [Float], words: [Int]) -> Bool {
        var (all, inside, expected): (Float, Float, Float) = (0, 0, 0)
        for index in blocks.indices {
            let count = Float(words[index])
            all += count
            expected += count * probabilities[index]
            if !isOutside(blocks[index]) { inside += count }
        }
        if all >= 5000, inside >= 0.85 * all { return true }
        return all > 0 && inside >= 0.95 * all && expected >= 0.4 * all
    }

    /// Whether most of the text is unseen: a script shows it then, as some do that hide a page until it is drawn.
    private static func isMostlyHidden(_ blocks: [PageBlock], words: [Int]) -> Bool {
        var (all, hidden) = (0, 0)
        for (block, count) in zip(blocks, words) {
            all += count
            if block.place.contains(.unseen) { hidden += count }
        }
        return 2 * hidden > all
    }

    /// What the page says again goes, but for what an article's own body repeats: a table of meals, a refrain.
    private static func decide(
        _ page: PageBlocks, _ probabilities: [Float], _ threshold: Float, isPlain: Bool, isInBody: [Bool], showsHidden: Bool
    ) -> [Decision] {
        // Each text that was kept, and whether it stood in the body.
        var seen: [UInt64: Bool] = [:]
        var runs = RunSet()
        return page.blocks.indices.map { index in
            let (block, probability) = (page.blocks[index], probabilities[index])
            if !showsHidden, block.place.contains(.unseen) { return Decision(isKept: false, probability: probability, reason: .hidden) }
            let least = isPlain && !isOutside(block) ? min(threshold, leastOfPlain) : threshold
            guard probability >= least else { return Decision(isKept: false, probability: probability, reason: .improbable) }
            let bytes = page.bytes(of: block)
            if bytes.count >= 40, block.kind != .row, block.kind != .code {
                let hash = FNV1a.hash64(bytes)
                let own = RepeatedText.runs(of: bytes)
                if let wasInBody = seen[hash] {
                    if !(wasInBody && isInBody[index]) { return Decision(isKept: false, probability: probability, reason: .repeated) }
                } else if own.count >= 20, own.count(where: runs.contains) * 10 > own.count * 8 {
                    return Decision(isKept: false, probability: probability, reason: .repeated)
                }
                seen[hash] = isInBody[index]
                for run in own { runs.insert(run) }
            }
            return Decision(isKept: true, probability: probability, reason: .main)
        }
    }

    /// The threshold at which the expected F1 over words, were the probabilities true, is highest.
    static func bestThreshold(_ probabilities: [Float], words: [Int]) -> Float {
        let order = probabilities.indices.sorted {
            probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1
        }
        let expected = zip(probabilities, words).reduce(Float(0)) { $0 + $1.0 * Float($1.1) }
        var (best, threshold): (Float, Float) = (-1, 0.5)
        var (taken, right): (Float, Float) = (0, 0)
        for index in order {
            taken += Float(words[index])
            right += probabilities[index] * Float(words[index])
            let score = 2 * right / (taken + expected + 1e-6)
            if score > best { (best, threshold) = (score, probabilities[index]) }
        }
        return threshold
    }
}
