/// A regular expression over UTF-8, for the split patterns that no hand-written scanner knows.
///
/// It backtracks as Perl's expressions do, within a number of steps that grows with the text alone: when they are spent, the rest of the text
/// has no matches, so that no pattern hangs.
/// Characters have the classes of Unicode 16.0, as in the reference.
struct SplitRegex: Sendable {
    let pattern: String
    private let program: RegexProgram

    /// The steps that a text of `count` bytes may take: a hundred times what the patterns of real models need.
    static func stepLimit(for count: Int) -> Int { 500_000 + 500 * count }

    init(_ pattern: String) throws(TokenizationError) {
        self.pattern = pattern
        var parser = RegexParser(pattern)
        program = try RegexProgram(try parser.parse())
    }

    /// Calls `body` with every match in `range`, from left to right; an empty match is passed over.
    func forEachMatch(in bytes: Span<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        let table = UnicodeClasses.classes
        var machine = Machine()
        var at = range.lowerBound
        machine.stepsLeft = Self.stepLimit(for: range.count)
        while at < range.upperBound, machine.stepsLeft > 0 {
            if let end = match(bytes, table.span, range, from: at, step: 0, &machine), end > at {
                body(at..<end)
                at = end
            } else {
                at += Scalars.decode(bytes, at).length
            }
        }
    }

    private struct Machine {
        var stack: [Choice] = []
        var marks: [Int] = []
        var stepsLeft = 0
    }

    /// A place to come back to: a step with a position, or a run that can still give characters back.
    private struct Choice {
        var step: Int
        var position: Int
        /// The least end of a run that can be shortened; equal to `position` for a plain choice.
        var least: Int
        var mark = -1
    }

    private func match(
        _ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ range: Range<Int>, from start: Int, step first: Int, _ machine: inout Machine
    ) -> Int? {
        let floor = machine.stack.count
        if machine.marks.count < program.marks { machine.marks = Array(repeating: -1, count: program.marks) }
        var step = first
        var at = start
        while true {
            var isFailed = false
            machine.stepsLeft -= 1
            if machine.stepsLeft < 0 {
                machine.stack.removeLast(machine.stack.count - floor)
                return nil
            }
            switch program.steps[step] {
            case .one(let set):
                if at < range.upperBound {
                    let (code, length) = Scalars.decode(bytes, at)
                    if program.sets[set].contains(code, classes[code]) { at += length } else { isFailed = true }
                } else {
                    isFailed = true
                }
                step += 1
            case .run(let set, let least, let most, let isPossessive):
                var count = 0
                var shortest = at
                while at < range.upperBound, count < most {
                    let (code, length) = Scalars.decode(bytes, at)
                    guard program.sets[set].contains(code, classes[code]) else { break }
                    at += length
                    count += 1
                    if count == least { shortest = at }
                }
                step += 1
                if count < least {
                    isFailed = true
                } else if !isPossessive, count > least {
                    machine.stack.append(Choice(step: step, position: at, least: shortest))
                }
            case .fork(let one, let other):
                machine.stack.append(Choice(step: other, position: at, least: at))
                step = one
            case .jump(let target): step = target
            case .mark(let index):
                machine.stack.append(Choice(step: -1, position: machine.marks[index], least: 0, mark: index))
                machine.marks[index] = at
                step += 1
            case .leaveIfStill(let index): step += machine.marks[index] == at ? 2 : 1
            case .atomic(let end):
                if let stop = match(bytes, classes, range, from: at, step: step + 1, &machine) { at = stop } else { isFailed = true }
                step = end
            case .look(let end, let isNegated, let behind):
                var isFound = false
                if let from = behind.map({ back(bytes, range, at, $0) }) ?? at {
                    isFound = match(bytes, classes, range, from: from, step: step + 1, &machine) != nil
                }
                isFailed = isFound == isNegated
                step = end
            case .assert(let condition):
                isFailed = !holds(condition, bytes, classes, range, at)
                step += 1
            case .end:
                machine.stack.removeLast(machine.stack.count - floor)
                return at
            }
            if isFailed {
                guard let (next, position) = comeBack(bytes, floor, &machine) else { return nil }
                step = next
                at = position
            }
        }
    }

    /// The latest choice that is left, taken.
    private func comeBack(_ bytes: Span<UInt8>, _ floor: Int, _ machine: inout Machine) -> (step: Int, position: Int)? {
        while machine.stack.count > floor {
            let last = machine.stack.count - 1
            let choice = machine.stack[last]
            if choice.mark >= 0 {
                machine.marks[choice.mark] = choice.position
                machine.stack.removeLast()
                continue
            }
            guard choice.position > choice.least else {
                machine.stack.removeLast()
                return (choice.step, choice.position)
            }
            // A run gives back its last character and stays while it has more.
            let shorter = Scalars.before(bytes, choice.position)
            if shorter > choice.least { machine.stack[last].position = shorter } else { machine.stack.removeLast() }
            return (choice.step, shorter)
        }
        return nil
    }

    private func back(_ bytes: Span<UInt8>, _ range: Range<Int>, _ at: Int, _ count: Int) -> Int? {
        var at = at
        for _ in 0..<count {
            guard at > range.lowerBound else { return nil }
            at = Scalars.before(bytes, at)
        }
        return at
    }

    private func holds(_ condition: RegexNode, _ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ range: Range<Int>, _ at: Int) -> Bool {
        switch condition {
        case .textStart: return at == range.lowerBound
        case .textEnd: return at == range.upperBound
        case .textEndOrLastBreak: return at == range.upperBound || at + 1 == range.upperBound && bytes[at] == 0x0A
        case .lineStart: return at == range.lowerBound || bytes[at - 1] == 0x0A
        case .lineEnd: return at == range.upperBound || bytes[at] == 0x0A
        case .wordBoundary(let isNegated):
            func isWord(_ at: Int) -> Bool {
                let (code, _) = Scalars.decode(bytes, at)
                return ScalarSet.word.contains(code, classes[code])
            }
            let before = at > range.lowerBound && isWord(Scalars.before(bytes, at))
            let after = at < range.upperBound && isWord(at)
            return (before != after) != isNegated
        default: return false
        }
    }
}
