/// Drops passages that a machine wrote for a machine: configuration, logs, warnings of a server, encoded data, code outside of a code block.
struct MachineTextFilter: Sendable {
    var mostShare = 0.3

    func rule(_ passage: PassageLines) -> FilterRule {
        FilterRule("machine_text", .most(mostShare)) {
            passage.characters == 0 ? 0 : passage.share { $0.kind == .text || $0.kind == .item ? MachineTextFilter.share(of: $0.bytes) : 0 }
        }
    }

    /// How much of a line is for machines.
    static func share(of bytes: [UInt8]) -> Double {
        if isSetting(bytes) || isLog(bytes) || isWarning(bytes) || isCode(bytes) { return 1 }
        var (encoded, start) = (0, 0)
        for index in 0...bytes.count where index == bytes.count || bytes[index].isHTMLSpace {
            if index - start > 60, isEncoded(bytes[start..<index]) { encoded += index - start }
            start = index + 1
        }
        return Double(encoded) / Double(max(1, bytes.count))
    }

    /// Sixty letters and digits on end, no address: encoded data, minified code.
    private static func isEncoded(_ token: ArraySlice<UInt8>) -> Bool {
        guard token.count(where: { $0 < 0x80 }) * 10 > token.count * 9 else { return false }
        if token.contains(where: { [123, 125, 59, 61].contains($0) }), !Array(token).contains(subsequence: Array("://".utf8)) {
            return true
        }
        return !(token.contains(UInt8(ascii: "/")) && token.contains(UInt8(ascii: ".")))
    }

    /// `User-agent: *`, `Disallow: /private/`, `max_size = 10`: a name, a sign and a value that is no word.
    private static func isSetting(_ bytes: [UInt8]) -> Bool {
        guard let sign = bytes.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }), (2...40).contains(sign) else {
            return false
        }
        let name = bytes[..<sign].drop { $0.isHTMLSpace }
        let key = name.last == 32 ? name.dropLast() : name
        guard key.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || [45, 46, 95].contains($0) }) else { return false }
        let value = bytes[(sign + 1)...].drop { $0.isHTMLSpace }
        guard !value.contains(where: \.isHTMLSpace) else { return false }
        if bytes[sign] == UInt8(ascii: "=") { return true }
        // `http://…` is an address, `Difficulty: beginner` a fact, and `12:30` a time.
        guard key.contains(where: \.isASCIILetter), !value.starts(with: "//".utf8) else { return false }
        return value.isEmpty ? key.contains(45) || key.contains(95) : value.first.map { [47, 42, 34, 123, 91].contains($0) } == true
    }

    /// A time stamp to the second, or in brackets, at the beginning.
    private static func isLog(_ bytes: [UInt8]) -> Bool {
        let head = bytes.first == UInt8(ascii: "[") ? bytes.dropFirst() : bytes[...]
        guard head.count > 19 else { return false }
        let stamp = head.prefix(19).map { $0.isASCIIDigit ? 48 : $0 }
        return stamp.elementsEqual("0000-00-00 00:00:00".utf8) || stamp.elementsEqual("0000-00-00T00:00:00".utf8)
            || stamp.elementsEqual("0000/00/00 00:00:00".utf8)
    }

    /// `… in /www/htdocs/settings.php on line 520`, `at java.lang.Thread.run(Thread.java:748)`.
    private static func isWarning(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: "at ".utf8), bytes.last == UInt8(ascii: ")"), bytes.contains(UInt8(ascii: ":")) {
            return !bytes.dropFirst(3).contains(32)
        }
        guard bytes.contains(UInt8(ascii: "/")), bytes.last?.isASCIIDigit == true else { return false }
        let rest = bytes.reversed().drop(while: \.isASCIIDigit)
        return rest.starts(with: " on line ".utf8.reversed())
    }

    /// A quarter of the characters signs of code, or a line that ends as code does.
    private static func isCode(_ bytes: [UInt8]) -> Bool {
        let signs = bytes.count { codeSigns[Int($0 & 127)] && $0 < 0x80 }
        if bytes.count >= 12, signs * 4 > bytes.count { return true }
        return [UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains(bytes.last ?? 0) && signs >= 3
    }

    /// By the numbers of ASCII.
    private static let codeSigns = (0..<128).map { UInt8($0) }.map { "{}<>=;\\_$#@&^`~()[]".utf8.contains($0) }
}
