import Foundation
import TestSupport
import Testing

@testable import Evaluate

struct TrainingSupportTests {
    @Test("questions of which a training pair has half the words are counted apart from the others, and none is lost")
    func parts() async throws {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "own.jsonl")
            let lines = [
                #"{"id": "bees", "question": "Which dance do honey bees use to show flowers?", "choices": ["waggle dance", "tango"], "answer": 0}"#,
                #"{"id": "ships", "question": "Which admiral commanded the fleet near Trafalgar?", "choices": ["Nelson", "Drake"], "answer": 0}"#,
                #"{"id": "common", "question": "What is the way to be?", "choices": ["so", "no"], "answer": 0}"#,
            ]
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            let support = TrainingSupport(texts: [
                "How do bees talk? Honey bees show the others where flowers are by a waggle dance.", "Name a ship. The Victory is one.",
            ])
            let task = try TaskFile([file.path])
            let parts = task.parts(by: support)
            #expect(parts.map(\.name) == ["own, supported by the training data", "own, not supported by the training data"])
            #expect(parts.map { $0.questions.map(\.id) } == [["bees"], ["ships", "common"]])
            #expect(task.parts(by: TrainingSupport(texts: ["Nothing of it."])).map(\.questions.count) == [3])
            #expect(throws: EvaluateError.self) { try TrainingSupport([file.path]) }
        }
    }
}
