import Ground
import Records
import Stages
import Synchronization

/// A page as it was found: bytes and where they came from.
public struct RawPage: StageItem {
    public enum Form: Sendable, Equatable {
        case html, markdown, plainText
        /// A record with a field of text; its other fields go with every passage.
        case record(JSONObject)
        /// The line of a record that has not been read yet.
        case line(RecordLine)
    }

    /// The file and the bytes of it that the page stands in.
    public struct Source: Sendable, Equatable {
        public var file: String
        public var start: Int
        public var end: Int
        /// Whether start and end are a line of a table, counted from 1, in the place of bytes.
        private var isLine = false

        public init(file: String, start: Int, end: Int) {
            self.file = file
            self.start = start
            self.end = end
        }

        init(_ place: SourcePlace) {
            self.init(file: place.file, start: place.line, end: place.line)
            isLine = true
        }

        var json: JSONValue {
            let place: (String, JSONValue) = isLine ? ("line", .integer(start)) : ("bytes", .array([.integer(start), .integer(end)]))
            return .object(JSONObject([("file", .string(file)), place]))
        }
    }

    public var source: Source
    public var form: Form
    public var body: [UInt8]
    /// The address that the container (a WARC header, a record) gives; a page's own canonical address stands in its metadata. That of a
    /// record's line is known once it has been read.
    public var url: String? {
        get { if case .line = form { parsed.url } else { address } }
        set { address = newValue }
    }
    private var address: String?
    /// The character set of the HTTP header.
    public var charset: String?
    /// What the HTTP header says about the page's use.
    public var optOut: String?
    /// What the container knows of the page, for every passage; `title` and `licence` stand for the page's own.
    public var fields = JSONObject()
    /// A body without navigation, banners and comments around it, of which nothing is left out.
    public var isAllContent = false
    /// Set where the page could not be read.
    public var fault: Rejection?

    public init(source: Source, form: Form, body: [UInt8], url: String? = nil, charset: String? = nil) {
        self.source = source
        self.form = form
        self.body = body
        address = url
        self.charset = charset
    }

    /// A record's own id, or the page's address, or its place.
    public var identifiers: [String] {
        let page = parsed
        if case .record(let object) = page.form, let id = object["id"]?.string { return [id] }
        return [page.url ?? "\(source.file) \(source.start)"]
    }

    /// What `--rejects` receives of a page.
    public var rejectObject: JSONObject {
        var fields = JSONObject()
        if let url = parsed.url { fields["url"] = .string(url) }
        fields["source"] = source.json
        return fields
    }

    /// The page with its record read, where it is the line of one.
    ///
    /// Reading is left to whoever works on the page, as the thread that reads files should do nothing else; who asks first reads it for all.
    public var parsed: RawPage { if case .line(let line) = form { line.page(from: source, body) } else { self } }

    /// The page that a record holds; one without the field of text comes with its fault, which names the fields that are there.
    init(source: Source, record: JSONObject, textField: String) {
        let text = record[textField]?.string
        self.init(
            source: source, form: .record(text == nil ? JSONObject() : record), body: Array((text ?? "").utf8), url: record["url"]?.string)
        if text == nil {
            let missing = record.missing(textField, naming: "text")
            fault = Rejection("no_text_field", value: missing.value, threshold: missing.threshold)
        }
    }
}

/// What the line of a record holds, read at most once.
public final class RecordLine: Sendable, Equatable {
    /// The field that holds the text.
    let textField: String
    private let page = Mutex<RawPage?>(nil)

    init(textField: String) { self.textField = textField }

    public static func == (one: RecordLine, other: RecordLine) -> Bool { one === other }

    func page(from source: RawPage.Source, _ body: [UInt8]) -> RawPage {
        page.withLock { page in
            if let page { return page }
            let read = read(source, body)
            page = read
            return read
        }
    }

    private func read(_ source: RawPage.Source, _ body: [UInt8]) -> RawPage {
        do {
            return RawPage(source: source, record: try JSONObject(parsing: body), textField: textField)
        } catch {
            var page = RawPage(source: source, form: .record(JSONObject()), body: [])
            page.fault = Rejection("not_json", value: .string("\(error)"))
            return page
        }
    }
}
