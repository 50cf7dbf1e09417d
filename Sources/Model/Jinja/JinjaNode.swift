/// An expression of a template.
indirect enum JinjaExpression: Sendable {
    case literal(JinjaValue)
    case name(String)
    case list([JinjaExpression])
    case dictionary([(JinjaExpression, JinjaExpression)])
    case attribute(JinjaExpression, String)
    case item(JinjaExpression, JinjaExpression)
    case slice(JinjaExpression, JinjaExpression?, JinjaExpression?, JinjaExpression?)
    case call(JinjaExpression, JinjaArguments)
    case filter(JinjaExpression, String, JinjaArguments)
    case test(JinjaExpression, String, JinjaArguments)
    case not(JinjaExpression)
    case negative(JinjaExpression)
    case positive(JinjaExpression)
    case and(JinjaExpression, JinjaExpression)
    case or(JinjaExpression, JinjaExpression)
    case binary(String, JinjaExpression, JinjaExpression)
    case concatenation([JinjaExpression])
    /// A first operand, and the operators and operands behind it, as Python chains comparisons.
    case comparison(JinjaExpression, [(String, JinjaExpression)])
    case condition(JinjaExpression, JinjaExpression, otherwise: JinjaExpression?)
}

/// What stands between the parentheses of a call.
struct JinjaArguments: Sendable {
    var positional: [JinjaExpression] = []
    var named: [(String, JinjaExpression)] = []
}

/// A statement of a template.
struct JinjaNode: Sendable {
    indirect enum Kind: Sendable {
        case text(JinjaText)
        case output(JinjaExpression)
        case condition([(JinjaExpression, [JinjaNode])], otherwise: [JinjaNode])
        case loop(Target, over: JinjaExpression, where: JinjaExpression?, [JinjaNode], otherwise: [JinjaNode], isRecursive: Bool)
        case set(Target, JinjaExpression)
        case setBlock(Target, filters: [(String, JinjaArguments)], [JinjaNode])
        case filterBlock([(String, JinjaArguments)], [JinjaNode])
        case macro(JinjaMacro)
        case callBlock(JinjaExpression, JinjaMacro)
        case group([JinjaNode])
        /// What the assistant says, as the template itself marks it.
        case generation([JinjaNode])
        case with([(Target, JinjaExpression)], [JinjaNode])
        case leaveLoop
        case nextRound
    }

    /// What is assigned to.
    indirect enum Target: Sendable {
        case name(String)
        case attribute(String, String)
        case several([Target])
    }

    let kind: Kind
    let line: Int

    /// Whether it is, or holds, a generation block.
    var marksGeneration: Bool {
        func holds(_ nodes: [JinjaNode]) -> Bool { nodes.contains(where: \.marksGeneration) }
        return switch kind {
        case .generation: true
        case .condition(let branches, let otherwise): branches.contains { holds($0.1) } || holds(otherwise)
        case .loop(_, _, _, let body, let otherwise, _): holds(body) || holds(otherwise)
        case .setBlock(_, _, let body), .filterBlock(_, let body), .group(let body), .with(_, let body): holds(body)
        case .macro(let macro), .callBlock(_, let macro): holds(macro.body)
        case .text, .output, .set, .leaveLoop, .nextRound: false
        }
    }
}

/// A macro: its parameters with their defaults, and its body.
struct JinjaMacro: Sendable {
    let name: String
    let parameters: [(name: String, initial: JinjaExpression?)]
    let body: [JinjaNode]
}
