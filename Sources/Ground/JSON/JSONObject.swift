/// The fields of a JSON object in the order in which they stand.
///
/// Records have few fields, so a field is found by looking through them; a repeated key keeps its last value.
public struct JSONObject: Sendable, Equatable {
    public private(set) var fields: [(key: String, value: JSONValue)] = []

    public init() {}

    public init(_ fields: some Sequence<(String, JSONValue)>) {
        for (key, value) in fields { self[key] = value }
    }

    /// Takes fields whose keys are known to differ.
    init(unique fields: [(key: String, value: JSONValue)]) { self.fields = fields }

    /// The field's value; a new field is set at the end, nil removes one.
    public subscript(key: String) -> JSONValue? {
        get { fields.first { ExactKey.same($0.key, key) }?.value }
        set {
            switch (fields.firstIndex { ExactKey.same($0.key, key) }, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append((key, value))
            case (nil, nil): break
            }
        }
    }

    public var keys: [String] { fields.map(\.key) }

    /// Gives the field `old` the name `new` in its place; a field already called `new` is removed.
    public mutating func rename(_ old: String, to new: String) {
        guard old != new, fields.contains(where: { ExactKey.same($0.key, old) }) else { return }
        self[new] = nil
        if let index = fields.firstIndex(where: { ExactKey.same($0.key, old) }) { fields[index].key = new }
    }

    /// Sets a field that is new at the front, an existing one in its place.
    public mutating func setFirst(_ key: String, _ value: JSONValue) {
        if self[key] != nil { self[key] = value } else { fields.insert((key, value), at: 0) }
    }

    /// Sets a field that is new before the field `other` (or at the end), an existing one in its place.
    public mutating func set(_ key: String, _ value: JSONValue, before other: String) {
        if self[key] != nil {
            self[key] = value
            return
        }
        fields.insert((key, value), at: fields.firstIndex { ExactKey.same($0.key, other) } ?? fields.endIndex)
    }

    public static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.fields.count == other.fields.count
            && zip(one.fields, other.fields).allSatisfy { ExactKey.same($0.key, $1.key) && $0.value == $1.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
