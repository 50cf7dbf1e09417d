import Foundation
import Ground
import Records
import Stages

/// The pages of files and folders, one after the other: folders at any depth in the order of their paths' bytes, archives record by record,
/// JSONL line by line, dumps answer by answer.
///
/// Memory: the largest page. Files in folders whose names do not tell what they hold are left out and counted.
public struct PageSource: StageSource {
    private struct Input {
        var path: String
        var form: PageForm?
        var size: Int
        /// Given by its own path, not met in a folder.
        var isNamed: Bool
    }

    private enum Reader {
        case archive(ArchivePages)
        case lines(RecordLines)
        case table(TablePages)
        case dump(StackExchangeDump)
    }

    private let options: IngestOptions
    private var inputs: [Input] = []
    private var nextInput = 0
    private var reader: Reader?
    private var bytesBefore = 0
    /// The pages that came of the file so far.
    private var pagesOfFile = 0
    /// Files of folders that were left out because of their names, by the ends of these.
    public private(set) var notRead: [String: Int] = [:]
    public var totalBytes: Int? { inputs.reduce(0) { $0 + $1.size } }

    /// Lists the files; throws where a path does not exist or nothing can be read.
    public init(paths: [String], options: IngestOptions = IngestOptions()) throws {
        self.options = options
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw IngestError.missing(path: path) }
            if isFolder.boolValue { try list(folder: path) } else { add(path, PageForm(path: path), isNamed: true) }
        }
        if inputs.isEmpty { throw IngestError.nothingToRead(paths: paths, notRead: notRead) }
    }

    private mutating func add(_ path: String, _ form: PageForm?, isNamed: Bool = false) {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        inputs.append(Input(path: path, form: form, size: size, isNamed: isNamed))
    }

    private mutating func list(folder: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw IngestError.unreadable(
                path: folder, why: access(folder, R_OK) == 0 ? "the folder cannot be listed" : String(cString: strerror(errno)))
        }
        for name in names.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                // A link to a folder may lead back up; only real folders are entered.
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                if attributes?[.type] as? FileAttributeType == .typeDirectory { try list(folder: path) }
            } else if let form = PageForm(path: path), Self.isRegularFile(path), !Self.isNote(path) {
                add(path, form)
            } else {
                notRead[Self.kind(path), default: 0] += 1
            }
        }
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether a file among pages is likelier to describe something than to hold records.
    private static func isNote(_ path: String) -> Bool { path.lowercased().hasSuffix(".json") || path.lowercased().hasSuffix(".json.gz") }

    /// What a file that is not read is counted as: the end of its name, such as `.pdf`.
    private static func kind(_ path: String) -> String {
        guard isRegularFile(path) else { return "pipes and devices" }
        let ending = URL(filePath: path).pathExtension.lowercased()
        return ending.isEmpty || ending.count > 12 ? "without a known ending" : ".\(ending)"
    }

    /// Changes with the names, sizes and times of the files that are read; nothing of them is opened for it.
    public var fingerprint: String {
        RecordID.make(
            inputs.map { input in
                let attributes = try? FileManager.default.attributesOfItem(atPath: input.path)
                let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                return "\(input.path) \(input.size) \(changed)"
            })
    }

    /// The next page as the runner of stages takes it.
    public mutating func next() throws -> SourceItem<RawPage>? {
        guard let page = try nextUnparsed() else { return nil }
        return SourceItem(
            .item(page), place: SourcePlace(file: page.source.file, line: pagesOfFile), stamp: stableHash64(page.body),
            byteCount: 2 * page.body.count + 256, position: bytesBefore + positionInFile)
    }

    /// The next page, or nil behind the last one. A page that cannot be read comes with its fault.
    public mutating func nextPage() throws -> RawPage? { try nextUnparsed()?.parsed }

    /// The next page, the records of lines not read yet.
    private mutating func nextUnparsed() throws -> RawPage? {
        while true {
            if let open = reader {
                let page: RawPage?
                switch open {
                case .archive(let pages): page = try pages.next()
                case .dump(let answers): page = try answers.next()
                case .lines(let lines): page = try lines.next()
                case .table(let table): page = try table.next()
                }
                if let page {
                    pagesOfFile += 1
                    return page
                }
                reader = nil
                bytesBefore += inputs[nextInput - 1].size
            }
            guard nextInput < inputs.count else { return nil }
            let input = inputs[nextInput]
            nextInput += 1
            pagesOfFile = 0
            if let page = try open(input) {
                bytesBefore += input.size
                pagesOfFile = 1
                return page
            }
        }
    }

    private var positionInFile: Int {
        switch reader {
        case .archive(let pages): pages.position
        case .dump(let answers): answers.position
        case .lines(let lines): lines.position
        case .table(let table): table.position
        case nil: 0
        }
    }

    /// Opens a file: its page, or nil where it holds many, which come one by one.
    private mutating func open(_ input: Input) throws -> RawPage? {
        let source = RawPage.Source(file: input.path, start: 0, end: input.size)
        var form = input.form
        if form == nil {
            let head = try UnpackedStream(FileBytes(input.path)).head(4096)
            if let foreign = ForeignFile(head, named: input.path) { throw IngestError.foreign(path: input.path, foreign) }
            form = PageForm(sniffing: head)
        }
        guard let form else { throw IngestError.unknownForm(path: input.path) }
        switch form {
        case .archive:
            reader = .archive(try ArchivePages(path: input.path, options: options))
            return nil
        case .xml:
            reader = .dump(try StackExchangeDump(path: input.path, isNamed: input.isNamed))
            return nil
        case .records:
            reader = .lines(
                try RecordLines(path: input.path, textField: options.textField, longestLine: 2 * options.maximumPageBytes + (1 << 16)))
            return nil
        case .table:
            reader = .table(try TablePages(path: input.path, textField: options.textField))
            return nil
        case .html, .markdown, .plainText:
            let (bytes, fault) = try contents(input.path, limit: options.maximumPageBytes)
            var page = RawPage(source: source, form: form == .html ? .html : form == .markdown ? .markdown : .plainText, body: bytes)
            page.fault = fault
            if fault == nil, let foreign = ForeignFile(bytes, named: input.path) {
                if input.isNamed { throw IngestError.foreign(path: input.path, foreign) }
                page.fault = Rejection("not_a_page", value: .string(foreign.name), threshold: .string(foreign.advice))
            }
            return page
        }
    }

    /// The bytes of a file, unpacked where it is gzip, or why they cannot be had.
    private func contents(_ path: String, limit: Int) throws(IngestError) -> ([UInt8], Rejection?) {
        let file = try FileBytes(path)
        let stream = try UnpackedStream(file)
        if !stream.isPacked, file.size > 0, file.size <= limit { return (try file.all(), nil) }
        if try stream.ensure(limit + 1) { return ([], Rejection("page_too_large", threshold: .integer(limit))) }
        let bytes = Array(stream.slice(0..<stream.available))
        return (bytes, stream.fault.map { Rejection("damaged_gzip", value: .string($0)) })
    }
}
