import Foundation
import Records
import TestSupport
import Testing

@testable import Finetune

@Suite struct PairOverlapTests {
    private func seed(_ instruction: String, _ output: String) throws -> Seed {
        try Seed(["instruction": .string(instruction), "output": .string(output)])
    }

    @Test("a held-out pair among seeds or curated pairs is counted, whatever its spacing and letter case")
    func counted() throws {
        let seeds = [try seed("How do I knit?", "Take two needles."), try seed("What is tar?", "A thick liquid.")]
        let curated = [try Pair(["instruction": "Why is it hot?", "output": "The sun shines."])]
        let heldOut = [
            try seed("how do i  knit?", "Take two\nneedles."), try seed("Why is it hot?", "The sun shines."),
            try seed("What is tar?", "Something else."),
            try seed("New?", "Yes."),
        ]
        let overlap = PairOverlap(heldOut: heldOut, seeds: seeds, curated: curated)
        #expect(overlap.pairs == 2 && overlap.instructions == 1)
        #expect(overlap.warning?.hasPrefix("warning: 2 of 4 held-out pairs are training pairs too, and the instruction of 1 more") == true)
    }

    @Test("nothing is said where only instructions are shared, or nothing is")
    func silent() throws {
        let seeds = [try seed("a b", "c d")]
        #expect(PairOverlap(heldOut: [try seed("a b", "e f")], seeds: seeds, curated: []).warning == nil)
        #expect(PairOverlap(heldOut: [], seeds: seeds, curated: []).warning == nil)
        // Words that are split elsewhere are other pairs.
        #expect(PairOverlap(heldOut: [try seed("a", "b c d")], seeds: seeds, curated: []).pairs == 0)
    }

    @Test("the account counts seeds that repeat others, and warns of held-out pairs that training sees")
    func account() async throws {
        try await withTemporaryDirectory { folder in
            let (seeds, held) = (folder.appending(path: "seed.jsonl"), folder.appending(path: "held.jsonl"))
            let line = #"{"instruction":"How do I knit?","output":"Take two needles."}"# + "\n"
            try Data((line + line.replacing("knit", with: "sew") + line).utf8).write(to: seeds)
            try Data(line.utf8).write(to: held)
            let input = try FinetuneInput(seedFiles: [seeds.path], heldOut: held.path, curatedFiles: [], wantsCurated: false)
            let account = input.account(allTurns: false)
            #expect(account.contains("3 seed pairs (1 of them repeat an earlier one)"))
            #expect(account.contains("1 of 1 held-out pairs is a training pair too"))
            let apart = try FinetuneInput(seedFiles: [seeds.path], heldOut: "1", curatedFiles: [], wantsCurated: false)
            #expect(apart.overlapWarning == nil)
        }
    }

    @Test("files with names of their own give seeds where these are told, and their fields where not")
    func fields() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "seed.csv")
            try Data("Frage;Antwort\nWie strickt man?;Mit zwei Nadeln.\n".utf8).write(to: file)
            let names = FieldNames(instruction: "Frage", output: "Antwort")
            let input = try FinetuneInput(seedFiles: [file.path], heldOut: nil, curatedFiles: [], fields: names, wantsCurated: false)
            #expect(input.seeds.map(\.instruction) == ["Wie strickt man?"])
            let error = #expect(throws: FinetuneError.self) {
                try FinetuneInput(seedFiles: [file.path], heldOut: nil, curatedFiles: [], wantsCurated: false)
            }
            #expect("\(error, default: "")".contains("Frage, Antwort (wanted: instruction, output"))
        }
    }
}
