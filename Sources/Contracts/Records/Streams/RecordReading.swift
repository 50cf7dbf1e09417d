extension RecordSource {
    /// All records of some files, for what is small enough to be held: seeds, held-out pairs, a finished run.
    ///
    /// `broken` is told of every unreadable line; without it the first one ends the reading with an error.
    public static func readAll(
        _ inputs: [String], longest: Int = RecordSource.longestRecord, broken: ((SourcePlace, Rejection) -> Void)? = nil
    ) throws -> [InputRecord] {
        var source = try RecordSource(inputs, longest: longest)
        var records: [InputRecord] = []
        while let item = try source.next() {
            switch item.content {
            case .item(let record): records.append(record)
            case .broken(_, let rejection):
                guard let broken else { throw RecordsError.brokenRecord(place: item.place, rejection: rejection) }
                broken(item.place, rejection)
            }
        }
        return records
    }
}
