import Ground

/// A piece of a page under one heading: what `ingest` makes and `augment` reads.
public struct Passage: Sendable, Equatable {
    /// The record as it stands on the pipe, unknown fields included.
    public let object: JSONObject
    public let id: String
    public let text: String
    public var url: String? { object["url"]?.string }
    public var title: String? { object["title"]?.string }
    public var lang: String? { object["lang"]?.string }

    /// The headings from the page's down to the passage's own.
    public var heading: [String] {
        switch object["heading"] {
        case .array(let path)?: path.compactMap(\.string)
        case .string(let text)?: [text]
        default: []
        }
    }

    /// What the page calls itself: its first heading where the passage has one below it, since titles often carry the site's name too.
    public var pageName: String? { heading.count > 1 ? heading.first : title }

    /// Reads a passage. A record without an id, such as a line with nothing but `text`, gets one from its address and text.
    ///
    /// Throws `RecordsError.wrongShape` for another kind of record and a `Rejection` for a passage that lacks something.
    public init(_ object: JSONObject) throws {
        try RecordShape.require(.passage, object)
        text = try object.fullText("text")
        id = object["id"]?.string ?? object["id"]?.integer.map(String.init) ?? RecordID.make(object["url"]?.string ?? "", text)
        self.object = object
    }
}
