/// Numbers and addresses that look like personal data and are none.
enum Lookalikes {
    // MARK: Email

    /// Whether what has the form of an email address is the address of a repository, a part of a URL, or the name of a file or a service.
    static func isNoEmail(_ bytes: [UInt8], _ range: Range<Int>, at place: Int, top: ArraySlice<UInt8>) -> Bool {
        let local = word(bytes[range.lowerBound..<place])
        if ["git", "hg", "svn", "gitea", "gitlab"].contains(local) { return true }
        // ssh://user@host and https://user:secret@host are URLs; user@host:path is a place that scp knows.
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 80, bytes[start - 1] > 32, bytes[start - 1] != 34, bytes[start - 1] != 40 { start -= 1 }
        let before = bytes[start..<range.lowerBound]
        if before.contains(subsequence: "://") { return true }
        if range.upperBound + 1 < bytes.count, bytes[range.upperBound] == UInt8(ascii: ":") {
            let next = bytes[range.upperBound + 1]
            if next == UInt8(ascii: "/") || next == UInt8(ascii: "~") { return true }
            let path = bytes[(range.upperBound + 1)...].prefix { $0 > 32 }
            if next.isASCIILetter, path.contains(UInt8(ascii: "/")) { return true }
        }
        return fileEndings.contains(word(top))
    }

