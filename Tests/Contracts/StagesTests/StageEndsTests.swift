import Foundation
import Ground
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Stages

@Suite struct StageEndsTests {
    private func run(
        _ options: StageOptions, _ transform: @escaping @Sendable (InputRecord) async throws -> Outcome = { .kept([$0.object]) }
    ) async throws -> StageSummary {
        try await StageRunner(stage: "test", fingerprint: "f", options: options).run(transform: transform)
    }

    @Test("a full disk is an error that says so and what to do")
    func fullDisk() async throws {
        try await withWorkbench { bench in
            try bench.write(5000)
            let options = bench.options {
                $0.output = "/dev/full"
                $0.rejects = nil
            }
            let error = await #expect(throws: FileError.self) { try await run(options) }
            guard case .diskFull(let file, _)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(file == "/dev/full")
            #expect(error?.description.contains("--resume") == true)
        }
    }

    @Test("an output whose reader has gone ends the run quietly with status 0")
    func closedPipe() async throws {
        try await withWorkbench { bench in
            try bench.write(20_000)
            let fifo = bench.path("pipe")
            #expect(mkfifo(fifo, 0o600) == 0)
            let reader = OtherThread {
                let descriptor = open(fifo, O_RDONLY)
                var bytes = [UInt8](repeating: 0, count: 100)
                let count = Foundation.read(descriptor, &bytes, 100)
                close(descriptor)
                return count
            }
            let options = bench.options {
                $0.output = fifo
                $0.rejects = nil
            }
            let summary = try await run(options)
            #expect(await reader.value == 100)
            #expect(summary.isOutputClosed && summary.exitStatus == 0 && summary.read < 20_000)
        }
    }

    @Test("what is done is handed on at once, though the input goes on later")
    func flushesBeforeWaiting() async throws {
        try await withWorkbench { bench in
            let (input, output) = (bench.path("in"), bench.path("out"))
            #expect(mkfifo(input, 0o600) == 0 && mkfifo(output, 0o600) == 0)
            let options = bench.options {
                $0.inputs = [input]
                $0.output = output
                $0.rejects = nil
            }
            let partner = OtherThread {
                let writing = open(input, O_WRONLY)
                var reading: Int32 = -1
                var seen: [String] = []
                for number in 0..<3 {
                    let line = Array("{\"n\":\(number)}\n".utf8)
                    _ = Foundation.write(writing, line, line.count)
                    // The output is opened when there is a first record to write.
                    if reading < 0 { reading = open(output, O_RDONLY) }
                    var bytes = [UInt8](repeating: 0, count: 100)
                    let count = Foundation.read(reading, &bytes, 100)
                    seen.append(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
                }
                close(writing)
                close(reading)
                return seen
            }
            let summary = try await run(options)
            #expect(await partner.value == ["{\"n\":0}\n", "{\"n\":1}\n", "{\"n\":2}\n"])
            #expect(summary.kept == 3)
        }
    }

    @Test(
        "a cancelled run writes in order what was done, notes it, and goes on to the same bytes", arguments: ["out.jsonl", "out.jsonl.gz"])
    func cancellation(name: String) async throws {
        try await withWorkbench { bench in
            try bench.write(400)
            let options = bench.options {
                $0.output = bench.path(name)
                $0.resume = true
                $0.concurrency = 8
            }
            let done = Atomic<Int>(0)
            let hundredth = AsyncStream<Void>.makeStream()
            let task = Task {
                try await run(options) { record in
                    let number = record.object["n"]?.integer ?? 0
                    if number >= 100 {
                        hundredth.continuation.finish()
                        // Waits for the cancellation, as a model in the middle of an answer would.
                        try await Task.sleep(nanoseconds: 60_000_000_000)
                    }
                    done.add(1, ordering: .relaxed)
                    return .kept([record.object])
                }
            }
            for await _ in hundredth.stream {}
            task.cancel()
            let summary = try await task.value
            #expect(summary.isInterrupted && summary.read == 100 && done.load(ordering: .relaxed) == 100)
            let finished = try await run(options)
            #expect(finished.read == 400 && finished.resumed == 100 && !finished.isInterrupted)
            let resumed = bench.bytes(name)
            _ = try await run(
                bench.options {
                    $0.output = bench.path("undisturbed-" + name)
                    $0.rejects = nil
                })
            #expect(resumed == bench.bytes("undisturbed-" + name))
        }
    }

    @Test("a run that was already cancelled does nothing and returns")
    func cancelledBefore() async throws {
        try await withWorkbench { bench in
            try bench.write(10)
            let options = bench.options()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await run(options)
            }
            #expect(try await task.value.isInterrupted)
        }
    }

