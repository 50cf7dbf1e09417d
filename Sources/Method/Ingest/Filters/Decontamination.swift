import Foundation
import Ground
import Records

/// Drops passages that share a run of 12 words with a text of an evaluation, so that no model is trained on what it is tested with.
///
/// Words are compared without capitals, marks and spacing. Memory: 8 bytes a run of the evaluation texts, twice for the table.
public struct Decontamination: Sendable {
    public var runLength = 12
    private var runs: Set<UInt64> = []

    public var runCount: Int { runs.count }
    /// The same for files that say the same.
    var fingerprint: String { "\(runLength) \(runs.count) \(runs.reduce(0, &+))" }

    /// Takes in the texts of evaluation files: every string of every JSON record in a .jsonl or .json file, every line of another file.
    ///
    /// What shares `runLength` words in a row with them is dropped.
    public init(files: [String], runLength: Int = 12) throws {
        self.runLength = runLength
        for file in files {
            let data = try FileBytes.list(file)
            let stem = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
            var bytes = [UInt8](data)
            if file.hasSuffix(".gz") {
                let (unpacked, isWhole, _) = Inflater.unpack(bytes, .gzip, limit: 1 << 31)
                guard isWhole else { throw IngestError.unreadable(path: file, why: "the gzip data are damaged") }
                bytes = unpacked
            }
            if stem.hasSuffix(".json") {
                do { add(try JSONValue(parsing: bytes)) } catch { throw IngestError.unreadable(path: file, why: "\(error)") }
                continue
            }
            for (number, line) in bytes.split(separator: 10).enumerated() {
                if stem.hasSuffix(".jsonl") {
                    do {
                        add(try JSONValue(parsing: Array(line)))
                    } catch {
                        throw IngestError.unreadable(path: "\(file):\(number + 1)", why: "\(error)")
                    }
                } else {
                    add(String(decoding: line, as: UTF8.self))
                }
            }
        }
    }

    public init(texts: [String]) { for text in texts { add(text) } }

    private mutating func add(_ value: JSONValue) {
        switch value {
        case .string(let text): add(text)
        case .array(let values): for value in values { add(value) }
        case .object(let object): for (_, value) in object.fields { add(value) }
        default: break
        }
    }

    /// A text shorter than a run has nothing to be found by.
    private mutating func add(_ text: String) {
        for (run, _) in Decontamination.runs(of: text, runLength) { runs.insert(run) }
    }

    func rejection(of text: String) -> Rejection? {
        for (run, words) in Decontamination.runs(of: text, runLength) where runs.contains(run) {
            return Rejection("evaluation_overlap", value: .string(words()), threshold: .integer(runLength))
        }
        return nil
    }

    private static func runs(of text: String, _ length: Int) -> [(hash: UInt64, words: () -> String)] {
        let bytes = Array(text.utf8)
        let words = WordHash.words(of: bytes[...])
        return WordHash.runs(of: words.map(\.hash), length: length).enumerated().map { first, run in
            let range = words[first].range.lowerBound..<words[first + length - 1].range.upperBound
            return (run, { String(decoding: bytes[range], as: UTF8.self) })
        }
    }
}
