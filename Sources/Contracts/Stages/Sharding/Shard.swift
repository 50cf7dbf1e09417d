import Ground
import Records

/// One of so many parts of an input, such as 2/4: the items whose bytes hash to it, wherever they stand.
public struct Shard: Sendable, Equatable, CustomStringConvertible {
    /// From 1 to `count`.
    public let number: Int
    public let count: Int

    /// The most shards of one input, as `join` opens the files of all.
    public static let most = 400

    /// Reads `2/4`; nil where the text says something else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), (1...Self.most).contains(count),
            (1...count).contains(number)
        else { return nil }
        (self.number, self.count) = (number, count)
    }

    public var description: String { "\(number)/\(count)" }

    /// Whether an item with this hash of its bytes belongs to it.
    func holds(_ stamp: UInt64) -> Bool { SplitMix.finish(stamp ^ 0x51AC_0F7E_90D3_4B26) % UInt64(count) == UInt64(number - 1) }
}

/// A whole input, of which shards are parts: how many items it has, and a hash of them all in their order.
struct ShardWhole: Sendable, Equatable {
    var items: Int
    var fingerprint: UInt64
}

/// Where a record of a shard belongs among those of one machine: the number of its item in the whole input, and its own among what came of
/// that item.
///
/// It is the last field of each record and reject that a shard writes, `"shard_item":[ITEM,PART]`; `join` takes it off.
struct ShardMark: Comparable, Hashable {
    var item: Int
    var part: Int

    static let field = "shard_item"

    static func < (one: ShardMark, other: ShardMark) -> Bool { (one.item, one.part) < (other.item, other.part) }

    func set(in object: inout JSONObject) {
        object[Self.field] = nil
        object[Self.field] = [.integer(item), .integer(part)]
    }

    /// The mark at a line's end, and the line without it; nil where there is none.
    static func split(_ line: ArraySlice<UInt8>) -> (mark: ShardMark, line: [UInt8])? {
        let name = Array("\"\(field)\":[".utf8)
        // Two numbers, a comma and two brackets behind the name.
        let tail = line.suffix(name.count + 48)
        guard line.last == UInt8(ascii: "}"), tail.count > name.count,
            let start = (tail.startIndex...tail.endIndex - name.count).last(where: { tail[$0..<$0 + name.count].elementsEqual(name) })
        else { return nil }
        let numbers = String(decoding: tail[(start + name.count)...], as: UTF8.self)
        guard numbers.hasSuffix("]}") else { return nil }
        let parts = numbers.dropLast(2).split(separator: ",").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        var rest = Array(line[..<start])
        if rest.last == UInt8(ascii: ",") { rest.removeLast() }
        rest.append(UInt8(ascii: "}"))
        return (ShardMark(item: parts[0], part: parts[1]), rest)
    }
}

extension StageYield {
    /// As it is, its records and rejects marked with where they belong.
    func marked(_ item: Int) -> StageYield {
        var part = 0
        func marked(_ object: JSONObject) -> JSONObject {
            var object = object
            ShardMark(item: item, part: part).set(in: &object)
            part += 1
            return object
        }
        var copy = self
        copy.outcomes = outcomes.map { outcome in
            switch outcome {
            case .kept(let objects): .kept(objects.map(marked))
            case .dropped(let object, let rejection): .dropped(marked(object), rejection)
            case .broken(let object, let rejection): .broken(marked(object), rejection)
            }
        }
        return copy
    }
}
