import CZstd
import Ground

/// Unpacks Zstandard frames by libzstd. The one owner of a zstd context; its pointers do not leave it.
///
/// An archive's frames may share a dictionary, which a skippable frame at its beginning holds (WARC-ZSTD 1.0).
final class Zstandard {
    /// Nil where there is no memory for it.
    private let context: OpaquePointer?

    init() { context = ZSTD_createDCtx() }

    deinit { ZSTD_freeDCtx(context) }

    /// Begins a frame; a dictionary stays.
    func reset() {
        if let context { ZSTD_DCtx_reset(context, ZSTD_reset_session_only) }
    }

    /// Takes a dictionary for all frames from here on; false where it is damaged.
    func load(dictionary: [UInt8]) -> Bool {
        guard let context, !dictionary.isEmpty else { return false }
        return ZSTD_isError(ZSTD_DCtx_loadDictionary(context, dictionary, dictionary.count)) == 0
    }

    /// Unpacks from `input[range]` into `output` from index `start` on.
    func unpack(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Inflater.Step {
        guard let context else { return .fault("libzstd has no memory to start") }
        return input.withUnsafeBytes { source in
            output.withUnsafeMutableBytes { target in
                var taken = ZSTD_inBuffer(src: source.baseAddress, size: range.upperBound, pos: range.lowerBound)
                var given = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: start)
                let left = ZSTD_decompressStream(context, &given, &taken)
                if ZSTD_isError(left) != 0 { return .fault(String(cString: ZSTD_getErrorName(left))) }
                let counts = (taken: taken.pos - range.lowerBound, given: given.pos - start)
                return left == 0 ? .end(taken: counts.taken, given: counts.given) : .more(taken: counts.taken, given: counts.given)
            }
        }
    }

    // MARK: Frames

    /// Whether bytes begin a frame, or a skippable one.
    static func isFrame(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
            || (bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) && bytes.first.map { $0 >> 4 == 5 } == true)
    }

    /// The bytes of the dictionary in a frame for it, where an archive begins with one: their number stands behind the mark.
    static func dictionaryLength(_ head: [UInt8]) -> Int? {
        guard head.count >= 8, head.starts(with: [0x5D, 0x2A, 0x4D, 0x18]) else { return nil }
        return (0..<4).reduce(0) { $0 | Int(head[4 + $1]) << (8 * $1) }
    }

    /// The dictionary itself: it may be packed in turn. Nil where it is damaged or above `limit`.
    static func dictionary(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return bytes }
        let frame = Zstandard()
        var output = [UInt8](repeating: 0, count: min(limit, max(1 << 16, 8 * bytes.count)))
        var (position, count) = (0, 0)
        while true {
            switch frame.unpack(bytes, position..<bytes.count, into: &output, from: count) {
            case .fault: return nil
            case .end(_, let given): return Array(output[..<(count + given)])
            case .more(let taken, let given):
                (position, count) = (position + taken, count + given)
                if taken == 0, given == 0, count < output.count { return nil }
                guard count < limit else { return nil }
                if count == output.count { output += [UInt8](repeating: 0, count: min(output.count, limit - count)) }
            }
        }
    }
}
