import Ground

/// The numbers by which blocks are told apart, a column a feature: what the block is, what encloses it, what stands around it, what the
/// page is. `names` lists them; the model that reads them was trained on this order.
struct BlockFeatures {
    private(set) var table: FeatureTable

    /// What is known of a block's text before features are made.
    private struct Text {
        var words = TextSignals(reading: [])
        var letters = 0
        var capitals = 0
        var digits = 0
        var sentenceEnds = 0
        var commas = 0
        var pipes = 0
        var endsSentence = false
        var startsCapital = false
        var endsColon = false
        var hasQuestion = false
        var hasCurrency = false
        var hasCopyright = false
        var isLong = false
    }

    /// Bytes and blocks under an element.
    private struct Load {
        var plain: Int32 = 0
        var link: Int32 = 0
        var long: Int32 = 0
        var blocks: Int32 = 0
        var headings: Int32 = 0
    }

    private static let groups = 40
    private static let signalBits = ClassSignals.Kind.allCases.count
    private static let textBits = TextSignals.Kind.allCases.count

    static let names: [String] = {
        var names = plainNames
        for place in 0..<29 { names.append("place\(place)") }
        for set in ["near", "middle", "far"] { for kind in ClassSignals.Kind.allCases { names.append("\(set).\(kind)") } }
        for set in ["text", "heading"] { for kind in TextSignals.Kind.allCases { names.append("\(set).\(kind)") } }
        for kind in PageHints.Kind.allCases { names.append("page.\(kind)") }
        return names
    }()

    private static let plainNames: [String] =
        [
            "kind", "level", "logBytes", "words", "linkDensity", "links", "emphasis", "wordLength", "sentenceEnds", "commas",
            "endsSentence",
            "startsCapital", "endsColon", "question", "currency", "copyright", "digits", "capitals", "stopWords", "pipes", "ordinal",
            "position", "bytePosition", "index", "fromEnd", "depth", "repeatOf", "isRepeated", "repeatedWords", "repeatedLater",
            "signatureCount", "signatureBytes", "signatureLinks", "signatureShare", "parentSignatureCount",
            "sinceHeading", "headingLevel", "headingBytes", "afterH1", "sinceH1", "titleOverlap",
            "previousLong", "previousLongLCA", "nextLong", "nextLongLCA",
            "sinceTitle", "titleLCA", "sinceDescription", "descriptionLCA", "isDescription", "inArticleBody", "pageArticleBody",
            "in75", "in50", "mainShare75", "distance75", "distance50",
            "inBody", "bodyShare", "bodyLead", "distanceBody", "isBodyChild", "bodyBlocks",
            "pageBytes", "pageLinks", "pageBlocks", "pageLong", "pageHeadings", "pageItems", "pageRows", "articles", "pageLongShare",
            "pageComments", "pagePrices",
        ]
        + (1...4).flatMap { level in
            ["bytes", "links", "blocks", "share", "longShare", "headings", "tag", "place"].map { "around\(level).\($0)" }
        }
        + [-3, -2, -1, 1, 2, 3].flatMap { offset in
            ["bytes", "links", "kind", "stop", "ends", "lca", "sameSignature"].map { "next\(offset).\($0)" }
        }

    /// Words of each block.
    private(set) var words: [Int] = []
    /// Whether each block lies in the element with the most text in paragraphs of its own, and how many steps up lead to where it does.
    private(set) var isInBody: [Bool] = []
    private(set) var stepsToBody: [Float] = []

