import CDeflate

/// Unpacks whole gzip members at once by libdeflate, twice as fast as zlib.
///
/// What it cannot do in one go, such as a member that is damaged, cut or larger than the room for it, is left to `Inflater`.
final class WholeMemberInflater {
    enum Outcome: Equatable {
        case whole(taken: Int, given: Int)
        /// The output is longer than the room for it.
        case noRoom
        /// Damaged, or longer than the input at hand.
        case notWhole
    }

    /// Nil where there is no memory for it.
    private let decompressor: OpaquePointer?

    init() { decompressor = libdeflate_alloc_decompressor() }

    deinit { libdeflate_free_decompressor(decompressor) }

    /// Unpacks the member that begins at `input[range]` into `output` from index `start` on, its checksum compared.
    func unpack(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Outcome {
        input.withUnsafeBytes { source in
            output.withUnsafeMutableBytes { target in
                guard let decompressor, let from = source.baseAddress, let to = target.baseAddress else { return .notWhole }
                var (taken, given) = (0, 0)
                let code = libdeflate_gzip_decompress_ex(
                    decompressor, from + range.lowerBound, range.count, to + start, target.count - start, &taken, &given)
                switch code {
                case LIBDEFLATE_SUCCESS: return .whole(taken: taken, given: given)
                case LIBDEFLATE_INSUFFICIENT_SPACE: return .noRoom
                default: return .notWhole
                }
            }
        }
    }
}
