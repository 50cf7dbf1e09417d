/// Finds where the values of a JSON list, or of a file of values that follow one another, begin and end, one byte at a time.
public struct JSONValueEdges {
    /// What a byte is to the value that it stands in.
    public enum Step: Equatable {
        /// White space, a comma or a bracket of the outer list.
        case between
        case begins, within
        /// The byte is the value's last.
        case ends
        /// The value ended before this byte, which belongs to what follows.
        case endedBefore
    }

    public init() {}

    private enum State { case outside, nested, bare }

    /// Whether the outer list has begun and not ended.
    public private(set) var isListOpen = false
    private var hasBegun = false
    private var state = State.outside
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Makes ready for the next value.
    public mutating func begin() {
        state = .outside
        depth = 0
        isInString = false
        isEscaped = false
    }

    /// Says that the input has ended.
    public mutating func close() { isListOpen = false }

    /// What the next byte is.
    public mutating func step(_ byte: UInt8) -> Step {
        switch state {
        case .outside: return outside(byte)
        case .bare: return isEdge(byte) ? .endedBefore : .within
        case .nested: return nested(byte)
        }
    }

    private mutating func outside(_ byte: UInt8) -> Step {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09: return .between
        case UInt8(ascii: ",") where isListOpen: return .between
        case UInt8(ascii: "[") where !hasBegun:
            hasBegun = true
            isListOpen = true
            return .between
        case UInt8(ascii: "]") where isListOpen:
            isListOpen = false
            return .between
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            state = .nested
            depth = 1
        case UInt8(ascii: "\""):
            state = .nested
            isInString = true
        default: state = .bare
        }
        hasBegun = true
        return .begins
    }

    private mutating func nested(_ byte: UInt8) -> Step {
        if isEscaped {
            isEscaped = false
        } else if isInString {
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            if byte == UInt8(ascii: "\"") {
                isInString = false
                if depth == 0 { return .ends }
            }
        } else if byte == UInt8(ascii: "\"") {
            isInString = true
        } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            depth += 1
        } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
            depth -= 1
            if depth == 0 { return .ends }
        }
        return .within
    }

    private func isEdge(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "["): true
        default: false
        }
    }
}