    /// Makes the features that `wanted` marks, all of them where it is nil.
    init(_ page: PageBlocks, in tree: HTMLTree, hints: PageHints, wanted: [Bool]? = nil) {
        let blocks = page.blocks
        var table = FeatureTable(rows: blocks.count, features: BlockFeatures.names.count, wanted: wanted)
        defer { self.table = table }
        self.table = FeatureTable(rows: 0, features: 0, wanted: nil)
        guard !blocks.isEmpty else { return }
        let texts = blocks.map { BlockFeatures.text(of: $0, page) }
        let loads = BlockFeatures.loads(blocks, texts, tree)
        let total = loads[0]
        let n = blocks.count
        words = texts.map(\.words.words)
        @inline(never) func put(_ make: (Int) -> Float) { table.add(make) }
        // The block itself
        put { Float(blocks[$0].kind.rawValue) }
        put { Float(blocks[$0].level) }
        put { binaryScale(Float(1 + blocks[$0].plainBytes + blocks[$0].linkBytes)) }
        put { Float(texts[$0].words.words) }
        put { Float(blocks[$0].linkDensity) }
        put { Float(blocks[$0].linkCount) }
        put { ratio(blocks[$0].emphasisBytes, blocks[$0].plainBytes + blocks[$0].linkBytes) }
        put { ratio(blocks[$0].plainBytes + blocks[$0].linkBytes, Int32(texts[$0].words.words)) }
        put { Float(texts[$0].sentenceEnds) }
        put { ratio(Int32(texts[$0].commas), Int32(texts[$0].words.words)) }
        put { texts[$0].endsSentence ? 1 : 0 }
        put { texts[$0].startsCapital ? 1 : 0 }
        put { texts[$0].endsColon ? 1 : 0 }
        put { texts[$0].hasQuestion ? 1 : 0 }
        put { texts[$0].hasCurrency ? 1 : 0 }
        put { texts[$0].hasCopyright ? 1 : 0 }
        put { ratio(Int32(texts[$0].digits), Int32(texts[$0].digits + texts[$0].letters)) }
        put { ratio(Int32(texts[$0].capitals), Int32(texts[$0].letters)) }
        put { ratio(Int32(texts[$0].words.stopWords), Int32(texts[$0].words.words)) }
        put { Float(texts[$0].pipes) }
        put { Float(blocks[$0].ordinal) }
        // Where it stands
        put { Float($0) / Float(n) }
        put { ratio(blocks[$0].start, Int32(page.text.count)) }
        put { min(Float($0), 400) }
        put { min(Float(n - 1 - $0), 400) }
        put { Float(tree.nodes[Int(blocks[$0].node)].depth) }
        let repeats = BlockFeatures.repeats(page)
        put { repeats[$0].before ? 1 : 0 }
        put { repeats[$0].any ? 1 : 0 }
        let repeated = RepeatedText.shares(of: page)
        put { repeated[$0].before }
        put { repeated[$0].after }
        let signatures = BlockSignatures(blocks, tree)
        put { binaryScale(Float(signatures.stats(of: $0).count)) }
        put { binaryScale(1 + Float(signatures.stats(of: $0).plain) / Float(signatures.stats(of: $0).count)) }
        put { ratio(signatures.stats(of: $0).link, signatures.stats(of: $0).plain + signatures.stats(of: $0).link) }
        put { ratio(signatures.stats(of: $0).plain, total.plain) }
        put { binaryScale(Float(signatures.parentStats(of: $0).count)) }
        // Headings
        let headings = BlockFeatures.headings(blocks)
        put { headings[$0].last < 0 ? 99 : min(99, Float($0 - headings[$0].last)) }
        put { headings[$0].last < 0 ? 0 : Float(blocks[headings[$0].last].level) }
        put { headings[$0].last < 0 ? 0 : binaryScale(1 + Float(blocks[$0].start - blocks[headings[$0].last].end)) }
        put { headings[$0].h1 < 0 ? 0 : 1 }
        put { headings[$0].h1 < 0 ? -1 : min(200, Float($0 - headings[$0].h1)) }
        let overlaps = BlockFeatures.titleOverlaps(page, hints)
        put { overlaps[$0] }
        // Long paragraphs near it, by blocks and by how far up the tree they meet
        let previous = BlockFeatures.nearestLong(texts, forward: false)
        let next = BlockFeatures.nearestLong(texts, forward: true)
        put { previous[$0] < 0 ? 99 : min(99, Float($0 - previous[$0])) }
        put { BlockFeatures.meeting(blocks, $0, previous[$0], tree) }
        put { next[$0] < 0 ? 99 : min(99, Float(next[$0] - $0)) }
        put { BlockFeatures.meeting(blocks, $0, next[$0], tree) }
        // The title's heading, and what the page's description says of its beginning
        let marks = PageMarks(page, hints, overlaps)
        put { marks.title < 0 ? -200 : max(-200, min(200, Float($0 - marks.title))) }
        put { BlockFeatures.meeting(blocks, $0, marks.title, tree) }
        put { marks.description < 0 ? -200 : max(-200, min(200, Float($0 - marks.description))) }
        put { BlockFeatures.meeting(blocks, $0, marks.description, tree) }
        put { $0 == marks.description ? 1 : 0 }
        put { marks.isInBody[$0] ? 1 : 0 }
        put { _ in marks.hasBody ? 1 : 0 }
        let main75 = BlockFeatures.mainNode(loads, tree, share: 0.75)
        let main50 = BlockFeatures.mainNode(loads, tree, share: 0.5)
        put { contains(main75, blocks[$0].firstNode, tree) ? 1 : 0 }
        put { contains(main50, blocks[$0].firstNode, tree) ? 1 : 0 }
        put { _ in ratio(loads[main75].plain, total.plain) }
        put { BlockFeatures.climb(from: Int(blocks[$0].node), to: main75, tree) }
        put { BlockFeatures.climb(from: Int(blocks[$0].node), to: main50, tree) }
        // The element with the most text in paragraphs of its own: an article's body, where there is one
        let body = BlockFeatures.bodyNode(blocks, texts, tree)
        isInBody = blocks.map { contains(body.node, $0.firstNode, tree) }
        stepsToBody = blocks.map { BlockFeatures.climb(from: Int($0.node), to: body.node, tree) }
        let (inside, steps) = (isInBody, stepsToBody)
        put { inside[$0] ? 1 : 0 }
        put { _ in total.long == 0 ? 0 : body.weight / Float(total.long) }
        put { _ in body.second == 0 ? 20 : min(20, body.weight / body.second) }
        put { steps[$0] }
        put { Int(tree.nodes[Int(blocks[$0].node)].parent) == body.node || Int(blocks[$0].node) == body.node ? 1 : 0 }
        put { _ in binaryScale(Float(1 + loads[body.node].blocks)) }
        // The page
        let items = blocks.count { $0.kind == .item }
        let rows = blocks.count { $0.kind == .row }
        let longs = texts.count { $0.isLong }
        let articles = tree.nodes.count { $0.tag == .article }
        put { _ in binaryScale(1 + Float(total.plain)) }
        put { _ in ratio(total.link, total.plain + total.link) }
        put { _ in binaryScale(Float(n)) }
        put { _ in binaryScale(1 + Float(longs)) }
        put { _ in binaryScale(1 + Float(total.headings)) }
        put { _ in Float(items) / Float(n) }
        put { _ in Float(rows) / Float(n) }
        put { _ in min(20, Float(articles)) }
        put { _ in ratio(total.long, total.plain + total.link) }
        let comments = blocks.reduce(Int32(0)) { sum, block in
            let signals = block.nearSignals.union(block.middleSignals).union(block.farSignals)
            return sum + (signals.has(.comment) || signals.has(.reply) || block.place.contains(.comment) ? block.plainBytes : 0)
        }
        put { _ in ratio(comments, total.plain) }
        let prices = texts.count { $0.hasCurrency }
        put { _ in Float(prices) / Float(n) }
        // What encloses it: the nearest ancestors that hold more blocks than the one before
        let chains = blocks.map { BlockFeatures.chain(from: Int($0.node), loads, tree) }
        for level in 0..<4 {
            put { binaryScale(1 + Float(loads[chains[$0][level]].plain)) }
            put { ratio(loads[chains[$0][level]].link, loads[chains[$0][level]].plain + loads[chains[$0][level]].link) }
            put { binaryScale(Float(loads[chains[$0][level]].blocks)) }
            put { ratio(loads[chains[$0][level]].plain, total.plain) }
            put { ratio(loads[chains[$0][level]].long, loads[chains[$0][level]].plain + loads[chains[$0][level]].link) }
            put { ratio(loads[chains[$0][level]].headings, loads[chains[$0][level]].blocks) }
            put { Float(tree.nodes[chains[$0][level]].tag.feature) }
            put { Float($0 - Int(BlockFeatures.firstBlock(blocks, under: chains[$0][level], near: $0))) }
        }
        // Neighbours
        for offset in [-3, -2, -1, 1, 2, 3] {
            func neighbour(_ index: Int) -> Int? { (0..<n).contains(index + offset) ? index + offset : nil }
            put { index in neighbour(index).map { binaryScale(Float(1 + blocks[$0].plainBytes + blocks[$0].linkBytes)) } ?? -1 }
            put { index in neighbour(index).map { Float(blocks[$0].linkDensity) } ?? -1 }
            put { index in neighbour(index).map { Float(blocks[$0].kind.rawValue) } ?? -1 }
            put { index in neighbour(index).map { ratio(Int32(texts[$0].words.stopWords), Int32(texts[$0].words.words)) } ?? -1 }
            put { index in neighbour(index).map { texts[$0].endsSentence ? 1 : 0 } ?? -1 }
            put { index in BlockFeatures.meeting(blocks, index, neighbour(index) ?? -1, tree) }
            put { index in neighbour(index).map { signatures.isSame($0, index) ? 1 : 0 } ?? -1 }
        }
        // Bits
        for bit in 0..<29 { put { Float(blocks[$0].place.rawValue >> UInt32(bit) & 1) } }
        for bit in 0..<BlockFeatures.signalBits { put { Float(blocks[$0].nearSignals.rawValue >> UInt64(bit) & 1) } }
        for bit in 0..<BlockFeatures.signalBits { put { Float(blocks[$0].middleSignals.rawValue >> UInt64(bit) & 1) } }
        for bit in 0..<BlockFeatures.signalBits { put { Float(blocks[$0].farSignals.rawValue >> UInt64(bit) & 1) } }
        for bit in 0..<BlockFeatures.textBits { put { Float(texts[$0].words.bits >> UInt64(bit) & 1) } }
        for bit in 0..<BlockFeatures.textBits {
            put { headings[$0].last < 0 ? 0 : Float(texts[headings[$0].last].words.bits >> UInt64(bit) & 1) }
        }
        for bit in 0..<PageHints.Kind.allCases.count { put { _ in Float(hints.bits >> UInt64(bit) & 1) } }
    }
}

