import Ground
import Records

/// How the rows of a table (CSV, or TSV) are told apart, and the cells of a row: RFC 4180, with a semicolon or a tab where the first row
/// has more of them than of commas.
///
/// A quote opens a quoted cell only where the cell begins; elsewhere it is a character, so that `5" pipe` ends no row too late.
struct TableRows {
    let delimiter: UInt8
    private var state = State.start
    /// Line feeds within the cells of the row so far.
    private(set) var lineFeeds = 0

    private enum State { case start, plain, quoted, quoteInQuoted }

    init(delimiter: UInt8) { self.delimiter = delimiter }

    private static let quote = UInt8(ascii: "\"")

    /// Begins the next row.
    mutating func begin() { (state, lineFeeds) = (.start, 0) }

    /// The index of the line feed that ends the row which the bytes go on with, nil where it is not among them. Remembers what it has
    /// seen, so that the next bytes can follow.
    mutating func end(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) -> Int? {
        for index in range {
            let byte = bytes[index]
            if byte == 0x0A, state != .quoted {
                state = .start
                return index
            }
            if byte == 0x0A { lineFeeds += 1 }
            step(byte)
        }
        return nil
    }

    private mutating func step(_ byte: UInt8) {
        switch state {
        case .quoted: if byte == Self.quote { state = .quoteInQuoted }
        case .quoteInQuoted: state = byte == Self.quote ? .quoted : byte == delimiter ? .start : .plain
        case .start: state = byte == Self.quote ? .quoted : byte == delimiter ? .start : .plain
        case .plain: if byte == delimiter { state = .start }
        }
    }

    /// The cells of a row without its line feed; nil where the bytes are no UTF-8.
    func cells(_ row: UnsafeRawBufferPointer) -> [String]? {
        var machine = TableRows(delimiter: delimiter)
        var cells: [String] = []
        var cell: [UInt8] = []
        func take() -> String? { String(validating: cell, as: UTF8.self) }
        for byte in row {
            let before = machine.state
            machine.step(byte)
            if machine.state == .start {
                guard let text = take() else { return nil }
                cells.append(text)
                cell = []
            } else if machine.state == .quoted ? before == .quoted || before == .quoteInQuoted : machine.state == .plain {
                cell.append(byte)
            }
        }
        guard let text = take() else { return nil }
        return cells + [text]
    }

    /// Whether a row ends within a quoted cell: at the end of a file the quotation mark that should close it is missing.
    func endsInQuotes(_ row: UnsafeRawBufferPointer) -> Bool {
        var machine = TableRows(delimiter: delimiter)
        for byte in row { machine.step(byte) }
        return machine.state == .quoted
    }

    /// The delimiter of a file that is called so: a tab, or what the first row has most of; nil for a file that is called otherwise.
    static func delimiter(ofFile name: String, firstRow: some Collection<UInt8>) -> UInt8? {
        let lower = name.lowercased()
        let plain = lower.hasSuffix(".gz") ? lower.dropLast(3) : lower[...]
        if plain.hasSuffix(".tsv") || plain.hasSuffix(".tab") { return UInt8(ascii: "\t") }
        return plain.hasSuffix(".csv") ? likeliestDelimiter(firstRow) : nil
    }

    /// The delimiter of a first row that names a field of the pipe, of a file whose name says nothing.
    static func delimiter(sniffing firstRow: some Collection<UInt8>, fields: Set<String>) -> UInt8? {
        guard let first = firstRow.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return nil }
        let delimiter = likeliestDelimiter(firstRow)
        let names = Array(firstRow).withUnsafeBytes { TableRows(delimiter: delimiter).cells($0) } ?? []
        return names.count > 1 && names.contains { fields.contains($0.trimmed) } ? delimiter : nil
    }

    private static func likeliestDelimiter(_ row: some Collection<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in row {
            if byte == quote { isQuoted.toggle() }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? candidates[0]
    }
}

/// The first row of a table, which names the fields of the others.
struct TableHeader {
    let rows: TableRows
    private let names: [String]

    init(rows: TableRows, names: [String]) {
        self.rows = rows
        self.names = names.map(\.trimmed)
    }

    /// Why no record can be told from this first row; nil where they can.
    var fault: String? {
        if names.contains(where: { $0.unicodeScalars.contains("\r") && !$0.unicodeScalars.contains("\n") }) {
            return
                "its lines end in carriage returns alone, as old programs write them; tr '\\r' '\\n' < FILE > OTHER makes line feeds of them"
        }
        let twice = Dictionary(names.filter { !$0.isEmpty }.map { ($0, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }.keys.sorted()
        return twice.first.map { first in
            (twice.count > 1 ? "\(twice.joined(separator: ", ")) each head" : "\(first) heads")
                + " two columns, and a record has a field once; name them apart"
        }
    }

    /// The record of a row. Every cell is a text but those of `score` and `selected`; a column without a name, and cells that are missing at the end, give no field.
    func record(_ row: UnsafeRawBufferPointer) throws(Rejection) -> JSONObject {
        guard !rows.endsInQuotes(row) else {
            throw Rejection(
                "unclosed_quote", value: .integer(row.count { $0 == 0x0A }), threshold: "a second quotation mark at the end of the cell")
        }
        guard let cells = rows.cells(row) else {
            throw Rejection(
                "invalid_utf8", threshold: "UTF-8; iconv -f WINDOWS-1252 -t UTF-8 FILE > OTHER makes it so of a table of Windows")
        }
        guard cells.count <= names.count || cells.dropFirst(names.count).allSatisfy(\.isEmpty) else {
            throw Rejection("too_many_cells", value: .integer(cells.count), threshold: .integer(names.count))
        }
        return JSONObject(zip(names, cells).compactMap { name, cell in value(name, cell).map { (name, $0) } })
    }

    private func value(_ name: String, _ cell: String) -> JSONValue? {
        switch name {
        case "": nil
        case "id": cell.isEmpty ? nil : .string(cell)
        // What the stages of the pipe write as no text.
        case "score": Double(cell).flatMap { $0.isFinite ? .double($0) : nil } ?? .string(cell)
        case "selected": ["true": true, "false": false][cell.lowercased()].map { .bool($0) } ?? .string(cell)
        default: .string(cell)
        }
    }
}
