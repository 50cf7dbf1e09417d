import Records

/// A record of a WARC, WET or ARC file.
struct ArchiveRecord {
    /// `response`, `resource`, `conversion`, `request`, ...; an ARC record is a `response`.
    var type: String
    var url: String?
    /// The content type of the block as the record's own header gives it.
    var contentType: String
    /// The record's bytes without its header; empty for types that hold no page.
    var block: [UInt8]
    var source: RawPage.Source
    /// Whether the header says that the crawler cut the block.
    var isCut = false
}

/// Reads the records of a WARC 1.0 or 1.1, WET or ARC file, plain, gzip or Zstandard, one after the other.
///
/// Places are bytes of the file; in a gzip file whose members are not records they are bytes of the unpacked stream. What cannot be read is
/// given with a reason, and reading goes on at the next record: the next gzip member, or the next line that begins one. Memory: the largest
/// record, at most `longestBlock`.
final class WARCReader {
    enum Item {
        case record(ArchiveRecord)
        case broken(RawPage.Source, Rejection)
    }

    private let file: FileBytes
    private let stream: UnpackedStream
    private let longestBlock: Int
    private var isDone = false
    private var isLost = false
    private var isARCFile = false
    /// Where the last record ended, unpacked: nothing but blank lines lies between there and the next one.
    private var recordEnd = 0
    /// Records seen, those without a page among them.
    private(set) var recordCount = 0
    /// Is told where each record begins in the file, those without a page among them.
    var observe: ((Int) -> Void)?

    init(path: String, longestBlock: Int) throws(IngestError) {
        file = try FileBytes(path)
        stream = try UnpackedStream(file)
        self.longestBlock = longestBlock
    }

    var size: Int { file.size }
    /// Bytes of the file that have been read.
    var position: Int { stream.packedPosition }

    func next() throws(IngestError) -> Item? {
        while !isDone {
            if isLost {
                isLost = false
                guard try findRecord() else { break }
                recordEnd = stream.position
            }
            try skipBlankLines()
            guard try stream.ensure(1) else {
                guard let fault = stream.fault else { break }
                return try damaged(start: stream.packedEnd, fault)
            }
            if let item = try readRecord() { return item }
        }
        isDone = true
        return nil
    }

    // MARK: Records

    private func readRecord() throws(IngestError) -> Item? {
        let start = Start(unpacked: stream.position, member: stream.member(from: recordEnd))
        guard let header = try headerLength() else {
            if let fault = stream.fault { return try damaged(start: start.inFile, fault) }
            return lose(start, Rejection("not_a_record", value: .string(glimpse())))
        }
        guard let fields = ArchiveHeader(stream.slice(0..<header)) else {
            return lose(start, Rejection("not_a_record", value: .string(glimpse())))
        }
        isARCFile = fields.isARC
        let holdsPage = fields.holdsPage
        let declared = fields.length.flatMap { $0 >= 0 ? $0 : nil }
        // A gzip member of its own marks the record, whatever its header says.
        let marked = start.member == nil ? nil : try memberEnd(from: start.unpacked, unless: declared.map { (header, $0) })
        guard let length = marked.map({ max(0, $0 - header) }) ?? declared else {
            return lose(start, Rejection("no_content_length", value: .string(fields.type)))
        }
        if length > longestBlock {
            // What the file cannot hold is no length: look for the records behind inside. Nothing packs better than 1 to 1,032.
            if isPacked ? length / 1040 > file.size : length > file.size - min(file.size, start.unpacked + header) {
                try stream.skip(header)
                isLost = true
                guard holdsPage else { return nil }
                return .broken(
                    RawPage.Source(file: file.path, start: start.inFile, end: start.unpacked + header),
                    Rejection("wrong_content_length", value: .integer(length)))
            }
            try stream.skip(header)
            try stream.skip(length)
            recordCount += 1
            observe?(start.inFile)
            recordEnd = stream.position
            guard holdsPage else { return nil }
            let end = stream.position
            try skipBlankLines()
            return .broken(
                try place(start, end: end), Rejection("page_too_large", value: .integer(length), threshold: .integer(longestBlock)))
        }
        guard try stream.ensure(header + length) else {
            let found = stream.available - header
            if stream.fault != nil {
                return try damaged(start: start.inFile, "the record ends after \(found) of \(length) bytes", reason: "truncated_record")
            }
            // A wrong length may have swallowed the records behind: look for them inside.
            try stream.skip(header)
            isLost = true
            return .broken(
                RawPage.Source(file: file.path, start: start.inFile, end: isPacked ? file.size : start.unpacked + header + found),
                Rejection("truncated_record", value: .integer(found), threshold: .integer(length)))
        }
        let block = holdsPage ? Array(stream.slice(header..<header + length)) : []
        try stream.skip(header + length)
        recordCount += 1
        observe?(start.inFile)
        let end = stream.position
        recordEnd = end
        let isAligned = try isAtRecordEnd(isARC: fields.isARC)
        isLost = !isAligned
        guard holdsPage else { return nil }
        guard isAligned else {
            return .broken(
                RawPage.Source(file: file.path, start: start.inFile, end: max(start.inFile, end)),
                Rejection("wrong_content_length", value: .integer(length)))
        }
        return .record(
            ArchiveRecord(
                type: fields.type, url: fields.url, contentType: fields.contentType, block: block, source: try place(start, end: end),
                isCut: fields.isCut))
    }

