import Foundation
import Ground
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Stages

/// A stage's folder with numbered records, and what a run over them leaves.
struct Workbench {
    var folder: URL
    var input: String { path("in.jsonl") }
    var output: String { path("out.jsonl") }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ count: Int, to name: String = "in.jsonl", from first: Int = 0) throws {
        let lines = (first..<first + count).map { #"{"id":"r\#($0)","n":\#($0),"text":"\#(String(repeating: "x", count: $0 % 50))"}"# }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
    }

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }

    func options(_ change: (inout StageOptions) -> Void = { _ in }) -> StageOptions {
        var options = StageOptions(inputs: [input], output: output, rejects: path("rejects.jsonl"), maxBroken: 1, quiet: true)
        change(&options)
        return options
    }
}

func withWorkbench<Result>(_ body: (Workbench) async throws -> Result) async throws -> Result {
    try await withTemporaryDirectory { try await body(Workbench(folder: $0)) }
}

/// Drops every seventh, breaks every eleventh, doubles every fifth, gives nothing for every thirteenth; waits a little, unevenly.
@Sendable func mixedTransform(_ record: InputRecord) async throws -> [Outcome] {
    let number = record.object["n"]?.integer ?? 0
    if number % 3 == 0 { await Task.yield() }
    if number % 17 == 0 { try await Task.sleep(nanoseconds: 1_000_000) }
    if number % 7 == 6 { return [.dropped(record.object, Rejection("seventh", value: .integer(number), threshold: 7))] }
    if number % 11 == 10 { throw Rejection("eleventh", value: .integer(number)) }
    if number % 13 == 12 { return [] }
    var object = record.object
    object["seen"] = true
    return number % 5 == 4 ? [.kept([object, object])] : [.kept([object])]
}

struct Stop: Error {}

@Suite struct StageRunnerTests {
    private func run(
        _ options: StageOptions, settings: JSONObject = ["model": "calf"],
        _ transform: @escaping @Sendable (InputRecord) async throws -> [Outcome] = mixedTransform
    ) async throws -> StageSummary {
        try await StageRunner(stage: "test", settings: settings, options: options)
            .run(over: { try RecordSource(options.inputs, longest: options.longestRecord) }, transform: transform)
    }

    @Test("a broken line costs no waiting, with one in flight and with many", .timeLimit(.minutes(1)), arguments: [1, 8])
    func brokenLines(_ concurrency: Int) async throws {
        try await withWorkbench { bench in
            // With a turn of the clock for every few of them this would last for minutes.
            let lines = (0..<20_000).map { $0 % 100 == 0 ? #"{"n":\#($0)}"# : "no record" }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: bench.input))
            let summary = try await run(bench.options { $0.concurrency = concurrency })
            #expect(
                summary.read == 20_000
                    && summary.brokenCount == 19_800 + lines.indices.count { $0 % 100 == 0 && $0 % 7 != 6 && $0 % 11 == 10 })
        }
    }

