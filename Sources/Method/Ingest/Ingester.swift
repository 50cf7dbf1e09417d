import Ground
import Records

/// What ingest made of one page: passages kept and dropped in reading order, or the page itself, dropped or broken.
public struct PageResult: Sendable {
    public var outcomes: [Outcome] = []

    /// The passages that passed.
    public var kept: [JSONObject] {
        var records: [JSONObject] = []
        for case .kept(let some) in outcomes { records += some }
        return records
    }
}

/// Turns pages into passages; it keeps nothing between pages, so pages can be taken on any thread in any order.
public struct Ingester: Sendable {
    public let options: IngestOptions
    let passageFilters: PassageFilters
    private let personalData = PersonalData()

    public init(options: IngestOptions = IngestOptions()) {
        var options = options
        options.pageFilters.thresholds = options.thresholds
        self.options = options
        passageFilters = PassageFilters(options)
    }

    /// Reads, cuts and filters a page.
    public func passages(from page: RawPage) -> PageResult {
        let page = page.parsed
        if let fault = page.fault { return PageResult(outcomes: [.broken(page.rejectObject, fault)]) }
        if page.body.count > options.maximumPageBytes {
            let fault = Rejection("page_too_large", value: .integer(page.body.count), threshold: .integer(options.maximumPageBytes))
            return PageResult(outcomes: [.broken(page.rejectObject, fault)])
        }
        let (text, fault) = read(page)
        if let fault { return PageResult(outcomes: [.broken(page.rejectObject, fault)]) }
        if let rule = page.optOut ?? text.metadata.optOut, !options.ignoresOptOut {
            return PageResult(outcomes: [.dropped(page.rejectObject, Rejection("opt_out", value: .string(rule)))])
        }
        guard !text.blocks.isEmpty else {
            return PageResult(outcomes: [.dropped(page.rejectObject, Rejection("no_text", value: 0, threshold: 1))])
        }
        return options.wholePage ? wholePage(text, page) : filtered(text, page)
    }

    /// The page filters, and what remains cut into passages.
    private func filtered(_ text: PageText, _ page: RawPage) -> PageResult {
        let language = language(of: PageFilters.text(of: text.blocks), text)
        switch options.pageFilters.review(text, url: page.url ?? text.metadata.url, language: language) {
        case .failure(let rejection): return PageResult(outcomes: [.dropped(page.rejectObject, rejection)])
        case .success(let blocks):
            var left = text
            left.blocks = blocks
            return cut(left, page, language)
        }
    }

    /// The page's main text, or why it has none.
    func read(_ page: RawPage) -> (text: PageText, fault: Rejection?) {
        switch page.form {
        case .html:
            if let fault = binaryFault(page.body) { return (PageText(), fault) }
            let bytes = Charset.utf8(page.body, declared: page.charset)
            // Places in a tree are numbers of 32 bits, and another character set may have grown threefold.
            guard bytes.count < 1 << 30 else { return (PageText(), Rejection("page_too_large", threshold: .integer(1 << 30))) }
            let (extracted, _, isTruncated) = Extractor.extract(bytes, isAllContent: page.isAllContent)
            if isTruncated { return (PageText(), Rejection("too_many_elements", threshold: .integer(HTMLParser.Limits().nodes))) }
            var text = extracted
            text.metadata.title = page.fields["title"]?.string ?? text.metadata.title
            text.metadata.licence = page.fields["licence"]?.string ?? text.metadata.licence
            return (text, nil)
        case .record(let object):
            if let fault = binaryFault(page.body) { return (PageText(), fault) }
            // JSON is UTF-8.
            var text = markdown(page.body, .unknown)
            text.metadata.title = object["title"]?.string ?? text.metadata.title
            if text.metadata.title == nil, case .heading(1)? = text.blocks.first?.kind { text.metadata.title = text.blocks.first?.text }
            return (text, nil)
        case .markdown, .plainText:
            if let fault = binaryFault(page.body) { return (PageText(), fault) }
            let bytes = Charset.utf8(page.body, declared: page.charset)
            var text = markdown(bytes, page.form == .plainText ? .plain : .markdown)
            if text.metadata.title == nil, case .heading(1)? = text.blocks.first?.kind { text.metadata.title = text.blocks.first?.text }
            if text.metadata.title == nil { text.metadata.title = Ingester.title(fromPath: page.source.file) }
            return (text, nil)
        case .line: return read(page.parsed)
        }
    }

    /// The blocks of a text, and what the fields before it say.
    private func markdown(_ bytes: [UInt8], _ form: MarkdownReader.Form) -> PageText {
        guard form != .plain, let front = FrontMatter(bytes) else { return PageText(blocks: MarkdownReader.blocks(of: bytes, form: form)) }
        return PageText(blocks: MarkdownReader.blocks(of: bytes, form: form, from: front.end), metadata: front.metadata)
    }

