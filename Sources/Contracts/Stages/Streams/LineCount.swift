import Foundation
import Ground

/// How many lines files have: much faster told than their records are read.
enum LineCount {
    /// The lines of a file of records that are not empty; nil where it does not begin with a record, as what is packed, a list or a table
    /// does not.
    static func ofRecords(in path: String) throws(FileError) -> Int? {
        let file = try Descriptor.reading(path)
        guard file.isRegularFile else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var (count, offset) = (0, 0)
        var isBegun = false
        var last = UInt8(ascii: "\n")
        while case let length = try file.read(into: &buffer, from: 0, offset: offset), length > 0 {
            offset += length
            if !isBegun {
                guard let first = buffer[..<length].first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else {
                    continue
                }
                guard first == UInt8(ascii: "{") else { return nil }
                isBegun = true
            }
            buffer.withUnsafeBytes { bytes in
                for byte in bytes[..<length] {
                    if byte == 0x0A, last != 0x0A, last != 0x0D { count += 1 }
                    // A line that ends as Windows has it counts at its first end.
                    if byte == 0x0D, last != 0x0A, last != 0x0D { count += 1 }
                    last = byte
                }
            }
        }
        return isBegun ? count + (last == 0x0A || last == 0x0D ? 0 : 1) : nil
    }
}
