import Ground
import Records
import Stages

/// A page as it was found: bytes and where they came from.
public struct RawPage: StageItem {
    public enum Form: Sendable, Equatable {
        case html, markdown, plainText
        /// A record with a field of text; its other fields go with every passage.
        case record(JSONObject)
        /// The line of a record that has not been read yet, and the field that holds its text.
        case line(textField: String)
    }

    /// The file and the bytes of it that the page stands in.
    public struct Source: Sendable, Equatable {
        public var file: String
        public var start: Int
        public var end: Int

        public init(file: String, start: Int, end: Int) {
            self.file = file
            self.start = start
            self.end = end
        }

        var json: JSONValue { .object(JSONObject([("file", .string(file)), ("bytes", .array([.integer(start), .integer(end)]))])) }
    }

    public var source: Source
    public var form: Form
    public var body: [UInt8]
    /// The address that the container (a WARC header, a record) gives; a page's own canonical address stands in its metadata.
    public var url: String?
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
        self.url = url
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

    /// The page with its record read, where it is the line of one. The address of such a page is known only then.
    ///
    /// Reading is left to whoever works on the page, as the thread that reads files should do nothing else.
    public var parsed: RawPage {
        guard case .line(let textField) = form else { return self }
        func broken(_ fault: Rejection) -> RawPage {
            var page = RawPage(source: source, form: .record(JSONObject()), body: [])
            page.fault = fault
            return page
        }
        do {
            let object = try JSONObject(parsing: body)
            guard let text = object[textField]?.string else {
                return broken(
                    Rejection("no_text_field", value: .string(object.keys.joined(separator: ",")), threshold: .string(textField)))
            }
            return RawPage(source: source, form: .record(object), body: Array(text.utf8), url: object["url"]?.string)
        } catch {
            return broken(Rejection("not_json", value: .string("\(error)")))
        }
    }
}
