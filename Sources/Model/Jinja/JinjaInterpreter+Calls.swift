import Foundation

extension JinjaInterpreter {
    static let dictionaryMethods: Set = ["items", "keys", "values", "get", "copy"]
    static let textMethods: Set = [
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "upper", "lower", "title", "capitalize",
        "replace",
        "find", "rfind", "index", "count", "join", "format", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower",
        "removeprefix",
        "removesuffix", "partition", "rpartition",
    ]

    mutating func call(_ callee: JinjaValue, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        try spend(4)
        switch callee {
        case .macro(let index): return try call(macro: index, arguments)
        case .function(let name): return try call(function: name, arguments)
        case .method(.text(let text), let name): return try call(name, on: text, arguments)
        case .method(.list(let values), let name):
            guard let value = arguments[0, "value"] else { throw failure("\(name) needs an argument") }
            var places: [Int] = []
            for (place, item) in values.enumerated() where try isEqual(item, value) { places.append(place) }
            if name == "count" { return .integer(places.count) }
            guard let first = places.first else { throw failure("the value is not in the list") }
            return .integer(first)
        case .method(.dictionary(let dictionary), let name):
            switch name {
            case "items": return .list(dictionary.entries.map { .list([$0.key, $0.value]) })
            case "keys": return .list(dictionary.entries.map(\.key))
            case "values": return .list(dictionary.entries.map(\.value))
            case "get":
                try spend(searching: dictionary)
                return arguments[0, "key"].flatMap { dictionary[$0] } ?? arguments[1, "default"] ?? .none
            default: return .dictionary(dictionary)
            }
        case .method(.loop(let loop), "cycle"):
            guard !arguments.positional.isEmpty else { throw failure("cycle needs values") }
            return arguments.positional[loop.index % arguments.positional.count]
        case .loop: return try callLoop(arguments[0, "iterable"] ?? .undefined("items"))
        case .undefined(let name): throw failure("\(name) is undefined, so it cannot be called")
        default: throw failure("\(callee.typeName) cannot be called")
        }
    }

    private mutating func call(function name: String, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        switch name {
        case "range":
            let bounds = arguments.positional.compactMap(\.integer)
            guard bounds.count == arguments.positional.count, (1...3).contains(bounds.count) else {
                throw failure("range needs one to three numbers")
            }
            let (first, last, step) = bounds.count == 1 ? (0, bounds[0], 1) : (bounds[0], bounds[1], bounds.count > 2 ? bounds[2] : 1)
            guard step != 0 else { throw failure("range needs a step") }
            let isEmpty = (step > 0) != (last > first)
            guard isEmpty || Self.distance(first, last) / step.magnitude <= 100_000 else { throw failure("range is too long") }
            let values = Self.steps(from: first, to: last, by: step).map { JinjaValue.integer($0) }
            try spend(values.count)
            return .list(values)
        case "namespace", "dict":
            var dictionary = JinjaDictionary()
            if case .dictionary(let given)? = arguments.positional.first { dictionary = given }
            for (key, value) in arguments.named.sorted(by: { $0.key < $1.key }) {
                try spend(searching: dictionary)
                dictionary[.text(key)] = value
            }
            return name == "dict" ? .dictionary(dictionary) : try makeNamespace(dictionary)
        case "raise_exception":
            let message = try arguments[0, "message"].map { value throws(JinjaError) in try printed(value).string } ?? ""
            throw .refused(message)
        case "strftime_now":
            guard let format = arguments[0, "format"]?.text else { throw failure("strftime_now needs a format") }
            return .text(JinjaDate.text(date, format: format.string))
        default: throw failure("\(name) is not supported in a chat template")
        }
    }