    /// How many bytes of the window lie before the next gzip member with a record, without the blank lines at its end; nil where the length
    /// that the header gives fits, and where members are no records.
    private func memberEnd(from start: Int, unless declared: (header: Int, length: Int)?) throws(IngestError) -> Int? {
        let most = longestBlock + (1 << 16)
        if let (header, length) = declared, length <= longestBlock {
            // The common case: behind the length there are two line ends and another member, or the end.
            let end = header + length
            if try stream.ensure(end + 4), stream.slice(end..<end + 4).elementsEqual([13, 10, 13, 10]) { return nil }
        }
        while stream.firstMember(behind: start) == nil {
            guard stream.available < most else { return nil }
            guard try stream.ensure(stream.available + 1) else { break }
        }
        guard stream.fault == nil else { return nil }
        var end = stream.available
        if let next = stream.firstMember(behind: start) {
            end = next - start
            // A member that begins in the middle of a record marks none.
            guard try stream.ensure(end + 5), stream.slice(end..<end + 5).elementsEqual("WARC/".utf8) else { return nil }
        }
        // One member for several records marks none of them either.
        let marks = Array("\r\nWARC/1.".utf8)
        guard !Array(stream.slice(0..<end)).contains(subsequence: marks) else { return nil }
        for _ in 0..<2 where end >= 2 && stream[end - 1] == 10 { end -= stream[end - 2] == 13 ? 2 : 1 }
        return end
    }

    /// Where a record begins: in the unpacked stream, and in the file where a gzip member begins there.
    private struct Start {
        var unpacked: Int
        var member: Int?
        var inFile: Int { member ?? unpacked }
    }

    private var isPacked: Bool { stream.isPacked }

    /// The place of a record behind whose blank lines the stream stands: the bytes of its gzip member where it has one of its own.
    private func place(_ start: Start, end: Int) throws(IngestError) -> RawPage.Source {
        if let member = start.member {
            if let next = stream.member(from: end) { return RawPage.Source(file: file.path, start: member, end: next) }
            if try !stream.ensure(1) { return RawPage.Source(file: file.path, start: member, end: stream.packedEnd) }
        }
        return RawPage.Source(file: file.path, start: start.unpacked, end: end)
    }

    private func glimpse() -> String {
        String(decoding: stream.slice(0..<min(40, stream.available)).prefix { $0 != 10 && $0 != 13 && $0 >= 32 && $0 < 127 }, as: UTF8.self)
    }

    private func lose(_ start: Start, _ rejection: Rejection) -> Item {
        isLost = true
        return .broken(RawPage.Source(file: file.path, start: start.inFile, end: max(start.inFile, stream.position)), rejection)
    }

    private func damaged(start: Int, _ why: String, reason: String = "damaged_gzip") throws(IngestError) -> Item {
        isDone = try !stream.resume()
        recordEnd = stream.position
        return .broken(
            RawPage.Source(file: file.path, start: start, end: isDone ? file.size : stream.packedEnd),
            Rejection(reason, value: .string(why)))
    }

    // MARK: The stream

    private func skipLine() throws(IngestError) {
        while try stream.ensure(1) {
            let isEnd = stream[0] == 10
            try stream.skip(1)
            if isEnd { return }
        }
    }

    /// Passes over blank lines: how many line feeds.
    @discardableResult private func skipBlankLines() throws(IngestError) -> Int {
        var feeds = 0
        while try stream.ensure(1), stream[0] == 13 || stream[0] == 10 {
            if stream[0] == 10 { feeds += 1 }
            try stream.skip(1)
        }
        return feeds
    }

    /// Whether two line ends, another record or the end follow, as behind a whole record; an ARC record may lack its line end.
    private func isAtRecordEnd(isARC: Bool) throws(IngestError) -> Bool {
        let feeds = try skipBlankLines()
        if isARC || feeds >= 2 { return true }
        guard try stream.ensure(8) else { return true }
        return stream.memberAtHead != nil || stream.slice(0..<5).elementsEqual("WARC/".utf8)
    }

