/// A string of a template: characters that remember whether they came from a turn.
///
/// Whatever a template does with a turn's content, cut it, join it, change its case, its characters stay marked, so that the rendered
/// conversation knows what is text only.
public struct JinjaText: Sendable, Hashable {
    /// Code points, with the marks in the bits above them.
    public private(set) var units: [UInt32]
    /// Whether it is written for HTML already: it is not escaped again, and what is added to it is escaped first.
    var isEscaped = false

    public static let contentMark: UInt32 = 1 << 24
    public static let assistantMark: UInt32 = 1 << 25
    public static let unlearnedMark: UInt32 = 1 << 26
    private static let scalarBits: UInt32 = (1 << 24) - 1

    init() { units = [] }

    init(_ units: some Sequence<UInt32>) { self.units = Array(units) }

    init(_ text: some StringProtocol, marks: UInt32 = 0) { units = text.unicodeScalars.map { $0.value | marks } }

    var count: Int { units.count }
    var isEmpty: Bool { units.isEmpty }

    /// The text without its marks.
    var string: String {
        var view = String.UnicodeScalarView()
        for unit in units { view.append(Self.scalar(unit)) }
        return String(view)
    }

    public static func scalar(_ unit: UInt32) -> Unicode.Scalar { Unicode.Scalar(unit & scalarBits) ?? "\u{FFFD}" }

    /// White space as Python has it.
    static func isSpace(_ unit: UInt32) -> Bool {
        scalar(unit).properties.isWhitespace || (0x1C...0x1F).contains(unit & scalarBits)
    }

    /// Two texts are equal when their characters are, wherever they came from.
    public static func == (one: JinjaText, other: JinjaText) -> Bool {
        one.units.count == other.units.count && zip(one.units, other.units).allSatisfy { ($0 ^ $1) & scalarBits == 0 }
    }

    public func hash(into hasher: inout Hasher) { for unit in units { hasher.combine(unit & Self.scalarBits) } }

    static func < (one: JinjaText, other: JinjaText) -> Bool {
        one.units.lazy.map { $0 & scalarBits }.lexicographicallyPrecedes(other.units.lazy.map { $0 & scalarBits })
    }

    /// One text behind the other; where one of them is escaped, both are.
    static func + (one: JinjaText, other: JinjaText) -> JinjaText {
        guard one.isEscaped || other.isEscaped else { return JinjaText(one.units + other.units) }
        return JinjaText(one.escaped().units + other.escaped().units).taken(asEscaped: true)
    }

    /// The text as HTML shows it, once; `again` also where it is escaped already.
    func escaped(again: Bool = false) -> JinjaText {
        if isEscaped, !again { return self }
        let written = mapped { scalar, _ in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "'": "&#39;"
            case "\"": "&#34;"
            default: String(scalar)
            }
        }
        return written.taken(asEscaped: true)
    }

    func taken(asEscaped: Bool) -> JinjaText {
        var text = self
        text.isEscaped = asEscaped
        return text
    }

    mutating func append(_ other: JinjaText) { units += other.units }

    subscript(range: Range<Int>) -> JinjaText { JinjaText(units[range]) }

    func character(_ index: Int) -> JinjaText { JinjaText([units[index]]) }

    /// Where `part` begins, from `start` on.
    func find(_ part: JinjaText, from start: Int = 0) -> Int? {
        guard part.count <= count else { return nil }
        var at = start
        while at + part.count <= count {
            if holds(part, at: at) { return at }
            at += 1
        }
        return nil
    }

    func holds(_ part: JinjaText, at place: Int) -> Bool {
        guard place >= 0, place + part.count <= count else { return false }
        for offset in 0..<part.count where (units[place + offset] ^ part.units[offset]) & Self.scalarBits != 0 { return false }
        return true
    }

    func stripped(of characters: JinjaText? = nil, left: Bool = true, right: Bool = true) -> JinjaText {
        let set = characters.map { Set($0.units.map { $0 & Self.scalarBits }) }
        func isStripped(_ unit: UInt32) -> Bool { set.map { $0.contains(unit & Self.scalarBits) } ?? Self.isSpace(unit) }
        var rest = units[...]
        if left { rest = rest.drop(while: isStripped) }
        while right, let last = rest.last, isStripped(last) { rest.removeLast() }
        return JinjaText(rest)
    }

    func split(_ separator: JinjaText?, most: Int = .max, fromRight: Bool = false) -> [JinjaText] {
        guard let separator else { return splitBySpace(most: most) }
        var parts: [JinjaText] = []
        if fromRight, most != .max {
            var end = count
            var at = count - separator.count
            while at >= 0, parts.count < most {
                if holds(separator, at: at), at + separator.count <= end {
                    parts.append(self[(at + separator.count)..<end])
                    end = at
                    at -= separator.count
                } else {
                    at -= 1
                }
            }
            return [self[0..<end]] + parts.reversed()
        }
        var start = 0
        while parts.count < most, let at = find(separator, from: start) {
            parts.append(self[start..<at])
            start = at + separator.count
        }
        return parts + [self[start..<count]]
    }

    private func splitBySpace(most: Int) -> [JinjaText] {
        var parts: [JinjaText] = []
        var at = 0
        while at < count {
            while at < count, Self.isSpace(units[at]) { at += 1 }
            guard at < count else { break }
            if parts.count == most {
                parts.append(self[at..<count].stripped(left: false))
                break
            }
            let start = at
            while at < count, !Self.isSpace(units[at]) { at += 1 }
            parts.append(self[start..<at])
        }
        return parts
    }

    func replacing(_ old: JinjaText, with new: JinjaText, most: Int = .max) -> JinjaText {
        var written = JinjaText()
        if old.isEmpty {
            for (index, unit) in units.enumerated() {
                if index < most { written.append(new) }
                written.units.append(unit)
            }
            if count < most { written.append(new) }
            return written
        }
        for (index, part) in split(old, most: most).enumerated() {
            if index > 0 { written.append(new) }
            written.append(part)
        }
        return written
    }

    /// The text with every character mapped, each keeping its marks.
    func mapped(_ change: (Unicode.Scalar, Int) -> String) -> JinjaText {
        var written = JinjaText()
        for (index, unit) in units.enumerated() {
            let marks = unit & ~Self.scalarBits
            for scalar in change(Self.scalar(unit), index).unicodeScalars { written.units.append(scalar.value | marks) }
        }
        return written
    }

    /// The text with further marks on every character.
    func marked(_ marks: UInt32) -> JinjaText { JinjaText(units.map { $0 | marks }) }

    func uppercased() -> JinjaText { mapped { scalar, _ in scalar.properties.uppercaseMapping } }
    func lowercased() -> JinjaText { mapped { scalar, _ in scalar.properties.lowercaseMapping } }
    func capitalized() -> JinjaText { mapped { $1 == 0 ? $0.properties.titlecaseMapping : $0.properties.lowercaseMapping } }

    func titled() -> JinjaText {
        var isInWord = false
        return mapped { scalar, _ in
            defer { isInWord = scalar.properties.isCased || scalar.properties.isAlphabetic }
            return isInWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
        }
    }

    /// As jinja2's filter has it, where words begin behind white space, hyphens and opening brackets alone.
    func titledByWords() -> JinjaText {
        var isInWord = false
        return mapped { scalar, _ in
            defer { isInWord = !(JinjaText.isSpace(scalar.value) || "-({[<".unicodeScalars.contains(scalar)) }
            return isInWord ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
        }
    }
}
