import Foundation
import Ground
import Tensors

/// Writes safetensors files: atomically, and the same bytes for the same tensors.
public enum SafetensorsWriter {
    /// Numbers converted at a time; bounds the memory a write takes beyond the tensors.
    private static let chunk = 1 << 20

    /// Writes the named tensors in their order, as `storage`, with `metadata` in the header.
    public static func write<R: Real>(
        _ tensors: [(name: String, tensor: Tensor<R>)], as storage: StorageFormat, metadata: [String: String] = ["format": "pt"],
        to url: URL
    ) throws(ModelError) {
        let header = header(tensors.map { ($0.name, $0.tensor.shape) }, storage, metadata)
        try ModelError.writing(url) { file in
            try file.write(header)
            for (_, tensor) in tensors {
                let flat = tensor.reshaped([tensor.count])
                for start in stride(from: 0, to: tensor.count, by: chunk) {
                    try file.write(flat.rows(start..<min(start + chunk, tensor.count)).bytes(format: storage))
                }
            }
        }
    }

    /// One tensor to write, its numbers read some rows at a time; a vector is one row.
    struct Item: Sendable {
        let name: String
        let shape: [Int]
        let rows: RowSource
    }

    /// Writes tensors that lie elsewhere, in their order.
    static func write(
        _ items: [Item], as storage: StorageFormat, metadata: [String: String] = ["format": "pt"], to url: URL
    ) throws(ModelError) {
        let header = header(items.map { ($0.name, $0.shape) }, storage, metadata)
        try ModelError.writing(url) { file in
            try file.write(header)
            for item in items {
                let step = max(1, chunk / max(1, item.rows.rowLength))
                for start in stride(from: 0, to: item.rows.rowCount, by: step) {
                    let rows = item.rows.rows(start..<min(start + step, item.rows.rowCount))
                    try file.write(rows.bytes(format: storage))
                }
            }
        }
    }

    static func header(_ tensors: [(name: String, shape: [Int])], _ storage: StorageFormat, _ metadata: [String: String]) -> Data {
        let notes = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        var fields: [(String, JSONValue)] = [("__metadata__", .object(JSONObject(notes)))]
        var position = 0
        for (name, shape) in tensors {
            let end = position + shape.reduce(storage.bytesPerElement, *)
            let entry: JSONObject = [
                "dtype": .string(storage.dtype), "shape": .array(shape.map(JSONValue.integer)),
                "data_offsets": [.integer(position), .integer(end)],
            ]
            fields.append((name, .object(entry)))
            position = end
        }
        var bytes: [UInt8] = []
        JSONObject(fields).write(into: &bytes)
        while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }  // the data starts aligned
        let length = UInt64(bytes.count).littleEndian
        return withUnsafeBytes(of: length) { Data($0) } + Data(bytes)
    }
}
