/// Fields as a parser meets them: repeated keys are found by looking, and past a few dozen by hashing, so that a hostile object with a
/// million keys takes no quadratic time.
struct JSONFieldList {
    private(set) var fields: [(key: String, value: JSONValue)] = []
    private var places: [ExactKey: Int]?

    private static let fewEnoughToLook = 32

    mutating func set(_ key: String, _ value: JSONValue) {
        if let index = index(of: key) {
            fields[index].value = value
            return
        }
        fields.append((key, value))
        if places != nil {
            places?[ExactKey(text: key)] = fields.count - 1
        } else if fields.count > Self.fewEnoughToLook {
            places = Dictionary(fields.enumerated().map { (ExactKey(text: $1.key), $0) }, uniquingKeysWith: { $1 })
        }
    }

    private func index(of key: String) -> Int? {
        if let places { return places[ExactKey(text: key)] }
        return fields.firstIndex { ExactKey.same($0.key, key) }
    }
}

/// A key that equals another only byte by byte, unlike Swift's strings, which fold canonically equivalent spellings.
struct ExactKey: Hashable {
    var text: String

    static func same(_ one: String, _ other: String) -> Bool {
        one == other && one.utf8.count == other.utf8.count && one.utf8.elementsEqual(other.utf8)
    }

    static func == (one: ExactKey, other: ExactKey) -> Bool { same(one.text, other.text) }

    func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
