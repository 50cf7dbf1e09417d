import Ground
import Records

/// What a stage works on, one at a time: a record, or for `ingest` a page.
public protocol StageItem: Sendable {
    /// The names under which `--exclude` may leave the item out; the first of them keys `--sample`.
    var identifiers: [String] { get }
    /// The page's address, for URLs and domains in `--exclude`.
    var url: String? { get }
    /// What `--rejects` receives of an item that no outcome could be made of.
    var rejectObject: JSONObject { get }
}

/// Where a stage's items come from. A stage reads it on one thread of its own.
public protocol StageSource<Item>: SendableMetatype {
    associatedtype Item: StageItem
    /// The size of all inputs in bytes, as `SourceItem.position` counts; nil for a pipe.
    var totalBytes: Int? { get }
    /// How many items there are, where that can be told much faster than they are read; nil elsewhere.
    func itemCount() -> Int?
    /// The next item, nil at the end.
    mutating func next() throws -> SourceItem<Item>?
}

extension StageSource {
    public func itemCount() -> Int? { nil }
}

/// One item of a source, or what could not be read as one.
public struct SourceItem<Item: StageItem>: Sendable {
    public enum Content: Sendable {
        case item(Item)
        /// Unreadable; the object is what `--rejects` receives, with the reason added.
        case broken(JSONObject, Rejection)
    }

    public var content: Content
    public var place: SourcePlace
    /// A hash of the item's bytes (`stableHash64`): `--resume` compares those it skips with those that were read before.
    public var stamp: UInt64
    /// The memory it takes, about.
    public var byteCount: Int
    /// The bytes of input read once the item has been.
    public var position: Int

    public init(_ content: Content, place: SourcePlace, stamp: UInt64, byteCount: Int, position: Int) {
        self.content = content
        self.place = place
        self.stamp = stamp
        self.byteCount = byteCount
        self.position = position
    }
}

/// A record as a stage receives it, with its place.
public struct InputRecord: StageItem, Equatable {
    public var object: JSONObject
    public var place: SourcePlace

    public init(_ object: JSONObject, place: SourcePlace) {
        self.object = object
        self.place = place
    }

    public var identifiers: [String] {
        ["id", "passage_id", "source_id"].compactMap { object[$0]?.string ?? object[$0]?.integer.map(String.init) }
    }
    public var url: String? { object["url"]?.string }
    public var rejectObject: JSONObject { object }
}
