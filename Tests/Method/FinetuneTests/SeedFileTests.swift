import Foundation
import Records
import TestSupport
import Testing

@testable import Finetune

struct SeedFileTests {
    @Test("holding out takes the asked number, never a pair that also trains, whatever the order")
    func split() throws {
        let seeds = try (0..<50).map { try Seed(["instruction": .string("Question \($0)?"), "output": .string("Answer \($0).")]) }
        let (training, heldOut) = SeedFile.split(seeds + [seeds[7]], holdingOut: 10)
        #expect(Set(heldOut.map(\.id)).count == 10)
        #expect(Set(training.map(\.id)).isDisjoint(with: heldOut.map(\.id)))
        let reversed = SeedFile.split(seeds.reversed(), holdingOut: 10)
        #expect(Set(reversed.heldOut.map(\.id)) == Set(SeedFile.split(seeds, holdingOut: 10).heldOut.map(\.id)))
    }

    @Test("a passage among the seeds is an error that names the line and the command for it")
    func wrongShape() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "seed.jsonl").path
            try "{\"instruction\":\"A?\",\"output\":\"B.\"}\n{\"id\":\"1\",\"text\":\"only text\"}\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            let error = #expect(throws: RecordsError.self) { try SeedFile.read([file]) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(":2"))
        }
    }
}
