import Foundation
import LanguageModels
import Records
import Stages
import TestSupport
import Testing

@testable import Curate

struct JudgeCheckTests {
    /// The instruction names the number that the output names.
    private static let known = (0..<14).map { JudgeCheck.Known(instruction: "What is number \($0)?", output: "It is number \($0).") }

    /// Scores a pair 5 where the numbers agree, else 1.
    private static let honest = ScriptedModel(masses: { prompt in
        let numbers = prompt.split { !$0.isNumber }.prefix(2)
        return numbers.first == numbers.last ? [0, 0, 0, 0, 1] : [1, 0, 0, 0, 0]
    })

    @Test("a judge that tells true pairs from mismatched ones has the area 1")
    func honest() async throws {
        let check = try #require(JudgeCheck(Self.known))
        #expect(try await check.area(of: Judge(Self.honest)) == 1)
    }

    @Test("one that scores all alike has .5 and is refused, with the area and what to do")
    func alike() async throws {
        let check = try #require(JudgeCheck(Self.known))
        let error = await #expect(throws: JudgeCheckError.self) { try await check.area(of: Judge(ScriptedModel())) }
        #expect(error == .cannotTell(model: "scripted", rubric: "five-point-en", area: 0.5))
        for words in ["AUC 0.50", "--judge none", "--any-judge", "--rubric"] { #expect(error?.description.contains(words) == true) }
    }

    @Test("one that scores too few pairs is refused with their number")
    func mute() async throws {
        let check = try #require(JudgeCheck(Self.known))
        let error = await #expect(throws: JudgeCheckError.self) {
            try await check.area(of: Judge(ScriptedModel(masses: { _ in [0, 0, 0, 0, 0.1] })))
        }
        let said = ["the labels at a probability of 0.100 together (label_mass_low)"]
        #expect(error == .scoresTooFew(model: "scripted", rubric: "five-point-en", scored: 0, said: said))
    }

    @Test("what such a judge wrote is shown, two answers of it, in one line each, cut, without personal data")
    func said() async throws {
        var check = try #require(JudgeCheck(Self.known))
        check.redact = { $0.replacing("me@a.example", with: "<email>") }
        let chatty = ScriptedModel(
            givesProbabilities: false,
            answer: { prompt, _ in "Nice\nwork, me@a.example! \(prompt.contains("number 1") ? "One." : "Two.") " + "So it goes. " })
        let error = await #expect(throws: JudgeCheckError.self) { try await check.area(of: Judge(chatty)) }
        guard case .scoresTooFew(_, _, 0, let said)? = error else { throw try #require(error) }
        #expect(said.count == 2 && Set(said).count == 2, "\(said)")
        #expect(said.allSatisfy { $0.hasPrefix("\"Nice work, <email>!") && !$0.contains("\n") }, "\(said)")
        #expect(error?.description.contains("It wrote \"Nice work") == true)
    }

    @Test("the ten are the same in whatever order the seeds come, and no instruction and no output is among them twice")
    func chosen() throws {
        #expect(JudgeCheck(Self.known)?.pairs == JudgeCheck(Self.known.reversed())?.pairs)
        #expect(JudgeCheck(Self.known + Self.known)?.pairs == JudgeCheck(Self.known)?.pairs)
        #expect(JudgeCheck(Array(Self.known.prefix(9))) == nil)
        let twice = (0..<14).map { JudgeCheck.Known(instruction: "What is number \($0)?", output: "It is number \($0 / 2).") }
        #expect(JudgeCheck(twice) == nil)
    }

    private func withPairs(seeds: Int, _ body: (URL, [String]) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let lines = (0..<20).map { number in
                #"{"id":"p\#(number)","instruction":"What is number \#(number)?","output":"It is number \#(number).","origin":"#
                    + (number < seeds ? "\"seed\"}\n" : "\"augmented\"}\n")
            }
            let file = folder.appending(path: "pairs.jsonl").path
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            try await body(folder, [file])
        }
    }

    @Test("seeds are found in the input files by their origin")
    func inStream() async throws {
        for count in [0, 12] {
            try await withPairs(seeds: count) { _, files in
                let found = try JudgeCheck.seeds(in: files)
                #expect(found.count == count)
            }
        }
        #expect(try JudgeCheck.seeds(in: []).isEmpty)
    }

    @Test("a refused judge rates nothing; a run that was begun goes on without another check")
    func before() async throws {
        try await withPairs(seeds: 0) { folder, files in
            let check = try #require(JudgeCheck(Self.known))
            let output = folder.appending(path: "out.jsonl").path
            func options(resume: Bool = false, limit: Int? = nil) -> StageOptions {
                StageOptions(inputs: files, output: output, limit: limit, quiet: true, resume: resume)
            }
            let blind = try Curator(judge: ScriptedModel(), options: CurateOptions(judgement: .rubric))
            await #expect(throws: JudgeCheckError.self) { try await blind.run(options(resume: true), check: check) }
            #expect(!FileManager.default.fileExists(atPath: output))
            _ = try await blind.run(options(resume: true, limit: 5))
            let summary = try await blind.run(options(resume: true), check: check)
            #expect(summary.kept == 20)
        }
    }
}
