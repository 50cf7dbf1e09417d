/// The number in lower-case hexadecimal digits, zeros in front.
public func hexadecimal(_ value: UInt64, digits: Int = 16) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

extension UInt8 {
    /// What the byte is worth as an ASCII hexadecimal digit, nil where it is none.
    @inlinable public var hexadecimalDigit: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70, 97...102: (self | 32) - 87
        default: nil
        }
    }
}
