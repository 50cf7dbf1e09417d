import Foundation

/// Runs a template: its statements, over the names that it can see.
///
/// What a template may do is bounded: its steps, the depth of its calls and the length of what it writes, so that a hostile one ends in an
/// error.
struct JinjaInterpreter {
    /// What a template may use up.
    struct Limits: Sendable {
        var steps = 2_000_000
        var characters = 64_000_000
        /// How deep macros, and loops that call themselves, may call each other.
        var depth = 60
        /// How deep expressions and statements may lie in each other, those of called macros counted in.
        var nesting = 2000
        /// The bytes of stack that they may take: a build without optimisation needs several times as much a level. Threads have 8 MiB.
        var stackBytes = 4 << 20
    }

    var limits = Limits()
    var line = 1
    /// The day that strftime_now tells.
    var date = Date()
    private var depth = 0
    private var nesting = 0
    /// Where the stack stood at the outermost level.
    private var stackStart: UInt = 0
    /// How often the innermost loop has called itself.
    private var loopDepth = 0
    private var scopes: [[String: JinjaValue]]
    private(set) var output = JinjaText()
    private var namespaces: [JinjaDictionary] = []
    private var macros: [JinjaMacro] = []
    /// The bodies of loops that call themselves.
    private var recursiveLoops: [(JinjaNode.Target, JinjaExpression?, [JinjaNode], [JinjaNode])] = []

    /// How a list of statements was left.
    private enum Exit { case end, leftLoop, nextRound }

    init(_ globals: [String: JinjaValue]) { scopes = [globals, [:]] }

    func failure(_ problem: String) -> JinjaError { .template(line: line, problem: problem) }

    /// Counts a step of work, or several.
    ///
    /// What handles many characters or values at once counts them: sixteen characters, or one value, are a step.
    mutating func spend(_ steps: Int = 1) throws(JinjaError) {
        limits.steps -= steps
        guard limits.steps >= 0 else { throw failure("it does too much: it was stopped after two million steps") }
    }

    mutating func run(_ nodes: [JinjaNode]) throws(JinjaError) { _ = try execute(nodes) }

    /// Goes one level deeper, into the parts of an expression or a statement.
    mutating func descend() throws(JinjaError) {
        nesting += 1
        var mark: UInt8 = 0
        let stack = withUnsafePointer(to: &mark) { UInt(bitPattern: $0) }
        if nesting == 1 { stackStart = stack }
        // The stack grows downwards.
        guard nesting <= limits.nesting, stackStart < stack + UInt(limits.stackBytes) else {
            throw failure("it is nested too deep (\(nesting) levels; \(limits.nesting) are the most)")
        }
    }

    mutating func ascend() { nesting -= 1 }

    private mutating func execute(_ nodes: [JinjaNode]) throws(JinjaError) -> Exit {
        try descend()
        defer { ascend() }
        for node in nodes {
            line = node.line
            try spend()
            switch node.kind {
            case .text(let text): try write(text)
            case .output(let expression): try write(try printed(try evaluate(expression)))
            case .condition(let branches, let otherwise):
                var body = otherwise
                for (test, branch) in branches where try evaluate(test).isTrue {
                    body = branch
                    break
                }
                let exit = try execute(body)
                if exit != .end { return exit }
            case .loop(let target, let items, let filter, let body, let otherwise, let isRecursive):
                if isRecursive { recursiveLoops.append((target, filter, body, otherwise)) }
                let outer = loopDepth
                loopDepth = 0
                defer {
                    loopDepth = outer
                    if isRecursive { recursiveLoops.removeLast() }
                }
                try loop(target, over: try evaluate(items), where: filter, body, otherwise)
            case .set(let target, let expression): try assign(try evaluate(expression), to: target)
            case .setBlock(let target, let filters, let body):
                var value = JinjaValue.text(try captured(body))
                for (name, arguments) in filters { value = try filter(value, name, try evaluated(arguments)) }
                try assign(value, to: target)
            case .filterBlock(let filters, let body):
                var value = JinjaValue.text(try captured(body))
                for (name, arguments) in filters { value = try filter(value, name, try evaluated(arguments)) }
                try write(try printed(value))
            case .macro(let macro):
                macros.append(macro)
                scopes[scopes.count - 1][macro.name] = .macro(macros.count - 1)
            case .callBlock(let call, let macro):
                macros.append(macro)
                scopes.append(["caller": .macro(macros.count - 1)])
                let value = try evaluate(call)
                scopes.removeLast()
                try write(try printed(value))
            case .group(let body):
                let exit = try execute(body)
                if exit != .end { return exit }
            case .generation(let body): try write(try captured(body).marked(JinjaText.assistantMark))
            case .with(let bindings, let body):
                scopes.append([:])
                for (target, expression) in bindings { try assign(try evaluate(expression), to: target) }
                let exit = try execute(body)
                scopes.removeLast()
                if exit != .end { return exit }
            case .leaveLoop: return .leftLoop
            case .nextRound: return .nextRound
            }
        }
        return .end
    }

    private mutating func write(_ text: JinjaText) throws(JinjaError) {
        guard output.count + text.count <= limits.characters else { throw failure("it writes more than \(limits.characters) characters") }
        output.append(text)
    }

