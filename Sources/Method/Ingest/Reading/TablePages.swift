import Stages

/// The records of a table (CSV, TSV) or of one JSON list as pages: each row, or value, with a field of text. Memory: the longest of them.
final class TablePages {
    private var records: RecordSource
    private let textField: String
    /// Bytes read of the file as it lies on disk.
    private(set) var position = 0

    init(path: String, textField: String) throws {
        records = try RecordSource([path])
        self.textField = textField
    }

    /// The next record, or nil at the end. Its place is its line, as that of the lines of a table says more to a person than its bytes.
    func next() throws -> RawPage? {
        guard let item = try records.next() else { return nil }
        position = item.position
        let place = RawPage.Source(item.place)
        switch item.content {
        case .item(let record): return RawPage(source: place, record: record.object, textField: textField)
        case .broken(let object, let rejection):
            var page = RawPage(source: place, form: .record(object), body: [])
            page.fault = rejection
            return page
        }
    }
}
