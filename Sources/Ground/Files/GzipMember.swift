import CZlib

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
