import Foundation

extension JinjaInterpreter {
    /// A value as a template writes it: Python's str.
    mutating func printed(_ value: JinjaValue) throws(JinjaError) -> JinjaText {
        switch value {
        case .text(let text): return text
        case .undefined: return JinjaText()
        default: return try represented(value)
        }
    }

    /// A value inside another: Python's repr.
    private mutating func represented(_ value: JinjaValue) throws(JinjaError) -> JinjaText {
        try spend()
        switch value {
        case .undefined: return JinjaText("Undefined")
        case .none: return JinjaText("None")
        case .bool(let truth): return JinjaText(truth ? "True" : "False")
        case .integer(let number): return JinjaText(String(number))
        case .float(let number): return JinjaText(Self.number(number))
        case .text(let text):
            try spend(text.count / 16)
            return quoted(text)
        case .list(let values):
            var written = JinjaText("[")
            for (index, value) in values.enumerated() {
                if index > 0 { written.append(JinjaText(", ")) }
                written.append(try represented(value))
            }
            written.append(JinjaText("]"))
            return written
        case .dictionary(let dictionary):
            var written = JinjaText("{")
            for (index, entry) in dictionary.entries.enumerated() {
                if index > 0 { written.append(JinjaText(", ")) }
                written.append(try represented(entry.key))
                written.append(JinjaText(": "))
                written.append(try represented(entry.value))
            }
            written.append(JinjaText("}"))
            return written
        case .namespace, .function, .method, .macro, .loop: return JinjaText("<\(value.typeName)>")
        }
    }

    private func quoted(_ text: JinjaText) -> JinjaText {
        let hasSingle = text.find(JinjaText("'")) != nil
        let quote: Unicode.Scalar = hasSingle && text.find(JinjaText("\"")) == nil ? "\"" : "'"
        var written = JinjaText(String(quote))
        written.append(
            text.mapped { scalar, _ in
                switch scalar {
                case "\\": return "\\\\"
                case "\n": return "\\n"
                case "\r": return "\\r"
                case "\t": return "\\t"
                case quote: return "\\" + String(quote)
                case "\u{0}"..<" ", "\u{7F}": return "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
                default: return String(scalar)
                }
            })
        written.append(JinjaText(String(quote)))
        return written
    }

