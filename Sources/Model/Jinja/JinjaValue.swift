/// A value of a template, with the meaning that Python gives it.
indirect enum JinjaValue: Sendable {
    /// A name without a value; printed as nothing, but an error where something is done with it.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(JinjaText)
    case list([JinjaValue])
    case dictionary(JinjaDictionary)
    /// A namespace, by its number: its attributes change in place.
    case namespace(Int)
    case function(String)
    /// A method of a value, to be called.
    case method(JinjaValue, String)
    case macro(Int)
    case loop(JinjaLoop)

    static func text(_ text: String) -> JinjaValue { .text(JinjaText(text)) }

    /// What Python takes for true.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let truth): truth
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .text(let text): !text.isEmpty
        case .list(let values): !values.isEmpty
        case .dictionary(let dictionary): !dictionary.entries.isEmpty
        case .namespace, .function, .method, .macro, .loop: true
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
    var text: JinjaText? { if case .text(let text) = self { text } else { nil } }

    var integer: Int? {
        switch self {
        case .integer(let value): value
        case .bool(let truth): truth ? 1 : 0
        default: nil
        }
    }

    var number: Double? {
        switch self {
        case .float(let value): value
        default: integer.map { Double($0) }
        }
    }

    /// The name of the value's type, for messages.
    var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer: "int"
        case .float: "float"
        case .text: "str"
        case .list: "list"
        case .dictionary: "dict"
        case .namespace: "namespace"
        case .function, .method, .macro: "function"
        case .loop: "loop"
        }
    }

    /// Whether two simple values are equal; lists and dictionaries are compared by the interpreter, which counts the steps.
    static func isEqual(_ one: JinjaValue, _ other: JinjaValue) -> Bool {
        if let first = one.integer, let second = other.integer { return first == second }
        if let first = one.number, let second = other.number { return first == second }
        switch (one, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.text(let first), .text(let second)): return first == second
        case (.namespace(let first), .namespace(let second)): return first == second
        default: return false
        }
    }

    /// Whether one stands before the other, or nil when they cannot be ordered.
    static func isLess(_ one: JinjaValue, _ other: JinjaValue) -> Bool? {
        if let first = one.integer, let second = other.integer { return first < second }
        if let first = one.number, let second = other.number { return first < second }
        if let first = one.text, let second = other.text { return first < second }
        if case .list(let first) = one, case .list(let second) = other {
            for (left, right) in zip(first, second) where !isEqual(left, right) {
                // Lists of lists have no order here: comparing them could take for ever.
                if case .list = left { return nil }
                return isLess(left, right)
            }
            return first.count < second.count
        }
        return nil
    }
}

/// A dictionary in the order in which its keys came.
struct JinjaDictionary: Sendable {
    private(set) var entries: [(key: JinjaValue, value: JinjaValue)] = []

    init() {}

    init(_ entries: [(String, JinjaValue)]) { self.entries = entries.map { (.text($0), $1) } }

    subscript(key: JinjaValue) -> JinjaValue? {
        get { entries.first { JinjaValue.isEqual($0.key, key) }?.value }
        set {
            let index = entries.firstIndex { JinjaValue.isEqual($0.key, key) }
            switch (index, newValue) {
            case (let index?, let value?): entries[index].value = value
            case (nil, let value?): entries.append((key, value))
            case (let index?, nil): entries.remove(at: index)
            case (nil, nil): break
            }
        }
    }

    subscript(name: String) -> JinjaValue? { self[.text(name)] }
}

/// Where a loop is: what `loop` tells inside it.
struct JinjaLoop: Sendable {
    let index: Int
    let items: [JinjaValue]
    let depth: Int

    subscript(name: String) -> JinjaValue {
        switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(items.count - index)
        case "revindex0": .integer(items.count - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(index == items.count - 1)
        case "length": .integer(items.count)
        case "depth": .integer(depth)
        case "depth0": .integer(depth - 1)
        case "previtem": index > 0 ? items[index - 1] : .undefined("there is no previous item")
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("there is no next item")
        case "cycle", "changed": .method(.loop(self), name)
        default: .undefined("loop.\(name)")
        }
    }
}
