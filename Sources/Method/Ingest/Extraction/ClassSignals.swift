import Ground

/// What the words in an element's class, id and role say about its purpose: hints, never verdicts.
struct ClassSignals: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    /// At most 64, a bit each.
    enum Kind: UInt64, CaseIterable, Sendable {
        case article, content, post, entry, body, main, text, story
        case comment, reply, sidebar, widget, related, share, navigation, menu, breadcrumb, header, footer
        case cookie, popup, newsletter, advertisement, byline, date, tags, caption, contents, pagination
        case account, cart, product, price, review, description, teaser, list, card, title
        case forum, code, hidden, skip, search, toolbar, slider, video, legal, accordion, tab, section, question, answer
        case profile, image, feature, docs, signature, quote, login, language, sponsor, button, hover
    }

    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ kinds: Kind...) { rawValue = kinds.reduce(0) { $0 | 1 << $1.rawValue } }

    func has(_ kind: Kind) -> Bool { rawValue & (1 << kind.rawValue) != 0 }

    /// Reads the words of a class, id or role: they end at anything but letters and at a capital after a small letter.
    init(reading value: ArraySlice<UInt8>) {
        var signals: UInt64 = 0
        var hash: UInt32 = 2_166_136_261
        var length = 0
        var previousIsSmall = false
        let table = ClassSignals.table
        func close() {
            if length > 1 { signals |= ClassSignals.bits(of: hash, in: table) }
            hash = 2_166_136_261
            length = 0
        }
        for byte in value {
            guard byte.isASCIILetter else {
                close()
                previousIsSmall = false
                continue
            }
            let isCapital = byte < 97
            if isCapital, previousIsSmall { close() }
            previousIsSmall = !isCapital
            hash = (hash ^ UInt32(byte.loweredASCII)) &* 16_777_619
            length += 1
        }
        close()
        rawValue = signals
    }

    private static func bits(of hash: UInt32, in table: [(hash: UInt32, bits: UInt64)]) -> UInt64 {
        var slot = Int(hash & 2047)
        while table[slot].bits != 0 {
            if table[slot].hash == hash { return table[slot].bits }
            slot = (slot + 1) & 2047
        }
        return 0
    }

    private static let table: [(hash: UInt32, bits: UInt64)] = {
        var slots = [(hash: UInt32, bits: UInt64)](repeating: (0, 0), count: 2048)
        for (kind, words) in classSignalWords {
            for word in words.utf8.split(separator: 32) {
                let hash = FNV1a.hash32(Array(word)[...])
                var slot = Int(hash & 2047)
                while slots[slot].bits != 0, slots[slot].hash != hash { slot = (slot + 1) & 2047 }
                slots[slot] = (hash, slots[slot].bits | 1 << kind.rawValue)
            }
        }
        return slots
    }()
}