    @Test("writes the same bytes with 1, 2, 7, 32 and 500 in flight, in input order, and counts that add up")
    func concurrency() async throws {
        try await withWorkbench { bench in
            try bench.write(1000)
            var expected: (Data?, Data?)?
            for concurrency in [1, 2, 7, 32, 500] {
                let summary = try await run(
                    bench.options {
                        $0.concurrency = concurrency
                        $0.force = true
                    })
                #expect(summary.read == 1000)
                #expect(summary.droppedCount == 142 && summary.dropped == ["seventh": 142])
                #expect(summary.used + summary.droppedCount + summary.brokenCount + summary.empty == summary.read)
                let now = (bench.bytes("out.jsonl"), bench.bytes("rejects.jsonl"))
                if let expected { #expect(now.0 == expected.0 && now.1 == expected.1) }
                expected = now
            }
            let ids = try RecordSource.readAll([bench.output]).compactMap { $0.object["n"]?.integer }
            #expect(ids == ids.sorted())
            #expect(!FileManager.default.fileExists(atPath: bench.path("out.jsonl.progress")))
        }
    }

    @Test(
        "a run that fails after any number of records and is resumed writes the bytes of an undisturbed one",
        arguments: ["out.jsonl", "out.jsonl.gz"], [1, 20])
    func resume(name: String, concurrency: Int) async throws {
        try await withWorkbench { bench in
            try bench.write(300)
            let options = bench.options {
                $0.output = bench.path(name)
                $0.resume = true
                $0.concurrency = concurrency
            }
            let undisturbed = try await run(options)
            let expected = (bench.bytes(name), bench.bytes("rejects.jsonl"))
            for stops in [[0], [1], [150, 151], [299], [40, 90, 200]] {
                for file in [name, "\(name).progress", "rejects.jsonl"] { try? FileManager.default.removeItem(atPath: bench.path(file)) }
                for stop in stops {
                    await #expect(throws: Stop.self) {
                        try await run(options) { record in
                            if record.object["n"]?.integer == stop { throw Stop() }
                            return try await mixedTransform(record)
                        }
                    }
                }
                let summary = try await run(options)
                #expect(summary.read == 300 && summary.resumed == (stops.last ?? 0))
                #expect(summary.dropped == undisturbed.dropped && summary.broken == undisturbed.broken && summary.kept == undisturbed.kept)
                #expect(bench.bytes(name) == expected.0)
                #expect(bench.bytes("rejects.jsonl") == expected.1)
            }
        }
    }

