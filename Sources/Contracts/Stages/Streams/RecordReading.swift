import Ground
import Records

extension RecordSource {
    /// What tells one input from another: how many records it has, and a hash of them all. What can be read once, such as standard
    /// input, has none.
    public static func fingerprint(of inputs: [String]) throws -> String? {
        guard FileStatus.areReadableTwice(inputs) else { return nil }
        var source = try RecordSource(inputs)
        var (count, hash): (Int, UInt64) = (0, 0)
        while let item = try source.next() {
            count += 1
            hash = stableHash64("", seed: hash ^ item.stamp)
        }
        return "\(count) records, \(hexadecimal(hash))"
    }

    /// All records of some files, for what is small enough to be held: seeds, held-out pairs, a finished run.
    ///
    /// `broken` is told of every unreadable line; without it the first one ends the reading with an error.
    public static func readAll(
        _ inputs: [String], longest: Int = RecordSource.longestRecord, fields: FieldNames = FieldNames(),
        broken: ((SourcePlace, Rejection) -> Void)? = nil
    ) throws -> [InputRecord] {
        var source = try RecordSource(inputs, longest: longest, fields: fields)
        var records: [InputRecord] = []
        while let item = try source.next() {
            switch item.content {
            case .item(let record): records.append(record)
            case .broken(_, let rejection):
                guard let broken else { throw StageError.brokenRecord(place: item.place, rejection: rejection) }
                broken(item.place, rejection)
            }
        }
        return records
    }
}
