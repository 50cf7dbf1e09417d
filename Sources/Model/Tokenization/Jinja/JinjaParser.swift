/// Reads a template's statements.
struct JinjaParser {
    private var tokens: [(token: JinjaLexer.Token, line: Int)]
    private var at = 0
    private var depth = 0

    /// The deepest nesting of statements and expressions that is read.
    private static let deepest = 200

    static func parse(_ source: String) throws(TokenizationError) -> [JinjaNode] {
        var parser = JinjaParser(tokens: try JinjaLexer.tokens(source))
        let nodes = try parser.body(until: [])
        guard parser.at == parser.tokens.count else { throw parser.failure("a statement closes nothing") }
        return nodes
    }

    private init(tokens: [(token: JinjaLexer.Token, line: Int)]) { self.tokens = tokens }

    private var token: JinjaLexer.Token? { at < tokens.count ? tokens[at].token : nil }
    private var line: Int { at < tokens.count ? tokens[at].line : tokens.last?.line ?? 1 }

    func failure(_ problem: String) -> TokenizationError { .template(line: line, problem: problem) }

    private func isSign(_ sign: String, ahead: Int = 0) -> Bool { at + ahead < tokens.count && tokens[at + ahead].token == .sign(sign) }
    private func isName(_ name: String, ahead: Int = 0) -> Bool { at + ahead < tokens.count && tokens[at + ahead].token == .name(name) }

    private mutating func take(sign: String) -> Bool {
        guard isSign(sign) else { return false }
        at += 1
        return true
    }

    private mutating func take(name: String) -> Bool {
        guard isName(name) else { return false }
        at += 1
        return true
    }

    private mutating func expect(sign: String) throws(TokenizationError) {
        guard take(sign: sign) else { throw failure("\(sign) is missing") }
    }

    private mutating func identifier() throws(TokenizationError) -> String {
        guard case .name(let name) = token else { throw failure("a name is missing") }
        at += 1
        return name
    }

    private mutating func endStatement() throws(TokenizationError) {
        guard token == .endStatement else { throw failure("the statement goes on where it should end") }
        at += 1
    }

    // MARK: Statements