    private mutating func call(_ name: String, on text: JinjaText, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        try spend(text.count / 16)
        func argument(_ place: Int, _ label: String) throws(JinjaError) -> JinjaText {
            guard let value = arguments[place, label]?.text else { throw failure("\(name) needs a string") }
            return value
        }
        let characters: JinjaText? = arguments[0, "chars"]?.text
        switch name {
        case "strip": return .text(text.stripped(of: characters))
        case "lstrip": return .text(text.stripped(of: characters, right: false))
        case "rstrip": return .text(text.stripped(of: characters, left: false))
        case "upper": return .text(text.uppercased())
        case "lower": return .text(text.lowercased())
        case "title": return .text(text.titled())
        case "capitalize": return .text(text.capitalized())
        case "split", "rsplit":
            let most = arguments[1, "maxsplit"]?.integer ?? -1
            let separator = arguments[0, "sep"]?.text
            guard separator?.isEmpty != true else { throw failure("split needs a separator") }
            if let separator { try spend(searching: text, for: separator) }
            return .list(text.split(separator, most: most < 0 ? .max : most, fromRight: name == "rsplit").map { .text($0) })
        case "splitlines": return .list(lines(text, keepsEnds: arguments[0, "keepends"]?.isTrue ?? false).map { .text($0) })
        case "partition", "rpartition":
            let separator = try argument(0, "sep")
            guard !separator.isEmpty else { throw failure("\(name) needs a separator") }
            try spend(searching: text, for: separator)
            let parts = text.split(separator, most: 1, fromRight: name == "rpartition")
            if parts.count < 2 {
                return .list(
                    (name == "partition" ? [text, JinjaText(), JinjaText()] : [JinjaText(), JinjaText(), text]).map { .text($0) })
            }
            return .list([.text(parts[0]), .text(separator), .text(parts[1])])
        case "startswith", "endswith":
            let options: [JinjaValue] =
                if case .list(let values)? = arguments[0, "prefix"] { values } else { arguments.positional.prefix(1).map { $0 } }
            for option in options { try spend(1 + (option.text?.count ?? 0) / 16) }
            return .bool(
                options.contains { option in
                    option.text.map { text.holds($0, at: name == "startswith" ? 0 : text.count - $0.count) } ?? false
                })
        case "replace":
            let most = arguments[2, "count"]?.integer ?? -1
            let (old, new) = (try argument(0, "old"), try argument(1, "new"))
            try spend(replacing: old, with: new, in: text)
            return .text(text.replacing(old, with: new, most: most < 0 ? .max : most))
        case "find", "index":
            let part = try argument(0, "sub")
            try spend(searching: text, for: part)
            let found = text.find(part)
            if found == nil, name == "index" { throw failure("the string does not hold what index looks for") }
            return .integer(found ?? -1)
        case "rfind":
            let part = try argument(0, "sub")
            try spend(searching: text, for: part)
            return .integer(stride(from: text.count - part.count, through: 0, by: -1).first { text.holds(part, at: $0) } ?? -1)
        case "count":
            let part = try argument(0, "sub")
            try spend(searching: text, for: part)
            return .integer(part.isEmpty ? text.count + 1 : text.split(part).count - 1)
        case "join": return try filter(arguments.positional.first ?? .undefined("items"), "join", JinjaCall(positional: [.text(text)]))
        case "removeprefix":
            let part = try argument(0, "prefix")
            return .text(text.holds(part, at: 0) ? text[part.count..<text.count] : text)
        case "removesuffix":
            let part = try argument(0, "suffix")
            return .text(!part.isEmpty && text.holds(part, at: text.count - part.count) ? text[0..<(text.count - part.count)] : text)
        case "format": return .text(try formatted(text, arguments))
        case "isdigit": return .bool(!text.isEmpty && text.units.allSatisfy { JinjaText.scalar($0).properties.numericType == .decimal })
        case "isalpha": return .bool(!text.isEmpty && text.units.allSatisfy { JinjaText.scalar($0).properties.isAlphabetic })
        case "isalnum":
            return .bool(
                !text.isEmpty
                    && text.units.allSatisfy {
                        JinjaText.scalar($0).properties.isAlphabetic || JinjaText.scalar($0).properties.numericType != nil
                    })
        case "isspace": return .bool(!text.isEmpty && text.units.allSatisfy(JinjaText.isSpace))
        case "isupper": return .bool(text == text.uppercased() && !(text == text.lowercased()))
        default: return .bool(text == text.lowercased() && !(text == text.uppercased()))
        }
    }

    private func lines(_ text: JinjaText, keepsEnds: Bool) -> [JinjaText] {
        var lines: [JinjaText] = []
        var start = 0
        var at = 0
        while at < text.count {
            let scalar = JinjaText.scalar(text.units[at])
            guard "\n\r\u{0B}\u{0C}\u{1C}\u{1D}\u{1E}\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalar) else {
                at += 1
                continue
            }
            let length = scalar == "\r" && at + 1 < text.count && JinjaText.scalar(text.units[at + 1]) == "\n" ? 2 : 1
            lines.append(text[start..<(keepsEnds ? at + length : at)])
            at += length
            start = at
        }
        if start < text.count { lines.append(text[start..<text.count]) }
        return lines
    }

    /// Fills `{}` and `{0}` and `{name}`, without any format behind a colon.
    private mutating func formatted(_ text: JinjaText, _ arguments: JinjaCall) throws(JinjaError) -> JinjaText {
        var written = JinjaText()
        var next = 0
        var at = 0
        while at < text.count {
            let scalar = JinjaText.scalar(text.units[at])
            if scalar == "{" || scalar == "}", at + 1 < text.count, JinjaText.scalar(text.units[at + 1]) == scalar {
                written.append(text.character(at))
                at += 2
                continue
            }
            guard scalar == "{", let close = text.find(JinjaText("}"), from: at) else {
                written.append(text.character(at))
                at += 1
                continue
            }
            let name = text[(at + 1)..<close].string
            let value: JinjaValue?
            if name.isEmpty {
                value = next < arguments.positional.count ? arguments.positional[next] : nil
                next += 1
            } else {
                value =
                    Int(name).flatMap { arguments.positional.indices.contains($0) ? arguments.positional[$0] : nil }
                    ?? arguments.named[name]
            }
            guard let value else { throw failure("format has nothing for {\(name)}") }
            written.append(try printed(value))
            at = close + 1
        }
        return written
    }
}
