import Ground
import Records
import Stages

/// Which questions training data could have taught: imitation helps where the data cover a task and nowhere else (Gudibande et al. 2023,
/// arXiv 2305.15717, section 4.2), so the two kinds are counted apart.
///
/// A question is supported where one training pair has at least half of its distinct words, stop words of English and words of one or two
/// letters left out; the ten pairs that BM25 finds likest are looked at. A rule over words sees a shared subject, not a shared fact.
public struct TrainingSupport: Sendable {
    private let index: LexicalIndex
    private let words: [Set<Substring>]

    /// Throws `EvaluateError.noPairIn` where a file has no pair.
    public init(_ files: [String], fields: FieldNames = FieldNames()) throws {
        var texts: [String] = []
        for file in files {
            let found = try RecordSource.readAll([file], fields: fields).compactMap { record -> String? in
                (try? Seed(record.object)).map { $0.instruction + " " + $0.output }
            }
            guard !found.isEmpty else { throw EvaluateError.noPairIn(file: file, reasons: "", first: nil) }
            texts += found
        }
        self.init(texts: texts)
    }

    init(texts: [String]) {
        index = LexicalIndex(texts)
        words = texts.map { Set(LexicalIndex.words($0)) }
    }

    /// Whether one pair has half of the question's words.
    func supports(_ question: TaskQuestion) -> Bool {
        let wanted = Set(LexicalIndex.words(question.prompt + " " + question.shown)).filter { $0.count > 2 }.subtracting(Self.stops)
        guard !wanted.isEmpty else { return false }
        return index.ranking(for: wanted.sorted().joined(separator: " "), limit: 10).contains {
            2 * words[$0].intersection(wanted).count >= wanted.count
        }
    }

    private static let stops = Set(StopWords.english.words.map { Substring($0) } + ["question", "answer"])
}

extension TaskFile {
    /// The task in two: the questions that training data support, and the others. A part without a question is left out.
    public func parts(by support: TrainingSupport) -> [TaskFile] {
        let found = questions.map { support.supports($0) }
        return [true, false].compactMap { wanted in
            part("\(name), \(wanted ? "" : "not ")supported by the training data", zip(questions, found).filter { $0.1 == wanted }.map(\.0))
        }
    }
}
