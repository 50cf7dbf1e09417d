import Foundation

extension JinjaInterpreter {
    mutating func filter(_ value: JinjaValue, _ name: String, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        try spend(2)
        switch name {
        case "default", "d":
            let isMissing = value.isUndefined || (arguments[1, "boolean"]?.isTrue ?? false) && !value.isTrue
            return isMissing ? arguments[0, "default_value"] ?? .text("") : value
        case "tojson":
            if case .undefined(let name) = value { throw failure("\(name) is undefined, so it has no JSON") }
            return .text(try json(value, arguments))
        case "safe": return .text(try printed(value).taken(asEscaped: true))
        case "escape", "e", "forceescape":
            let text = try printed(value).escaped(again: name == "forceescape")
            try spend(text.count / 16)
            return .text(text)
        case "string": return .text(try printed(value))
        case "length", "count": return .integer(try length(value))
        case "list": return .list(try items(of: value))
        case "items":
            guard case .dictionary = value else {
                if value.isUndefined { return .list([]) }
                throw failure("items needs a dictionary, not \(value.typeName)")
            }
            return try call(.method(value, "items"), JinjaCall())
        case "int": return .integer(integer(value) ?? arguments[0, "default"]?.integer ?? 0)
        case "float":
            return .float(value.number ?? value.text.flatMap { Double($0.stripped().string) } ?? arguments[0, "default"]?.number ?? 0)
        case "abs":
            if case .integer(let number) = value, number != .min { return .integer(abs(number)) }
            return .float(abs(value.number ?? 0))
        case "round": return try rounded(value, arguments)
        case "trim", "upper", "lower", "title", "capitalize", "replace", "indent", "wordcount", "center", "truncate":
            return try filter(text: try printed(value), name, arguments)
        case "attr":
            guard let attribute = arguments[0, "name"]?.text else { throw failure("attr needs a name") }
            return try self.attribute(attribute.string, of: value)
        case "map", "select", "reject", "selectattr", "rejectattr":
            // Nothing at all, none included, has no items to these.
            return try filter(list: value.isTrue ? try items(of: value) : [], value, name, arguments)
        default: return try filter(list: try items(of: value), value, name, arguments)
        }
    }

    private mutating func filter(text: JinjaText, _ name: String, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        try spend(text.count / 16)
        switch name {
        case "trim": return .text(text.stripped(of: arguments[0, "chars"]?.text).taken(asEscaped: text.isEscaped))
        case "upper": return .text(text.uppercased().taken(asEscaped: text.isEscaped))
        case "lower": return .text(text.lowercased().taken(asEscaped: text.isEscaped))
        case "title": return .text(text.titledByWords())
        case "capitalize": return .text(text.capitalized().taken(asEscaped: text.isEscaped))
        case "wordcount": return .integer(text.split(nil).count)
        case "replace":
            guard let old = arguments[0, "old"]?.text, let new = arguments[1, "new"]?.text else {
                throw failure("replace needs two strings")
            }
            try spend(replacing: old, with: new, in: text)
            return .text(text.replacing(old, with: new, most: arguments[2, "count"]?.integer ?? .max))
        case "indent":
            let width = arguments[0, "width"]
            let margin = width?.text ?? JinjaText(String(repeating: " ", count: min(max(width?.integer ?? 4, 0), 1000)))
            let (first, blank) = (arguments[1, "first"]?.isTrue ?? false, arguments[2, "blank"]?.isTrue ?? false)
            var written = JinjaText()
            for (index, line) in text.split(JinjaText("\n")).enumerated() {
                try spend((margin.count + line.count) / 16)
                if index > 0 { written.append(JinjaText("\n")) }
                if index > 0 ? blank || !line.isEmpty : first { written.append(margin) }
                written.append(line)
            }
            return .text(written)
        default: throw failure("the filter \(name) is not supported")
        }
    }