    /// The statements up to one that begins with one of `ends`, which stays to be read.
    private mutating func body(until ends: [String]) throws(TokenizationError) -> [JinjaNode] {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("nested more than \(Self.deepest) deep") }
        var nodes: [JinjaNode] = []
        while let token {
            let line = line
            switch token {
            case .text(let text):
                at += 1
                nodes.append(JinjaNode(kind: .text(JinjaText(text)), line: line))
            case .beginOutput:
                at += 1
                let expression = try tuple()
                guard self.token == .endOutput else { throw failure("the expression goes on where it should end") }
                at += 1
                nodes.append(JinjaNode(kind: .output(expression), line: line))
            case .beginStatement:
                guard at + 1 < tokens.count, case .name(let name) = tokens[at + 1].token else { throw failure("a statement has no name") }
                if ends.contains(name) { return nodes }
                at += 2
                nodes.append(JinjaNode(kind: try statement(name), line: line))
            default: throw failure("a token stands outside of a block")
            }
        }
        guard ends.isEmpty else { throw failure("\(ends.joined(separator: " or ")) is missing") }
        return nodes
    }

    /// Passes `{% name %}`.
    private mutating func close(_ name: String) throws(TokenizationError) {
        guard token == .beginStatement, isName(name, ahead: 1) else { throw failure("\(name) is missing") }
        at += 2
        // Jinja lets some closing statements repeat the name.
        if case .name = token { at += 1 }
        try endStatement()
    }

    private mutating func statement(_ name: String) throws(TokenizationError) -> JinjaNode.Kind {
        switch name {
        case "if": return try condition()
        case "for": return try loop()
        case "set": return try assignment()
        case "macro":
            let name = try identifier()
            return .macro(try macro(name, end: "endmacro"))
        case "call":
            var parameters: [(name: String, initial: JinjaExpression?)] = []
            if isSign("(") { parameters = try self.parameters() }
            let call = try expression()
            try endStatement()
            let body = try body(until: ["endcall"])
            try close("endcall")
            return .callBlock(call, JinjaMacro(name: "caller", parameters: parameters, body: body))
        case "filter":
            let filters = try filterChain()
            try endStatement()
            let body = try body(until: ["endfilter"])
            try close("endfilter")
            return .filterBlock(filters, body)
        case "generation", "autoescape":
            if name == "autoescape" { _ = try expression() }
            try endStatement()
            let body = try body(until: ["end\(name)"])
            try close("end\(name)")
            return name == "generation" ? .generation(body) : .group(body)
        case "with":
            var bindings: [(JinjaNode.Target, JinjaExpression)] = []
            while token != .endStatement {
                let target = try target()
                try expect(sign: "=")
                bindings.append((target, try expression()))
                if !take(sign: ",") { break }
            }
            try endStatement()
            let body = try body(until: ["endwith"])
            try close("endwith")
            return .with(bindings, body)
        case "break", "continue":
            try endStatement()
            return name == "break" ? .leaveLoop : .nextRound
        case "include", "extends", "import", "from", "block": throw failure("\(name) is not allowed in a chat template")
        default: throw failure("the statement \(name) is not known")
        }
    }

    private mutating func condition() throws(TokenizationError) -> JinjaNode.Kind {
        var branches: [(JinjaExpression, [JinjaNode])] = []
        var otherwise: [JinjaNode] = []
        var test = try tuple()
        try endStatement()
        while true {
            branches.append((test, try body(until: ["elif", "else", "endif"])))
            at += 1
            if take(name: "elif") {
                test = try tuple()
                try endStatement()
                continue
            }
            at -= 1
            if isName("else", ahead: 1) {
                at += 2
                try endStatement()
                otherwise = try body(until: ["endif"])
            }
            try close("endif")
            return .condition(branches, otherwise: otherwise)
        }
    }

    private mutating func loop() throws(TokenizationError) -> JinjaNode.Kind {
        let target = try target()
        guard take(name: "in") else { throw failure("in is missing in a for") }
        let items = try tuple(allowsCondition: false)
        let filter = take(name: "if") ? try expression() : nil
        let isRecursive = take(name: "recursive")
        try endStatement()
        let body = try body(until: ["else", "endfor"])
        var otherwise: [JinjaNode] = []
        if isName("else", ahead: 1) {
            at += 2
            try endStatement()
            otherwise = try self.body(until: ["endfor"])
        }
        try close("endfor")
        return .loop(target, over: items, where: filter, body, otherwise: otherwise, isRecursive: isRecursive)
    }

    private mutating func assignment() throws(TokenizationError) -> JinjaNode.Kind {
        let target = try target()
        if take(sign: "=") {
            let value = try tuple()
            try endStatement()
            return .set(target, value)
        }
        let filters = take(sign: "|") ? try filterChain() : []
        try endStatement()
        let body = try body(until: ["endset"])
        try close("endset")
        return .setBlock(target, filters: filters, body)
    }

    private mutating func filterChain() throws(TokenizationError) -> [(String, JinjaArguments)] {
        var filters: [(String, JinjaArguments)] = []
        repeat {
            let name = try dottedName()
            filters.append((name, isSign("(") ? try arguments() : JinjaArguments()))
        } while take(sign: "|")
        return filters
    }

    private mutating func dottedName() throws(TokenizationError) -> String {
        var name = try identifier()
        while isSign("."), at + 1 < tokens.count, case .name(let part) = tokens[at + 1].token {
            name += "." + part
            at += 2
        }
        return name
    }

    private mutating func target() throws(TokenizationError) -> JinjaNode.Target {
        var targets: [JinjaNode.Target] = []
        var isSeveral = false
        while true {
            if take(sign: "(") {
                targets.append(try target())
                try expect(sign: ")")
            } else {
                let name = try identifier()
                targets.append(take(sign: ".") ? .attribute(name, try identifier()) : .name(name))
            }
            guard take(sign: ",") else { break }
            isSeveral = true
            guard case .name = token, !isName("in") else { break }
        }
        return isSeveral ? .several(targets) : targets[0]
    }

    private mutating func macro(_ name: String, end: String) throws(TokenizationError) -> JinjaMacro {
        let parameters = try parameters()
        try endStatement()
        let body = try body(until: [end])
        try close(end)
        return JinjaMacro(name: name, parameters: parameters, body: body)
    }

    private mutating func parameters() throws(TokenizationError) -> [(name: String, initial: JinjaExpression?)] {
        var parameters: [(name: String, initial: JinjaExpression?)] = []
        try expect(sign: "(")
        while !isSign(")") {
            let name = try identifier()
            parameters.append((name, take(sign: "=") ? try expression() : nil))
            if !take(sign: ",") { break }
        }
        try expect(sign: ")")
        return parameters
    }

    // MARK: Expressions

    /// An expression, or several with commas between them: a tuple.
    private mutating func tuple(allowsCondition: Bool = true) throws(TokenizationError) -> JinjaExpression {
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

    private mutating func expression() throws(TokenizationError) -> JinjaExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("nested more than \(Self.deepest) deep") }
        var value = try or()
        while take(name: "if") {
            let test = try or()
            value = .condition(test, value, otherwise: take(name: "else") ? try expression() : nil)
        }
        return value
    }

    private mutating func or() throws(TokenizationError) -> JinjaExpression {
        var value = try and()
        while take(name: "or") { value = .or(value, try and()) }
        return value
    }

    private mutating func and() throws(TokenizationError) -> JinjaExpression {
        var value = try not()
        while take(name: "and") { value = .and(value, try not()) }
        return value
    }

    private mutating func not() throws(TokenizationError) -> JinjaExpression {
        guard isName("not") else { return try comparison() }
        at += 1
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("nested more than \(Self.deepest) deep") }
        return .not(try not())
    }

    private mutating func comparison() throws(TokenizationError) -> JinjaExpression {
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

    private mutating func sum() throws(TokenizationError) -> JinjaExpression {
        var value = try concatenation()
        while case .sign(let sign) = token, sign == "+" || sign == "-" {
            at += 1
            value = .binary(sign, value, try concatenation())
        }
        return value
    }

    private mutating func concatenation() throws(TokenizationError) -> JinjaExpression {
        var parts = [try product()]
        while take(sign: "~") { parts.append(try product()) }
        return parts.count == 1 ? parts[0] : .concatenation(parts)
    }

    private mutating func product() throws(TokenizationError) -> JinjaExpression {
        var value = try power()
        while case .sign(let sign) = token, ["*", "/", "//", "%"].contains(sign) {
            at += 1
            value = .binary(sign, value, try power())
        }
        return value
    }

    private mutating func power() throws(TokenizationError) -> JinjaExpression {
        var value = try unary(filters: true)
        while take(sign: "**") { value = .binary("**", value, try unary(filters: true)) }
        return value
    }

    private mutating func unary(filters: Bool) throws(TokenizationError) -> JinjaExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("nested more than \(Self.deepest) deep") }
        var value: JinjaExpression
        if take(sign: "-") {
            value = .negative(try unary(filters: false))
        } else if take(sign: "+") {
            value = .positive(try unary(filters: false))
        } else {
            value = try postfix(try primary())
        }
        return filters ? try filtersAndTests(&value) : value
    }

    private mutating func primary() throws(TokenizationError) -> JinjaExpression {
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

    private mutating func postfix(_ first: JinjaExpression) throws(TokenizationError) -> JinjaExpression {
        var value = first
        while true {
            if take(sign: ".") {
                if case .integer(let index) = token {
                    at += 1
                    value = .item(value, .literal(.integer(index)))
                } else {
                    value = .attribute(value, try identifier())
                }
            } else if take(sign: "[") {
                value = try subscripted(value)
            } else if isSign("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: JinjaExpression) throws(TokenizationError) -> JinjaExpression {
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

    private mutating func filtersAndTests(_ value: inout JinjaExpression) throws(TokenizationError) -> JinjaExpression {
        while true {
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
            } else if isSign("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    /// Whether what follows a test's name is its argument.
    private var isTestArgument: Bool {
        switch token {
        case .name(let name): !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        case .string, .integer, .float, .sign("["), .sign("{"): true
        default: false
        }
    }

    private mutating func arguments() throws(TokenizationError) -> JinjaArguments {
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