    @Test("what a killed run wrote past its last whole point is cut off")
    func cutsBack() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            let options = bench.options { $0.resume = true }
            _ = try await run(options)
            let expected = bench.bytes("out.jsonl")
            try FileManager.default.removeItem(atPath: bench.output)
            try FileManager.default.removeItem(atPath: bench.output + ".progress")
            try FileManager.default.removeItem(atPath: bench.path("rejects.jsonl"))
            await #expect(throws: Stop.self) {
                try await run(options) { record in
                    if record.object["n"]?.integer == 60 { throw Stop() }
                    return try await mixedTransform(record)
                }
            }
            for file in ["out.jsonl", "rejects.jsonl"] {
                let handle = try FileHandle(forWritingTo: bench.folder.appending(path: file))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data("{\"half\":".utf8))
                try handle.close()
            }
            _ = try await run(options)
            #expect(bench.bytes("out.jsonl") == expected)
        }
    }

    @Test("a finished run that is resumed does nothing, and goes on where the input has grown")
    func grownInput() async throws {
        try await withWorkbench { bench in
            try bench.write(150)
            for name in ["out.jsonl", "out.jsonl.gz"] {
                let whole = bench.options {
                    $0.output = bench.path("whole-" + name)
                    $0.rejects = nil
                }
                let options = bench.options {
                    $0.output = bench.path(name)
                    $0.rejects = nil
                    $0.resume = true
                }
                try bench.write(50)
                _ = try await run(options)
                let again = try await run(options) { _ in throw Stop() }
                #expect(again.read == 50 && again.resumed == 50)
                try bench.write(150)
                _ = try await run(options)
                _ = try await run(whole)
                #expect(bench.bytes(name) == bench.bytes("whole-" + name))
            }
        }
    }

    @Test("refuses to go on with another input, model, option or stage, without a note, and with a shorter output, and says why")
    func mismatch() async throws {
        try await withWorkbench { bench in
            try bench.write(50)
            let options = bench.options { $0.resume = true }
            _ = try await run(options)
            func refusal(_ options: StageOptions, settings: JSONObject = ["model": "calf"], stage: String = "test") async -> String {
                do {
                    _ = try await StageRunner(stage: stage, settings: settings, options: options).run { .kept([$0.object]) }
                    return "went on"
                } catch { return "\(error)" }
            }
            #expect(await refusal(options, settings: ["model": "whale"]).contains(#"model was "calf" and is "whale" now"#))
            #expect(await refusal(options, settings: [:]).contains("not given"))
            #expect(await refusal(options, stage: "curate").contains("it was begun by `test`"))
            #expect(
                await refusal(
                    bench.options {
                        $0.resume = true; $0.rejects = nil
                    }
                ).contains("--rejects"))
            #expect(
                await refusal(
                    bench.options {
                        $0.resume = true; $0.sample = 5
                    }
                ).contains("sample"))
            try bench.write(49)
            #expect(await refusal(options).contains("49 items now, and 50"))
            try bench.write(50, from: 1)
            #expect(await refusal(options).contains("differs from what had been read"))
            try bench.write(50)
            try Data().write(to: URL(filePath: bench.output))
            #expect(await refusal(options).contains("holds 0 bytes"))
            try Data("{}\n".utf8).write(to: URL(filePath: bench.output))
            try FileManager.default.removeItem(atPath: bench.output + ".progress")
            #expect(await refusal(options).contains("no \(bench.output).progress"))
        }
    }

    @Test("an output that exists is refused and left as it is; --force writes it anew")
    func existing() async throws {
        try await withWorkbench { bench in
            try bench.write(10)
            try Data("precious".utf8).write(to: URL(filePath: bench.output))
            await #expect(throws: StageError.outputExists(file: bench.output)) { try await run(bench.options()) }
            #expect(bench.bytes("out.jsonl") == Data("precious".utf8))
            #expect(try await run(bench.options { $0.force = true }).read == 10)
            await #expect(throws: StageError.inputIsOutput(file: bench.input)) {
                try await run(
                    bench.options {
                        $0.output = bench.input; $0.force = true
                    })
            }
            await #expect(throws: StageError.resumeWantsFile) {
                try await run(
                    bench.options {
                        $0.output = nil; $0.resume = true
                    })
            }
        }
    }

    @Test("a first record of another stage ends the run with advice and leaves no file; a later one is broken")
    func wrongStage() async throws {
        try await withWorkbench { bench in
            try bench.write(3)
            let error = await #expect(throws: RecordsError.self) {
                try await run(bench.options()) { [.kept([try Pair($0.object).object])] }
            }
            #expect(error == .wrongShape(wanted: .pair, found: .passage, place: SourcePlace(file: bench.input, line: 1)))
            #expect(error?.description.contains("humpback augment") == true)
            #expect(bench.bytes("out.jsonl") == nil)
            let mixed = #"{"instruction":"a","output":"b"}"# + "\n" + #"{"text":"c"}"# + "\n"
            try Data(mixed.utf8).write(to: URL(filePath: bench.input))
            let summary = try await run(bench.options()) { [.kept([try Pair($0.object).object])] }
            #expect(summary.kept == 1 && summary.broken == ["wrong_record": 1])
        }
    }

    @Test("too many broken records make the exit status 1, few do not")
    func maxBroken() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            func status(_ broken: Int) async throws -> Int32 {
                try await run(
                    bench.options {
                        $0.maxBroken = 0.05; $0.force = true
                    }
                ) { record in
                    if (record.object["n"]?.integer ?? 0) < broken { throw Rejection("bad") }
                    return [.kept([record.object])]
                }.exitStatus
            }
            #expect(try await status(5) == 0)
            #expect(try await status(6) == 1)
        }
    }

    @Test("no record at all is an error that names the input")
    func empty() async throws {
        try await withWorkbench { bench in
            try Data("\n".utf8).write(to: URL(filePath: bench.input))
            await #expect(throws: StageError.noRecords(inputs: [bench.input])) { try await run(bench.options()) }
            #expect(bench.bytes("out.jsonl") == nil)
        }
    }

    @Test("torn gzip ends the run with its error, after everything before it has been written and noted")
    func tornInput() async throws {
        try await withWorkbench { bench in
            try bench.write(2000)
            let packed = try GzipMember.pack(Array(bench.bytes("in.jsonl") ?? Data()))
            let torn = bench.path("torn.jsonl.gz")
            try Data(packed[..<(packed.count / 2)]).write(to: URL(filePath: torn))
            let options = bench.options {
                $0.inputs = [torn]; $0.resume = true
            }
            await #expect(throws: FileError.tornGzip(file: torn, offset: packed.count / 2)) { try await run(options) }
            let kept = try RecordSource.readAll([bench.output]).count
            #expect(kept > 100)
            try Data(packed).write(to: URL(filePath: torn))
            let summary = try await run(options)
            #expect(summary.read == 2000 && summary.resumed > 100)
        }
    }
}
