import Ground
import Records

/// The records of files and standard input ("-"), one after the other: JSON lines, JSON lists, or the rows of a table under its first
/// row (CSV, TSV); plain or gzip.
///
/// What is no record (invalid JSON or UTF-8, no object, too long) comes as a broken item with its reason; a torn or damaged gzip file
/// ends the reading with an error that names file and byte. Memory is bounded by the longest record.
public struct RecordSource: StageSource {
    /// The longest record that is read, in bytes, unless told otherwise: 32 MiB.
    public static let longestRecord = 32 << 20

    public let totalBytes: Int?
    private let inputs: [String]
    private let longest: Int
    private let fields: FieldNames
    private let isRenaming: Bool
    /// Of the fields with names of their own those that no record has had, and the fields of the first record.
    private var unseen: [(field: String, name: String)]
    private var firstFields: String?
    private var index = 0
    private var current: RecordCutter?
    private var finishedBytes = 0
    /// Pipes, which can be opened only once, by their place among the inputs.
    private var pipes: [Int: ByteInput] = [:]
    private var parser = JSONParser()
    /// Records of other shards are not read beyond their bytes, and come as broken.
    var shard: Shard?

    /// Opens every input once, so that a missing file is told before work begins. No inputs mean standard input.
    public init(
        _ inputs: [String], longest: Int = RecordSource.longestRecord, fields: FieldNames = FieldNames()
    ) throws {
        self.inputs = inputs.isEmpty ? ["-"] : inputs
        self.longest = longest
        self.fields = fields
        isRenaming = !fields.named.isEmpty
        unseen = fields.named
        var total: Int? = 0
        for (index, input) in self.inputs.enumerated() {
            let bytes = try ByteInput(input)
            guard !(input == "-" && bytes.isTerminal) else { throw StageError.terminalInput }
            if bytes.size == nil { pipes[index] = bytes }
            if let size = bytes.size, let sum = total { total = sum + size } else { total = nil }
        }
        totalBytes = total
    }

    /// The lines of files that hold a record a line, unpacked and no larger together than takes a moment; nil for anything else.
    public func itemCount() -> Int? {
        guard let totalBytes, totalBytes <= Self.mostBytesToCount, FileStatus.areReadableTwice(inputs) else { return nil }
        var count = 0
        for input in inputs {
            guard !input.hasSuffix(".json"), let lines = try? LineCount.ofRecords(in: input) else { return nil }
            count += lines
        }
        return count
    }

    private static let mostBytesToCount = 256 << 20

    public mutating func next() throws -> SourceItem<InputRecord>? {
        while true {
            if let cutter = current {
                if let piece = try cutter.next() { return item(piece, of: cutter) }
                finishedBytes += cutter.input.offset
                current = nil
            }
            guard index < inputs.count else {
                // Records of the usual names are read all the same, so this is no error of theirs.
                if let misnamed {
                    StandardStreams.say("note: \(misnamed)\n")
                    unseen = []
                }
                return nil
            }
            let input: ByteInput
            if let pipe = pipes.removeValue(forKey: index) { input = pipe } else { input = try ByteInput(inputs[index]) }
            current = RecordCutter(input, longest: longest, fields: fields)
            index += 1
        }
    }

    /// What names a field that no record has, where there were records; nil elsewhere.
    private var misnamed: String? {
        guard let first = unseen.first, let firstFields else { return nil }
        return
            "no record has the field \(first.name) that --\(first.field)-field names, and `\(first.field)` is read where it is there; "
            + "the first record has \(firstFields)"
    }

    private mutating func item(_ piece: RecordCutter.Piece, of cutter: RecordCutter) -> SourceItem<InputRecord> {
        let place = SourcePlace(file: cutter.input.name, line: piece.line)
        let position = finishedBytes + cutter.input.offset
        guard !piece.isTooLong else {
            let rejection = Rejection("line_too_long", value: .integer(piece.length), threshold: .integer(longest))
            return SourceItem(.broken(JSONObject(), rejection), place: place, stamp: UInt64(piece.length), byteCount: 0, position: position)
        }
        guard !piece.isTornList else {
            let rejection = Rejection(JSONError.Kind.syntax.rawValue, value: "the list has no end: the file is torn")
            return SourceItem(.broken(JSONObject(), rejection), place: place, stamp: 1, byteCount: 0, position: position)
        }
        return cutter.withBytes(of: piece) { bytes in
            let content: SourceItem<InputRecord>.Content
            let stamp = stableHash64(bytes)
            if let shard, !shard.holds(stamp) {
                return SourceItem(
                    .broken(JSONObject(), Rejection("excluded")), place: place, stamp: stamp, byteCount: 0, position: position)
            }
            do throws(Rejection) {
                let object = try object(bytes, under: cutter.header)
                if isRenaming, !unseen.isEmpty {
                    firstFields = firstFields ?? object.fieldList
                    unseen.removeAll { object[$0.name] != nil }
                }
                content = .item(InputRecord(isRenaming ? fields.renamed(object) : object, place: place))
            } catch {
                content = .broken(Self.excerpt(bytes), error)
            }
            return SourceItem(content, place: place, stamp: stamp, byteCount: 2 * bytes.count + 64, position: position)
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, under header: TableHeader?) throws(Rejection) -> JSONObject {
        if let header {
            return try bytes.withUnsafeBytes { row throws(Rejection) in try header.record(row) }
        }
        do throws(JSONError) { return try parser.parseObject(bytes) } catch {
            throw Rejection(error.kind.rawValue, value: .string(error.description))
        }
    }

    /// The beginning of an unreadable line, for people to recognise it by.
    private static func excerpt(_ bytes: Span<UInt8>) -> JSONObject {
        let beginning = bytes.extracting(first: 200).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return ["unreadable": .string(beginning)]
    }
}
