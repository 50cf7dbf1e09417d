import Foundation
import Records

/// The pages of files and folders, one after the other: folders at any depth in the order of their paths' bytes, records line by line, dumps answer by answer.
///
/// Memory: one file at a time, and of a dump a piece. Files in folders whose names do not tell what they hold are left out and counted.
public struct PageSource {
    private struct Input {
        var path: String
        var form: PageForm?
        /// Given by its own path, not met in a folder.
        var isNamed = false
    }

    private let options: IngestOptions
    private var inputs: [Input] = []
    private var next = 0
    private var lines: RecordLines?
    private var dump: StackExchangeDump?
    /// Files of folders that were left out because of their names.
    public private(set) var skippedFiles = 0
    /// Files to read.
    public var fileCount: Int { inputs.count }
    /// The size of all files, as they lie on disk.
    public var totalBytes: Int {
        inputs.reduce(0) { $0 + ((try? FileManager.default.attributesOfItem(atPath: $1.path)[.size] as? Int) ?? 0) }
    }

    /// Lists the files; throws where a path does not exist or nothing can be read.
    public init(paths: [String], options: IngestOptions = IngestOptions()) throws {
        self.options = options
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw IngestError.missing(path: path) }
            if isFolder.boolValue {
                try list(folder: path)
            } else {
                inputs.append(Input(path: path, form: PageForm(path: path), isNamed: true))
            }
        }
        if inputs.isEmpty { throw IngestError.nothingToRead(paths: paths) }
    }

    private mutating func list(folder: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw IngestError.unreadable(path: folder, why: "the folder cannot be listed")
        }
        for name in names.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                // A link to a folder may lead back up; only real folders are entered.
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                if attributes?[.type] as? FileAttributeType == .typeDirectory { try list(folder: path) }
            } else if let form = PageForm(path: path) {
                inputs.append(Input(path: path, form: form))
            } else {
                skippedFiles += 1
            }
        }
    }

    /// The next page, or nil behind the last one. A page that cannot be read comes with its fault.
    public mutating func nextPage() throws -> RawPage? {
        while true {
            if var open = lines {
                let page = open.next()
                lines = open
                if let page { return page }
                lines = nil
            }
            if let open = dump {
                if let page = try open.next() { return page }
                dump = nil
            }
            guard next < inputs.count else { return nil }
            let input = inputs[next]
            next += 1
            if let page = try open(input) { return page }
        }
    }

    /// Opens a file: its page, or nil where it holds records, which come line by line.
    private mutating func open(_ input: Input) throws -> RawPage? {
        let size = (try? FileManager.default.attributesOfItem(atPath: input.path)[.size] as? Int) ?? 0
        let source = RawPage.Source(file: input.path, start: 0, end: size)
        if input.form != .records, input.form != .xml, size > options.maximumPageBytes, input.form != nil {
            var page = RawPage(source: source, form: .html, body: [])
            page.fault = Rejection("page_too_large", value: .integer(size), threshold: .integer(options.maximumPageBytes))
            return page
        }
        if input.form == .xml { return try openDump(input) }
        guard let data = FileManager.default.contents(atPath: input.path) else {
            throw IngestError.unreadable(path: input.path, why: "opening failed")
        }
        let bytes = [UInt8](data)
        guard let form = input.form ?? PageForm(sniffing: bytes) else { throw IngestError.unknownForm(path: input.path) }
        switch form {
        case .html: return RawPage(source: source, form: .html, body: bytes)
        case .markdown: return RawPage(source: source, form: .markdown, body: bytes)
        case .plainText: return RawPage(source: source, form: .plainText, body: bytes)
        case .xml: return try openDump(input)
        case .records:
            lines = RecordLines(file: input.path, bytes: bytes, textField: options.textField)
            return nil
        }
    }

    private mutating func openDump(_ input: Input) throws -> RawPage? {
        dump = try StackExchangeDump(path: input.path, isNamed: input.isNamed)
        return nil
    }
}

/// The lines of a JSONL file as pages.
private struct RecordLines {
    let file: String
    let bytes: [UInt8]
    let textField: String
    var position = 0

    init(file: String, bytes: [UInt8], textField: String) {
        self.file = file
        self.bytes = bytes
        self.textField = textField
    }

    mutating func next() -> RawPage? {
        while position < bytes.count {
            let start = position
            var end = start
            while end < bytes.count, bytes[end] != 10 { end += 1 }
            position = end + 1
            let line = bytes[start..<end]
            if line.allSatisfy(\.isHTMLSpace) { continue }
            return page(Array(line), RawPage.Source(file: file, start: start, end: end))
        }
        return nil
    }

    private func page(_ line: [UInt8], _ source: RawPage.Source) -> RawPage {
        var page = RawPage(source: source, form: .record(JSONObject()), body: [])
        do {
            let object = try JSONObject(parsing: line)
            guard let text = object[textField]?.string else {
                page.fault = Rejection("no_text_field", value: .string(object.keys.joined(separator: ",")), threshold: .string(textField))
                return page
            }
            page.form = .record(object)
            page.body = Array(text.utf8)
            page.url = object["url"]?.string
        } catch {
            page.fault = Rejection("not_json", value: .string("\(error)"))
        }
        return page
    }
}
