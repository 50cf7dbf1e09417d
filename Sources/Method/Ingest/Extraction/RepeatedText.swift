/// How much of a block's text the page has said before: the share of its runs of four words that stand in an earlier block.
enum RepeatedText {
    static func shares(of page: PageBlocks) -> [Float] {
        var seen = Set<UInt64>(minimumCapacity: page.text.count / 6)
        return page.blocks.map { block in
            let runs = runs(of: page.bytes(of: block))
            guard runs.count > 3 else { return 0 }
            var known = 0
            for run in runs where seen.contains(run) { known += 1 }
            seen.formUnion(runs)
            return Float(known) / Float(runs.count)
        }
    }

    /// Hashes of the runs of four words, capitals and small letters taken alike.
    static func runs(of bytes: ArraySlice<UInt8>) -> [UInt64] {
        var words: [UInt64] = []
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var isInWord = false
        for byte in bytes {
            if byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit {
                hash = (hash ^ UInt64(byte.loweredASCII)) &* 0x100_0000_01B3
                isInWord = true
            } else if isInWord {
                words.append(hash)
                hash = 0xCBF2_9CE4_8422_2325
                isInWord = false
            }
        }
        if isInWord { words.append(hash) }
        guard words.count >= 4 else { return [] }
        return (0...words.count - 4).map { start in
            var run: UInt64 = 0
            for word in words[start..<start + 4] { run = (run ^ word) &* 0x9E37_79B9_7F4A_7C15 ^ (run >> 29) }
            return run
        }
    }
}
