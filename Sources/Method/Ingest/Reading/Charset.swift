import Glibc

/// Finds the character set of a page and gives its bytes as UTF-8.
enum Charset {
    /// The bytes as UTF-8, by byte-order mark, then the header's word, then the page's own, then by what the bytes can be.
    static func utf8(_ bytes: [UInt8], declared: String?) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return repaired(Array(bytes[3...])) }
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes[2...], bigEndian: false) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes[2...], bigEndian: true) }
        // Valid UTF-8 beyond ASCII is hardly ever anything else, whatever a header says.
        let check = UTF8Check(bytes)
        if check.isValid, check.isBeyondASCII { return bytes }
        let name = declared.flatMap(known) ?? metaCharset(bytes).flatMap(known)
        if check.isValid, name.map({ !statefulSets.contains($0) }) ?? true {
            guard name == nil, !check.isBeyondASCII, CharsetDetector.detect(bytes) == "iso-2022-jp" else { return bytes }
            return converted(bytes, from: "iso-2022-jp") ?? bytes
        }
        switch name {
        case "utf-8":
            // Bad bytes in a UTF-8 page are damage; more of them than of good sequences are another character set.
            return check.badBytes <= check.goodSequences ? repaired(bytes) : detected(bytes)
        case "utf-16", "utf-16le": return utf16(bytes[...], bigEndian: false)
        case "utf-16be": return utf16(bytes[...], bigEndian: true)
        // Good sequences of two bytes and more come about by chance but seldom; a header that says windows-1252 is often a server's default.
        case nil: return check.goodSequences > 0 && check.badBytes <= check.goodSequences ? repaired(bytes) : detected(bytes)
        case "windows-1252":
            return check.goodSequences >= 2 && 8 * check.badBytes <= check.goodSequences ? repaired(bytes) : detected(bytes)
        case let name?: return converted(bytes, from: name) ?? windows1252(bytes)
        }
    }

    /// What the bytes most likely are, windows-1252 where nothing else fits.
    private static func detected(_ bytes: [UInt8]) -> [UInt8] {
        CharsetDetector.detect(bytes).flatMap { converted(bytes, from: $0) } ?? windows1252(bytes)
    }

    /// Sets whose text is ASCII bytes with another meaning.
    private static let statefulSets: Set<String> = ["iso-2022-jp", "utf-16", "utf-16le", "utf-16be", "iso-2022-kr", "hz-gb-2312", "utf-7"]

    /// The name that conversion goes by; what browsers read as windows-1252 is that.
    private static func known(_ label: String) -> String? {
        let name = PageMetadata.trimmed(label.lowercased()).filter { $0 != "\"" && $0 != "'" }
        switch name {
        case "": return nil
        case "utf8", "utf-8", "unicode-1-1-utf-8": return "utf-8"
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "cp1252", "windows-1252", "x-cp1252", "iso_8859-1":
            return "windows-1252"
        case "gb2312", "gbk", "gb_2312-80", "x-gbk": return "gb18030"
        case "shift-jis", "shift_jis", "sjis", "x-sjis", "ms_kanji": return "cp932"
        case "euc-kr", "ks_c_5601-1987", "korean": return "cp949"
        case "big5", "big5-hkscs": return "big5-hkscs"
        case "x-mac-roman", "macintosh": return "macintosh"
        case _ where name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == 45 || $0 == 95 } && name.utf8.count < 30:
            return name
        default: return nil
        }
    }

    /// What the page's first bytes declare in a meta tag or an XML declaration.
    static func metaCharset(_ bytes: [UInt8]) -> String? {
        let head = Array(bytes.prefix(4096)).map(\.loweredASCII)
        for key in ["charset", "encoding"] {
            let key = Array(key.utf8)
            var index = 0
            while index + key.count < head.count {
                guard head[index] == key[0], head[index..<index + key.count].elementsEqual(key) else {
                    index += 1
                    continue
                }
                index += key.count
                while index < head.count, head[index].isHTMLSpace { index += 1 }
                guard index < head.count, head[index] == UInt8(ascii: "=") else { continue }
                index += 1
                while index < head.count, head[index].isHTMLSpace || head[index] == 34 || head[index] == 39 { index += 1 }
                let name = head[index...].prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == 45 || $0 == 95 }
                // A meta tag that could be read at all is not UTF-16.
                if !name.isEmpty { return name.starts(with: Array("utf-16".utf8)) ? "utf-8" : String(decoding: name, as: UTF8.self) }
            }
        }
        return nil
    }

    /// Each bad byte replaced by U+FFFD, zero bytes left out.
    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        UTF8Check(bytes).isValid ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    static func windows1252(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            if byte < 0x80 {
                output.append(byte)
            } else {
                output.appendScalar(byte < 0xA0 ? windows1252Controls[Int(byte - 0x80)] : UInt32(byte))
            }
        }
        return output
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) -> [UInt8] {
        var units: [UInt16] = []
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            let (one, two) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(bigEndian ? one << 8 | two : two << 8 | one)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// Through the C library's iconv; nil for a set it does not know. What cannot be read becomes U+FFFD.
    static func converted(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        guard let descriptor = iconv_open("UTF-8", name), Int(bitPattern: descriptor) != -1 else { return nil }
        defer { iconv_close(descriptor) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 2)
        var buffer = [CChar](repeating: 0, count: 65_536)
        input.withUnsafeMutableBufferPointer { input in
            var source = input.baseAddress
            var left = input.count
            while left > 0 {
                let before = left
                var written = 0
                buffer.withUnsafeMutableBufferPointer { buffer in
                    var target = buffer.baseAddress
                    var room = buffer.count
                    _ = iconv(descriptor, &source, &left, &target, &room)
                    written = buffer.count - room
                }
                output.append(contentsOf: buffer[..<written].lazy.map { UInt8(bitPattern: $0) })
                if left == before, written == 0 {
                    output.appendScalar(0xFFFD)
                    source = source.map { $0 + 1 }
                    left -= 1
                }
            }
        }
        return output
    }
}

/// Counts what is right and wrong about bytes as UTF-8.
struct UTF8Check {
    var isBeyondASCII = false
    var badBytes = 0
    /// Sequences of two bytes or more.
    var goodSequences = 0
    var isValid: Bool { badBytes == 0 }

    init(_ bytes: [UInt8]) {
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                continue
            }
            isBeyondASCII = true
            let length = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 && byte < 0xF0 ? 3 : byte >= 0xC2 && byte < 0xE0 ? 2 : 0
            guard length > 0, index + length <= count, UTF8Check.continues(bytes, index, length) else {
                badBytes += 1
                index += 1
                continue
            }
            goodSequences += 1
            index += length
        }
    }

    private static func continues(_ bytes: [UInt8], _ start: Int, _ length: Int) -> Bool {
        for offset in 1..<length where bytes[start + offset] & 0xC0 != 0x80 { return false }
        let second = bytes[start + 1]
        return switch bytes[start] {
        case 0xE0: second >= 0xA0
        case 0xED: second < 0xA0
        case 0xF0: second >= 0x90
        case 0xF4: second < 0x90
        default: true
        }
    }
}
