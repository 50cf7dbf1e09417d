import Finetune
import Foundation
import Ground
import Records
import Stages

/// Texts to learn from, out of text files and of records.
enum TextInput {
    /// Hands over each document of the files, in their order: a .txt or .md file whole, of a JSONL file each record's `text`, its
    /// `messages` as a dialogue, or its instruction and output as a text.
    static func forEach(in files: [String], fields: FieldNames = FieldNames(), limit: Int?, _ body: (PretrainingDocument) throws -> Void)
        throws
    {
        var left = limit ?? .max
        var found = 0
        var other: String?
        func take(_ text: PretrainingDocument) throws {
            guard left > 0, !text.words.isEmpty else { return }
            left -= 1
            found += 1
            try body(text)
        }
        for file in files where left > 0 {
            if file.hasSuffix(".txt") || file.hasSuffix(".md") {
                guard FileStatus.isRegularFile(file), let content = FileManager.default.contents(atPath: file) else {
                    throw FileError.cannotOpen(file: file, reason: "there is no such file, or it may not be read, or is none")
                }
                try take(.text(String(decoding: content, as: UTF8.self)))
                continue
            }
            var source = try RecordSource([file], fields: fields)
            while left > 0, let item = try source.next() {
                try Task.checkCancellation()
                guard case .item(let record) = item.content else { continue }
                let document = document(record.object)
                if document.words.isEmpty, other == nil {
                    let missing = record.object.missing("text, messages, or instruction and output", naming: "text")
                    other = "\(item.place): \(missing)"
                }
                try take(document)
            }
        }
        guard found > 0 else { throw TextInputError.noText(files: files, first: other) }
    }

    private static func document(_ record: JSONObject) -> PretrainingDocument {
        if let text = record["text"]?.string { return .text(text) }
        // A dialogue ends before the first turn that is no text.
        if let messages = record["messages"] { return .dialogue(ChatTurns.read(messages).turns) }
        guard let instruction = record["instruction"]?.string, let output = record["output"]?.string else { return .text("") }
        return .text(instruction + "\n\n" + output)
    }
}

/// Why there is nothing to learn from.
enum TextInputError: Error, CustomStringConvertible {
    /// - Parameter first: the first record without a text, and the fields it has.
    case noText(files: [String], first: String?)

    var description: String {
        switch self {
        case .noText(let files, let first):
            (first.map { $0 + "\n" } ?? "")
                + "there is no text in \(files.prefix(3).joined(separator: ", ")); give .txt or .md files, or JSONL records with `text` or `messages`, such as "
                + "`humpback ingest` writes."
        }
    }
}
