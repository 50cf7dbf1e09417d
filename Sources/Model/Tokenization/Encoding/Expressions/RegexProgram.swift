/// A regular expression as steps of a backtracking machine.
struct RegexProgram: Sendable {
    enum Step: Sendable {
        /// One character of the set.
        case one(Int)
        /// A run of characters of the set; a greedy one gives them back one by one, a possessive one never.
        case run(Int, atLeast: Int, atMost: Int, isPossessive: Bool)
        /// Goes on at the first, and comes back to the second.
        case fork(Int, Int)
        case jump(Int)
        /// Notes the place where a loop's round begins, and leaves the loop when a round has not moved.
        case mark(Int)
        case leaveIfStill(Int)
        /// A part that is matched by itself, up to its own end.
        case atomic(end: Int)
        case look(end: Int, isNegated: Bool, behind: Int?)
        case assert(RegexNode)
        case end
    }

    private(set) var steps: [Step] = []
    private(set) var sets: [ScalarSet] = []
    private(set) var marks = 0

    init(_ node: RegexNode) throws(TokenizationError) {
        try compile(node)
        steps.append(.end)
    }

    private mutating func index(of set: ScalarSet) -> Int {
        if let known = sets.firstIndex(of: set) { return known }
        sets.append(set)
        return sets.count - 1
    }

    private mutating func compile(_ node: RegexNode) throws(TokenizationError) {
        guard steps.count < 20_000 else { throw .malformed(part: "split pattern", problem: "it is too large") }
        switch node {
        case .empty: break
        case .set(let set): steps.append(.one(index(of: set)))
        case .sequence(let parts): for part in parts { try compile(part) }
        case .alternatives(let parts):
            var exits: [Int] = []
            for (number, part) in parts.enumerated() {
                guard number + 1 < parts.count else {
                    try compile(part)
                    break
                }
                let fork = reserve()
                try compile(part)
                exits.append(reserve())
                steps[fork] = .fork(fork + 1, steps.count)
            }
            for exit in exits { steps[exit] = .jump(steps.count) }
        case .repetition(let part, let least, let most, let kind): try compile(repeating: part, least, most, kind)
        case .atomic(let part): try compileAlone(part) { .atomic(end: $0) }
        case .look(let part, let isAhead, let isNegated):
            let length = part.length ?? 0
            try compileAlone(part) { .look(end: $0, isNegated: isNegated, behind: isAhead ? nil : length) }
        case .lineStart, .lineEnd, .textStart, .textEnd, .textEndOrLastBreak, .wordBoundary: steps.append(.assert(node))
        }
    }

    private mutating func reserve() -> Int {
        steps.append(.end)
        return steps.count - 1
    }

    private mutating func compileAlone(_ part: RegexNode, _ step: (Int) -> Step) throws(TokenizationError) {
        let place = reserve()
        try compile(part)
        steps.append(.end)
        steps[place] = step(steps.count)
    }

    private mutating func compile(
        repeating part: RegexNode, _ least: Int, _ most: Int, _ kind: RegexNode.RepetitionKind
    ) throws(TokenizationError) {
        if case .set(let set) = part, kind != .lazy {
            steps.append(.run(index(of: set), atLeast: least, atMost: most, isPossessive: kind == .possessive))
            return
        }
        if kind == .possessive {
            try compileAlone(.repetition(part, atLeast: least, atMost: most, .greedy)) { .atomic(end: $0) }
            return
        }
        for _ in 0..<least { try compile(part) }
        if most == .max {
            let mark = marks
            marks += 1
            let fork = reserve()
            steps.append(.mark(mark))
            try compile(part)
            steps.append(.leaveIfStill(mark))
            steps.append(.jump(fork))
            steps[fork] = kind == .lazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(reserve())
            try compile(part)
        }
        for fork in forks { steps[fork] = kind == .lazy ? .fork(steps.count, fork + 1) : .fork(fork + 1, steps.count) }
    }
}
