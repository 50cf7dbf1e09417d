import Containers
import Foundation
import Tensors
import Transformer

/// Writes GGUF files, version 3: atomically, and the same bytes for the same tensors.
enum GGUFWriter {
    static let alignment = 32

    /// One tensor to write; `make` gives its bytes when their turn comes.
    struct Item {
        let name: String
        let shape: [Int]
        let type: BlockFormat
        let make: () throws -> [UInt8]

        var byteCount: Int { shape.reduce(1, *) / type.blockCount * type.blockBytes }
    }

    /// Writes the metadata in its order, and the tensors.
    static func write(_ metadata: [(key: String, value: GGUFValue)], _ items: [Item], to url: URL) throws(ModelError) {
        var header = Data("GGUF".utf8)
        append(UInt32(3), to: &header)
        append(UInt64(items.count), to: &header)
        append(UInt64(metadata.count), to: &header)
        for (key, value) in metadata {
            append(Array(key.utf8), to: &header)
            append(type(of: value), to: &header)
            append(value, to: &header)
        }
        var offset = 0
        for item in items {
            append(Array(item.name.utf8), to: &header)
            append(UInt32(item.shape.count), to: &header)
            for length in item.shape.reversed() { append(UInt64(length), to: &header) }
            append(item.type.rawValue, to: &header)
            append(UInt64(offset), to: &header)
            offset = aligned(offset + item.byteCount)
        }
        header.append(Data(count: aligned(header.count) - header.count))
        let whole = header
        try ModelError.writing(url) { file in
            try file.write(whole)
            for item in items {
                let bytes = try item.make()
                precondition(bytes.count == item.byteCount, "\(item.name) has the bytes its entry states")
                try file.write(Data(bytes) + Data(count: aligned(bytes.count) - bytes.count))
            }
        }
    }

    private static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private static func type(of value: GGUFValue) -> UInt32 {
        switch value {
        case .integer(let number): number < 0 ? 5 : 4
        case .float: 6
        case .bool: 7
        case .string: 8
        case .array, .list: 9
        }
    }

    private static func append(_ value: GGUFValue, to data: inout Data) {
        switch value {
        case .integer(let number): append(UInt32(truncatingIfNeeded: number), to: &data)
        case .float(let number): append(Float(number).bitPattern, to: &data)
        case .bool(let truth): data.append(truth ? 1 : 0)
        case .string(let bytes): append(bytes, to: &data)
        case .array(let values):
            // The kinds of tokens are signed by convention.
            let isIntegers = values.allSatisfy { $0.integer != nil }
            append(isIntegers ? 5 : values.first.map(type) ?? 8, to: &data)
            append(UInt64(values.count), to: &data)
            for value in values { append(value, to: &data) }
        case .list(let list): append(.array(list.values), to: &data)
        }
    }

    private static func append(_ bytes: [UInt8], to data: inout Data) {
        append(UInt64(bytes.count), to: &data)
        data.append(contentsOf: bytes)
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to data: inout Data) {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }
}
