import Foundation

extension JinjaInterpreter {
    mutating func evaluate(_ expression: JinjaExpression) throws(JinjaError) -> JinjaValue {
        try spend()
        try descend()
        defer { ascend() }
        switch expression {
        case .literal(let value): return value
        case .name(let name): return look(up: name)
        case .list(let items):
            var values: [JinjaValue] = []
            for item in items { values.append(try evaluate(item)) }
            return .list(values)
        case .dictionary(let items):
            var dictionary = JinjaDictionary()
            for (key, value) in items {
                try spend(searching: dictionary)
                dictionary[try evaluate(key)] = try evaluate(value)
            }
            return .dictionary(dictionary)
        case .attribute(let base, let name): return try attribute(name, of: try evaluate(base))
        case .item(let base, let key): return try item(try evaluate(key), of: try evaluate(base))
        case .slice(let base, let from, let to, let step):
            return try slice(try evaluate(base), try bound(from), try bound(to), try bound(step))
        case .call(let callee, let arguments): return try call(try evaluate(callee), try evaluated(arguments))
        case .filter(let base, let name, let arguments):
            // A default may stand for something that is not there at all.
            return try filter(try evaluate(base), name, try evaluated(arguments))
        case .test(let base, let name, let arguments): return .bool(try test(try evaluate(base), name, try evaluated(arguments)))
        case .not(let base): return .bool(!(try evaluate(base).isTrue))
        case .negative(let base): return try arithmetic("-", .integer(0), try evaluate(base))
        case .positive(let base): return try arithmetic("+", .integer(0), try evaluate(base))
        case .and(let one, let other):
            let first = try evaluate(one)
            return first.isTrue ? try evaluate(other) : first
        case .or(let one, let other):
            let first = try evaluate(one)
            return first.isTrue ? first : try evaluate(other)
        case .binary(let sign, let one, let other): return try arithmetic(sign, try evaluate(one), try evaluate(other))
        case .concatenation(let parts):
            var text = JinjaText()
            for part in parts { text.append(try printed(try evaluate(part))) }
            try spend(text.count / 16)
            return .text(text)
        case .comparison(let first, let rest): return try comparison(first, rest)
        case .condition(let test, let value, let otherwise):
            if try evaluate(test).isTrue { return try evaluate(value) }
            return try otherwise.map { expression throws(JinjaError) in try evaluate(expression) }
                ?? .undefined("the condition has no else")
        }
    }

    mutating func evaluated(_ arguments: JinjaArguments) throws(JinjaError) -> JinjaCall {
        var call = JinjaCall()
        for argument in arguments.positional { call.positional.append(try evaluate(argument)) }
        for (name, argument) in arguments.named { call.named[name] = try evaluate(argument) }
        return call
    }