    private mutating func filter(
        list values: [JinjaValue], _ value: JinjaValue, _ name: String, _ arguments: JinjaCall
    ) throws(JinjaError) -> JinjaValue {
        try spend(values.count)
        switch name {
        case "first": return values.first ?? .undefined("the first item of nothing")
        case "last": return values.last ?? .undefined("the last item of nothing")
        case "reverse":
            if case .text(let text) = value { return .text(JinjaText(text.units.reversed())) }
            return .list(values.reversed())
        case "join":
            let separator = try arguments[0, "d"].map { value throws(JinjaError) in try printed(value) } ?? JinjaText()
            var text = JinjaText()
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(separator) }
                let part = try printed(try picked(value, arguments[1, "attribute"]))
                text.append(part)
                try spend(text.count > limits.characters ? .max : 1 + (separator.count + part.count) / 16)
            }
            return .text(text)
        case "sum":
            var total = 0.0
            for value in values { total += try picked(value, arguments[0, "attribute"]).number ?? 0 }
            return total == total.rounded() && values.allSatisfy({ $0.integer != nil }) ? .integer(Int(exactly: total) ?? 0) : .float(total)
        case "min", "max":
            var best: JinjaValue?
            for value in values {
                try spend((value.text?.count ?? 0) / 16)
                guard let known = best else {
                    best = value
                    continue
                }
                if JinjaValue.isLess(name == "min" ? value : known, name == "min" ? known : value) == true { best = value }
            }
            return best ?? .undefined("the \(name) of nothing")
        case "unique":
            var kept: [JinjaValue] = []
            for value in values where !(try contains(.list(kept), value)) { kept.append(value) }
            return .list(kept)
        case "sort", "dictsort": return try sorted(values, value, name, arguments)
        case "map": return try mapped(values, arguments)
        case "select", "reject", "selectattr", "rejectattr": return try selected(values, name, arguments)
        case "groupby": throw failure("the filter groupby is not supported")
        case "batch", "slice":
            guard let size = arguments[0, "linecount"]?.integer, size > 0, name == "batch" else {
                throw failure("the filter \(name) is not supported so")
            }
            return .list(stride(from: 0, to: values.count, by: size).map { .list(Array(values[$0..<min($0 + size, values.count)])) })
        default: throw failure("the filter \(name) is not known")
        }
    }

    /// An item, or the part of it that an attribute names.
    private mutating func picked(_ value: JinjaValue, _ attribute: JinjaValue?) throws(JinjaError) -> JinjaValue {
        guard let attribute else { return value }
        guard let name = attribute.text else { return try evaluate(.item(.literal(value), .literal(attribute))) }
        var value = value
        for part in name.string.split(separator: ".") {
            let key: JinjaValue = Int(part).map { .integer($0) } ?? .text(String(part))
            value = try evaluate(.item(.literal(value), .literal(key)))
        }
        return value
    }

    private mutating func sorted(
        _ values: [JinjaValue], _ value: JinjaValue, _ name: String, _ arguments: JinjaCall
    ) throws(JinjaError) -> JinjaValue {
        var items = values
        if name == "dictsort", case .dictionary(let dictionary) = value { items = dictionary.entries.map { .list([$0.key, $0.value]) } }
        let ignoresCase = !((name == "sort" ? arguments[1, "case_sensitive"] : arguments[0, "case_sensitive"])?.isTrue ?? false)
        let byValue = name == "dictsort" && arguments[1, "by"]?.text == JinjaText("value")
        let isReversed = (name == "sort" ? arguments[0, "reverse"] : arguments[2, "reverse"])?.isTrue ?? false
        var keyed: [(key: JinjaValue, place: Int)] = []
        for (place, item) in items.enumerated() {
            var key = name == "sort" ? try picked(item, arguments[2, "attribute"]) : item
            if name == "dictsort", case .list(let pair) = item { key = pair[byValue ? 1 : 0] }
            if ignoresCase, case .text(let text) = key { key = .text(text.lowercased()) }
            keyed.append((key, place))
            // Each is compared with about as many others as the logarithm of their number has digits.
            try spend(16 + (key.text?.count ?? 0))
        }
        let order = keyed.sorted { one, other in
            let isLess = JinjaValue.isLess(isReversed ? other.key : one.key, isReversed ? one.key : other.key) ?? false
            let isMore = JinjaValue.isLess(isReversed ? one.key : other.key, isReversed ? other.key : one.key) ?? false
            return isLess || !isMore && one.place < other.place
        }
        return .list(order.map { items[$0.place] })
    }

    private mutating func mapped(_ values: [JinjaValue], _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        var mapped: [JinjaValue] = []
        if let attribute = arguments.named["attribute"] {
            for value in values {
                let part = try picked(value, attribute)
                mapped.append(part.isUndefined ? arguments.named["default"] ?? part : part)
            }
            return .list(mapped)
        }
        guard let name = arguments.positional.first?.text else { throw failure("map needs a filter or an attribute") }
        let rest = JinjaCall(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
        for value in values { mapped.append(try filter(value, name.string, rest)) }
        return .list(mapped)
    }

    private mutating func selected(_ values: [JinjaValue], _ name: String, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        let isByAttribute = name.hasSuffix("attr")
        let isKept = name.hasPrefix("select")
        var rest = arguments.positional
        var attribute: JinjaValue?
        if isByAttribute {
            guard let first = rest.first else { throw failure("\(name) needs an attribute") }
            attribute = first
            rest.removeFirst()
        }
        var kept: [JinjaValue] = []
        for value in values {
            let part = try picked(value, attribute)
            let holds =
                if let test = rest.first?.text { try self.test(part, test.string, JinjaCall(positional: Array(rest.dropFirst()))) } else {
                    part.isTrue
                }
            if holds == isKept { kept.append(value) }
        }
        return .list(kept)
    }

    func length(_ value: JinjaValue) throws(JinjaError) -> Int {
        switch value {
        case .text(let text): return text.count
        case .list(let values): return values.count
        case .dictionary(let dictionary): return dictionary.entries.count
        case .undefined: return 0
        default: throw failure("\(value.typeName) has no length")
        }
    }

    private func integer(_ value: JinjaValue) -> Int? {
        switch value {
        case .float(let number): return Int(exactly: number.rounded(.towardZero))
        case .text(let text):
            let digits = text.stripped().string
            return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0.rounded(.towardZero)) }
        default: return value.integer
        }
    }

    private func rounded(_ value: JinjaValue, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        guard let number = value.number else { throw failure("\(value.typeName) cannot be rounded") }
        let scale = pow(10, Double(min(max(arguments[0, "precision"]?.integer ?? 0, -300), 300)))
        let rule: FloatingPointRoundingRule =
            switch arguments[1, "method"]?.text?.string {
            case "ceil": .up
            case "floor": .down
            default: .toNearestOrEven
            }
        return .float((number * scale).rounded(rule) / scale)
    }

    // MARK: Tests

    mutating func test(_ value: JinjaValue, _ name: String, _ arguments: JinjaCall) throws(JinjaError) -> Bool {
        func other() throws(JinjaError) -> JinjaValue {
            guard let other = arguments[0, "other"] else { throw failure("the test \(name) needs an argument") }
            return other
        }
        switch name {
        case "defined": return !value.isUndefined
        case "undefined": return value.isUndefined
        case "none": return value.isNone
        case "string": return value.text != nil
        case "number": return value.number != nil
        case "integer": if case .integer = value { return true } else { return false }
        case "float": if case .float = value { return true } else { return false }
        case "boolean": if case .bool = value { return true } else { return false }
        case "true": if case .bool(true) = value { return true } else { return false }
        case "false": if case .bool(false) = value { return true } else { return false }
        case "mapping": if case .dictionary = value { return true } else { return false }
        case "sequence":
            switch value {
            case .list, .text, .dictionary: return true
            default: return false
            }
        case "iterable":
            switch value {
            case .list, .text, .dictionary, .undefined: return true
            default: return false
            }
        case "callable":
            switch value {
            case .function, .method, .macro: return true
            default: return false
            }
        case "eq", "==", "equalto": return try isEqual(value, try other())
        case "sameas":
            let other = try other()
            guard value.typeName == other.typeName else { return false }
            return try isEqual(value, other)
        case "ne", "!=": return !(try isEqual(value, try other()))
        case "lt", "<", "lessthan": return JinjaValue.isLess(value, try other()) ?? false
        case "gt", ">", "greaterthan": return JinjaValue.isLess(try other(), value) ?? false
        case "le", "<=": return JinjaValue.isLess(try other(), value).map { !$0 } ?? false
        case "ge", ">=": return JinjaValue.isLess(value, try other()).map { !$0 } ?? false
        case "in": return try contains(try other(), value)
        case "odd": return (value.integer ?? 0) % 2 != 0
        case "even": return (value.integer ?? 1) % 2 == 0
        case "divisibleby":
            guard let number = value.integer, let divisor = try other().integer, divisor != 0 else {
                throw failure("divisibleby needs numbers")
            }
            return number % divisor == 0
        case "upper": return value.text.map { $0 == $0.uppercased() && !($0 == $0.lowercased()) } ?? false
        case "lower": return value.text.map { $0 == $0.lowercased() && !($0 == $0.uppercased()) } ?? false
        default: throw failure("the test \(name) is not known")
        }
    }
}
