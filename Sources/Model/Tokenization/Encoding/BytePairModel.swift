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
        /// What the last word became stands in front.
        fileprivate(set) var symbols = [Int32](repeating: 0, count: BytePairModel.fewSymbols)
        fileprivate var merges = [MergeTable.Merge](repeating: .none, count: BytePairModel.fewSymbols)
        fileprivate var next: [Int32] = []
        fileprivate var previous: [Int32] = []
        fileprivate var heap = MergeHeap()

        /// Makes room for a word of `count` bytes, and gives back what an endless one took.
        fileprivate mutating func reserve(_ count: Int) {
            if symbols.count < count {
                symbols = Array(repeating: 0, count: count)
            } else if symbols.count > Self.mostKept, count < Self.mostKept {
                self = Workspace()
            }
        }

        private static let mostKept = 1 << 16
    }

    /// Words of up to so many symbols are merged by looking at every pair.
    private static let fewSymbols = 48

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

    /// Writes the tokens of `bytes[range]` to the front of `workspace.symbols`; gives their number.
    func encode(_ bytes: Span<UInt8>, _ range: Range<Int>, with workspace: inout Workspace) -> Int {
        workspace.reserve(range.count)
        if ignoresMerges || range.count == 1 {
            let whole = wholeToken(bytes, range)
            if whole >= 0 {
                workspace.symbols[0] = whole
                return 1
            }
        }
        let count = write(bytes, range, to: &workspace.symbols)
        return count > Self.fewSymbols ? mergeLong(count, &workspace) : mergeShort(count, &workspace.symbols, &workspace.merges)
    }

    /// Writes the symbols that merging begins with; gives their number.
    private func write(_ bytes: Span<UInt8>, _ range: Range<Int>, to symbols: inout [Int32]) -> Int {
        var symbols = symbols.mutableSpan
        var count = 0
        if isByteLevel { writeBytes(bytes, range, to: &symbols, &count) } else { writeCharacters(bytes, range, to: &symbols, &count) }
        return count
    }

    /// The token that a pre-token is without any merge, or -1.
    private func wholeToken(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int32 {
        if range.count == 1, isByteLevel, case let token = byteTokens[Int(bytes[range.lowerBound])], token >= 0 { return token }
        return ignoresMerges ? Int32(tokens.find(bytes, range)) : -1
    }

    private func writeBytes(_ bytes: Span<UInt8>, _ range: Range<Int>, to symbols: inout MutableSpan<Int32>, _ count: inout Int) {
        let byteTokens = byteTokens.span
        var followsUnknown = false
        for at in range {
            let token = byteTokens[Int(bytes[at])]
            if token >= 0 {
                symbols[count] = token
                count += 1
                followsUnknown = false
            } else if let unknownToken, !(followsUnknown && fusesUnknown) {
                symbols[count] = unknownToken
                count += 1
                followsUnknown = true
            }
        }
    }

    private func writeCharacters(_ bytes: Span<UInt8>, _ range: Range<Int>, to symbols: inout MutableSpan<Int32>, _ count: inout Int) {
        // An unknown character waits, so that several in a row can become one; as in the reference, bytes do not end the waiting.
        var isUnknownWaiting = false
        func write(_ token: Int32, _ symbols: inout MutableSpan<Int32>, _ count: inout Int) {
            symbols[count] = token
            count += 1
        }
        var at = range.lowerBound
        while at < range.upperBound {
            var end = at + 1
            while end < range.upperBound, bytes[end] & 0xC0 == 0x80 { end += 1 }
            defer { at = end }
            let token = tokens.find(bytes, at..<end)
            if token >= 0 {
                if isUnknownWaiting, let unknownToken { write(unknownToken, &symbols, &count) }
                isUnknownWaiting = false
                write(Int32(token), &symbols, &count)
                continue
            }
            if usesByteFallback, (at..<end).allSatisfy({ byteTokens[Int(bytes[$0])] >= 0 }) {
                for index in at..<end { write(byteTokens[Int(bytes[index])], &symbols, &count) }
                continue
            }
            if let unknownToken, isUnknownWaiting, !fusesUnknown { write(unknownToken, &symbols, &count) }
            isUnknownWaiting = unknownToken != nil
        }
        if isUnknownWaiting, let unknownToken { write(unknownToken, &symbols, &count) }
    }

    /// Finds the lowest rank by looking at every pair: quickest for the few symbols that a word has.
    private func mergeShort(_ written: Int, _ symbols: inout [Int32], _ pairs: inout [MergeTable.Merge]) -> Int {
        var symbols = symbols.mutableSpan
        var pairs = pairs.mutableSpan
        let (slots, marks) = (merges.slots.span, merges.marks.span)
        var count = written
        guard count > 1 else { return count }
        for at in 0..<count - 1 { pairs[at] = MergeTable.find(symbols[at], symbols[at + 1], in: slots, marks) }
        while count > 1 {
            var lowest = MergeTable.Merge.none
            var best = 0
            for at in 0..<count - 1 {
                // Without a branch, which would be guessed wrong for every other word.
                let pair = pairs[at]
                let isLower = pair < lowest
                lowest = isLower ? pair : lowest
                best = isLower ? at : best
            }
            guard lowest != .none else { break }
            symbols[best] = lowest.result
            count -= 1
            var at = best + 1
            while at < count {
                symbols[at] = symbols[at + 1]
                pairs[at - 1] = pairs[at]
                at += 1
            }
            if best > 0 { pairs[best - 1] = MergeTable.find(symbols[best - 1], symbols[best], in: slots, marks) }
            if best + 1 < count { pairs[best] = MergeTable.find(symbols[best], symbols[best + 1], in: slots, marks) }
        }
        return count
    }

    /// Keeps the pairs in a heap and the symbols in a chain: n log n for words without end.
    private func mergeLong(_ count: Int, _ workspace: inout Workspace) -> Int {
        workspace.next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
        workspace.previous = (0..<count).map { Int32($0 - 1) }
        workspace.heap.removeAll()
        func offer(_ left: Int32, _ right: Int32, _ workspace: inout Workspace) {
            guard left >= 0, right >= 0 else { return }
            let merge = merges.find(workspace.symbols[Int(left)], workspace.symbols[Int(right)])
            if merge != .none { workspace.heap.insert(.init(merge: merge, at: left)) }
        }
        for at in 0..<Int32(count - 1) { offer(at, at + 1, &workspace) }
        while let entry = workspace.heap.removeFirst() {
            let left = Int(entry.at)
            let right = workspace.next[left]
            // An entry is stale when one of its symbols has been merged since.
            guard right >= 0, workspace.symbols[left] >= 0 else { continue }
            guard merges.find(workspace.symbols[left], workspace.symbols[Int(right)]) == entry.merge else { continue }
            workspace.symbols[left] = entry.merge.result
            workspace.symbols[Int(right)] = -1
            let after = workspace.next[Int(right)]
            workspace.next[left] = after
            workspace.next[Int(right)] = -1
            if after >= 0 { workspace.previous[Int(after)] = Int32(left) }
            offer(workspace.previous[left], Int32(left), &workspace)
            offer(Int32(left), after, &workspace)
        }
        var kept = 0
        for at in 0..<count where workspace.symbols[at] >= 0 {
            workspace.symbols[kept] = workspace.symbols[at]
            kept += 1
        }
        return kept
    }
}

/// The pairs that can merge, lowest rank first, leftmost among equals.
struct MergeHeap: Sendable {
    struct Entry: Sendable {
        let merge: MergeTable.Merge
        let at: Int32

        static func < (one: Entry, other: Entry) -> Bool { one.merge == other.merge ? one.at < other.at : one.merge < other.merge }
    }

    private var entries: [Entry] = []

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var at = entries.count - 1
        while at > 0 {
            let parent = (at - 1) / 2
            guard entry < entries[parent] else { break }
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
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < last else { break }
            entries[at] = entries[child]
            at = child
        }
        entries[at] = last
        return first
    }
}
