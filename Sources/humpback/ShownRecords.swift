import Ground
import Records
import Stages

/// Which records of an input are shown, and in which order.
struct ShownRecords {
    let limit: Int
    let sample: Int?
    let sort: String?
    let isReversed: Bool
    private var kept: [(key: Key, item: SourceItem<InputRecord>)] = []
    private var seen = 0
    private var without = 0

    init(limit: Int, sample: Int?, sort: String?, isReversed: Bool) {
        self.limit = limit
        self.sample = sample
        self.sort = sort
        self.isReversed = isReversed
    }

    /// Whether the whole input decides.
    var needsAll: Bool { sample != nil || sort != nil }

    /// What a record is chosen by: its hash for a sample, its field for an order, its place where they are equal.
    private enum Key {
        case hash(UInt64, Int)
        case field(JSONValue?, Int)
    }

    mutating func offer(_ item: SourceItem<InputRecord>) {
        defer { seen += 1 }
        if let sort, Self.value(sort, of: item) == nil { without += 1 }
        if let sample {
            keep(item, .hash(Self.hash(of: item), seen), most: sample)
        } else if let sort {
            keep(item, .field(Self.value(sort, of: item), seen), most: limit)
        }
    }

    /// The records to show; a sample in the order of the input, unless it is to be sorted.
    var chosen: [SourceItem<InputRecord>] {
        guard sample != nil else { return kept.map(\.item) }
        let inOrder = kept.sorted { Self.place($0.key) < Self.place($1.key) }
        guard let sort else { return inOrder.prefix(limit).map(\.item) }
        let keyed = inOrder.enumerated().map { (Key.field(Self.value(sort, of: $1.item), $0), $1.item) }
        return keyed.sorted { precedes($0.0, $1.0) }.prefix(limit).map(\.1)
    }

    /// That the order's field stands in none of the records, of which there are some.
    var nothingToSortBy: String? {
        guard let sort, without > 0, without == seen else { return nil }
        let fields = kept.lazy.compactMap { if case .item(let record) = $0.item.content { record.object.fieldList } else { nil } }
        return "no record has the field \(sort) to sort by" + (fields.first.map { "; the first has the fields \($0)." } ?? ".")
    }

    /// That the order's field does not stand in all.
    var withoutField: String? {
        guard let sort, sample == nil, without > 0 else { return nil }
        return "\(without) of \(seen) records have no field \(sort); they come last."
    }

    private mutating func keep(_ item: SourceItem<InputRecord>, _ key: Key, most: Int) {
        if kept.count >= most, let last = kept.last, !precedes(key, last.key) { return }
        var (low, high) = (0, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(key, kept[middle].key) { high = middle } else { low = middle + 1 }
        }
        kept.insert((key, item), at: low)
        if kept.count > most { kept.removeLast() }
    }

    private func precedes(_ one: Key, _ other: Key) -> Bool {
        switch (one, other) {
        case (.hash(let hash, let place), .hash(let second, let later)): (hash, place) < (second, later)
        case (.field(let value, let place), .field(let second, let later)):
            Self.order(value, second, isReversed).map { $0 } ?? (place < later)
        default: false
        }
    }

    /// Whether a value comes before another one; nil where they are equal. Numbers come before texts, and what is missing last.
    private static func order(_ one: JSONValue?, _ other: JSONValue?, _ isReversed: Bool) -> Bool? {
        switch (one?.double, other?.double) {
        case (let number?, let second?): return number == second ? nil : (number > second) != isReversed
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): break
        }
        switch (one.map(text), other.map(text)) {
        case (let text?, let second?): return text == second ? nil : (text < second) != isReversed
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): return nil
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.serialized }

    private static func place(_ key: Key) -> Int {
        switch key {
        case .hash(_, let place), .field(_, let place): place
        }
    }

    private static func hash(of item: SourceItem<InputRecord>) -> UInt64 {
        if case .item(let record) = item.content, let name = record.identifiers.first { return stableHash64(name, seed: 0x5403) }
        return SplitMix.finish(item.stamp ^ 0x5403)
    }

    private static func value(_ path: String, of item: SourceItem<InputRecord>) -> JSONValue? {
        guard case .item(let record) = item.content else { return nil }
        return record.object.value(at: path)
    }
}

extension JSONObject {
    /// The field of this name, or, where there is none, the one that a path of names with dots leads to, in lists by places from 0; null
    /// counts as none.
    func value(at path: String) -> JSONValue? {
        if let value = self[path] { return value == .null ? nil : value }
        guard let dot = path.firstIndex(of: ".") else { return nil }
        return self[String(path[..<dot])]?.value(at: String(path[path.index(after: dot)...]))
    }
}

extension JSONValue {
    fileprivate func value(at path: String) -> JSONValue? {
        guard let items = array else { return object?.value(at: path) }
        let steps = path.split(separator: ".", maxSplits: 1)
        guard let first = steps.first, let place = Int(first), items.indices.contains(place) else { return nil }
        guard steps.count > 1 else { return items[place] == .null ? nil : items[place] }
        return items[place].value(at: String(steps[1]))
    }
}
