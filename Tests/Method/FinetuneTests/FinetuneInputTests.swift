import Foundation
import Records
import TestSupport
import Testing

@testable import Finetune

struct FinetuneInputTests {
    private static func seeds(_ count: Int) -> String {
        (0..<count).map { "{\"instruction\":\"Question \($0)?\",\"output\":\"Answer \($0).\"}\n" }.joined()
    }

    private static let curated = """
        {"id":"a","instruction":"Why?","output":"Because.","score":4.8,"selected":true}
        {"id":"b","instruction":"How?","output":"So.","score":2.1,"selected":false}
        {"id":"c","instruction":"","output":"No question."}
        {"id":"d","instruction":"Where?","output":"There."}

        """

    private func reading(
        seeds: String = seeds(6), curated: String? = curated, heldOut: String? = nil, wantsCurated: Bool = true
    ) async throws -> FinetuneInput {
        try await withTemporaryDirectory { folder in
            let files = [("seed.jsonl", seeds), ("curated.jsonl", curated ?? "")].map { name, text in
                (folder.appending(path: name), text)
            }
            for (file, text) in files { try Data(text.utf8).write(to: file) }
            return try FinetuneInput(
                seedFiles: [files[0].0.path], heldOut: heldOut, curatedFiles: curated == nil ? ["/dev/null"] : [files[1].0.path],
                wantsCurated: wantsCurated)
        }
    }

    @Test("selected and unrated pairs train, unselected ones are counted, broken ones are refused with their line")
    func curatedPairs() async throws {
        let input = try await reading()
        #expect(input.seeds.count == 6 && input.heldOut.isEmpty)
        #expect(input.curated.map(\.id) == ["a", "d"])
        #expect(input.unselected == 1)
        #expect(input.refusals.count == 1)
        #expect(input.places["a"]?.line == 1 && input.places["d"]?.line == 4)
        let account = input.account(allTurns: true)
        #expect(account.hasPrefix("6 seed pairs, 2 curated pairs, 1 not selected, 1 refused\n"))
        #expect(account.contains("curated.jsonl:3"))
    }

    @Test("curated pairs that repeat an earlier one are learned again, and counted")
    func twins() async throws {
        let input = try await reading(curated: Self.curated + #"{"id":"e","instruction":"where?","output":"There."}"# + "\n")
        #expect(input.curated.map(\.id) == ["a", "d", "e"])
        let said = "3 curated pairs (1 of them repeat an earlier one, and are learned again)"
        #expect(input.account(allTurns: true).contains(said))
    }

    @Test("held-out seeds are taken away from those that train; as many as there are is refused")
    func heldOut() async throws {
        let input = try await reading(heldOut: "2", wantsCurated: false)
        #expect(input.seeds.count == 4 && input.heldOut.count == 2 && input.curated.isEmpty)
        #expect(Set(input.seeds.map(\.id)).isDisjoint(with: input.heldOut.map(\.id)))
        for number in ["6", "0", "-1"] {
            await #expect(throws: FinetuneError.self) { try await reading(heldOut: number, wantsCurated: false) }
        }
    }

    @Test("keeping fewer seeds takes the same ones in whatever order they come")
    func keeping() async throws {
        var input = try await reading(seeds: Self.seeds(20), wantsCurated: false)
        input.keepSeeds(5)
        let lines = Self.seeds(20).split(separator: "\n").reversed().joined(separator: "\n")
        var reversed = try await reading(seeds: lines, wantsCurated: false)
        reversed.keepSeeds(5)
        #expect(input.seeds.count == 5)
        #expect(Set(input.seeds.map(\.id)) == Set(reversed.seeds.map(\.id)))
    }

    @Test("no seed, no curated pair, and a passage in their place say what is missing")
    func missing() async throws {
        func message(_ work: () async throws -> FinetuneInput) async -> String {
            do {
                _ = try await work()
                return ""
            } catch { return "\(error)" }
        }
        #expect(await message { try await reading(seeds: "") }.contains("no seed pair"))
        #expect(await message { try await reading(curated: nil) }.contains("no curated pair"))
        let passage = "{\"id\":\"1\",\"text\":\"only text\"}\n"
        #expect(await message { try await reading(curated: passage) }.contains("curated.jsonl:1"))
    }
}
