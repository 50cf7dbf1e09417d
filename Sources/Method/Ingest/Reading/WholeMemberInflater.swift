import Glibc

/// Unpacks whole gzip members at once by libdeflate, twice as fast as zlib, loaded where it is installed; nothing needs it to be built.
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

    private let library: Library
    private let decompressor: OpaquePointer

    /// Nil where libdeflate is not installed.
    init?() {
        guard let library = Library.shared, let decompressor = library.allocate() else { return nil }
        self.library = library
        self.decompressor = decompressor
    }

    deinit { library.free(decompressor) }

    /// Unpacks the member that begins at `input[range]` into `output` from index `start` on, its checksum compared.
    func unpack(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Outcome {
        input.withUnsafeBytes { source in
            output.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return .notWhole }
                var (taken, given) = (0, 0)
                let code = library.decompress(
                    decompressor, from + range.lowerBound, range.count, to + start, target.count - start, &taken, &given)
                // The library's codes: 0 done, 1 bad data, 2 short output, 3 no room.
                return code == 0 ? .whole(taken: taken, given: given) : code == 3 ? .noRoom : .notWhole
            }
        }
    }

    /// The functions of libdeflate that reading takes, as its header declares them.
    private struct Library: Sendable {
        typealias Decompress =
            @convention(c) (
                OpaquePointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int, UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>
            ) -> Int32
        let allocate: @convention(c) () -> OpaquePointer?
        let free: @convention(c) (OpaquePointer) -> Void
        let decompress: Decompress

        static let shared = Library()

        private init?() {
            guard let handle = dlopen("libdeflate.so.0", RTLD_NOW | RTLD_LOCAL),
                let allocate = dlsym(handle, "libdeflate_alloc_decompressor"), let free = dlsym(handle, "libdeflate_free_decompressor"),
                let decompress = dlsym(handle, "libdeflate_gzip_decompress_ex")
            else { return nil }
            self.allocate = unsafeBitCast(allocate, to: (@convention(c) () -> OpaquePointer?).self)
            self.free = unsafeBitCast(free, to: (@convention(c) (OpaquePointer) -> Void).self)
            self.decompress = unsafeBitCast(decompress, to: Decompress.self)
        }
    }
}
