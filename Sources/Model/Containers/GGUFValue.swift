import Foundation

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
    case integer(Int)
    case float(Double)
    case bool(Bool)
    /// The bytes of a string, which need not be UTF-8.
    case string([UInt8])
    case array([GGUFValue])
    /// An array as it lies in the file, read when it is asked for.
    case list(GGUFList)

    /// A string of a text.
    public static func text(_ text: String) -> GGUFValue { .string(Array(text.utf8)) }

    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    public var array: [GGUFValue]? {
        switch self {
        case .array(let values): values
        case .list(let list): list.values
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    public var text: String? { if case .string(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }

    /// The texts of an array; what is none in it is empty.
    public var texts: [String]? {
        if case .list(let list) = self { return list.texts }
        return array?.map { $0.text ?? "" }
    }
}

/// An array of numbers, truths or strings as it lies in a file, proved to lie inside of it.
public struct GGUFList: Sendable, Equatable {
    /// The format's code for the kind of its elements.
    let kind: UInt32
    public let count: Int
    let content: Data
    let range: Range<Int>

    /// The elements, in order.
    public var values: [GGUFValue] {
        content.withUnsafeBytes { bytes in
            var at = range.lowerBound
            return (0..<count).map { _ in
                if kind == 8 { return .string(Array(Self.string(bytes, &at))) }
                return GGUFScalar.value(kind, bytes, &at) ?? .integer(0)
            }
        }
    }

    /// The strings as texts; empty where the elements are none.
    var texts: [String] {
        guard kind == 8 else { return Array(repeating: "", count: count) }
        return content.withUnsafeBytes { bytes in
            var at = range.lowerBound
            return (0..<count).map { _ in String(decoding: Self.string(bytes, &at), as: UTF8.self) }
        }
    }

    private static func string(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Slice<UnsafeRawBufferPointer> {
        let start = at + 8
        let length = Int(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        at = start + length
        return bytes[start..<at]
    }

    public static func == (one: GGUFList, other: GGUFList) -> Bool {
        one.kind == other.kind && one.count == other.count
            && one.content.subdata(in: one.range) == other.content.subdata(in: other.range)
    }
}

/// The kinds of metadata of a fixed size.
enum GGUFScalar {
    /// Bytes a value of this kind takes; nil for strings, arrays and what the format does not know.
    static func size(_ kind: UInt32) -> Int? {
        switch kind {
        case 0, 1, 7: 1
        case 2, 3: 2
        case 4, 5, 6: 4
        case 10, 11, 12: 8
        default: nil
        }
    }

    /// The value at a place that has enough bytes, which moves on behind it.
    static func value(_ kind: UInt32, _ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> GGUFValue? {
        guard let size = size(kind) else { return nil }
        defer { at += size }
        func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
        }
        switch kind {
        case 0: return .integer(Int(number(UInt8.self)))
        case 1: return .integer(Int(number(Int8.self)))
        case 2: return .integer(Int(number(UInt16.self)))
        case 3: return .integer(Int(number(Int16.self)))
        case 4: return .integer(Int(number(UInt32.self)))
        case 5: return .integer(Int(number(Int32.self)))
        case 6: return .float(Double(Float(bitPattern: number(UInt32.self))))
        case 7: return .bool(number(UInt8.self) != 0)
        case 10: return .integer(Int(clamping: number(UInt64.self)))
        case 11: return .integer(Int(clamping: number(Int64.self)))
        default: return .float(Double(bitPattern: number(UInt64.self)))
        }
    }
}
