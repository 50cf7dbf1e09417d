import Ground

/// Named character references, found by the hash of their names.
struct HTMLEntities: Sendable {
    static let shared = HTMLEntities()

    private struct Slot {
        var hash: UInt32 = 0
        var needsSemicolon = false
        /// Up to two code points; no reference stands for more.
        var first: UInt32 = 0
        var second: UInt32 = 0
    }

    private var slots = [Slot](repeating: Slot(), count: 8192)
    /// The longest name.
    let longestName: Int

    private init() {
        var longest = 0
        for entry in htmlEntityNames.utf8.split(whereSeparator: { $0 == 32 || $0 == 10 }) {
            guard let mark = entry.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "!") }) else { continue }
            let name = Array(entry[..<mark])
            let points = Substring(entry[entry.index(after: mark)...]).split(separator: "+").compactMap { UInt32($0, radix: 16) }
            let hash = FNV1a.hash32(name[...])
            var slot = Int(hash & 8191)
            while slots[slot].first != 0 { slot = (slot + 1) & 8191 }
            slots[slot] = Slot(
                hash: hash, needsSemicolon: entry[mark] == UInt8(ascii: "="), first: points.first ?? 0,
                second: points.count > 1 ? points[1] : 0)
            longest = max(longest, name.count)
        }
        longestName = longest
    }

    private func find(_ hash: UInt32) -> Slot? {
        var slot = Int(hash & 8191)
        while slots[slot].first != 0 {
            if slots[slot].hash == hash { return slots[slot] }
            slot = (slot + 1) & 8191
        }
        return nil
    }

    /// Appends what the reference at `start` (the ampersand) stands for, and gives the index after it; what is no reference stays as it is.
    func decode(_ bytes: [UInt8], at start: Int, end: Int, inAttribute: Bool, into output: inout [UInt8]) -> Int {
        var index = start + 1
        guard index < end else {
            output.append(UInt8(ascii: "&"))
            return index
        }
        if bytes[index] == UInt8(ascii: "#") { return decodeNumber(bytes, at: start, end: end, into: &output) }
        var hash: UInt32 = 2_166_136_261
        var found: (slot: Slot, after: Int)?
        let limit = min(end, index + longestName)
        while index < limit, bytes[index].isASCIILetter || bytes[index].isASCIIDigit {
            hash = (hash ^ UInt32(bytes[index])) &* 16_777_619
            index += 1
            let isEnded = index < end && bytes[index] == UInt8(ascii: ";")
            if isEnded {
                if let slot = find(hash) { found = (slot, index + 1) }
                break
            }
            if index - start >= 3, let slot = find(hash), !slot.needsSemicolon { found = (slot, index) }
        }
        guard let (slot, after) = found else {
            output.append(UInt8(ascii: "&"))
            return start + 1
        }
        if inAttribute, bytes[after - 1] != UInt8(ascii: ";"), after < end,
            bytes[after] == UInt8(ascii: "=") || bytes[after].isASCIILetter || bytes[after].isASCIIDigit
        {
            output.append(UInt8(ascii: "&"))
            return start + 1
        }
        output.appendScalar(slot.first)
        if slot.second != 0 { output.appendScalar(slot.second) }
        return after
    }

    private func decodeNumber(_ bytes: [UInt8], at start: Int, end: Int, into output: inout [UInt8]) -> Int {
        var index = start + 2
        var value: UInt32 = 0
        let isHexadecimal = index < end && bytes[index] | 32 == UInt8(ascii: "x")
        if isHexadecimal { index += 1 }
        let firstDigit = index
        while index < end {
            let byte = bytes[index]
            let digit: UInt32
            if byte.isASCIIDigit {
                digit = UInt32(byte - 48)
            } else if isHexadecimal, (byte | 32) &- 97 < 6 {
                digit = UInt32((byte | 32) - 87)
            } else {
                break
            }
            // Digits without end must not overflow: anything above the last code point is the same error.
            value = min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000)
            index += 1
        }
        guard index > firstDigit else {
            output.append(UInt8(ascii: "&"))
            return start + 1
        }
        if index < end, bytes[index] == UInt8(ascii: ";") { index += 1 }
        if value >= 0x80, value < 0xA0 { value = windows1252Controls[Int(value - 0x80)] }
        output.appendScalar(value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0xFFFD : value)
        return index
    }
}

/// What bytes 0x80 to 0x9F mean in windows-1252; browsers read numeric references of these values so.
let windows1252Controls: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
]

extension [UInt8] {
    /// Appends a code point as UTF-8.
    mutating func appendScalar(_ value: UInt32) {
        switch value {
        case ..<0x80: append(UInt8(value))
        case ..<0x800:
            append(UInt8(0xC0 | value >> 6))
            append(UInt8(0x80 | value & 63))
        case ..<0x10000:
            append(UInt8(0xE0 | value >> 12))
            append(UInt8(0x80 | value >> 6 & 63))
            append(UInt8(0x80 | value & 63))
        default:
            append(UInt8(0xF0 | value >> 18 & 7))
            append(UInt8(0x80 | value >> 12 & 63))
            append(UInt8(0x80 | value >> 6 & 63))
            append(UInt8(0x80 | value & 63))
        }
    }
}
