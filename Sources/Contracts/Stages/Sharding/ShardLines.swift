import Ground

/// The lines of several shards' files, put in order by their marks, which are taken off.
///
/// Memory: a buffer of 256 KiB a file, and its current line.
struct ShardLines {
    struct Line {
        var mark: ShardMark
        var bytes: [UInt8]
    }

    private struct File {
        let path: String
        let cutter: RecordCutter
        var line: Line?
        var count = 0
    }

    private var files: [File] = []
    /// Numbers of files that have a line, the one whose line is the next at the front of a binary heap.
    private var heap: [Int] = []
    private var last: (mark: ShardMark, path: String)?
    private let kept: [String: Int]

    /// - Parameter kept: how many lines a file has, where that is known.
    /// - Throws: `ShardError.badCounts`, here or at a file's end, where it has another number of lines.
    init(_ paths: [String], kept: [String: Int] = [:]) throws {
        self.kept = kept
        for path in paths {
            // A file of gzip without a byte is no gzip.
            guard FileStatus.holdsData(path) else {
                if kept[path] ?? 0 > 0 { throw ShardError.badCounts(file: path) }
                continue
            }
            files.append(File(path: path, cutter: RecordCutter(try ByteInput(path), longest: Int.max / 4, isList: false)))
            try advance(files.count - 1)
            if files[files.count - 1].line != nil { push(files.count - 1) }
        }
    }

    /// The mark of the next line, nil at the end.
    var nextMark: ShardMark? { heap.first.flatMap { files[$0].line?.mark } }

    /// The next line; throws where it stands twice, or where a file is out of order.
    mutating func next() throws -> Line? {
        guard let number = heap.first, let line = files[number].line else { return nil }
        let path = files[number].path
        if let last, last.mark >= line.mark {
            guard last.mark == line.mark else { throw ShardError.changed(file: path, reason: "its lines are out of order") }
            throw ShardError.double(what: "record \(line.mark.part) of item \(line.mark.item)", one: last.path, other: path)
        }
        last = (line.mark, path)
        try advance(number)
        if files[number].line == nil {
            let other = heap.removeLast()
            if !heap.isEmpty { heap[0] = other }
        }
        sink()
        return line
    }

    private mutating func advance(_ number: Int) throws {
        let cutter = files[number].cutter
        guard let piece = try cutter.next() else {
            files[number].line = nil
            if let count = kept[files[number].path], count != files[number].count { throw ShardError.badCounts(file: files[number].path) }
            return
        }
        files[number].count += 1
        let bytes = cutter.withBytes(of: piece) { span in span.withUnsafeBufferPointer { Array($0) } }
        guard let (mark, rest) = ShardMark.split(bytes[...]) else {
            throw ShardError.changed(file: files[number].path, reason: "line \(piece.line) does not end with \(ShardMark.field)")
        }
        files[number].line = Line(mark: mark, bytes: rest)
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        guard let first = files[one].line, let second = files[other].line else { return false }
        return (first.mark, one) < (second.mark, other)
    }

    private mutating func push(_ number: Int) {
        heap.append(number)
        var place = heap.count - 1
        while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && precedes(heap[child], heap[least]) { least = child }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
