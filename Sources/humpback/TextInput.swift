import Foundation
import Records

/// Texts to learn from, out of text files and of records.
enum TextInput {
    /// Hands over each text of the files, in their order: a .txt or .md file whole, of a JSONL file each record's `text`, or its
    /// instruction and output.
    static func forEach(in files: [String], limit: Int?, _ body: (String) throws -> Void) throws {
        var left = limit ?? .max
        var found = 0
        func take(_ text: String) throws {
            guard left > 0, !text.isEmpty else { return }
            left -= 1
            found += 1
            try body(text)
        }
        for file in files where left > 0 {
            if file.hasSuffix(".txt") || file.hasSuffix(".md") {
                guard let content = FileManager.default.contents(atPath: file) else {
                    throw RecordsError.cannotOpen(file: file, reason: "there is no such file, or it may not be read")
                }
                try take(String(decoding: content, as: UTF8.self))
                continue
            }
            var source = try RecordSource([file])
            while left > 0, let item = try source.next() {
                try Task.checkCancellation()
                if case .item(let record) = item.content { try take(text(of: record.object)) }
            }
        }
        guard found > 0 else { throw TextInputError.noText(files: files) }
    }

    private static func text(of record: JSONObject) -> String {
        if let text = record["text"]?.string { return text }
        guard let instruction = record["instruction"]?.string, let output = record["output"]?.string else { return "" }
        return instruction + "\n\n" + output
    }
}

/// Why there is nothing to learn from.
enum TextInputError: Error, CustomStringConvertible {
    case noText(files: [String])

    var description: String {
        switch self {
        case .noText(let files):
            "there is no text in \(files.prefix(3).joined(separator: ", ")); give .txt or .md files, or JSONL records with `text`, such as "
                + "`humpback ingest` writes."
        }
    }
}