    private static let fileEndings: Set<String> = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "html", "htm", "json", "xml", "yaml", "yml", "txt", "tgz", "tar", "gz", "pdf",
        "service", "socket", "timer", "target", "mount", "slice", "scope", "dll", "exe", "jar", "deb", "rpm", "whl",
    ]

    // MARK: IP addresses

    /// Whether four numbers are a version or the number of a section: by the words before them, and by small numbers, as a 40,000th of all
    /// addresses has.
    static func isVersion(_ bytes: [UInt8], _ range: Range<Int>, parts: [Int]) -> Bool {
        // A port or a network's size follows an address.
        if range.upperBound + 1 < bytes.count, bytes[range.upperBound] == 58 || bytes[range.upperBound] == 47,
            bytes[range.upperBound + 1].isASCIIDigit
        {
            return false
        }
        // 1.1.1.1 and the like are name servers.
        let isSmall = parts.allSatisfy { $0 <= 20 } && Set(parts).count > 1
        for word in words(before: range.lowerBound, in: bytes) {
            if networkWords.contains(word) || (!isSmall && machineWords.contains(word)) { return false }
            if versionWords.contains(word) { return true }
        }
        return isSmall
    }

    /// The words before a place in the same sentence, nearest first, at most six.
    private static func words(before place: Int, in bytes: [UInt8]) -> [String] {
        var words: [String] = []
        var end = place
        while words.count < 6, end > 0, place - end < 80 {
            while end > 0, !bytes[end - 1].isASCIILetter, bytes[end - 1] < 0x80 {
                if bytes[end - 1] == 10 || (bytes[end - 1] == 46 && end < place && bytes[end].isHTMLSpace) { return words }
                end -= 1
            }
            var start = end
            while start > 0, end - start < 24, bytes[start - 1].isASCIILetter || bytes[start - 1] >= 0x80 { start -= 1 }
            guard start < end else { return words }
            words.append(word(bytes[start..<end]))
            end = start
        }
        return words
    }

    private static let networkWords: Set<String> = [
        "ip", "ips", "ipv", "address", "addresses", "adresse", "dns", "ping", "gateway", "subnet", "netmask", "nameserver", "resolver",
        "traceroute", "ssh", "telnet",
    ]

    private static let machineWords: Set<String> = [
        "host", "hosts", "server", "servers", "router", "port", "proxy", "login", "logged", "visitor", "client",
    ]

    private static let versionWords: Set<String> = [
        "version", "versions", "ver", "v", "release", "releases", "section", "sections", "sec", "chapter", "clause", "paragraph", "figure",
        "fig", "table", "appendix", "annex", "part", "item", "step", "rule", "article", "firmware", "build", "driver", "patch", "update",
        "updated", "upgrade", "upgraded", "revision", "rev", "software", "kernel", "plugin", "package", "library", "sdk", "bios",
        "assembly",
        "abschnitt", "kapitel", "ziffer", "ausgabe", "fassung", "versión", "sección", "chapitre", "requirement",
    ]

    // MARK: Phone numbers

    /// Whether digits with separators are a date, an ISBN or ISSN, hours, or a row of numbers.
    static func isNoPhone(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var groups: [ArraySlice<UInt8>] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let end = bytes[index..<range.upperBound].firstIndex { !$0.isASCIIDigit } ?? range.upperBound
            if end > index { groups.append(bytes[index..<end]) }
            var next = end
            while next < range.upperBound, !bytes[next].isASCIIDigit { next += 1 }
            index = next
        }
        if bytes[range.lowerBound] == 43 { return false }
        if let before = words(before: range.lowerBound, in: bytes).first, ["isbn", "issn", "doi", "ean", "upc"].contains(before) {
            return true
        }
        let lengths = groups.map(\.count)
        if isDates(groups, lengths) || isStandardNumber(bytes, range, groups, lengths) || isHours(groups, lengths, bytes, range) {
            return true
        }
        // Rows of small numbers: a French number has five pairs.
        if lengths.allSatisfy({ $0 <= 2 }) { return !(lengths.count == 5 && lengths.allSatisfy { $0 == 2 }) || !isFrench(groups) }
        return lengths.first == 1 && bytes[range.lowerBound] != 40
    }

    private static func isFrench(_ groups: [ArraySlice<UInt8>]) -> Bool {
        // The first pair is 01 to 09.
        groups.first.map { $0.first == 48 && $0.last != 48 } ?? false
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int { digits.prefix(9).reduce(0) { 10 * $0 + Int($1 - 48) } }

    /// One date or two, in any order of day, month and year.
    private static func isDates(_ groups: [ArraySlice<UInt8>], _ lengths: [Int]) -> Bool {
        guard groups.count == 3 || groups.count == 6 else { return false }
        return stride(from: 0, to: groups.count, by: 3).allSatisfy { first in
            let values = groups[first..<first + 3].map(number)
            let widths = Array(lengths[first..<first + 3])
            func isDay(_ day: Int, _ month: Int) -> Bool { (1...31).contains(day) && (1...12).contains(month) }
            if widths == [4, 2, 2] { return (1000...2999).contains(values[0]) && isDay(values[2], values[1]) }
            guard widths[0] <= 2, widths[1] <= 2, widths[2] == 4 || widths[2] == 2 else { return false }
            guard widths[2] == 2 || (1000...2999).contains(values[2]) else { return false }
            return isDay(values[0], values[1]) || isDay(values[1], values[0])
        }
    }

    /// An ISBN of ten digits or an ISSN whose check digit is right, the last one perhaps an X behind the range.
    private static func isStandardNumber(
        _ bytes: [UInt8], _ range: Range<Int>, _ groups: [ArraySlice<UInt8>], _ lengths: [Int]
    ) -> Bool {
        var digits = groups.flatMap { $0 }.map { Int($0 - 48) }
        if range.upperBound < bytes.count, bytes[range.upperBound] | 32 == 120 { digits.append(10) }
        if range.upperBound + 1 < bytes.count, bytes[range.upperBound] == 45, bytes[range.upperBound + 1] | 32 == 120 { digits.append(10) }
        guard digits.count == 10 || (digits.count == 8 && lengths.first == 4 && groups.count == 2) else { return false }
        // Weighted with 10, 9 ... 1, or 8 ... 1, the sum is a multiple of 11.
        let sum = digits.enumerated().reduce(0) { $0 + $1.element * (digits.count - $1.offset) }
        return sum % 11 == 0 && (digits.count == 8 || groups.count >= 3)
    }

    /// 0800-1700, 08 00 - 17 00, 09-12 14-18.
    private static func isHours(
        _ groups: [ArraySlice<UInt8>], _ lengths: [Int], _ bytes: [UInt8], _ range: Range<Int>
    ) -> Bool {
        func isTime(_ digits: ArraySlice<UInt8>) -> Bool { number(digits) / 100 <= 24 && number(digits) % 100 < 60 }
        let isEven = groups.count % 2 == 0
        if isEven, lengths.allSatisfy({ $0 == 4 }), groups.allSatisfy(isTime) { return true }
        guard isEven, lengths.allSatisfy({ $0 <= 2 }), bytes[range].contains(45) else { return false }
        return groups.enumerated().allSatisfy { number($0.element) <= ($0.offset % 2 == 1 && groups.count == 4 ? 59 : 24) }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self).lowercased() }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(subsequence text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            guard count >= text.count else { return false }
            return (startIndex...endIndex - text.count).contains { self[$0..<$0 + text.count].elementsEqual(text) }
        }
    }
}
