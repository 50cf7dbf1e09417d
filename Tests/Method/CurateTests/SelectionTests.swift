import Foundation
import Ground
import Stages
import TestSupport
import Testing

@testable import Curate

struct SelectionTests {
    /// Twenty pairs, every fifth of them good.
    private static func write(to file: String) throws {
        let lines = (0..<20).map { index in
            "{\"id\":\"p\(index)\",\"instruction\":\"\(index % 5 == 0 ? "good" : "poor") one?\",\"output\":\"answer\",\"origin\":\"augmented\"}"
        }
        try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: file)
    }

    @Test(
        "selecting from ratings gives the records of rating and selecting at once",
        arguments: [Selection.minimumScore(4.5), .minimumScore(2), .topFraction(0.3)])
    func sameRecords(selection: Selection) async throws {
        try await withTemporaryDirectory { folder in
            func path(_ name: String) -> String { folder.appending(path: name).path }
            try Self.write(to: path("pairs.jsonl"))
            let judge = ScriptedModel(masses: { prompt in prompt.contains("good") ? [0, 0, 0, 0.1, 0.9] : [0, 0.5, 0.5, 0, 0] })
            var options = CurateOptions()
            var choice: PairChoice?
            switch selection {
            case .minimumScore(let score): options.minimumScore = score
            case .topFraction(let fraction): choice = PairChoice(budget: .fraction(fraction))
            }
            _ = try await Curator(judge: judge, options: options).run(
                StageOptions(inputs: [path("pairs.jsonl")], output: path("at once"), quiet: true), choice: choice)
            _ = try await Curator(judge: judge, options: CurateOptions(keepsAll: true)).run(
                StageOptions(inputs: [path("pairs.jsonl")], output: path("rated"), quiet: true))
            let summary = try await selection.run(
                StageOptions(inputs: [path("rated")], output: path("selected"), rejects: path("rejects"), quiet: true))
            #expect(try Data(contentsOf: folder.appending(path: "at once")) == Data(contentsOf: folder.appending(path: "selected")))
            #expect(try RecordSource.readAll([path("rejects")]).count == 20 - summary.kept)
        }
    }
}
