import Glibc
import Ground

/// Unpacks Zstandard frames by libzstd, loaded where it is installed; nothing needs it to be built. The one owner of a zstd context.
///
/// An archive's frames may share a dictionary, which a skippable frame at its beginning holds (WARC-ZSTD 1.0).
final class Zstandard {
    /// The file that the loader looks for: that of Debian's libzstd1.
    static let libraryName = "libzstd.so.1"
    static let isAvailable = Library.shared != nil

    private let library: Library
    private let context: OpaquePointer

    /// Nil where libzstd is not installed.
    init?() {
        guard let library = Library.shared, let context = library.create() else { return nil }
        self.library = library
        self.context = context
    }

    deinit { _ = library.free(context) }

    /// Begins a frame.
    func reset() {
        // 1: the session alone, so that a dictionary stays.
        _ = library.reset(context, 1)
    }

    /// Takes a dictionary for all frames from here on; false where it is damaged.
    func load(dictionary: [UInt8]) -> Bool {
        dictionary.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return library.isError(library.loadDictionary(context, start, bytes.count)) == 0
        }
    }

    /// Unpacks from `input[range]` into `output` from index `start` on.
    func unpack(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Inflater.Step {
        input.withUnsafeBytes { source in
            output.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return .more(taken: 0, given: 0) }
                // The library's buffers: address, size, place.
                var given: (UInt, Int, Int) = (UInt(bitPattern: to), target.count, start)
                var taken: (UInt, Int, Int) = (UInt(bitPattern: from), range.upperBound, range.lowerBound)
                let left = withUnsafeMutableBytes(of: &given) { out in
                    withUnsafeMutableBytes(of: &taken) { into in
                        // Tuples are never empty, so both have an address.
                        out.baseAddress.flatMap { out in into.baseAddress.map { library.decompress(context, out, $0) } } ?? 0
                    }
                }
                if library.isError(left) != 0 { return .fault(String(cString: library.errorName(left))) }
                let counts = (taken: taken.2 - range.lowerBound, given: given.2 - start)
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
        guard let frame = Zstandard() else { return nil }
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

    // MARK: The library

    /// The functions of libzstd that reading takes, as its header declares them.
    private struct Library: Sendable {
        typealias Buffer = UnsafeMutableRawPointer
        let create: @convention(c) () -> OpaquePointer?
        let free: @convention(c) (OpaquePointer) -> Int
        let reset: @convention(c) (OpaquePointer, Int32) -> Int
        let loadDictionary: @convention(c) (OpaquePointer, UnsafeRawPointer, Int) -> Int
        let decompress: @convention(c) (OpaquePointer, Buffer, Buffer) -> Int
        let isError: @convention(c) (Int) -> UInt32
        let errorName: @convention(c) (Int) -> UnsafePointer<CChar>

        static let shared = Library()

        private init?() {
            guard let handle = dlopen(libraryName, RTLD_NOW | RTLD_LOCAL) else { return nil }
            guard let create = dlsym(handle, "ZSTD_createDCtx"), let free = dlsym(handle, "ZSTD_freeDCtx"),
                let reset = dlsym(handle, "ZSTD_DCtx_reset"), let load = dlsym(handle, "ZSTD_DCtx_loadDictionary"),
                let decompress = dlsym(handle, "ZSTD_decompressStream"), let isError = dlsym(handle, "ZSTD_isError"),
                let errorName = dlsym(handle, "ZSTD_getErrorName")
            else { return nil }
            self.create = unsafeBitCast(create, to: (@convention(c) () -> OpaquePointer?).self)
            self.free = unsafeBitCast(free, to: (@convention(c) (OpaquePointer) -> Int).self)
            self.reset = unsafeBitCast(reset, to: (@convention(c) (OpaquePointer, Int32) -> Int).self)
            loadDictionary = unsafeBitCast(load, to: (@convention(c) (OpaquePointer, UnsafeRawPointer, Int) -> Int).self)
            self.decompress = unsafeBitCast(decompress, to: (@convention(c) (OpaquePointer, Buffer, Buffer) -> Int).self)
            self.isError = unsafeBitCast(isError, to: (@convention(c) (Int) -> UInt32).self)
            self.errorName = unsafeBitCast(errorName, to: (@convention(c) (Int) -> UnsafePointer<CChar>).self)
        }
    }
}
