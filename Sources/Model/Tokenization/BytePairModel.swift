/// Byte-pair encoding (Sennrich et al. 2016) of one pre-token: symbols of one byte or one character, merged by rank.
struct BytePairModel: Sendable {
    /// The vocabulary's tokens as the bytes that text has; the index is the token.
    var tokens: ByteTable
    var merges: MergeTable
    /// The token of each single byte: the byte-level alphabet, or the tokens <0x00> to <0xFF> of byte fallback; -1 where there is none.
    var byteTokens: [Int32]
    /// Whether symbols begin as bytes; otherwise they begin as characters.
    var isByteLevel: Bool
    var usesByteFallback = false
    var unknownToken: Int32?
    var fusesUnknown = false
    /// Whether a pre-token that is a token itself is taken whole, whatever the merges say.
    var ignoresMerges = false
    /// Whether no token has `▁` behind another character, so that a text falls into words before each `▁` without losing a merge.
    var splitsBeforeSpaceMark = false

    /// The symbols being merged, kept between words.
    struct Workspace: Sendable {
        fileprivate var symbols: [Int32] = []
        fileprivate var merges: [MergeTable.Merge] = []
        fileprivate var next: [Int32] = []
        fileprivate var previous: [Int32] = []
        fileprivate var heap = MergeHeap()
    }

    /// Finds out whether words can be told apart by `▁`.
    mutating func findSpaceMarks() {
        let mark = Array("▁".utf8)
        guard !isByteLevel, !ignoresMerges, tokens.find(mark) >= 0 else { return }
        splitsBeforeSpaceMark = (0..<tokens.count).allSatisfy { index in
            let token = Array(tokens.bytes(index))
            return Self.spaceMarkEnds(token.span, 0..<token.count) == (token.isEmpty ? [] : [token.count])
        }
    }

