import Foundation
import Ground
import LanguageModels
import Records
import Stages
import TestSupport
import Testing

@testable import Curate

/// A judge that rates a pair by the number in its instruction, and gives no answer to every tenth.
private struct CountingJudge: LanguageModel {
    let card = ScriptedModel().card
    struct Gone: Error {}

    func tokenCount(of text: String) async throws -> Int { text.count }
    func tokenCount(of prompt: Prompt) async throws -> Int { 1 }
    func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion { throw Gone() }
    func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood { throw Gone() }

    func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] {
        guard case .chat(let turns) = prompt, let words = turns.last?.content.split(whereSeparator: { !$0.isNumber && $0 != "n" }) else {
            throw Gone()
        }
        let number = words.lazy.filter { $0.hasPrefix("n") }.compactMap { Int($0.dropFirst()) }.first ?? 0
        if number % 10 == 9 { throw Rejection("prompt_too_long") }
        let good = Double(number * 7 % 20) / 20
        return [0, 1 - good, 0, 0, good]
    }
}

@Suite struct CurateJoinTests {
    @Test(
        "pairs rated in shards and chosen when they are joined are the bytes of one machine",
        arguments: [
            nil, PairChoice(budget: .fraction(0.2)), PairChoice(selector: .random, budget: .fraction(0.5), seed: 7),
            PairChoice(budget: .minimumScore(3), perDomain: 4, distinct: 0.9, onePerPassage: true),
        ], [false, true])
    func sameBytes(_ choice: PairChoice?, _ keepsAll: Bool) async throws {
        try await withTemporaryDirectory { folder in
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let lines = (0..<60).map { number in
                #"{"id":"p\#(number)","passage_id":"q\#(number / 2)","url":"http://h\#(number % 5).org/","instruction":"what n\#(number)?","#
                    + #""output":"answer \#(number)","origin":"augmented"}"#
            }
            try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "pairs.jsonl"))
            func run(_ name: String, _ shard: Shard?) async throws {
                var stage = StageOptions(
                    inputs: [path("pairs.jsonl")], output: path(name), rejects: path(name + "-rejects"), maxBroken: 1, quiet: true)
                stage.shard = shard
                var options = CurateOptions()
                options.keepsAll = keepsAll
                _ = try await Curator(judge: CountingJudge(), options: options).run(stage, choice: choice)
            }
            try await run("whole", nil)
            for number in 1...3 { try await run("part\(number)", Shard("\(number)/3")) }
            let set = try ShardSet((1...3).map { path("part\($0)") }, allowsHoles: false)
            _ = try CurateJoin.run(set, StageOptions(output: path("joined"), rejects: path("joined-rejects"), maxBroken: 1, quiet: true))
            for name in ["", "-rejects"] {
                let found = FileManager.default.contents(atPath: path("joined" + name))
                #expect(found == FileManager.default.contents(atPath: path("whole" + name)) && found?.isEmpty == false)
            }
        }
    }

    @Test("a choice reads what it writes about itself")
    func settings() throws {
        for choice in [
            PairChoice(budget: .fraction(0.25)),
            PairChoice(selector: try #require(Selector("length+forward_loss")), budget: .tokens(900), perDomain: 3),
            PairChoice(selector: .random, budget: .minimumScore(4.5), distinct: 0.7, onePerPassage: true, seed: UInt64.max),
        ] {
            #expect(PairChoice(settings: choice.settings) == choice)
        }
    }
}
