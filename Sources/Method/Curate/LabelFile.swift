import Foundation
import Ground
import Records

/// A person's verdicts on pairs, a line each, on disk before the next pair is shown: the last line of an id holds. `label` null is a pair that was
/// passed over.
public final class LabelFile {
    public let path: String
    private let file: Descriptor
    private var length: Int
    private let isNew: Bool
    /// The verdicts of the file; nil inside for a pair that was passed over.
    public private(set) var labels: [String: Bool?] = [:]

    /// Opens the file, or makes it. The line that a killed run left half-written is cut off.
    ///
    /// - Throws: `LabelError` where the file holds something else.
    public init(_ path: String) throws {
        self.path = path
        isNew = !FileManager.default.fileExists(atPath: path)
        let bytes = isNew ? Data() : try Data(contentsOf: URL(filePath: path))
        var text = String(decoding: bytes, as: UTF8.self)
        let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        // A last line without its end is whole where it can be read: an editor may have left it so.
        let rest = String(decoding: bytes[end...], as: UTF8.self)
        let isWhole = rest.isEmpty || (try? JSONObject(parsing: rest)) != nil
        guard isWhole || rest.hasPrefix("{") else {
            throw LabelError.noLabels(path: path, line: 1 + bytes[..<end].count { $0 == 0x0A })
        }
        if !isWhole { text = String(decoding: bytes[..<end], as: UTF8.self) }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            guard let object = try? JSONObject(parsing: String(line)), let id = object["id"]?.string, let label = object["label"],
                label == .null || label.bool != nil
            else { throw LabelError.noLabels(path: path, line: number + 1) }
            labels.updateValue(label.bool, forKey: id)
        }
        file = try Descriptor.writing(path)
        length = bytes.count
        if !isWhole {
            try file.cut(to: end)
            length = end
        } else if !rest.isEmpty {
            try append("\n")
        }
    }

    // Whoever looked and said nothing leaves no empty file behind.
    deinit { if isNew, length == 0, file.size == 0 { unlink(path) } }

    /// Writes a verdict; nil passes the pair over. The instruction says later whether it is still that pair which has the id.
    public func add(_ label: Bool?, to id: String, instruction: String? = nil) throws {
        var object: JSONObject = ["id": .string(id), "label": label.map { .bool($0) } ?? .null]
        object["instruction"] = instruction.map { .string($0) }
        try append(object.serialized + "\n")
        labels.updateValue(label, forKey: id)
    }

    private func append(_ text: String) throws {
        let bytes = Array(text.utf8)
        if file.isRegularFile { try file.cut(to: length) }
        try file.write(bytes.span, written: length)
        try file.synchronize()
        length += bytes.count
    }
}

public enum LabelError: Error, Equatable, CustomStringConvertible {
    case noLabels(path: String, line: Int)

    public var description: String {
        switch self {
        case .noLabels(let path, let line):
            "\(path):\(line) is no verdict ({\"id\": ..., \"label\": true, false or null}); give the file of verdicts another name by --labels"
        }
    }
}
