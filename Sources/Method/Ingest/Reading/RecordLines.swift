import Ground
import Records

/// The lines of a JSONL file as pages whose records are not read yet, plain or gzip. Memory: the longest line, at most `longestLine`.
final class RecordLines {
    private let stream: UnpackedStream
    private let file: String
    private let textField: String
    private let longestLine: Int

    init(path: String, textField: String, longestLine: Int) throws(IngestError) {
        stream = try UnpackedStream(FileBytes(path))
        if let foreign = ForeignFile(try stream.head(32), named: path) { throw .foreign(path: path, foreign) }
        file = path
        self.textField = textField
        self.longestLine = longestLine
    }

    /// Bytes read of the file as it lies on disk.
    var position: Int { stream.packedPosition }

    /// The next record that is not blank, or nil at the end; places are bytes of the unpacked file.
    func next() throws(IngestError) -> RawPage? {
        while true {
            let start = stream.position
            let length = try lineLength()
            guard length > 0 || stream.available > 0 else { return try end(at: start) }
            if length > longestLine {
                try skipLine()
                let place = RawPage.Source(file: file, start: start, end: stream.position)
                return broken(place, Rejection("page_too_large", threshold: .integer(longestLine)))
            }
            if start == 0, length >= 2, stream[0] ^ stream[1] == 1, stream[0] >= 0xFE {
                throw .unreadable(path: file, why: "it is UTF-16; iconv -f UTF-16 -t UTF-8 makes it UTF-8, as JSON is")
            }
            // Files that were put together bring their byte-order marks along.
            let mark = length >= 3 && stream.slice(0..<3).elementsEqual([0xEF, 0xBB, 0xBF]) ? 3 : 0
            let line = Array(stream.slice(mark..<length))
            try stream.skip(min(length + 1, stream.available))
            if line.contains(where: { !$0.isHTMLSpace }) {
                let place = RawPage.Source(file: file, start: start, end: start + length)
                return RawPage(source: place, form: .line(RecordLine(textField: textField)), body: line)
            }
        }
    }

    /// The bytes before the next line feed or the end; more than `longestLine` where there are more.
    private func lineLength() throws(IngestError) -> Int {
        var scanned = 0
        while true {
            let found = stream.slice(scanned..<stream.available)
            if let feed = found.firstIndex(of: 10) { return scanned + feed - found.startIndex }
            scanned = stream.available
            guard scanned <= longestLine, try stream.ensure(scanned + 1) else { return scanned }
        }
    }

    private func skipLine() throws(IngestError) {
        while try stream.ensure(1) {
            let found = stream.slice(0..<stream.available)
            guard let feed = found.firstIndex(of: 10) else {
                try stream.skip(found.count)
                continue
            }
            return try stream.skip(feed - found.startIndex + 1)
        }
    }

    private func end(at start: Int) throws(IngestError) -> RawPage? {
        guard let why = stream.fault else { return nil }
        let place = RawPage.Source(file: file, start: start, end: start)
        _ = try stream.resume()
        return broken(place, Rejection("damaged_gzip", value: .string(why)))
    }

    private func broken(_ place: RawPage.Source, _ fault: Rejection) -> RawPage {
        var page = RawPage(source: place, form: .record(JSONObject()), body: [])
        page.fault = fault
        return page
    }
}
