/// Reads a template's statements.
struct JinjaParser {
    let tokens: [(token: JinjaLexer.Token, line: Int)]
    var at = 0
    private var depth = 0
    /// The operators, calls, filters and members of the statement that is being read.
    private var links = 0

    /// The deepest nesting of statements and expressions that is read.
    private static let deepest = 200
    /// The most links of one statement: each may lie inside the one before, and a tree is as deep as the longest chain.
    private static let mostLinks = 1000

    static func parse(_ source: String) throws(JinjaError) -> [JinjaNode] {
        var parser = JinjaParser(tokens: try JinjaLexer.tokens(source))
        let nodes = try parser.body(until: [])
        guard parser.at == parser.tokens.count else { throw parser.failure("a statement closes nothing") }
        return nodes
    }

    private init(tokens: [(token: JinjaLexer.Token, line: Int)]) { self.tokens = tokens }

    var token: JinjaLexer.Token? { at < tokens.count ? tokens[at].token : nil }
    private var line: Int { at < tokens.count ? tokens[at].line : tokens.last?.line ?? 1 }

    func failure(_ problem: String) -> JinjaError { .template(line: line, problem: problem) }

    func isSign(_ sign: String, ahead: Int = 0) -> Bool { at + ahead < tokens.count && tokens[at + ahead].token == .sign(sign) }
    func isName(_ name: String, ahead: Int = 0) -> Bool { at + ahead < tokens.count && tokens[at + ahead].token == .name(name) }

    mutating func take(sign: String) -> Bool {
        guard isSign(sign) else { return false }
        at += 1
        return true
    }

    mutating func take(name: String) -> Bool {
        guard isName(name) else { return false }
        at += 1
        return true
    }

    mutating func expect(sign: String) throws(JinjaError) {
        guard take(sign: sign) else { throw failure("\(sign) is missing") }
    }

    mutating func identifier() throws(JinjaError) -> String {
        guard case .name(let name) = token else { throw failure("a name is missing") }
        at += 1
        return name
    }

    /// Reads something that may hold more of its kind, nested only so deep.
    mutating func nested<Part>(_ read: (inout JinjaParser) throws(JinjaError) -> Part) throws(JinjaError) -> Part {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { throw failure("nested more than \(Self.deepest) deep") }
        return try read(&self)
    }

    /// Counts an operator, a call, a filter or a member.
    mutating func link() throws(JinjaError) {
        links += 1
        guard links <= Self.mostLinks else { throw failure("an expression of more than \(Self.mostLinks) parts") }
    }

    private mutating func endStatement() throws(JinjaError) {
        guard token == .endStatement else { throw failure("the statement goes on where it should end") }
        at += 1
        links = 0
    }

    // MARK: Statements

    /// The statements up to one that begins with one of `ends`, which stays to be read.
    private mutating func body(until ends: [String]) throws(JinjaError) -> [JinjaNode] {
        try nested { (parser) throws(JinjaError) -> [JinjaNode] in try parser.statements(until: ends) }
    }

    private mutating func statements(until ends: [String]) throws(JinjaError) -> [JinjaNode] {
        var nodes: [JinjaNode] = []
        while let token {
            let line = line
            links = 0
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
    private mutating func close(_ name: String) throws(JinjaError) {
        guard token == .beginStatement, isName(name, ahead: 1) else { throw failure("\(name) is missing") }
        at += 2
        // Jinja lets some closing statements repeat the name.
        if case .name = token { at += 1 }
        try endStatement()
    }

    private mutating func statement(_ name: String) throws(JinjaError) -> JinjaNode.Kind {
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

    private mutating func condition() throws(JinjaError) -> JinjaNode.Kind {
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

    private mutating func loop() throws(JinjaError) -> JinjaNode.Kind {
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

    private mutating func assignment() throws(JinjaError) -> JinjaNode.Kind {
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

    private mutating func filterChain() throws(JinjaError) -> [(String, JinjaArguments)] {
        var filters: [(String, JinjaArguments)] = []
        repeat {
            let name = try dottedName()
            filters.append((name, isSign("(") ? try arguments() : JinjaArguments()))
        } while take(sign: "|")
        return filters
    }

    mutating func dottedName() throws(JinjaError) -> String {
        var name = try identifier()
        while isSign("."), at + 1 < tokens.count, case .name(let part) = tokens[at + 1].token {
            name += "." + part
            at += 2
        }
        return name
    }

    private mutating func target() throws(JinjaError) -> JinjaNode.Target {
        var targets: [JinjaNode.Target] = []
        var isSeveral = false
        while true {
            if take(sign: "(") {
                targets.append(try nested { (parser) throws(JinjaError) -> JinjaNode.Target in try parser.target() })
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

    private mutating func macro(_ name: String, end: String) throws(JinjaError) -> JinjaMacro {
        let parameters = try parameters()
        try endStatement()
        let body = try body(until: [end])
        try close(end)
        return JinjaMacro(name: name, parameters: parameters, body: body)
    }

    private mutating func parameters() throws(JinjaError) -> [(name: String, initial: JinjaExpression?)] {
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
}
