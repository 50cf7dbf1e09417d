import Foundation
import Ground
import Records
import TestSupport
import Testing

@testable import Stages

@Suite("What stands beside an output and is the user's stays his") struct SideFilesTests {
    private static let precious = Data("precious\n".utf8)

    private func run(_ options: StageOptions, stopAt: Int? = nil, failAt: Int? = nil) async throws -> StageSummary {
        try await StageRunner(stage: "test", settings: ["model": "calf"], options: options)
            .run(over: { try RecordSource(options.inputs) }) { record in
                if record.object["n"]?.integer == stopAt { throw Stop() }
                if record.object["n"]?.integer == failAt { throw Rejection("endpoint_failed", isPassing: true) }
                return try await mixedTransform(record)
            }
    }

    private func put(_ bench: Workbench, _ names: String..., content data: Data = precious) throws {
        for name in names { try data.write(to: URL(filePath: bench.path(name))) }
    }

    @Test("a file in the place of the notes is refused, with --force and --resume too, and stays", arguments: ["", "force", "resume"])
    func notes(_ flag: String) async throws {
        try await withWorkbench { bench in
            try bench.write(20)
            let options = bench.options { ($0.force, $0.resume) = (flag == "force", flag == "resume") }
            // JSON of somebody else's is no note of ours.
            for content in [Self.precious, Data(#"{"format":1,"done":0.5}"#.utf8)] {
                try put(bench, "out.jsonl.progress", content: content)
                let error = await #expect(throws: FileError.self) { try await run(options) }
                #expect(error?.description.contains("out.jsonl.progress stands where the notes on") == true)
                #expect(error?.description.contains("move it away") == true)
                #expect(bench.bytes("out.jsonl.progress") == content && bench.bytes("out.jsonl") == nil)
            }
        }
    }

    @Test("a file where the new output, or the new rejects, would grow is refused, whatever note an earlier run has left")
    func new() async throws {
        try await withWorkbench { bench in
            try bench.write(20)
            try put(bench, "out.jsonl", "rejects.jsonl")
            for name in ["out.jsonl.new", "rejects.jsonl.new"] {
                try put(bench, name)
                let error = await #expect(throws: FileError.self) { try await run(bench.options { $0.force = true }) }
                #expect(error?.description.contains("\(name) stands where") == true)
                #expect(bench.bytes(name) == Self.precious && bench.bytes("out.jsonl") == Self.precious)
                FileStatus.remove(bench.path(name))
            }
            // A link is never ours, wherever it leads.
            let link = bench.path("out.jsonl.new")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bench.path("rejects.jsonl"))
            await #expect(throws: FileError.self) { try await run(bench.options { $0.force = true }) }
            FileStatus.remove(bench.path("out.jsonl.new"))
            // A whole run's note tells of nothing beside.
            FileStatus.remove(bench.output)
            _ = try await run(bench.options { ($0.staysNoted, $0.rejects) = (true, nil) })
            try put(bench, "out.jsonl.new")
            await #expect(throws: FileError.self) { try await run(bench.options { $0.force = true }) }
            #expect(bench.bytes("out.jsonl.new") == Self.precious)
        }
    }

    @Test("what a run with --force left beside the output when it was ended is known for it, and replaced by the next")
    func ours() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            try put(bench, "out.jsonl", "rejects.jsonl")
            await #expect(throws: Stop.self) { try await run(bench.options { $0.force = true }, stopAt: 60) }
            #expect(bench.bytes("out.jsonl.new") != nil)
            #expect(try await run(bench.options { $0.force = true }).read == 100)
            #expect(bench.leftovers.isEmpty)
        }
    }

    @Test("a file where items that are tried again would grow is refused")
    func mended() async throws {
        try await withWorkbench { bench in
            try bench.write(40)
            _ = try await run(bench.options(), failAt: 20)
            try put(bench, "out.jsonl.mended")
            let error = await #expect(throws: FileError.self) { try await run(bench.options().resumed) }
            #expect(error?.description.contains("out.jsonl.mended stands where") == true)
            #expect(bench.bytes("out.jsonl.mended") == Self.precious)
            FileStatus.remove(bench.path("out.jsonl.mended"))
            // One that a killed run has left is begun anew.
            var note = try #require(try ProgressFile.read(beside: bench.output))
            note.isMending = true
            try note.write(beside: bench.output)
            try put(bench, "out.jsonl.mended")
            #expect(try await run(bench.options().resumed).unanswered == 0)
            #expect(bench.leftovers.isEmpty)
        }
    }

    @Test("behind a pipe, rejects are written where they are, and nothing grows beside")
    func piped() async throws {
        try await withWorkbench { bench in
            try bench.write(30)
            try put(bench, "rejects.jsonl", "rejects.jsonl.new")
            _ = try await run(bench.options { ($0.output, $0.force) = ("/dev/null", true) })
            #expect(bench.bytes("rejects.jsonl.new") == Self.precious && bench.bytes("rejects.jsonl") != Self.precious)
        }
    }
}
