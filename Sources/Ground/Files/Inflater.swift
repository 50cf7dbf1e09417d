import CZlib

/// Unpacks gzip, zlib or raw deflate data handed over piece by piece. The one owner of a zlib stream; its pointers do not leave it.
public final class Inflater {
    /// What the data are wrapped in, as zlib counts its windows.
    public enum Format: Int32 {
        case gzip = 31
        case zlib = 15
        case raw = -15
    }

    /// What one call did.
    public enum Step: Equatable {
        /// Bytes taken and given; the data goes on.
        case more(taken: Int, given: Int)
        /// The member or stream is at its end.
        case end(taken: Int, given: Int)
        case fault(String)
    }

    // zlib keeps a pointer back to its stream, so the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let started: Int32
    /// Whether the last step reached the end of a member.
    public private(set) var isAtEnd = false

    public init(_ format: Format) {
        stream.initialize(to: z_stream())
        started = inflateInit2_(stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Begins the next member.
    public func reset() {
        inflateReset(stream)
        isAtEnd = false
    }

    /// Unpacks from `input[range]` into `output` from index `start` on.
    public func inflate(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Step {
        guard started == Z_OK else { return .fault("zlib does not start") }
        return input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return .more(taken: 0, given: 0) }
                let length = min(range.count, Int(Int32.max))
                let room = min(target.count - start, Int(Int32.max))
                stream.pointee.next_in = UnsafeMutablePointer(mutating: from + range.lowerBound)
                stream.pointee.avail_in = UInt32(length)
                stream.pointee.next_out = to + start
                stream.pointee.avail_out = UInt32(room)
                let code = CZlib.inflate(stream, Z_NO_FLUSH)
                let (taken, given) = (length - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
                switch code {
                case Z_OK, Z_BUF_ERROR: return .more(taken: taken, given: given)
                case Z_STREAM_END:
                    isAtEnd = true
                    return .end(taken: taken, given: given)
                default: return .fault(stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
                }
            }
        }
    }

    /// Unpacks all of `bytes` up to `limit` bytes of output: what could be read, whether it is whole, whether the limit cut it.
    public static func unpack(_ bytes: [UInt8], _ format: Format, limit: Int) -> (output: [UInt8], isWhole: Bool, isOverLimit: Bool) {
        let inflater = Inflater(format)
        var output = [UInt8](repeating: 0, count: min(limit + 1, max(4096, bytes.count * 4)))
        var (position, count) = (0, 0)
        while true {
            switch inflater.inflate(bytes, position..<bytes.count, into: &output, from: count) {
            case .fault: return (Array(output[..<count]), false, false)
            case .more(let taken, let given):
                position += taken
                count += given
                if count > limit { return ([], false, true) }
                if taken == 0, given == 0, count < output.count { return (Array(output[..<count]), false, false) }
            case .end(let taken, let given):
                position += taken
                count += given
                if count > limit { return ([], false, true) }
                // A gzip body may have several members; anything else behind the end is of no interest.
                guard format == .gzip, position + 2 < bytes.count, bytes[position] == 0x1F, bytes[position + 1] == 0x8B else {
                    return (Array(output[..<count]), true, false)
                }
                inflater.reset()
            }
            if count == output.count { output.append(contentsOf: [UInt8](repeating: 0, count: min(output.count, limit + 1 - count))) }
        }
    }
}