    /// A number as Python writes it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == value.rounded(), abs(value) < 1e16 { return String(format: "%.1f", value) }
        return "\(value)".replacing("e+", with: "e+")
    }

    /// A value as JSON, as Python's json writes it.
    mutating func json(_ value: JinjaValue, _ arguments: JinjaCall) throws(JinjaError) -> JinjaText {
        let indent = arguments.named["indent"]?.integer ?? arguments.positional.first?.integer
        let sorts = arguments.named["sort_keys"]?.isTrue ?? false
        let escapes = arguments.named["ensure_ascii"]?.isTrue ?? false
        var separators = (indent == nil ? ", " : ",", ": ")
        if case .list(let pair)? = arguments.named["separators"], pair.count == 2, let item = pair[0].text, let key = pair[1].text {
            separators = (item.string, key.string)
        }
        let style = JSONStyle(
            indent: indent.map { min(max($0, 0), 100) }, sortsKeys: sorts, escapes: escapes, item: separators.0, key: separators.1)
        return try json(value, style, level: 1)
    }

    private struct JSONStyle {
        let indent: Int?
        let sortsKeys: Bool
        let escapes: Bool
        let item: String
        let key: String

        /// The characters between two items.
        func width(_ level: Int) -> Int { item.unicodeScalars.count + key.unicodeScalars.count + (indent ?? 0) * level }

        func newline(_ level: Int) -> JinjaText { JinjaText(indent.map { "\n" + String(repeating: " ", count: $0 * level) } ?? "") }
    }

    private mutating func json(_ value: JinjaValue, _ style: JSONStyle, level: Int) throws(JinjaError) -> JinjaText {
        try spend()
        guard level < 100 else { throw failure("a value is nested too deep for JSON") }
        switch value {
        case .none: return JinjaText("null")
        case .bool(let truth): return JinjaText(truth ? "true" : "false")
        case .integer(let number): return JinjaText(String(number))
        case .float(let number): return JinjaText(Self.number(number).replacing("nan", with: "NaN").replacing("inf", with: "Infinity"))
        case .text(let text):
            try spend(text.count / 16)
            return jsonQuoted(text, escapes: style.escapes)
        case .list(let values):
            if values.isEmpty { return JinjaText("[]") }
            var written = JinjaText("[")
            for (index, value) in values.enumerated() {
                try spend(style.width(level) / 16)
                if index > 0 { written.append(JinjaText(style.item)) }
                written.append(style.newline(level))
                written.append(try json(value, style, level: level + 1))
            }
            written.append(style.newline(level - 1))
            written.append(JinjaText("]"))
            return written
        case .dictionary(let dictionary):
            if dictionary.entries.isEmpty { return JinjaText("{}") }
            var entries = dictionary.entries
            if style.sortsKeys { entries.sort { JinjaValue.isLess($0.key, $1.key) ?? false } }
            var written = JinjaText("{")
            for (index, entry) in entries.enumerated() {
                try spend(style.width(level) / 16)
                if index > 0 { written.append(JinjaText(style.item)) }
                written.append(style.newline(level))
                written.append(jsonQuoted(try printed(entry.key), escapes: style.escapes))
                written.append(JinjaText(style.key))
                written.append(try json(entry.value, style, level: level + 1))
            }
            written.append(style.newline(level - 1))
            written.append(JinjaText("}"))
            return written
        default: throw failure("\(value.typeName) has no JSON")
        }
    }

    private func jsonQuoted(_ text: JinjaText, escapes: Bool) -> JinjaText {
        var written = JinjaText("\"")
        written.append(
            text.mapped { scalar, _ in
                switch scalar {
                case "\"": return "\\\""
                case "\\": return "\\\\"
                case "\n": return "\\n"
                case "\r": return "\\r"
                case "\t": return "\\t"
                case "\u{08}": return "\\b"
                case "\u{0C}": return "\\f"
                case "\u{0}"..<" ": return Self.escape(scalar.value)
                default:
                    guard escapes, scalar.value >= 0x7F else { return String(scalar) }
                    return scalar.utf16.map { Self.escape(UInt32($0)) }.joined()
                }
            })
        written.append(JinjaText("\""))
        return written
    }

    private static func escape(_ code: UInt32) -> String {
        let digits = String(code, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// A day written by a format of C's strftime, with English names, in the local time zone.
enum JinjaDate {
    static func text(_ date: Date, format: String) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday, .dayOfYear], from: date)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ]
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let month = months[(parts.month ?? 1) - 1]
        let day = days[(parts.weekday ?? 1) - 1]
        func padded(_ value: Int?, _ width: Int = 2) -> String { String(format: "%0\(width)d", value ?? 0) }
        var written = ""
        var isCode = false
        for character in format {
            guard isCode else {
                if character == "%" { isCode = true } else { written.append(character) }
                continue
            }
            isCode = false
            switch character {
            case "Y": written += padded(parts.year, 4)
            case "y": written += padded((parts.year ?? 0) % 100)
            case "m": written += padded(parts.month)
            case "d": written += padded(parts.day)
            case "e": written += String(format: "%2d", parts.day ?? 0)
            case "j": written += padded(parts.dayOfYear, 3)
            case "H": written += padded(parts.hour)
            case "I": written += padded(((parts.hour ?? 0) + 11) % 12 + 1)
            case "M": written += padded(parts.minute)
            case "S": written += padded(parts.second)
            case "p": written += (parts.hour ?? 0) < 12 ? "AM" : "PM"
            case "B": written += month
            case "b", "h": written += month.prefix(3)
            case "A": written += day
            case "a": written += day.prefix(3)
            case "F": written += "\(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day))"
            case "T": written += "\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second))"
            case "%": written += "%"
            default: written += "%\(character)"
            }
        }
        return written
    }
}
