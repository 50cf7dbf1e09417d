import Foundation
import Ground
import LanguageModels
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Curate

/// A judge on a server: pairs whose number is among `unanswered` get no answer, and the run ends at the call `stop`.
private final class RemoteJudge: LanguageModel {
    let card = ScriptedModel().card
    private let state = Mutex<(unanswered: Set<Int>, stop: Int?, calls: Int)>(([], nil, 0))
    struct Gone: Error {}

    func behave(unanswered: Set<Int> = [], stopAt stop: Int? = nil) { state.withLock { $0 = (unanswered, stop, 0) } }
    var calls: Int { state.withLock { $0.calls } }

    func tokenCount(of text: String) async throws -> Int { 1 }
    func tokenCount(of prompt: Prompt) async throws -> Int { 1 }
    func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion { throw Gone() }
    func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood { throw Gone() }

    func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] {
        guard case .chat(let turns) = prompt, let words = turns.last?.content.split(whereSeparator: { !$0.isNumber && $0 != "n" }) else {
            throw Gone()
        }
        let number = words.lazy.filter { $0.hasPrefix("n") }.compactMap { Int($0.dropFirst()) }.first ?? 0
        let (fails, ends) = state.withLock { state in
            state.calls += 1
            return (state.unanswered.contains(number), state.stop == state.calls)
        }
        if ends { throw Gone() }
        if fails { throw Rejection("endpoint_failed", isPassing: true) }
        let good = Double(number * 7 % 20) / 20
        return [0, 1 - good, 0, 0, good]
    }
}

@Suite struct RankedSelectionTests {
    private struct Bench {
        let folder: URL
        let judge = RemoteJudge()

        init(_ folder: URL) throws {
            self.folder = folder
            let lines = (0..<40).map { #"{"id":"p\#($0)","instruction":"what n\#($0)?","output":"answer","origin":"augmented"}"# }
            try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "pairs.jsonl"))
        }

        func path(_ name: String) -> String { folder.appending(path: name).path }
        func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }
        var names: Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []) }

        func run(_ name: String, resume: Bool = false, force: Bool = false) async throws -> StageSummary {
            var options = StageOptions(
                inputs: [path("pairs.jsonl")], output: path(name), rejects: path("\(name)-rejects"), maxBroken: 1, quiet: true)
            (options.resume, options.force, options.concurrency) = (resume, force, 4)
            return try await Curator(judge: judge, options: CurateOptions()).run(options, choice: PairChoice(budget: .fraction(0.2)))
        }

        func expectSame(_ name: String, as other: String) {
            #expect(bytes(name) != nil && bytes(name) == bytes(other))
            #expect(bytes("\(name)-rejects") == bytes("\(other)-rejects"))
        }
    }

    @Test("nothing is left beside the output, and --resume of what is finished rates nothing", arguments: [false, true])
    func finished(_ resume: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let bench = try Bench(folder)
            let first = try await bench.run("out", resume: resume)
            #expect(first.kept == 8 && bench.judge.calls == 40)
            let (output, rejects) = (bench.bytes("out"), bench.bytes("out-rejects"))
            #expect(bench.names == (["pairs.jsonl", "out", "out-rejects"] as Set).union(resume ? ["out.progress"] : []))
            guard resume else {
                await #expect(throws: StageError.outputExists(file: bench.path("out"))) { try await bench.run("out") }
                #expect(bench.judge.calls == 40)
                return
            }
            let again = try await bench.run("out", resume: true)
            #expect(again.kept == 8 && bench.judge.calls == 40)
            #expect(bench.bytes("out") == output && bench.bytes("out-rejects") == rejects)
            #expect(try await bench.run("out", force: true).kept == 8)
            #expect(bench.bytes("out") == output && bench.bytes("out-rejects") == rejects)
        }
    }

    @Test("wherever the rating ends, --resume goes on to the same bytes", arguments: [1, 2, 17, 39, 40])
    func interrupted(_ call: Int) async throws {
        try await withTemporaryDirectory { folder in
            let bench = try Bench(folder)
            _ = try await bench.run("whole")
            bench.judge.behave(stopAt: call)
            await #expect(throws: RemoteJudge.Gone.self) { try await bench.run("out", resume: call % 2 == 0) }
            bench.judge.behave()
            #expect(try await bench.run("out", resume: true).kept == 8)
            bench.expectSame("out", as: "whole")
            #expect(!bench.names.contains { $0.contains(".rated") })
        }
    }

    @Test("a file in the place of the rated pairs, or of those that are refused, is left alone", arguments: [false, true])
    func strangers(_ force: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let bench = try Bench(folder)
            for name in ["out.rated", "out.rated.rejects", "out.rated.progress"] {
                try Data("precious".utf8).write(to: URL(filePath: bench.path(name)))
                let error = await #expect(throws: FileError.self) { try await bench.run("out", force: force) }
                #expect(error?.description.contains("\(name) stands where") == true)
                #expect(bench.bytes(name) == Data("precious".utf8) && bench.judge.calls == 0)
                try FileManager.default.removeItem(atPath: bench.path(name))
            }
        }
    }

    @Test("pairs that a server left unrated are rated by --resume, and all are ranked anew")
    func unanswered() async throws {
        try await withTemporaryDirectory { folder in
            let bench = try Bench(folder)
            _ = try await bench.run("whole")
            // The best of all is among them.
            bench.judge.behave(unanswered: [0, 17, 37])
            let first = try await bench.run("out", resume: true)
            #expect(first.unanswered == 3 && first.broken == ["endpoint_failed": 3])
            bench.judge.behave()
            let second = try await bench.run("out", resume: true)
            #expect(second.unanswered == 0 && second.broken.isEmpty && bench.judge.calls == 3)
            bench.expectSame("out", as: "whole")
            #expect(!bench.names.contains { $0.contains(".rated") })
            #expect(try await bench.run("out", resume: true).kept == 8 && bench.judge.calls == 3)
        }
    }

    @Test("another input or another fraction is not taken for what stands")
    func otherSettings() async throws {
        try await withTemporaryDirectory { folder in
            let bench = try Bench(folder)
            _ = try await bench.run("out", resume: true)
            let line = #"{"id":"p40","instruction":"what n40?","output":"answer","origin":"augmented"}"#
            let more = try #require(bench.bytes("pairs.jsonl")) + Data("\n\(line)\n".utf8)
            try more.write(to: folder.appending(path: "pairs.jsonl"))
            let error = await #expect(throws: StageError.self) { try await bench.run("out", resume: true) }
            #expect(error?.description.contains("40 records") == true)
        }
    }
}