    /// Zero bytes in number are no text in any character set but UTF-16, which begins with its mark.
    private func binaryFault(_ bytes: [UInt8]) -> Rejection? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return nil }
        let head = bytes.span.extracting(first: 8192)
        var controls = 0
        for index in head.indices where head[index] < 27 && head[index] &- 9 > 4 { controls += 1 }
        return controls * 20 > head.count ? Rejection("binary", value: .integer(controls), threshold: .integer(head.count / 20)) : nil
    }

    /// `notes/garden_tools.txt` is titled `garden tools`.
    private static func title(fromPath path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.split(separator: ".").first.map(String.init) ?? name
        return String(stem.map { $0 == "_" || $0 == "-" ? " " : $0 })
    }

    // MARK: Records

    private func wholePage(_ text: PageText, _ page: RawPage) -> PageResult {
        let whole = MarkdownWriter.text(of: text.blocks)
        return PageResult(outcomes: [record(heading: [], text: whole, language: language(of: whole, text), text, page)])
    }

    private func cut(_ text: PageText, _ page: RawPage, _ language: String?) -> PageResult {
        PageResult(outcomes: options.segmenter.passages(of: text).map { outcome(of: $0, language, text, page) })
    }

    /// A passage as a record, or why it goes.
    func outcome(of passage: Segmenter.Passage, _ language: String?, _ text: PageText, _ page: RawPage) -> Outcome {
        let own = passage.drop == nil ? self.language(of: passage.text, within: language) : language
        let outcome = record(heading: passage.heading, text: passage.text, part: passage.part, language: own, text, page)
        guard case .kept(let records) = outcome, let record = records.first, let rejection = passageFilters.rejection(of: passage) else {
            return outcome
        }
        return .dropped(record, rejection)
    }

    /// The language of a page's text, by the text; by the page's attribute only where the text is too short to tell, or where the attribute
    /// names a language that the detector does not know and so cannot miss.
    func language(of sample: String, _ text: PageText) -> String? {
        let declared = text.metadata.language
        if let declared, isTooShort(sample) { return declared }
        if let code = options.languageDetection.code(of: sample) { return code }
        guard let declared else { return nil }
        return isTooShort(sample) || !options.languageDetection.knows(declared) ? declared : nil
    }

    /// The language of a passage, or its page's where it is too short to tell or none that the detector knows.
    private func language(of sample: String, within page: String?) -> String? {
        if let page, isTooShort(sample) { return page }
        return options.languageDetection.code(of: sample) ?? page
    }

    /// Fewer words than twenty tell no language: three stop words more or less decide.
    private func isTooShort(_ sample: String) -> Bool {
        var words = 0
        var isInWord = false
        for byte in sample.utf8 {
            let isLetter = byte >= 0x80 || byte.isASCIILetter
            if isLetter, !isInWord { words += 1 }
            isInWord = isLetter
            if words >= 20 { return false }
        }
        // A script without spaces has few words and many letters.
        return sample.utf8.count { $0 >= 0x80 } < 120
    }

    private func record(heading: [String], text: String, part: Int = 0, language: String?, _ pageText: PageText, _ page: RawPage) -> Outcome
    {
        var findings = 0
        func clean(_ value: String) -> String {
            let value = value.withoutLineSeparators
            guard options.personalData != .keep else { return value }
            let (clean, found) = personalData.replacing(in: value)
            findings += found
            return clean
        }
        let text = clean(text)
        let heading = heading.map(clean)
        let url = page.url ?? pageText.metadata.url
        var given = page.fields
        if case .record(let object) = page.form { given = object }
        var record = JSONObject()
        record["id"] = .string(RecordID.make([url ?? page.source.file] + heading + [text]))
        if let old = given["id"] { record["source_id"] = old }
        record["text"] = .string(text)
        if let url { record["url"] = .string(url) }
        if let title = pageText.metadata.title { record["title"] = .string(clean(title)) }
        record["heading"] = .array(heading.map(JSONValue.string))
        record["source"] = page.source.json
        if let language { record["lang"] = .string(language) }
        if part > 0 { record["part"] = .integer(part) }
        let metadata = pageText.metadata
        for (key, value) in [
            ("date", metadata.date), ("author", metadata.author), ("site_name", metadata.siteName), ("licence", metadata.licence),
        ] {
            if let value { record[key] = .string(clean(value)) }
        }
        // Only where opt-outs are ignored does such a page get so far; its passages say so from here on.
        if let rule = page.optOut ?? metadata.optOut { record["opt_out"] = .string(rule) }
        for (key, value) in given.fields where key != "id" && key != options.textField && record[key] == nil { record[key] = value }
        if options.personalData == .drop, findings > 0 {
            return .dropped(record, Rejection("personal_data", value: .integer(findings), threshold: 0))
        }
        return .kept([record])
    }
}

extension String {
    /// Unicode's own line ends (U+0085, U+2028, U+2029) as plain ones: readers that split lines at them would cut a record in two.
    var withoutLineSeparators: String {
        let span = utf8Span.span
        guard span.indices.contains(where: { span[$0] == 0xC2 || span[$0] == 0xE2 }) else { return self }
        var bytes = Array(utf8)
        var isChanged = false
        var index = 0
        while index + 1 < bytes.count {
            let length = bytes[index] == 0xC2 && bytes[index + 1] == 0x85 ? 2 : isSeparator(bytes, index) ? 3 : 0
            if length > 0 {
                bytes.replaceSubrange(index..<index + length, with: [10])
                isChanged = true
            }
            index += 1
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : self
    }

    private func isSeparator(_ bytes: [UInt8], _ index: Int) -> Bool {
        bytes[index] == 0xE2 && bytes[index + 1] == 0x80 && index + 2 < bytes.count
            && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9)
    }
}
