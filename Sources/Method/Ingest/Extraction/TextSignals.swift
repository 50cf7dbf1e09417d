import Ground

/// What the words of a block say about its purpose, and how many of them are the common words that running text is made of.
struct TextSignals: Sendable {
    enum Kind: UInt64, CaseIterable, Sendable {
        case cookie, privacy, subscribe, share, comment, copyright, login, related, more, search, month, weekday, price, cart, author
        case navigation, newsletter, advertisement, rating, shipping, reply, download, contact, ago, reading, follow, tags, skip, loading
        case source, views, close, first, second, imperative, description, conclusion
    }

    var bits: UInt64 = 0
    var words = 0
    var stopWords = 0

    /// Counts over a block's text: words end at anything but letters, digits and bytes beyond ASCII.
    init(reading bytes: ArraySlice<UInt8>) {
        let table = TextSignals.table
        var hash: UInt32 = 2_166_136_261
        var isInWord = false
        bytes.withUnsafeBufferPointer { bytes in
            table.withUnsafeBufferPointer { table in
                for index in 0...bytes.count {
                    let byte = index < bytes.count ? bytes[index] : 32
                    if byte.isASCIILetter || byte >= 0x80 || byte.isASCIIDigit {
                        hash = (hash ^ UInt32(byte.loweredASCII)) &* 16_777_619
                        isInWord = true
                    } else if isInWord {
                        words += 1
                        var slot = Int(hash & 4095)
                        while table[slot].hash != 0 {
                            if table[slot].hash == hash {
                                bits |= table[slot].bits & ~TextSignals.stopMark
                                stopWords += Int(table[slot].bits >> 63)
                                break
                            }
                            slot = (slot + 1) & 4095
                        }
                        hash = 2_166_136_261
                        isInWord = false
                    }
                }
            }
        }
    }

    private static let stopMark: UInt64 = 1 << 63

    private static let table: [(hash: UInt32, bits: UInt64)] = {
        var slots = [(hash: UInt32, bits: UInt64)](repeating: (0, 0), count: 4096)
        func add(_ word: [UInt8], _ bits: UInt64) {
            let hash = FNV1a.hash32(word[...], lowering: true)
            var slot = Int(hash & 4095)
            while slots[slot].hash != 0, slots[slot].hash != hash { slot = (slot + 1) & 4095 }
            slots[slot] = (hash, slots[slot].bits | bits)
        }
        for (kind, words) in textSignalWords {
            for word in words.split(whereSeparator: \.isWhitespace) { add(Array(word.utf8), 1 << kind.rawValue) }
        }
        for language in StopWords.all {
            for word in language.words { add(Array(word.utf8), stopMark) }
        }
        return slots
    }()
}