    private mutating func bound(_ expression: JinjaExpression?) throws(JinjaError) -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression)
        if value.isNone { return nil }
        guard let index = value.integer else { throw failure("a slice needs numbers, not \(value.typeName)") }
        return index
    }

    private mutating func comparison(_ first: JinjaExpression, _ rest: [(String, JinjaExpression)]) throws(JinjaError) -> JinjaValue {
        var left = try evaluate(first)
        for (sign, expression) in rest {
            let right = try evaluate(expression)
            let holds: Bool
            switch sign {
            case "==": holds = try isEqual(left, right)
            case "!=": holds = !(try isEqual(left, right))
            case "in": holds = try contains(right, left)
            case "not in": holds = !(try contains(right, left))
            default:
                try spend((left.text?.count ?? 0) / 16)
                guard let less = JinjaValue.isLess(left, right), let more = JinjaValue.isLess(right, left) else {
                    throw failure("\(left.typeName) and \(right.typeName) cannot be compared")
                }
                holds = sign == "<" ? less : sign == ">" ? more : sign == "<=" ? !more : !less
            }
            guard holds else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    /// Whether two values are equal, in steps that are counted.
    mutating func isEqual(_ one: JinjaValue, _ other: JinjaValue) throws(JinjaError) -> Bool {
        try spend()
        switch (one, other) {
        case (.list(let first), .list(let second)):
            guard first.count == second.count else { return false }
            for (left, right) in zip(first, second) where !(try isEqual(left, right)) { return false }
            return true
        case (.dictionary(let first), .dictionary(let second)):
            guard first.entries.count == second.entries.count else { return false }
            for entry in first.entries {
                try spend(searching: second)
                guard let value = second[entry.key], try isEqual(value, entry.value) else { return false }
            }
            return true
        case (.text(let first), .text(let second)):
            try spend(first.count == second.count ? first.count / 16 : 0)
            return first == second
        default: return JinjaValue.isEqual(one, other)
        }
    }

    /// Counts a look through the keys of a dictionary.
    mutating func spend(searching dictionary: JinjaDictionary) throws(JinjaError) { try spend(dictionary.entries.count / 16) }

    /// Counts a replacement: the search, and as many characters as it may write.
    mutating func spend(replacing old: JinjaText, with new: JinjaText, in text: JinjaText) throws(JinjaError) {
        try spend(searching: text, for: old)
        try spend((text.count / max(old.count, 1) + 1) * new.count / 16)
    }

    /// Counts a search in a text, which compares the part at every place.
    mutating func spend(searching text: JinjaText, for part: JinjaText) throws(JinjaError) {
        try spend(text.count / 16 + text.count * part.count / 64)
    }

    mutating func contains(_ container: JinjaValue, _ value: JinjaValue) throws(JinjaError) -> Bool {
        switch container {
        case .text(let text):
            guard let part = value.text else { throw failure("only a string can be in a string, not \(value.typeName)") }
            try spend(searching: text, for: part)
            return text.find(part) != nil
        case .list(let values):
            for item in values where try isEqual(item, value) { return true }
            return false
        case .dictionary(let dictionary):
            try spend(searching: dictionary)
            return dictionary[value] != nil
        case .undefined: return false
        default: throw failure("nothing can be in \(container.typeName)")
        }
    }

    private mutating func arithmetic(_ sign: String, _ left: JinjaValue, _ right: JinjaValue) throws(JinjaError) -> JinjaValue {
        if case .undefined(let name) = left { throw failure("\(name) is undefined") }
        if case .undefined(let name) = right { throw failure("\(name) is undefined") }
        switch (sign, left, right) {
        case ("+", .text(let one), .text(let other)):
            try spend((one.count + other.count) / 16)
            return .text(one + other)
        case ("+", .list(let one), .list(let other)):
            try spend(one.count + other.count)
            return .list(one + other)
        case ("*", .text(let text), _) where right.integer != nil: return .text(try repeated(text, right.integer ?? 0))
        case ("*", _, .text(let text)) where left.integer != nil: return .text(try repeated(text, left.integer ?? 0))
        case ("*", .list(let values), _) where right.integer != nil:
            // Nothing stays nothing, however often it is repeated.
            let count = values.isEmpty ? 0 : max(right.integer ?? 0, 0)
            let (total, overflows) = values.count.multipliedReportingOverflow(by: count)
            try spend(overflows ? .max : total)
            return .list((0..<count).flatMap { _ in values })
        case ("%", .text, _): throw failure("% does not format strings in a chat template; use format")
        default: break
        }
        if let one = left.integer, let other = right.integer, sign != "/" {
            let (value, overflows): (Int, Bool)
            switch sign {
            case "+": (value, overflows) = one.addingReportingOverflow(other)
            case "-": (value, overflows) = one.subtractingReportingOverflow(other)
            case "*": (value, overflows) = one.multipliedReportingOverflow(by: other)
            case "//", "%":
                guard other != 0, !(one == .min && other == -1) else { throw failure("a division by zero") }
                // Python rounds down, and its remainder has the divisor's sign.
                let remainder = one % other
                let isOff = remainder != 0 && (remainder < 0) != (other < 0)
                (value, overflows) = (sign == "%" ? remainder + (isOff ? other : 0) : one / other - (isOff ? 1 : 0), false)
            default:
                let power = pow(Double(one), Double(other))
                if other < 0 { return .float(power) }
                (value, overflows) = (Int(exactly: power) ?? 0, Int(exactly: power) == nil || abs(power) > 9e15)
            }
            guard !overflows else { throw failure("a number is too large") }
            return .integer(value)
        }
        guard let one = left.number, let other = right.number else {
            throw failure("\(left.typeName) \(sign) \(right.typeName) has no meaning")
        }
        switch sign {
        case "+": return .float(one + other)
        case "-": return .float(one - other)
        case "*": return .float(one * other)
        case "**": return .float(pow(one, other))
        default:
            guard other != 0 else { throw failure("a division by zero") }
            if sign == "/" { return .float(one / other) }
            let quotient = (one / other).rounded(.down)
            return .float(sign == "//" ? quotient : one - quotient * other)
        }
    }

    private mutating func repeated(_ text: JinjaText, _ count: Int) throws(JinjaError) -> JinjaText {
        let times = text.isEmpty ? 0 : max(count, 0)
        let (total, overflows) = text.count.multipliedReportingOverflow(by: times)
        guard !overflows, total <= 1 << 24 else { throw failure("a string repeated \(count) times is too long") }
        try spend(total / 16)
        return JinjaText((0..<times).flatMap { _ in text.units }).taken(asEscaped: text.isEscaped)
    }

    /// What a value holds, one after the other.
    mutating func items(of value: JinjaValue) throws(JinjaError) -> [JinjaValue] {
        switch value {
        case .list(let values): return values
        case .dictionary(let dictionary): return dictionary.entries.map(\.key)
        case .text(let text):
            try spend(text.count)
            return (0..<text.count).map { .text(text.character($0)) }
        case .undefined: return []
        default: throw failure("\(value.typeName) cannot be gone through")
        }
    }

    // MARK: Parts of values

    mutating func attribute(_ name: String, of value: JinjaValue) throws(JinjaError) -> JinjaValue {
        switch value {
        case .undefined(let base): throw failure("\(base) is undefined, so it has no \(name)")
        case .namespace(let index):
            try spend(searching: namespace(index))
            return namespace(index)[name] ?? .undefined(name)
        case .loop(let loop): return loop[name]
        case .dictionary(let dictionary):
            if Self.dictionaryMethods.contains(name) { return .method(value, name) }
            try spend(searching: dictionary)
            return dictionary[name] ?? .undefined(name)
        case .text: return Self.textMethods.contains(name) ? .method(value, name) : .undefined(name)
        case .list: return ["index", "count"].contains(name) ? .method(value, name) : .undefined(name)
        default: return .undefined(name)
        }
    }

    private mutating func item(_ key: JinjaValue, of value: JinjaValue) throws(JinjaError) -> JinjaValue {
        switch value {
        case .undefined(let base): throw failure("\(base) is undefined, so nothing can be taken from it")
        case .dictionary(let dictionary):
            try spend(searching: dictionary)
            if let found = dictionary[key] { return found }
            return try key.text.map { name throws(JinjaError) in try attribute(name.string, of: value) } ?? .undefined("item")
        case .list(let values):
            guard let index = key.integer else { return .undefined("item") }
            let place = index < 0 ? index + values.count : index
            return values.indices.contains(place) ? values[place] : .undefined("item \(index)")
        case .text(let text):
            guard let index = key.integer else {
                return try key.text.map { name throws(JinjaError) in try attribute(name.string, of: value) } ?? .undefined("item")
            }
            let place = index < 0 ? index + text.count : index
            return place >= 0 && place < text.count ? .text(text.character(place)) : .undefined("character \(index)")
        default: return try key.text.map { name throws(JinjaError) in try attribute(name.string, of: value) } ?? .undefined("item")
        }
    }

    private mutating func slice(_ value: JinjaValue, _ from: Int?, _ to: Int?, _ step: Int?) throws(JinjaError) -> JinjaValue {
        let count: Int
        switch value {
        case .text(let text): count = text.count
        case .list(let values): count = values.count
        case .undefined(let name): throw failure("\(name) is undefined, so it cannot be cut")
        default: throw failure("\(value.typeName) cannot be cut")
        }
        let step = step ?? 1
        guard step != 0 else { throw failure("a slice needs a step") }
        func clamped(_ index: Int?, _ missing: Int) -> Int {
            guard let index else { return missing }
            let place = index < 0 ? (index < -count ? -1 : index + count) : index
            return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
        }
        try spend(count / 4)
        let (first, last) = (clamped(from, step > 0 ? 0 : count - 1), clamped(to, step > 0 ? count : -1))
        let places = Self.steps(from: first, to: last, by: step)
        if case .text(let text) = value { return .text(JinjaText(places.map { text.units[$0] }).taken(asEscaped: text.isEscaped)) }
        guard case .list(let values) = value else { return value }
        return .list(places.map { values[$0] })
    }
    /// The numbers from one to another, the last left out, as Python's range counts them; no sum goes beyond the last.
    static func steps(from first: Int, to last: Int, by step: Int) -> [Int] {
        guard step != 0, (step > 0) == (last > first), last != first else { return [] }
        // As magnitudes, since the distance between two numbers may be more than the greatest of them.
        let count = (distance(first, last) - 1) / step.magnitude + 1
        return (0..<Int(clamping: count)).map { first &+ $0 &* step }
    }

    /// How far two numbers are from each other.
    static func distance(_ one: Int, _ other: Int) -> UInt {
        UInt(bitPattern: one > other ? one &- other : other &- one)
    }
}