    /// The ends of the words of `range`: each goes up to a `▁` that follows another character.
    static func spaceMarkEnds(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [Int] {
        var ends: [Int] = []
        var isAfterMark = true
        var at = range.lowerBound
        while at < range.upperBound {
            let isMark = at + 3 <= range.upperBound && bytes[at] == 0xE2 && bytes[at + 1] == 0x96 && bytes[at + 2] == 0x81
            if isMark && !isAfterMark { ends.append(at) }
            isAfterMark = isMark
            at += isMark ? 3 : 1
        }
        if !range.isEmpty { ends.append(range.upperBound) }
        return ends
    }

    /// Appends the tokens of `bytes[range]`.
    func encode(_ bytes: Span<UInt8>, _ range: Range<Int>, with workspace: inout Workspace, into output: inout [Int32]) {
        if range.count == 1, isByteLevel, byteTokens[Int(bytes[range.lowerBound])] >= 0 {
            output.append(byteTokens[Int(bytes[range.lowerBound])])
            return
        }
        if ignoresMerges {
            let whole = tokens.find(bytes, range)
            if whole >= 0 {
                output.append(Int32(whole))
                return
            }
        }
        workspace.symbols.removeAll(keepingCapacity: true)
        if isByteLevel { appendBytes(bytes, range, to: &workspace.symbols) } else { appendCharacters(bytes, range, to: &workspace.symbols) }
        if workspace.symbols.count <= 48 { mergeShort(&workspace) } else { mergeLong(&workspace) }
        output.append(contentsOf: workspace.symbols)
    }

    private func appendBytes(_ bytes: Span<UInt8>, _ range: Range<Int>, to symbols: inout [Int32]) {
        var followsUnknown = false
        for at in range {
            let token = byteTokens[Int(bytes[at])]
            if token >= 0 {
                symbols.append(token)
                followsUnknown = false
            } else if let unknownToken, !(followsUnknown && fusesUnknown) {
                symbols.append(unknownToken)
                followsUnknown = true
            }
        }
    }

    private func appendCharacters(_ bytes: Span<UInt8>, _ range: Range<Int>, to symbols: inout [Int32]) {
        // An unknown character waits, so that several in a row can become one; as in the reference, bytes do not end the waiting.
        var isUnknownWaiting = false
        var at = range.lowerBound
        while at < range.upperBound {
            var end = at + 1
            while end < range.upperBound, bytes[end] & 0xC0 == 0x80 { end += 1 }
            defer { at = end }
            let token = tokens.find(bytes, at..<end)
            if token >= 0 {
                if isUnknownWaiting, let unknownToken { symbols.append(unknownToken) }
                isUnknownWaiting = false
                symbols.append(Int32(token))
                continue
            }
            if usesByteFallback, (at..<end).allSatisfy({ byteTokens[Int(bytes[$0])] >= 0 }) {
                for index in at..<end { symbols.append(byteTokens[Int(bytes[index])]) }
                continue
            }
            if let unknownToken, isUnknownWaiting, !fusesUnknown { symbols.append(unknownToken) }
            isUnknownWaiting = unknownToken != nil
        }
        if isUnknownWaiting, let unknownToken { symbols.append(unknownToken) }
    }

    /// Finds the lowest rank by looking at every pair: quickest for the few symbols that a word has.
    private func mergeShort(_ workspace: inout Workspace) {
        var count = workspace.symbols.count
        guard count > 1 else { return }
        workspace.merges.removeAll(keepingCapacity: true)
        for at in 0..<count - 1 { workspace.merges.append(merges.find(workspace.symbols[at], workspace.symbols[at + 1])) }
        while count > 1 {
            var lowest = UInt32.max
            var best = 0
            for at in 0..<count - 1 where workspace.merges[at].rank < lowest {
                lowest = workspace.merges[at].rank
                best = at
            }
            guard lowest != .max else { break }
            workspace.symbols[best] = workspace.merges[best].result
            count -= 1
            for at in best + 1..<count { workspace.symbols[at] = workspace.symbols[at + 1] }
            for at in best..<count - 1 { workspace.merges[at] = workspace.merges[at + 1] }
            if best > 0 { workspace.merges[best - 1] = merges.find(workspace.symbols[best - 1], workspace.symbols[best]) }
            if best + 1 < count { workspace.merges[best] = merges.find(workspace.symbols[best], workspace.symbols[best + 1]) }
        }
        workspace.symbols.removeLast(workspace.symbols.count - count)
    }

    /// Keeps the pairs in a heap and the symbols in a chain: n log n for words without end.
    private func mergeLong(_ workspace: inout Workspace) {
        let count = workspace.symbols.count
        workspace.next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
        workspace.previous = (0..<count).map { Int32($0 - 1) }
        workspace.heap.removeAll()
        func offer(_ left: Int32, _ right: Int32, _ workspace: inout Workspace) {
            guard left >= 0, right >= 0 else { return }
            let merge = merges.find(workspace.symbols[Int(left)], workspace.symbols[Int(right)])
            guard merge.rank != .max else { return }
            workspace.heap.insert(.init(rank: merge.rank, at: left, pair: merge.pair, result: merge.result))
        }
        for at in 0..<Int32(count - 1) { offer(at, at + 1, &workspace) }
        while let entry = workspace.heap.removeFirst() {
            let left = Int(entry.at)
            let right = workspace.next[left]
            // An entry is stale when one of its symbols has been merged since.
            guard right >= 0, workspace.symbols[left] >= 0 else { continue }
            guard merges.find(workspace.symbols[left], workspace.symbols[Int(right)]).pair == entry.pair else { continue }
            workspace.symbols[left] = entry.result
            workspace.symbols[Int(right)] = -1
            let after = workspace.next[Int(right)]
            workspace.next[left] = after
            workspace.next[Int(right)] = -1
            if after >= 0 { workspace.previous[Int(after)] = Int32(left) }
            offer(workspace.previous[left], Int32(left), &workspace)
            offer(Int32(left), after, &workspace)
        }
        workspace.symbols.removeAll { $0 < 0 }
    }
}

/// The pairs that can merge, lowest rank first, leftmost among equals.
struct MergeHeap: Sendable {
    struct Entry: Sendable {
        let rank: UInt32
        let at: Int32
        let pair: UInt64
        let result: Int32

        var order: UInt64 { UInt64(rank) << 32 | UInt64(UInt32(bitPattern: at)) }
    }

    private var entries: [Entry] = []

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var at = entries.count - 1
        while at > 0 {
            let parent = (at - 1) / 2
            guard entry.order < entries[parent].order else { break }
            entries[at] = entries[parent]
            at = parent
        }
        entries[at] = entry
    }

    mutating func removeFirst() -> Entry? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        var at = 0
        while true {
            var child = 2 * at + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].order < entries[child].order { child += 1 }
            guard entries[child].order < last.order else { break }
            entries[at] = entries[child]
            at = child
        }
        entries[at] = last
        return first
    }
}