    /// What a body writes, instead of writing it.
    private mutating func captured(_ body: [JinjaNode]) throws(JinjaError) -> JinjaText {
        let before = output
        output = JinjaText()
        scopes.append([:])
        _ = try execute(body)
        scopes.removeLast()
        let text = output
        output = before
        return text
    }

    private mutating func loop(
        _ target: JinjaNode.Target, over value: JinjaValue, where filter: JinjaExpression?, _ body: [JinjaNode], _ otherwise: [JinjaNode]
    ) throws(JinjaError) {
        var items = try self.items(of: value)
        try spend(items.count)
        if let filter {
            var kept: [JinjaValue] = []
            for item in items {
                scopes.append([:])
                try assign(item, to: target)
                if try evaluate(filter).isTrue { kept.append(item) }
                scopes.removeLast()
            }
            items = kept
        }
        for (index, item) in items.enumerated() {
            scopes.append(["loop": .loop(JinjaLoop(index: index, items: items, depth: loopDepth + 1))])
            try assign(item, to: target)
            let exit = try execute(body)
            scopes.removeLast()
            if exit == .leftLoop { break }
        }
        if items.isEmpty {
            scopes.append([:])
            _ = try execute(otherwise)
            scopes.removeLast()
        }
    }

    /// Looks at all of a value before it is kept, so that nothing grows without end or too deep.
    private mutating func inspect(_ value: JinjaValue, depth: Int = 0) throws(JinjaError) {
        try spend()
        guard depth < 100 else { throw failure("a value is nested more than 100 deep") }
        switch value {
        case .list(let values): for value in values { try inspect(value, depth: depth + 1) }
        case .dictionary(let dictionary): for entry in dictionary.entries { try inspect(entry.value, depth: depth + 1) }
        case .method(let base, _): try inspect(base, depth: depth + 1)
        case .loop(let loop): for value in loop.items { try inspect(value, depth: depth + 1) }
        default: break
        }
    }

    private mutating func assign(_ value: JinjaValue, to target: JinjaNode.Target) throws(JinjaError) {
        try inspect(value)
        switch target {
        case .name(let name): scopes[scopes.count - 1][name] = value
        case .attribute(let name, let attribute):
            guard case .namespace(let index) = look(up: name) else {
                throw failure("\(name) is not a namespace, so \(name).\(attribute) cannot be set")
            }
            try spend(searching: namespaces[index])
            namespaces[index][.text(attribute)] = value
        case .several(let targets):
            let values = try items(of: value)
            guard values.count == targets.count else { throw failure("\(values.count) values cannot be given to \(targets.count) names") }
            for (target, value) in zip(targets, values) { try assign(value, to: target) }
        }
    }

    /// The value that a name has, the innermost first.
    func look(up name: String) -> JinjaValue {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        return Self.functions.contains(name) ? .function(name) : .undefined(name)
    }

    private static let functions: Set = ["range", "namespace", "dict", "raise_exception", "strftime_now", "joiner", "cycler", "lipsum"]

    mutating func makeNamespace(_ values: JinjaDictionary) throws(JinjaError) -> JinjaValue {
        try inspect(.dictionary(values))
        namespaces.append(values)
        return .namespace(namespaces.count - 1)
    }

    func namespace(_ index: Int) -> JinjaDictionary { namespaces[index] }

    /// Calls a macro: its body sees the template's own names and its parameters.
    mutating func call(macro index: Int, _ arguments: JinjaCall) throws(JinjaError) -> JinjaValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else { throw failure("macros call each other more than \(limits.depth) deep") }
        let macro = macros[index]
        guard arguments.positional.count <= macro.parameters.count else {
            throw failure("the macro \(macro.name) takes \(macro.parameters.count) arguments")
        }
        let outer = scopes
        // The body of a call block sees what surrounds it; a macro sees the template's own level.
        if macro.name != "caller" { scopes = Array(scopes.prefix(2)) + (outer.last?["caller"].map { [["caller": $0]] } ?? []) }
        scopes.append([:])
        for (place, parameter) in macro.parameters.enumerated() {
            if place < arguments.positional.count {
                scopes[scopes.count - 1][parameter.name] = arguments.positional[place]
            } else if let value = arguments.named[parameter.name] {
                scopes[scopes.count - 1][parameter.name] = value
            } else if let initial = parameter.initial {
                scopes[scopes.count - 1][parameter.name] = try evaluate(initial)
            } else {
                scopes[scopes.count - 1][parameter.name] = .undefined(parameter.name)
            }
        }
        let text = try captured(macro.body)
        scopes = outer
        return .text(text)
    }

    /// Runs the body of the innermost recursive loop over other items.
    mutating func callLoop(_ value: JinjaValue) throws(JinjaError) -> JinjaValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else { throw failure("a loop calls itself more than \(limits.depth) deep") }
        guard let (target, filter, body, otherwise) = recursiveLoops.last else { throw failure("the loop is not recursive") }
        loopDepth += 1
        defer { loopDepth -= 1 }
        let before = output
        output = JinjaText()
        try loop(target, over: value, where: filter, body, otherwise)
        let text = output
        output = before
        return .text(text)
    }
}

/// The arguments of a call, worked out.
struct JinjaCall {
    var positional: [JinjaValue] = []
    var named: [String: JinjaValue] = [:]

    /// The argument at a place or under a name.
    subscript(place: Int, name: String) -> JinjaValue? { place < positional.count ? positional[place] : named[name] }
}