/// Log 2 drawn straight between the powers of two: trees ask only for the order, and this is the same on every machine.
private func binaryScale(_ value: Float) -> Float { value < 1 ? 0 : Float(value.exponent) + value.significand - 1 }

private func ratio(_ part: Int32, _ whole: Int32) -> Float { whole == 0 ? 0 : Float(part) / Float(whole) }

private func contains(_ node: Int, _ inner: Int32, _ tree: HTMLTree) -> Bool { Int(inner) >= node && inner < tree.nodes[node].end }

extension BlockFeatures {
    private static func text(of block: PageBlock, _ page: PageBlocks) -> Text {
        let bytes = page.bytes(of: block)
        var text = Text()
        text.words = TextSignals(reading: bytes)
        bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<bytes.count {
                let byte = bytes[index]
                if byte.isASCIILetter {
                    text.letters += 1
                    if byte < 97 { text.capitals += 1 }
                } else if byte.isASCIIDigit {
                    text.digits += 1
                } else {
                    switch byte {
                    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
                        if index + 1 == bytes.count || bytes[index + 1] <= 34 { text.sentenceEnds += 1 }
                        if byte == UInt8(ascii: "?") { text.hasQuestion = true }
                    case UInt8(ascii: ","): text.commas += 1
                    case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "/"): text.pipes += 1
                    case UInt8(ascii: "$"): text.hasCurrency = true
                    case 0xC2 where index + 1 < bytes.count:
                        if bytes[index + 1] == 0xA9 { text.hasCopyright = true }
                        if bytes[index + 1] == 0xA3 { text.hasCurrency = true }
                        if bytes[index + 1] == 0xBB || bytes[index + 1] == 0xB7 { text.pipes += 1 }
                    case 0xE2 where index + 2 < bytes.count:
                        if bytes[index + 1] == 0x82, bytes[index + 2] == 0xAC { text.hasCurrency = true }
                        if bytes[index + 1] == 0x80, bytes[index + 2] == 0xA2 || bytes[index + 2] == 0xBA { text.pipes += 1 }
                    case 0x80...: text.letters += byte >= 0xC0 ? 1 : 0
                    default: break
                    }
                }
            }
            guard let first = bytes.first, var last = bytes.last else { return }
            text.startsCapital = first &- 65 < 26
            text.endsColon = last == UInt8(ascii: ":")
            if last == UInt8(ascii: "\"") || last == UInt8(ascii: ")"), bytes.count > 1 { last = bytes[bytes.count - 2] }
            text.endsSentence =
                last == 46 || last == 33 || last == 63
                || (bytes.count > 3 && last >= 0x80 && bytes[bytes.count - 3] == 0xE2 && bytes[bytes.count - 2] == 0x80 && last >= 0x9C)
        }
        text.isLong =
            block.plainBytes >= 120 && block.linkDensity < 0.3 && block.kind != .heading
            && block.place.isDisjoint(with: [.nav, .footer, .hidden, .form, .dialog])
        return text
    }

    private static func loads(_ blocks: [PageBlock], _ texts: [Text], _ tree: HTMLTree) -> [Load] {
        var loads = [Load](repeating: Load(), count: tree.nodes.count)
        for (block, text) in zip(blocks, texts) {
            let node = Int(block.node)
            loads[node].plain += block.plainBytes
            loads[node].link += block.linkBytes
            loads[node].blocks += 1
            if block.kind == .heading { loads[node].headings += 1 }
            if text.isLong { loads[node].long += block.plainBytes }
        }
        var index = loads.count - 1
        while index > 0 {
            let parent = Int(tree.nodes[index].parent)
            loads[parent].plain += loads[index].plain
            loads[parent].link += loads[index].link
            loads[parent].long += loads[index].long
            loads[parent].blocks += loads[index].blocks
            loads[parent].headings += loads[index].headings
            index -= 1
        }
        return loads
    }

    /// Whether the same text stands on the page before, or anywhere else.
    private static func repeats(_ page: PageBlocks) -> [(before: Bool, any: Bool)] {
        var first: [UInt64: Int] = [:]
        var result = [(before: Bool, any: Bool)](repeating: (false, false), count: page.blocks.count)
        for (index, block) in page.blocks.enumerated() {
            let hash = FNV1a.hash64(page.bytes(of: block))
            if let earlier = first[hash] {
                result[index] = (true, true)
                result[earlier].any = true
            } else {
                first[hash] = index
            }
        }
        return result
    }

    /// For each block the last heading before it and the last h1, -1 for none; a heading's own is itself for h1, the one before otherwise.
    private static func headings(_ blocks: [PageBlock]) -> [(last: Int, h1: Int)] {
        var last = -1
        var h1 = -1
        return blocks.indices.map { index in
            if blocks[index].kind == .heading, blocks[index].level == 1 { h1 = index }
            defer { if blocks[index].kind == .heading { last = index } }
            return (last, h1)
        }
    }

    /// The share of the words of the page's title that a short block has.
    private static func titleOverlaps(_ page: PageBlocks, _ hints: PageHints) -> [Float] {
        let title = Set(words(Array(hints.title.utf8)[...]))
        guard !title.isEmpty else { return [Float](repeating: 0, count: page.blocks.count) }
        return page.blocks.map { block in
            guard block.end - block.start < 300 else { return 0 }
            let own = Set(words(page.bytes(of: block)))
            return Float(own.intersection(title).count) / Float(max(own.count, title.count))
        }
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        bytes.split { $0 < 0x80 && !$0.isASCIILetter && !$0.isASCIIDigit }.map { FNV1a.hash32($0, lowering: true) }
    }

    private static func nearestLong(_ texts: [Text], forward: Bool) -> [Int] {
        var result = [Int](repeating: -1, count: texts.count)
        var last = -1
        for step in texts.indices {
            let index = forward ? texts.count - 1 - step : step
            result[index] = last
            if texts[index].isLong { last = index }
        }
        return result
    }

    /// How many steps up from the block its path meets the other block's, 30 where there is no other.
    private static func meeting(_ blocks: [PageBlock], _ index: Int, _ other: Int, _ tree: HTMLTree) -> Float {
        guard other >= 0 else { return 30 }
        var node = Int(blocks[index].node)
        var steps = 0
        while node > 0, !contains(node, blocks[other].firstNode, tree), steps < 29 {
            node = Int(tree.nodes[node].parent)
            steps += 1
        }
        return Float(steps)
    }

    /// Goes down from the document while one child holds that share of the long text.
    private static func mainNode(_ loads: [Load], _ tree: HTMLTree, share: Double) -> Int {
        var node = 0
        while loads[node].long > 0 {
            var child = node + 1
            var best: Int?
            while child < Int(tree.nodes[node].end) {
                if Double(loads[child].long) >= share * Double(loads[node].long), best.map({ loads[child].long > loads[$0].long }) ?? true {
                    best = child
                }
                child = Int(tree.nodes[child].end)
            }
            guard let best else { break }
            node = best
        }
        return node
    }

    /// The element that holds the most long text as its own paragraphs, half counted for its parent; and the weight of the next best one
    /// that lies elsewhere.
    private static func bodyNode(_ blocks: [PageBlock], _ texts: [Text], _ tree: HTMLTree) -> (node: Int, weight: Float, second: Float) {
        var weights: [Int: Float] = [:]
        for (block, text) in zip(blocks, texts) where text.isLong {
            // Text that stands in the element itself, with breaks for paragraphs, is the element's own.
            let isParagraph = tree.nodes[Int(block.node)].tag == .p
            let owner = isParagraph ? Int(tree.nodes[Int(block.node)].parent) : Int(block.node)
            weights[owner, default: 0] += Float(block.plainBytes)
            let parent = Int(tree.nodes[owner].parent)
            if parent > 0 { weights[parent, default: 0] += Float(block.plainBytes) / 2 }
        }
        let order = weights.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        guard let best = order.first else { return (0, 0, 0) }
        let second = order.first { !contains($0.key, Int32(best.key), tree) && !contains(best.key, Int32($0.key), tree) }
        return (best.key, best.value, second?.value ?? 0)
    }

    /// Steps up from a node until the other one's subtree is met.
    private static func climb(from start: Int, to other: Int, _ tree: HTMLTree) -> Float {
        var node = start
        var steps = 0
        while node > 0, !(contains(node, Int32(other), tree) || contains(other, Int32(node), tree)), steps < 29 {
            node = Int(tree.nodes[node].parent)
            steps += 1
        }
        return Float(steps)
    }

    private static func chain(from start: Int, _ loads: [Load], _ tree: HTMLTree) -> [Int] {
        var chain: [Int] = []
        var node = start
        var blocks = loads[start].blocks
        while chain.count < 4 {
            while node > 0, loads[node].blocks == blocks { node = Int(tree.nodes[node].parent) }
            chain.append(node)
            if node == 0 { break }
            blocks = loads[node].blocks
        }
        while chain.count < 4 { chain.append(0) }
        return chain
    }

    private static func firstBlock(_ blocks: [PageBlock], under node: Int, near index: Int) -> Int {
        var first = index
        while first > 0, index - first < 50, Int(blocks[first - 1].firstNode) >= node { first -= 1 }
        return first
    }
}
