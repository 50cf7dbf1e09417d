/// The normal forms of Unicode (Unicode Standard Annex 15), as the reference tokenizers compute them.
///
/// Foundation's forms do not compose a Hangul syllable with a following consonant, and follow another version of Unicode.
struct NormalForm: Sendable {
    let isComposed: Bool
    let isCompatible: Bool

    static let nfc = NormalForm(isComposed: true, isCompatible: false)
    static let nfd = NormalForm(isComposed: false, isCompatible: false)
    static let nfkc = NormalForm(isComposed: true, isCompatible: true)
    static let nfkd = NormalForm(isComposed: false, isCompatible: true)

    private struct Tables: Sendable {
        var canonical: [UInt32: [UInt32]] = [:]
        var compatible: [UInt32: [UInt32]] = [:]
        var pairs: [UInt64: UInt32] = [:]
        /// One bit a code point that may change, for each form: composed, decomposed, and both again for compatibility.
        var changes: [[UInt64]] = Array(repeating: Array(repeating: 0, count: 0x11_0000 / 64), count: 4)
    }

    private static let tables = makeTables()

    private static func makeTables() -> Tables {
        var tables = Tables()
        var again: [UInt32] = []
        func flag(_ code: UInt32, _ forms: [Int]) { for form in forms { tables.changes[form][Int(code) / 64] |= 1 << UInt64(code % 64) } }
        read(canonicalTable) { code, isComposing, parts in
            tables.canonical[code] = parts
            flag(code, isComposing ? [1, 3] : [0, 1, 2, 3])
            if isComposing { again.append(code) }
        }
        read(compatibilityTable) { code, _, parts in
            tables.compatible[code] = parts
            flag(code, [2, 3])
        }
        // A composite is made of what all its parts but the last compose to, and the last.
        for code in again.sorted(by: { (tables.canonical[$0]?.count ?? 0) < (tables.canonical[$1]?.count ?? 0) }) {
            guard let parts = tables.canonical[code], let last = parts.last else { continue }
            var first = parts[0]
            for part in parts[1..<(parts.count - 1)] { first = tables.pairs[pair(first, part)] ?? 0 }
            tables.pairs[pair(first, last)] = code
            flag(last, [0, 2])
        }
        for code in UInt32(0x1161)...0x11C2 { flag(code, [0, 2]) }
        for code in UInt32(0xAC00)...0xD7A3 { flag(code, [1, 3]) }
        // Marks may have to change places.
        for (code, kind) in UnicodeClasses.classes.enumerated() where UnicodeClasses.Set.mark.contains(class: kind) {
            if order(UInt32(code)) != 0 { flag(UInt32(code), [0, 1, 2, 3]) }
        }
        return tables
    }

    private static func read(_ table: StaticString, _ entry: (UInt32, Bool, [UInt32]) -> Void) {
        var code: UInt32 = 0
        table.withUTF8Buffer { text in
            for word in text.split(separator: UInt8(ascii: " ")) {
                let sides = word.split(separator: UInt8(ascii: ":"))
                guard sides.count == 2 else { continue }
                code += number(sides[0])
                let isFinal = sides[1].first == UInt8(ascii: "!")
                entry(code, !isFinal, sides[1].dropFirst(isFinal ? 1 : 0).split(separator: UInt8(ascii: ",")).map(number))
            }
        }
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        digits.reduce(0) { $0 * 36 + UInt32($1 >= UInt8(ascii: "a") ? $1 - UInt8(ascii: "a") + 10 : $1 - UInt8(ascii: "0")) }
    }

    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// A mark's place among the marks of one letter; as in the reference, marks newer than Unicode 9 stay where they are.
    private static func order(_ code: UInt32) -> UInt8 {
        guard let properties = Unicode.Scalar(code)?.properties, properties.canonicalCombiningClass != .notReordered,
            let age = properties.age, age.major <= 9
        else { return 0 }
        return properties.canonicalCombiningClass.rawValue
    }

