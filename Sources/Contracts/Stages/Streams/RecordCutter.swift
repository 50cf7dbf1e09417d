import Foundation
import Ground
import Records

/// Cuts an input into the stretches of bytes that hold one record each.
///
/// Usually a line. An input that is one JSON list, as Alpaca ships, or called `.json`, is cut into its values wherever their lines
/// break, and a table, called `.csv` or `.tsv` or headed by the names of fields, into its rows. Memory is bounded by the longest record allowed, whatever the input holds.
final class RecordCutter {
    struct Piece {
        /// The line on which the piece begins, counted from 1.
        var line: Int
        /// Where its bytes stand in the buffer until the next piece is asked for; empty for one that is too long.
        var range: Range<Int>
        /// Its length, also where that was too much to keep.
        var length: Int
        var isTooLong: Bool
        /// The input ends before its list does, behind the last whole element.
        var isTornList = false
    }

    let input: ByteInput
    private let longest: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var line = 1
    private var values: JSONValueEdges?
    private var isStarted = false
    private let isNamedJSON: Bool
    private let isList: Bool?
    private let fields: FieldNames
    private var isAtEnd = false
    private var rows: TableRows?
    /// What names the fields of a table's rows; nil where pieces are JSON. Known once the first piece was asked for.
    private(set) var header: TableHeader?

    /// `isList` says beforehand whether the input is a list of values (false: always lines, whatever they hold).
    init(_ input: ByteInput, longest: Int, isList: Bool? = nil, fields: FieldNames = FieldNames()) {
        self.input = input
        self.isList = isList
        self.fields = fields
        self.longest = longest
        buffer = [UInt8](repeating: 0, count: min(1 << 18, longest + 2))
        let path = input.name.utf8
        let name = path.suffix(3).elementsEqual(".gz".utf8) ? path.dropLast(3) : path[...]
        isNamedJSON = name.suffix(5).elementsEqual(".json".utf8)
    }

    /// The memory that pieces take: about twice the longest one met, and never more than about twice the longest allowed.
    var bufferSize: Int { buffer.count }

    /// Lends the bytes of a piece.
    func withBytes<Result, Failure: Error>(
        of piece: Piece, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let held = buffer
        return try body(held.span.extracting(piece.range))
    }

    /// The next stretch that is not blank, nil at the end.
    func next() throws -> Piece? {
        if !isStarted { try begin() }
        while let piece = try values == nil ? nextLine() : nextValue() {
            if piece.isTooLong || piece.isTornList || !isBlank(piece.range) { return piece }
        }
        return nil
    }

