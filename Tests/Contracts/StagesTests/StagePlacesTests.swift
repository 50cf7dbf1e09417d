import Foundation
import Ground
import Stages
import TestSupport
import Testing

@testable import Stages

@Suite struct StagePlacesTests {
    private func run(_ options: StageOptions, stopAt: Int? = nil, _ see: @escaping @Sendable () -> Void = {}) async throws -> StageSummary {
        try await StageRunner(stage: "test", settings: ["model": "calf"], options: options)
            .run(over: { try RecordSource(options.inputs) }) { record in
                if record.object["n"]?.integer == stopAt { throw Stop() }
                see()
                return try await mixedTransform(record)
            }
    }

    @Test("--force leaves the old files as they are until the new ones are whole", arguments: ["o.jsonl", "o.jsonl.gz"])
    func besideOldOnes(_ name: String) async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            let fresh = bench.options {
                $0.output = bench.path("fresh-\(name)"); $0.rejects = bench.path("fresh-rejects")
            }
            _ = try await run(fresh)
            let old = Data("precious".utf8)
            for file in [name, "rejects.jsonl"] { try old.write(to: URL(filePath: bench.path(file))) }
            chmod(bench.path(name), 0o640)
            let options = bench.options {
                $0.output = bench.path(name); $0.force = true
            }
            let summary = try await run(options) {
                #expect(bench.bytes(name) == old && bench.bytes("rejects.jsonl") == old)
            }
            #expect(summary.read == 100)
            #expect(bench.bytes(name) == bench.bytes("fresh-\(name)") && bench.bytes("rejects.jsonl") == bench.bytes("fresh-rejects"))
            let mode = try FileManager.default.attributesOfItem(atPath: bench.path(name))[.posixPermissions] as? Int
            #expect(mode == 0o640)
            #expect(bench.leftovers.isEmpty && bench.bytes("\(name).progress") == nil)
        }
    }

    @Test("a run with --force that fails leaves the old output, and --resume goes on beside it")
    func failing() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            _ = try await run(
                bench.options {
                    $0.output = bench.path("fresh"); $0.rejects = bench.path("fresh-rejects")
                })
            try Data("precious".utf8).write(to: URL(filePath: bench.output))
            await #expect(throws: Stop.self) { try await run(bench.options { $0.force = true }, stopAt: 60) }
            #expect(bench.bytes("out.jsonl") == Data("precious".utf8))
            let summary = try await run(bench.options().resumed)
            #expect(summary.resumed == 60 && summary.read == 100)
            #expect(bench.bytes("out.jsonl") == bench.bytes("fresh") && bench.bytes("rejects.jsonl") == bench.bytes("fresh-rejects"))
            #expect(bench.leftovers.isEmpty)
        }
    }

    @Test("a link's target and a device are written where they are")
    func links() async throws {
        try await withWorkbench { bench in
            try bench.write(10)
            try Data("old".utf8).write(to: URL(filePath: bench.path("target")))
            try FileManager.default.createSymbolicLink(atPath: bench.output, withDestinationPath: bench.path("target"))
            _ = try await run(
                bench.options {
                    $0.force = true; $0.rejects = "/dev/null"
                })
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: bench.output) == bench.path("target"))
            #expect(bench.bytes("target").map { $0.count > 10 } == true)
        }
    }

    @Test("a second run on an output that is being replaced is refused")
    func locked() async throws {
        try await withWorkbench { bench in
            try bench.write(10)
            try Data("old".utf8).write(to: URL(filePath: bench.output))
            let held = try Descriptor.writing(bench.output)
            let error = await #expect(throws: FileError.self) { try await run(bench.options { $0.force = true }) }
            #expect(error?.description.contains("another run") == true)
            #expect(bench.bytes("out.jsonl") == Data("old".utf8) && held.isRegularFile)
        }
    }
}
