import Foundation
import Ground
import Records
import TestSupport
import Testing

@testable import Finetune

struct DocumentSplitTests {
    private func seed(_ number: Int, page: Int?) throws -> Seed {
        var object: JSONObject = ["instruction": .string("i\(number)"), "output": .string("o\(number)")]
        if let page { object["url"] = .string("https://example.org/\(page)#part-\(number)") }
        return try Seed(object)
    }

    @Test("no page is on both sides, whatever the order")
    func pages() throws {
        let seeds = try (0..<60).map { try seed($0, page: $0 / 4) }
        let (training, heldOut) = DocumentSplit.split(seeds, holdingOut: 0.2)
        func pages(_ seeds: [Seed]) -> Set<String> { Set(seeds.compactMap { DocumentSplit.page(of: $0.object) }) }
        #expect(pages(training).isDisjoint(with: pages(heldOut)))
        #expect(heldOut.count == 12 && training.count == 48 && pages(heldOut).count == 3)
        #expect(Set(DocumentSplit.split(seeds.reversed(), holdingOut: 0.2).heldOut.map(\.id)) == Set(heldOut.map(\.id)))
    }

    @Test("seeds without a page are split one by one, and the same text twice stays on one side")
    func withoutPages() throws {
        let seeds = try (0..<50).map { try seed($0 % 25, page: nil) }
        let (training, heldOut) = DocumentSplit.split(seeds, holdingOut: 0.2)
        #expect(heldOut.count == 10 && Set(training.map(\.id)).isDisjoint(with: heldOut.map(\.id)))
        #expect(DocumentSplit.split(seeds.filter { $0.instruction == "i1" }, holdingOut: 0.5).heldOut.isEmpty)
    }

    @Test("curated pairs of a held-out page are left out of training and counted")
    func curated() async throws {
        try await withTemporaryDirectory { place in
            func write(_ name: String, _ lines: [String]) throws -> String {
                let file = place.appending(path: name)
                try Data(lines.joined(separator: "\n").utf8).write(to: file)
                return file.path
            }
            let lines = (0..<20).map { #"{"instruction": "i\#($0)", "output": "o\#($0)", "source": {"file": "page\#($0 / 2).html"}}"# }
            let seeds = try write("seed.jsonl", lines)
            let curated = try write("curated.jsonl", lines.map { $0.replacing(": \"i", with: ": \"What is i") })
            let input = try FinetuneInput(seedFiles: [seeds], heldOut: nil, heldOutShare: 0.3, curatedFiles: [curated], wantsCurated: true)
            #expect(input.heldOut.count == 6 && input.seeds.count == 14 && input.curated.count == 14 && input.ofHeldOutPages == 6)
            #expect(input.account(allTurns: false).contains("6 curated pairs of held-out pages left out"))
            let one = try write("one.jsonl", Array(lines.prefix(2)))
            #expect(throws: FinetuneError.self) {
                try FinetuneInput(seedFiles: [one], heldOut: nil, heldOutShare: 0.3, curatedFiles: [], wantsCurated: false)
            }
        }
    }

    @Test("where a few large documents miss the share that was asked for, the account says what share it is")
    func missedShare() async throws {
        try await withTemporaryDirectory { place in
            func account(_ documents: Int) throws -> String? {
                let lines = (0..<40).map {
                    #"{"instruction": "i\#($0)", "output": "o\#($0)", "source": {"file": "page\#($0 % documents)"}}"#
                }
                let file = place.appending(path: "seed\(documents).jsonl")
                try Data(lines.joined(separator: "\n").utf8).write(to: file)
                let input = try FinetuneInput(
                    seedFiles: [file.path], heldOut: nil, heldOutShare: 0.1, curatedFiles: [], wantsCurated: false)
                if let missed = input.missedShare { #expect(input.account(allTurns: false).contains(missed)) }
                return input.missedShare
            }
            let (few, many) = (try account(2), try account(40))
            #expect(few?.hasPrefix("50.0 % of the seed pairs are held out, and 10.0 % were asked for") == true, "\(few ?? "")")
            #expect(few?.hasSuffix("there are 2 documents") == true)
            #expect(many == nil)
        }
    }
}
