import Foundation
import TestSupport
import Testing

@testable import Finetune

@Suite struct TrainingJobTests {
    private static func make(_ folder: URL, _ files: [String: String]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }

    @Test("a model that stands is finished, and what a kill has left of its training goes")
    func finished() async throws {
        try await withTemporaryDirectory { place in
            let output = place.appending(path: "M")
            #expect(try !TrainingJob.isFinished(output))
            try Self.make(output, ["config.json": "{}", "metrics.jsonl": "a"])
            #expect(try TrainingJob.isFinished(output))
            // Killed between the model's arrival and the removal of its checkpoints, and in the middle of that.
            try Self.make(TrainingJob.workplace(of: output), ["metrics.jsonl": "a"])
            try Self.make(place.appending(path: ".M.training.removed"), ["metrics.jsonl": "b"])
            try Self.make(place.appending(path: ".M.01234567.part"), ["config.json": "{}"])
            #expect(try TrainingJob.isFinished(output))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["M"])
        }
    }

    @Test("checkpoints of a model that is to replace the one that stands are kept, and the way on is named")
    func replacement() async throws {
        try await withTemporaryDirectory { place in
            let output = place.appending(path: "M")
            try Self.make(output, ["config.json": "{}", "metrics.jsonl": "a"])
            try Self.make(TrainingJob.workplace(of: output), ["metrics.jsonl": "b"])
            #expect(try !TrainingJob.isFinished(output))
            #expect { try TrainingJob.checkOutput(output, resumes: true, replaces: false) } throws: {
                "\($0)".contains("--resume --force")
            }
            try TrainingJob.checkOutput(output, resumes: true, replaces: true)
            #expect(FileManager.default.fileExists(atPath: TrainingJob.workplace(of: output).path))
            try TrainingJob.checkOutput(output, resumes: false, replaces: true)
            #expect(!FileManager.default.fileExists(atPath: TrainingJob.workplace(of: output).path))
        }
    }

    @Test("what is no model is not replaced, asked or not; an empty folder is")
    func strangers() async throws {
        try await withTemporaryDirectory { place in
            let (notes, file, empty) = (place.appending(path: "notes"), place.appending(path: "file"), place.appending(path: "empty"))
            try Self.make(notes, ["thesis.txt": "words"])
            try Data("words".utf8).write(to: file)
            try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
            for stranger in [notes, file] {
                #expect { try TrainingJob.checkOutput(stranger, resumes: false, replaces: true) } throws: {
                    "\($0)".contains("no model folder")
                }
            }
            try TrainingJob.checkOutput(empty, resumes: false, replaces: true)
        }
    }
}