    @Test("without --resume a run that fails can still be resumed, and one that ends leaves no note")
    func noteWithoutResume() async throws {
        try await withWorkbench { bench in
            try bench.write(30)
            await #expect(throws: Stop.self) {
                try await run(bench.options()) { if $0.object["n"]?.integer == 20 { throw Stop() } else { .kept([$0.object]) } }
            }
            await #expect(throws: StageError.outputExists(file: bench.output)) { try await run(bench.options()) }
            let summary = try await run(bench.options { $0.resume = true })
            #expect(summary.read == 30 && summary.resumed == 20)
            #expect(try await run(bench.options { $0.force = true }).resumed == 0)
            #expect(!FileManager.default.fileExists(atPath: bench.output + ".progress"))
        }
    }

    @Test("a missing folder of an output is said before anything is read")
    func missingFolder() async throws {
        try await withWorkbench { bench in
            try bench.write(3)
            for change in [\StageOptions.output, \.rejects, \.summary] {
                var options = bench.options()
                options[keyPath: change] = bench.path("nowhere/file")
                await #expect(throws: FileError.self) {
                    try await run(options) { _ in
                        Issue.record("a record was read")
                        return .kept([])
                    }
                }
            }
        }
    }

    @Test("broken lines go to --rejects with file, line and the line's beginning, redacted")
    func rejects() async throws {
        try await withWorkbench { bench in
            try Data("{\"text\":\"a@b.example\"}\n{broken\n".utf8).write(to: URL(filePath: bench.input))
            let runner = StageRunner(
                stage: "filter", fingerprint: "f", options: bench.options(),
                redact: { object in if object["text"] != nil { object["text"] = "[email]" } })
            let summary = try await runner.run { .dropped($0.object, Rejection("short", value: 1, threshold: 2)) }
            #expect(summary.kept == 0 && summary.droppedCount == 1 && summary.brokenCount == 1)
            let rejects = try RecordSource.readAll([bench.path("rejects.jsonl")]).map(\.object)
            #expect(
                rejects.first?.serialized
                    == #"{"text":"[email]","rejected_by":"filter","kind":"dropped","reason":"short","value":1,"threshold":2}"#)
            #expect(rejects.last?["kind"] == "broken" && rejects.last?["reason"] == "invalid_json")
            #expect(rejects.last?["line"]?.integer == 2 && rejects.last?["file"]?.string == bench.input)
            #expect(rejects.last?["unreadable"]?.string == "{broken")
        }
    }

    @Test("--summary writes the counts as JSON")
    func summaryFile() async throws {
        try await withWorkbench { bench in
            try bench.write(20)
            let summary = try await run(bench.options { $0.summary = bench.path("summary.json") })
            let object = try JSONObject(parsing: Array(bench.bytes("summary.json") ?? Data()))
            #expect(JSONObject(object.fields.filter { $0.key != "settings" }.map { ($0.key, $0.value) }) == summary.object)
            #expect(object["settings"]?.object != nil)
            #expect(object["read"]?.integer == 20 && object["kept"]?.integer == 20 && object["times"]?.object?["seconds"] != nil)
        }
    }
}
