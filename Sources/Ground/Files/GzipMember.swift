import CZlib

/// Unpacks a sequence of gzip members handed over piece by piece. The one owner of a zlib stream; its pointers do not leave it.
public final class GzipInflater {
    public enum Step {
        case progress(taken: Int, given: Int)
        /// The padding that tape and block devices leave behind a member.
        case trailingZeros
        case fault(String)
    }

    /// Whether the bytes so far end with a whole member.
    public private(set) var isBetweenMembers = true
    // zlib keeps a pointer back to its stream, so the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let started: Int32
    private var hasMember = false

    public init() {
        stream.initialize(to: z_stream())
        started = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Unpacks from `input[range]` into `output` from index `start` on.
    public func inflate(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], from start: Int) -> Step {
        guard started == Z_OK else { return .fault("zlib does not start: \(started)") }
        if isBetweenMembers {
            if hasMember {
                if input[range].allSatisfy({ $0 == 0 }) { return .trailingZeros }
                if input[range.lowerBound] != 0x1F { return .fault("something that is no gzip follows a member") }
                inflateReset(stream)
            }
            hasMember = true
            isBetweenMembers = false
        }
        return input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return .progress(taken: 0, given: 0) }
                let room = min(target.count - start, Int(UInt32.max))
                stream.pointee.next_in = UnsafeMutablePointer(mutating: from + range.lowerBound)
                stream.pointee.avail_in = UInt32(range.count)
                stream.pointee.next_out = to + start
                stream.pointee.avail_out = UInt32(room)
                let code = CZlib.inflate(stream, Z_NO_FLUSH)
                switch code {
                case Z_OK, Z_BUF_ERROR: break
                case Z_STREAM_END: isBetweenMembers = true
                default: return .fault(stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
                }
                return .progress(taken: range.count - Int(stream.pointee.avail_in), given: room - Int(stream.pointee.avail_out))
            }
        }
    }
}

/// Packs bytes as one whole gzip member, without name or time, so that the same bytes give the same member.
public enum GzipMember {
    /// The member that holds `bytes`.
    public static func pack(_ bytes: [UInt8]) throws(FileError) -> [UInt8] {
        var stream = z_stream()
        // The level and memory of zlib's own defaults, written out since they are part of the bytes.
        var code = deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw .cannotWrite(file: "a gzip member", reason: "zlib code \(code)") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        guard bytes.count <= Int(UInt32.max), bound <= Int(UInt32.max) else {
            throw .cannotWrite(file: "a gzip member", reason: "one record's output exceeds 4 GiB")
        }
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            bytes.withUnsafeBufferPointer { source in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(bound)
                code = deflate(&stream, Z_FINISH)
                count = bound - Int(stream.avail_out)
            }
        }
        guard code == Z_STREAM_END else { throw .cannotWrite(file: "a gzip member", reason: "zlib code \(code)") }
        return packed
    }
}