    /// The length of a record's header with the blank line behind it: an ARC header is one line.
    private func headerLength() throws(IngestError) -> Int? {
        let longest = 1 << 16
        guard try stream.ensure(5) else { return nil }
        let isARC = !stream.slice(0..<5).elementsEqual("WARC/".utf8)
        var index = 0
        // A line of carriage returns alone is blank: one writer doubled them.
        var isBlank = true
        while index < longest {
            guard try stream.ensure(index + 1) else { return nil }
            let byte = stream[index]
            index += 1
            if byte == 10 {
                if isARC || isBlank { return index }
                isBlank = true
            } else if byte != 13 {
                isBlank = false
            }
        }
        return nil
    }

    /// Moves behind this place to the next where a record begins: the mark of a WARC record, or a line that is the header of an ARC record.
    private func findRecord() throws(IngestError) -> Bool {
        if isARCFile { try skipLine() } else { try stream.skip(1) }
        while true {
            guard try stream.ensure(8) else {
                if stream.fault != nil { return try stream.resume() }
                return false
            }
            if isARCFile {
                // Lines are looked at whole; a longer one than this is no header.
                _ = try stream.ensure(4096)
                let line = stream.slice(0..<min(4096, stream.available)).prefix { $0 != 10 }
                if ArchiveHeader(line)?.length != nil { return true }
                try stream.skip(line.count + 1)
            } else {
                if stream.slice(0..<7).elementsEqual("WARC/1.".utf8) { return true }
                var step = 1
                while step < stream.available, stream[step] != UInt8(ascii: "W") { step += 1 }
                try stream.skip(step)
            }
        }
    }
}

/// The fields of a record's header that reading needs.
struct ArchiveHeader {
    var type = ""
    var url: String?
    var contentType = ""
    var length: Int?
    var isARC = false
    var isCut = false

    /// A record that does not say its type, and whose block is an answer of a server, is one.
    var holdsPage: Bool {
        switch type {
        case "response", "resource", "conversion": true
        case "": contentType.lowercased().hasPrefix("application/http") && !contentType.lowercased().contains("request")
        default: false
        }
    }

    /// Nil for what is no header of a WARC or ARC record.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.starts(with: "WARC/".utf8) else {
            guard let arc = ArchiveHeader(arc: bytes) else { return nil }
            self = arc
            return
        }
        for line in bytes.split(separator: 10).dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon]
            // The few names that matter differ in length and first letter: most lines are told apart by those.
            switch name.count {
            case 9 where name.lowered("warc-type"): type = ArchiveHeader.value(line, colon).lowercased()
            case 15 where name.lowered("warc-target-uri"): url = ArchiveHeader.address(ArchiveHeader.value(line, colon))
            case 14 where name.lowered("content-length"): length = Int(ArchiveHeader.value(line, colon))
            case 14 where name.lowered("warc-truncated"): isCut = true
            case 12 where name.lowered("content-type"): contentType = ArchiveHeader.value(line, colon)
            default: break
            }
        }
    }

    /// `URL IP date type length`, the address itself perhaps with spaces in it, or with more fields in version 2.
    private init?(arc line: ArraySlice<UInt8>) {
        let fields = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard fields.count >= 5, let last = fields.last, fields[0].contains("://") || fields[0].hasPrefix("dns:") else {
            return nil
        }
        isARC = true
        length = Int(last)
        let isDate = { (field: String) in field.utf8.count >= 8 && field.utf8.allSatisfy(\.isASCIIDigit) }
        guard let date = fields.dropLast().lastIndex(where: isDate), date >= 2, date + 1 < fields.count else { return nil }
        url = fields[..<(date - 1)].joined(separator: " ")
        contentType = fields[date + 1]
        type = fields[0].hasPrefix("filedesc:") ? "warcinfo" : fields[0].hasPrefix("http") ? "response" : "metadata"
    }

    private static func value(_ line: ArraySlice<UInt8>, _ colon: Int) -> String {
        var value = line[(colon + 1)...]
        while let first = value.first, first.isHTMLSpace { value.removeFirst() }
        while let last = value.last, last.isHTMLSpace { value.removeLast() }
        return String(decoding: value, as: UTF8.self)
    }

    /// Some writers put the address between angle brackets.
    private static func address(_ value: String) -> String {
        value.hasPrefix("<") && value.hasSuffix(">") ? String(value.dropFirst().dropLast()) : value
    }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes, in small letters, are this text.
    func lowered(_ text: String) -> Bool { count == text.utf8.count && zip(self, text.utf8).allSatisfy { $0.loweredASCII == $1 } }
}
