/// The expressions of a template, by how tightly their operators bind.
extension JinjaParser {
    /// An expression, or several with commas between them: a tuple.
    mutating func tuple(allowsCondition: Bool = true) throws(JinjaError) -> JinjaExpression {
        var items: [JinjaExpression] = []
        var isTuple = false
        while true {
            if isTuple, token == .endStatement || token == .endOutput || isSign(")") { break }
            items.append(allowsCondition ? try expression() : try or())
            guard take(sign: ",") else { break }
            isTuple = true
        }
        return isTuple ? .list(items) : items[0]
    }

    mutating func expression() throws(JinjaError) -> JinjaExpression {
        try nested { (parser) throws(JinjaError) -> JinjaExpression in
            var value = try parser.or()
            while parser.take(name: "if") {
                try parser.link()
                let test = try parser.or()
                value = .condition(test, value, otherwise: parser.take(name: "else") ? try parser.expression() : nil)
            }
            return value
        }
    }

    mutating func or() throws(JinjaError) -> JinjaExpression {
        var value = try and()
        while take(name: "or") {
            try link()
            value = .or(value, try and())
        }
        return value
    }

    private mutating func and() throws(JinjaError) -> JinjaExpression {
        var value = try not()
        while take(name: "and") {
            try link()
            value = .and(value, try not())
        }
        return value
    }

    private mutating func not() throws(JinjaError) -> JinjaExpression {
        guard isName("not") else { return try comparison() }
        at += 1
        return .not(try nested { (parser) throws(JinjaError) -> JinjaExpression in try parser.not() })
    }

    private mutating func comparison() throws(JinjaError) -> JinjaExpression {
        let first = try sum()
        var rest: [(String, JinjaExpression)] = []
        while true {
            if case .sign(let sign) = token, ["==", "!=", "<", "<=", ">", ">="].contains(sign) {
                at += 1
                rest.append((sign, try sum()))
            } else if take(name: "in") {
                rest.append(("in", try sum()))
            } else if isName("not"), isName("in", ahead: 1) {
                at += 2
                rest.append(("not in", try sum()))
            } else {
                return rest.isEmpty ? first : .comparison(first, rest)
            }
        }
    }

    private mutating func sum() throws(JinjaError) -> JinjaExpression {
        var value = try concatenation()
        while case .sign(let sign) = token, sign == "+" || sign == "-" {
            at += 1
            try link()
            value = .binary(sign, value, try concatenation())
        }
        return value
    }

    private mutating func concatenation() throws(JinjaError) -> JinjaExpression {
        var parts = [try product()]
        while take(sign: "~") { parts.append(try product()) }
        return parts.count == 1 ? parts[0] : .concatenation(parts)
    }

    private mutating func product() throws(JinjaError) -> JinjaExpression {
        var value = try power()
        while case .sign(let sign) = token, ["*", "/", "//", "%"].contains(sign) {
            at += 1
            try link()
            value = .binary(sign, value, try power())
        }
        return value
    }

    private mutating func power() throws(JinjaError) -> JinjaExpression {
        var value = try unary(filters: true)
        while take(sign: "**") {
            try link()
            value = .binary("**", value, try unary(filters: true))
        }
        return value
    }

    private mutating func unary(filters: Bool) throws(JinjaError) -> JinjaExpression {
        var value = try nested { (parser) throws(JinjaError) -> JinjaExpression in
            if parser.take(sign: "-") { return .negative(try parser.unary(filters: false)) }
            if parser.take(sign: "+") { return .positive(try parser.unary(filters: false)) }
            return try parser.postfix(try parser.primary())
        }
        return filters ? try filtersAndTests(&value) : value
    }

    private mutating func primary() throws(JinjaError) -> JinjaExpression {
        guard let token else { throw failure("an expression is missing") }
        at += 1
        switch token {
        case .name(let name):
            switch name {
            case "true", "True": return .literal(.bool(true))
            case "false", "False": return .literal(.bool(false))
            case "none", "None": return .literal(.none)
            default: return .name(name)
            }
        case .string(let text):
            var whole = text
            while case .string(let more) = self.token {
                whole += more
                at += 1
            }
            return .literal(.text(whole))
        case .integer(let value): return .literal(.integer(value))
        case .float(let value): return .literal(.float(value))
        case .sign("("):
            if take(sign: ")") { return .list([]) }
            let value = try tuple()
            try expect(sign: ")")
            return value
        case .sign("["):
            var items: [JinjaExpression] = []
            while !isSign("]") {
                items.append(try expression())
                if !take(sign: ",") { break }
            }
            try expect(sign: "]")
            return .list(items)
        case .sign("{"):
            var items: [(JinjaExpression, JinjaExpression)] = []
            while !isSign("}") {
                let key = try expression()
                try expect(sign: ":")
                items.append((key, try expression()))
                if !take(sign: ",") { break }
            }
            try expect(sign: "}")
            return .dictionary(items)
        default:
            at -= 1
            throw failure("an expression is missing")
        }
    }

    private mutating func postfix(_ first: JinjaExpression) throws(JinjaError) -> JinjaExpression {
        var value = first
        while isSign(".") || isSign("[") || isSign("(") {
            try link()
            if take(sign: ".") {
                if case .integer(let index) = token {
                    at += 1
                    value = .item(value, .literal(.integer(index)))
                } else {
                    value = .attribute(value, try identifier())
                }
            } else if take(sign: "[") {
                value = try subscripted(value)
            } else {
                value = .call(value, try arguments())
            }
        }
        return value
    }

    private mutating func subscripted(_ value: JinjaExpression) throws(JinjaError) -> JinjaExpression {
        var parts: [JinjaExpression?] = [nil]
        while !isSign("]") {
            if take(sign: ":") { parts.append(nil) } else { parts[parts.count - 1] = try expression() }
            guard parts.count <= 3, token != nil else { throw failure("a slice has too many parts") }
        }
        try expect(sign: "]")
        if parts.count > 1 { return .slice(value, parts[0], parts[1], parts.count > 2 ? parts[2] : nil) }
        guard let index = parts[0] else { throw failure("an index is missing") }
        return .item(value, index)
    }

    private mutating func filtersAndTests(_ value: inout JinjaExpression) throws(JinjaError) -> JinjaExpression {
        while isSign("|") || isName("is") || isSign("(") {
            try link()
            if take(sign: "|") {
                let name = try dottedName()
                value = .filter(value, name, isSign("(") ? try arguments() : JinjaArguments())
            } else if take(name: "is") {
                let isNegated = take(name: "not")
                let name = try dottedName()
                var arguments = JinjaArguments()
                if isSign("(") {
                    arguments = try self.arguments()
                } else if isTestArgument {
                    arguments.positional = [try postfix(try primary())]
                }
                value = .test(value, name, arguments)
                if isNegated { value = .not(value) }
            } else {
                value = .call(value, try arguments())
            }
        }
        return value
    }

    /// Whether what follows a test's name is its argument.
    private var isTestArgument: Bool {
        switch token {
        case .name(let name): !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        case .string, .integer, .float, .sign("["), .sign("{"): true
        default: false
        }
    }

    mutating func arguments() throws(JinjaError) -> JinjaArguments {
        var arguments = JinjaArguments()
        try expect(sign: "(")
        while !isSign(")") {
            if case .name(let name) = token, isSign("=", ahead: 1) {
                at += 2
                arguments.named.append((name, try expression()))
            } else {
                arguments.positional.append(try expression())
            }
            if !take(sign: ",") { break }
        }
        try expect(sign: ")")
        return arguments
    }
}
