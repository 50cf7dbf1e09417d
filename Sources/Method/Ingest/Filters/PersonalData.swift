/// Finds email addresses, public IPv4 addresses, phone numbers and IBANs.
///
/// Replacement is by a fixed word in angle brackets for each kind. IBANs must have a right checksum; IP addresses must be public, and nothing
/// around them may say that they are versions or sections; phone numbers need an international prefix, or an area code with a separator, and
/// may be no date, ISBN, ISSN, hours or row of small numbers (see `Lookalikes`); an address of a repository is no email address.
public struct PersonalData: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case email = "<email>"
        case ipAddress = "<ip-address>"
        case phone = "<phone>"
        case iban = "<iban>"
    }

    public init() {}

    /// The text with each finding replaced, and the number of findings.
    public func replacing(in text: String) -> (text: String, found: Int) {
        let bytes = Array(text.utf8)
        let findings = find(in: bytes)
        guard !findings.isEmpty else { return (text, 0) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        for finding in findings {
            output += bytes[index..<finding.range.lowerBound]
            output += Array(finding.kind.rawValue.utf8)
            index = finding.range.upperBound
        }
        output += bytes[index...]
        return (String(decoding: output, as: UTF8.self), findings.count)
    }

    /// Findings in order, without overlap.
    func find(in bytes: [UInt8]) -> [(kind: Kind, range: Range<Int>)] {
        var findings: [(kind: Kind, range: Range<Int>)] = []
        var index = 0
        var floor = 0
        while index < bytes.count {
            let byte = bytes[index]
            var found: (kind: Kind, range: Range<Int>)?
            if byte == UInt8(ascii: "@") {
                found = email(bytes, at: index, floor: floor).map { (.email, $0) }
            } else if isStart(bytes, index) {
                if byte.isASCIIDigit {
                    found = ipAddress(bytes, at: index).map { (.ipAddress, $0) }
                } else if byte &- 65 < 26 {
                    found = iban(bytes, at: index).map { (.iban, $0) }
                }
                if found == nil, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "0") || byte == UInt8(ascii: "(") {
                    found = phone(bytes, at: index).map { (.phone, $0) }
                }
            }
            if let found {
                findings.append(found)
                index = found.range.upperBound
                floor = index
            } else {
                index += 1
            }
        }
        return findings
    }

    private func isStart(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = bytes[index - 1]
        return
            !(before.isASCIILetter || before.isASCIIDigit || before >= 0x80 || before == 46 || before == 95 || before == 45 || before == 43)
    }

    private func email(_ bytes: [UInt8], at index: Int, floor: Int) -> Range<Int>? {
        func isLocal(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit || [46, 95, 37, 43, 45].contains(byte) }
        func isHost(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit || byte == 45 || byte == 46 }
        var start = index
        while start > floor, index - start < 64, isLocal(bytes[start - 1]) { start -= 1 }
        while start < index, bytes[start] == 46 || bytes[start] == 45 { start += 1 }
        var end = index + 1
        while end < bytes.count, end - index < 254, isHost(bytes[end]) { end += 1 }
        while end > index + 1, bytes[end - 1] == 46 || bytes[end - 1] == 45 { end -= 1 }
        guard start < index, let dot = bytes[index + 1..<max(index + 1, end)].lastIndex(of: 46), dot > index + 1 else { return nil }
        let top = bytes[dot + 1..<end]
        guard top.count >= 2, top.allSatisfy(\.isASCIILetter) else { return nil }
        return Lookalikes.isNoEmail(bytes, start..<end, at: index, top: top) ? nil : start..<end
    }

    private func ipAddress(_ bytes: [UInt8], at start: Int) -> Range<Int>? {
        var parts: [Int] = []
        var index = start
        while parts.count < 4 {
            var value = 0
            let first = index
            while index < bytes.count, bytes[index].isASCIIDigit, index - first < 4 {
                value = value * 10 + Int(bytes[index] - 48)
                index += 1
            }
            guard index > first, index - first < 4, value < 256, index - first == 1 || bytes[first] != 48 else { return nil }
            parts.append(value)
            if parts.count < 4 {
                guard index < bytes.count, bytes[index] == 46 else { return nil }
                index += 1
            }
        }
        if index < bytes.count, bytes[index].isASCIILetter || bytes[index].isASCIIDigit { return nil }
        if index + 1 < bytes.count, bytes[index] == 46, bytes[index + 1].isASCIIDigit { return nil }
        let isPrivate =
            switch (parts[0], parts[1]) {
            case (0, _), (10, _), (127, _), (224..., _), (169, 254), (192, 168), (192, 0): true
            case (172, 16...31), (100, 64...127), (198, 18...19): true
            default: false
            }
        return isPrivate || Lookalikes.isVersion(bytes, start..<index, parts: parts) ? nil : start..<index
    }

    /// Two letters, two check digits and 11 to 30 letters and digits, in groups or not, whose checksum is right (ISO 13616).
    private func iban(_ bytes: [UInt8], at start: Int) -> Range<Int>? {
        guard start + 4 < bytes.count, bytes[start + 1] &- 65 < 26, bytes[start + 2].isASCIIDigit, bytes[start + 3].isASCIIDigit else {
            return nil
        }
        var compact: [UInt8] = []
        var ends: [Int] = []
        var index = start
        while index < bytes.count, compact.count < 34 {
            let byte = bytes[index]
            if byte.isASCIIDigit || byte &- 65 < 26 {
                compact.append(byte)
                index += 1
                ends.append(index)
            } else if byte == 32, index + 1 < bytes.count, bytes[index + 1].isASCIIDigit || bytes[index + 1] &- 65 < 26 {
                index += 1
            } else {
                break
            }
        }
        let length = PersonalData.ibanLengths[String(decoding: compact.prefix(2), as: UTF8.self)] ?? compact.count
        guard (15...34).contains(length), compact.count >= length else { return nil }
        var remainder = 0
        for byte in compact[4..<length] + compact[..<4] {
            remainder = byte.isASCIIDigit ? (remainder * 10 + Int(byte - 48)) % 97 : (remainder * 100 + Int(byte - 55)) % 97
        }
        return remainder == 1 ? start..<ends[length - 1] : nil
    }

    private static let ibanLengths = [
        "DE": 22, "AT": 20, "CH": 21, "LI": 21, "LU": 20, "FR": 27, "IT": 27, "ES": 24, "NL": 18, "BE": 16, "GB": 22, "IE": 22, "PL": 28,
        "DK": 18, "SE": 24, "NO": 15, "FI": 18, "PT": 25, "CZ": 24, "HU": 28, "SK": 24,
    ]

    /// `+49 30 1234567`, `0049 30/1234567`, `(030) 123 45 67`, `030/1234567`, `0171-1234567`.
    private func phone(_ bytes: [UInt8], at start: Int) -> Range<Int>? {
        var index = start
        var digits = 0
        var separators = 0
        var end = start
        // A group of a longer row of digits is no number of its own.
        if start >= 2, bytes[start - 1] == 32 || bytes[start - 1] == 47, bytes[start - 2].isASCIIDigit { return nil }
        let isInternational = bytes[start] == 43 || (bytes[start] == 48 && start + 1 < bytes.count && bytes[start + 1] == 48)
        if bytes[start] == 40 {
            guard start + 1 < bytes.count, bytes[start + 1] == 48 || bytes[start + 1] == 43 else { return nil }
        }
        while index < bytes.count, digits < 17 {
            let byte = bytes[index]
            if byte.isASCIIDigit {
                digits += 1
                end = index + 1
            } else if byte == 43 {
                guard index == start || bytes[index - 1] == 40 else { break }
            } else if byte == 32 || byte == 45 || byte == 47 || byte == 40 || byte == 41 || byte == 46 {
                guard index + 1 < bytes.count else { break }
                let next = bytes[index + 1]
                guard next.isASCIIDigit || next == 40 || next == 41 || next == 32 || next == 47 || next == 45 else { break }
                if index > start { separators += 1 }
            } else {
                break
            }
            index += 1
        }
        guard end > start, end == bytes.count || !(bytes[end].isASCIILetter || bytes[end] >= 0x80) else { return nil }
        // Dates (01.02.2003), numbers with decimals and ranges of years are no phone numbers.
        let text = bytes[start..<end]
        guard !Lookalikes.isNoPhone(bytes, start..<end) else { return nil }
        if isInternational {
            // A country's code does not begin with 0.
            let isCode = bytes[start] != 48 || (start + 2 < end && bytes[start + 2] != 48 && bytes[start + 2].isASCIIDigit)
            return isCode && (8...16).contains(digits) && !text.contains(46) ? start..<end : nil
        }
        guard (8...13).contains(digits), separators > 0, separators <= 6, !text.contains(46) else { return nil }
        return start..<end
    }
}