    /// The text in this form.
    func normalize(_ bytes: [UInt8]) -> [UInt8] {
        // Below U+0300 nothing composes; without compatibility and decomposition nothing there changes at all.
        guard bytes.contains(where: { isComposed && !isCompatible ? $0 >= 0xCC : $0 >= 0x80 }) else { return bytes }
        let tables = Self.tables
        let changes = tables.changes[(isComposed ? 0 : 1) + (isCompatible ? 2 : 0)]
        var written: [UInt8] = []
        written.reserveCapacity(bytes.count)
        var at = 0
        // Where the last character that stays as it is begins, in the text and in what is written.
        var (lastRead, lastWritten) = (0, 0)
        while at < bytes.count {
            let (code, length) = Scalars.decode(bytes.span, at)
            if changes[code / 64] >> UInt64(code % 64) & 1 == 0 {
                (lastRead, lastWritten) = (at, written.count)
                for index in at..<at + length { written.append(bytes[index]) }
                at += length
                continue
            }
            var segment: [UInt32] = []
            var end = lastRead
            while end < bytes.count {
                let (code, length) = Scalars.decode(bytes.span, end)
                if end > at, changes[code / 64] >> UInt64(code % 64) & 1 == 0 { break }
                segment.append(UInt32(code))
                end += length
            }
            written.removeLast(written.count - lastWritten)
            for code in normalized(segment, tables) {
                written.append(contentsOf: UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
            }
            (at, lastRead, lastWritten) = (end, end, written.count)
        }
        return written
    }

    private func normalized(_ segment: [UInt32], _ tables: borrowing Tables) -> [UInt32] {
        var parts: [(code: UInt32, order: UInt8)] = []
        for code in segment { for part in decomposed(code, tables) { parts.append((part, Self.order(part))) } }
        // Marks between two starters are put in order, those of one class as they stand.
        var start = 0
        while start < parts.count {
            var end = start
            while end < parts.count, parts[end].order != 0 { end += 1 }
            if end - start > 1 {
                let sorted = parts[start..<end].enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
                parts.replaceSubrange(start..<end, with: sorted.map(\.element))
            }
            start = max(end, start) + 1
        }
        return isComposed ? composed(parts, tables) : parts.map(\.code)
    }

    private func decomposed(_ code: UInt32, _ tables: borrowing Tables) -> [UInt32] {
        if code >= 0xAC00, code <= 0xD7A3 {
            let index = code - 0xAC00
            let tail = index % 28
            return [0x1100 + index / 588, 0x1161 + index % 588 / 28] + (tail > 0 ? [0x11A7 + tail] : [])
        }
        if isCompatible, let parts = tables.compatible[code] { return parts }
        return tables.canonical[code] ?? [code]
    }

    private func composed(_ parts: [(code: UInt32, order: UInt8)], _ tables: borrowing Tables) -> [UInt32] {
        var composed: [UInt32] = []
        var starter: Int?
        var lastOrder = -1
        for part in parts {
            if let starter, lastOrder < Int(part.order), let whole = compose(composed[starter], part.code, tables) {
                composed[starter] = whole
                continue
            }
            if part.order == 0 {
                starter = composed.count
                lastOrder = -1
            } else {
                lastOrder = Int(part.order)
            }
            composed.append(part.code)
        }
        return composed
    }

    private func compose(_ first: UInt32, _ second: UInt32, _ tables: borrowing Tables) -> UInt32? {
        if first >= 0x1100, first <= 0x1112, second >= 0x1161, second <= 0x1175 {
            return 0xAC00 + (first - 0x1100) * 588 + (second - 0x1161) * 28
        }
        if first >= 0xAC00, first <= 0xD7A3, (first - 0xAC00) % 28 == 0, second >= 0x11A8, second <= 0x11C2 {
            return first + second - 0x11A7
        }
        return tables.pairs[Self.pair(first, second)]
    }
}