    /// Skips a byte order mark and looks whether the input is a list, or one value over many lines.
    private func begin() throws {
        isStarted = true
        while end < 8, try fill() {}
        if let foreign = ForeignFile(buffer[..<end], named: input.name) { throw StageError.foreign(file: input.name, foreign) }
        if end >= 2, buffer[0] ^ buffer[1] == 1, buffer[0] >= 0xFE { throw StageError.isUTF16(file: input.name) }
        let mark = Self.isByteOrderMark(buffer, 0..<end) ? 3 : 0
        var opening: [UInt8] = []
        var at = mark
        while opening.count < 2 {
            if at == end {
                // A long white beginning is no list; one buffer is enough to see.
                guard end < buffer.count, try fill() else { break }
                continue
            }
            if !Self.isSpace(buffer[at]) { opening.append(buffer[at]) }
            at += 1
        }
        start = mark
        if isList == nil, opening.first == UInt8(ascii: "<") { throw StageError.foreign(file: input.name, .page) }
        if isList == nil, let first = opening.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "["), try beginTable() { return }
        let isList = opening.first == UInt8(ascii: "[") && (opening.last == UInt8(ascii: "{") || opening.last == UInt8(ascii: "]"))
        if self.isList ?? (isList || (isNamedJSON && !isLineAnObject(from: mark))) { values = JSONValueEdges() }
    }

    /// Reads the first row where the input is a table; false where it is none.
    private func beginTable() throws -> Bool {
        while indexOfNewline(from: start) == nil, end < buffer.count, try fill() {}
        let first = buffer[start..<(indexOfNewline(from: start) ?? end)]
        let names = Set(["text", "instruction", "output"] + fields.named.map(\.name))
        guard
            let delimiter = TableRows.delimiter(ofFile: input.name, firstRow: first)
                ?? TableRows.delimiter(sniffing: first, fields: names)
        else { return false }
        rows = TableRows(delimiter: delimiter)
        guard let row = try nextLine() else { return true }
        guard let rows, let names = buffer.withUnsafeBytes({ rows.cells(UnsafeRawBufferPointer(rebasing: $0[row.range])) }) else {
            throw FileError.cannotRead(
                file: input.name, offset: 0, reason: "its first row is not UTF-8; iconv -f WINDOWS-1252 -t UTF-8 may make it so")
        }
        let header = TableHeader(rows: rows, names: names)
        if let fault = header.fault { throw FileError.cannotRead(file: input.name, offset: 0, reason: fault) }
        self.header = header
        return true
    }

    /// Whether the first line that is not blank looks like a whole record: many files called .json hold lines after all.
    private func isLineAnObject(from mark: Int) -> Bool {
        guard let first = (mark..<end).first(where: { !Self.isSpace(buffer[$0]) }), buffer[first] == UInt8(ascii: "{"),
            let newline = indexOfNewline(from: first), let last = (first..<newline).last(where: { !Self.isSpace(buffer[$0]) })
        else { return false }
        return last > first && buffer[last] == UInt8(ascii: "}")
    }

    private func nextLine() throws -> Piece? {
        var scanned = start
        var dropped = 0
        while true {
            if let newline = rows == nil ? indexOfNewline(from: scanned) : indexOfRowEnd(from: scanned) {
                let range = start..<newline
                defer {
                    start = newline + 1
                    line += 1 + (rows?.lineFeeds ?? 0)
                    rows?.begin()
                }
                return piece(range, dropped: dropped)
            }
            scanned = end
            if end - start > longest {
                dropped += end - start
                start = end
            }
            let before = start
            guard try fill() else {
                guard start < end || dropped > 0 else { return nil }
                defer { start = end }
                return piece(start..<end, dropped: dropped)
            }
            scanned -= before - start
        }
    }

    private func piece(_ range: Range<Int>, dropped: Int) -> Piece {
        var range = range
        // Files that were put together bring their byte-order marks along.
        if Self.isByteOrderMark(buffer, range) { range = range.lowerBound + 3..<range.upperBound }
        if let last = range.last, buffer[last] == 0x0D { range = range.lowerBound..<last }
        let length = dropped + range.count
        let isTooLong = dropped > 0 || length > longest
        return Piece(line: line, range: isTooLong ? 0..<0 : range, length: length, isTooLong: isTooLong)
    }

    private func nextValue() throws -> Piece? {
        guard var edges = values else { return nil }
        defer { values = edges }
        edges.begin()
        var scanned = start
        var dropped = 0
        var firstLine: Int?
        while true {
            while scanned < end {
                let step = edges.step(buffer[scanned])
                if step == .between || (step == .begins && firstLine == nil) {
                    start = step == .between ? scanned + 1 : scanned
                }
                if step == .begins { firstLine = line }
                if buffer[scanned] == 0x0A { line += 1 }
                scanned += 1
                if step == .ends || step == .endedBefore {
                    if step == .endedBefore { scanned -= 1 }
                    if step == .endedBefore, buffer[scanned] == 0x0A { line -= 1 }
                    defer { start = scanned }
                    return valuePiece(start..<scanned, dropped: dropped, line: firstLine ?? line)
                }
            }
            if end - start > longest {
                dropped += end - start
                start = end
            }
            let before = start
            guard try fill() else {
                guard start < end || dropped > 0 || edges.isListOpen else { return nil }
                let isTornBetween = firstLine == nil && edges.isListOpen
                edges.close()
                defer { start = end }
                var piece = valuePiece(start..<end, dropped: dropped, line: firstLine ?? line)
                piece.isTornList = isTornBetween
                return piece
            }
            scanned -= before - start
        }
    }

    private func valuePiece(_ range: Range<Int>, dropped: Int, line: Int) -> Piece {
        let length = dropped + range.count
        let isTooLong = dropped > 0 || length > longest
        return Piece(line: line, range: isTooLong ? 0..<0 : range, length: length, isTooLong: isTooLong)
    }

    /// Reads more bytes behind those that are there, making room first; false at the end of the input.
    private func fill() throws -> Bool {
        if isAtEnd { return false }
        if start > 0 {
            if start < end { buffer.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<end])) } }
            end -= start
            start = 0
        }
        if end == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        let count = try input.read(into: &buffer, from: end)
        end += count
        isAtEnd = count == 0
        return count > 0
    }

    private func indexOfNewline(from scanned: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard scanned < end, let base = bytes.baseAddress, let found = memchr(base + scanned, 0x0A, end - scanned) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func indexOfRowEnd(from scanned: Int) -> Int? {
        guard var rows else { return nil }
        defer { self.rows = rows }
        return buffer.withUnsafeBytes { rows.end($0, in: scanned..<end) }
    }

    private func isBlank(_ range: Range<Int>) -> Bool {
        for index in range where !Self.isSpace(buffer[index]) && buffer[index] != header?.rows.delimiter { return false }
        return true
    }

    private static func isByteOrderMark(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count >= 3 else { return false }
        let start = range.lowerBound
        return bytes[start] == 0xEF && bytes[start + 1] == 0xBB && bytes[start + 2] == 0xBF
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
