import Ground
import LanguageModels
import Records
import Stages

/// Rated pairs as examples for a judge.
public enum JudgeExamples {
    /// Reads files of pairs with a `score`, and the language of each.
    ///
    /// Throws `RubricError` where a record has no score on the scale.
    public static func read(
        _ files: [String], scale: ClosedRange<Int>
    ) throws -> [(example: Rubric.Example, language: String?)] {
        guard !files.isEmpty else { return [] }
        return try RecordSource.readAll(files).map { record in
            let example = try Rubric.Example(record.object, at: record.place, scale: scale)
            let language = record.object["lang"]?.string.map { String($0.lowercased().prefix(2)) }
            return (example, language ?? LanguageDetector.shared.detect(example.output)?.code)
        }
    }
}
