import Foundation
import Ground
import Records
import Synchronization
import TestSupport
import Testing

@testable import Stages

@Suite struct ShardJoinTests {
    private func run(
        _ options: StageOptions, settings: JSONObject = ["model": "calf"],
        _ transform: @escaping @Sendable (InputRecord) async throws -> [Outcome] = mixedTransform
    ) async throws -> StageSummary {
        try await StageRunner(stage: "test", settings: settings, options: options)
            .run(over: { try options.records() }, transform: transform)
    }

    private func shard(_ bench: Workbench, _ number: Int, of count: Int = 3, ending: String = "") -> StageOptions {
        bench.options {
            $0.shard = Shard("\(number)/\(count)")
            ($0.output, $0.rejects) = (bench.path("part\(number).jsonl\(ending)"), bench.path("refused\(number).jsonl\(ending)"))
        }
    }

    private func join(_ bench: Workbench, _ numbers: [Int], ending: String = "", allowsHoles: Bool = false) throws -> StageSummary {
        let set = try ShardSet(numbers.map { bench.path("part\($0).jsonl\(ending)") }, allowsHoles: allowsHoles)
        let options = bench.options {
            ($0.output, $0.rejects, $0.force) = (bench.path("joined.jsonl\(ending)"), bench.path("joined-rejects.jsonl\(ending)"), true)
        }
        return try ShardJoin(set, options: options).run()
    }

    @Test("shards joined in any order are the bytes of one machine, rejects too, packed or not", arguments: ["", ".gz"], [1, 3, 16])
    func sameBytes(_ ending: String, _ count: Int) async throws {
        try await withWorkbench { bench in
            try bench.write(300)
            let whole = try await run(
                bench.options {
                    ($0.output, $0.rejects) = (bench.path("whole.jsonl\(ending)"), bench.path("whole-rejects.jsonl\(ending)"))
                })
            var read = 0
            for number in 1...count { read += try await run(shard(bench, number, of: count, ending: ending)).read }
            #expect(read == 300)
            let joined = try join(bench, Array((1...count).reversed()), ending: ending)
            #expect(bench.bytes("joined.jsonl\(ending)") == bench.bytes("whole.jsonl\(ending)"))
            #expect(bench.bytes("joined-rejects.jsonl\(ending)") == bench.bytes("whole-rejects.jsonl\(ending)"))
            #expect(joined.counts == whole.counts)
        }
    }

    @Test("a limit, a sample and a list of exceptions mean the whole input, not the shard")
    func choices() async throws {
        try await withWorkbench { bench in
            try bench.write(300)
            try Data("r3\nr7\nr100\n".utf8).write(to: URL(filePath: bench.path("without")))
            let changes: [@Sendable (inout StageOptions) -> Void] = [
                { $0.limit = 40 }, { $0.sample = 50 },
                {
                    $0.exclude = bench.path("without"); $0.limit = 60
                },
            ]
            for change in changes {
                let whole = bench.options {
                    change(&$0); $0.force = true
                }
                _ = try await run(whole)
                for number in 1...3 {
                    var options = shard(bench, number)
                    change(&options)
                    options.force = true
                    _ = try await run(options)
                }
                _ = try join(bench, [1, 2, 3])
                #expect(bench.bytes("joined.jsonl") == bench.bytes("out.jsonl"))
                #expect(bench.bytes("joined-rejects.jsonl") == bench.bytes("rejects.jsonl"))
            }
        }
    }

    @Test("which shard a record belongs to does not depend on where it stands")
    func order() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            _ = try await run(shard(bench, 2)) { [.kept([$0.object])] }
            let lines = String(decoding: bench.bytes("in.jsonl") ?? Data(), as: UTF8.self).split(separator: "\n")
            try Data(lines.reversed().joined(separator: "\n").utf8).write(to: URL(filePath: bench.input))
            let options = bench.options {
                ($0.shard, $0.output, $0.rejects) = (Shard("2/3"), bench.path("turned.jsonl"), nil)
            }
            _ = try await run(options) { [.kept([$0.object])] }
            func names(_ file: String) throws -> [String] {
                try RecordSource.readAll([bench.path(file)]).compactMap { $0.object["id"]?.string }
            }
            #expect(try names("turned.jsonl") == names("part2.jsonl").reversed() && names("turned.jsonl").count > 20)
        }
    }

    @Test("a shard that was stopped and resumed, and one whose server failed, end with the same bytes", arguments: ["", ".gz"])
    func resumed(_ ending: String) async throws {
        try await withWorkbench { bench in
            try bench.write(300)
            _ = try await run(
                bench.options {
                    ($0.output, $0.rejects) = (bench.path("whole.jsonl\(ending)"), bench.path("whole-rejects.jsonl\(ending)"))
                })
            for number in 1...3 { _ = try? await run(shard(bench, number, ending: ending)) }
            let again = shard(bench, 2, ending: ending)
            for path in [again.output, again.output.map { $0 + ".progress" }, again.rejects].compactMap(\.self) { FileStatus.remove(path) }
            let seen = Mutex(0)
            _ = try? await run(again) { record in
                let number = seen.withLock { count in
                    count += 1
                    return count
                }
                if number % 4 == 0 { throw Rejection("endpoint_failed", isPassing: true) }
                if number == 60 { throw Stop() }
                return try await mixedTransform(record)
            }
            #expect(throws: ShardError.self) { try join(bench, [1, 2, 3], ending: ending) }
            var goingOn = again
            goingOn.resume = true
            let summary = try await run(goingOn)
            #expect(summary.unanswered == 0 && summary.resumed > 0)
            _ = try join(bench, [1, 2, 3], ending: ending)
            #expect(bench.bytes("joined.jsonl\(ending)") == bench.bytes("whole.jsonl\(ending)"))
            #expect(bench.bytes("joined-rejects.jsonl\(ending)") == bench.bytes("whole-rejects.jsonl\(ending)"))
        }
    }

    @Test("what is missing, unanswered, doubled, unfinished, changed or made otherwise is refused by its name")
    func refusals() async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            for number in 1...3 { _ = try await run(shard(bench, number)) }
            func words(_ numbers: [Int]) -> String {
                do { return "\(try join(bench, numbers))" } catch { return "\(error)" }
            }
            #expect(words([1, 3]).contains("shard 2/3 is missing"))
            #expect(try join(bench, [1, 3], allowsHoles: true).read < 200)
            #expect(words([1, 2, 3, 2]).contains("shard 2/3 stands in"))
            // Another model, precision deep inside it, another input.
            var other = shard(bench, 2)
            other.force = true
            _ = try await run(other, settings: ["model": ["name": "calf", "precision": "int8"]])
            #expect(words([1, 2, 3]).contains("shards of different makes: model is"))
            for number in [1, 3] {
                var options = shard(bench, number)
                options.force = true
                _ = try await run(options, settings: ["model": ["name": "calf", "precision": "float32"]])
            }
            #expect(words([1, 2, 3]).contains("model.precision is \"float32\" in"))
            try bench.write(201)
            _ = try await run(other)
            try bench.write(200)
            for number in [1, 3] {
                var options = shard(bench, number)
                options.force = true
                _ = try await run(options)
            }
            #expect(words([1, 2, 3]).contains("different inputs"))
            _ = try await run(other) { record in throw Rejection("endpoint_failed", value: .string("\(record.place)"), isPassing: true) }
            #expect(words([1, 2, 3]).contains("holes, records that a server failed to answer"))
            _ = try await run(other)
            try Data((bench.bytes("part2.jsonl") ?? Data()).dropLast(20)).write(to: URL(filePath: bench.path("part2.jsonl")))
            #expect(words([1, 2, 3]).contains("part2.jsonl is not as it was written"))
            FileStatus.remove(bench.path("part2.jsonl.progress"))
            #expect(words([1, 2, 3]).contains("there is no"))
            _ = try await run(bench.options { $0.staysNoted = true })
            #expect(throws: ShardError.notShard(file: bench.output)) { try ShardSet([bench.output], allowsHoles: false) }
        }
    }

    @Test("lines are not joined where one stands in two files, or a file was put in another order")
    func lines() async throws {
        try await withTemporaryDirectory { folder in
            func file(_ name: String, _ items: [Int]) throws -> String {
                let path = folder.appending(path: name).path
                try Data(items.map { #"{"n":\#($0),"shard_item":[\#($0),0]}"# + "\n" }.joined().utf8).write(to: URL(filePath: path))
                return path
            }
            func all(_ files: [String]) throws -> [String] {
                var (lines, found) = (try ShardLines(files), [String]())
                while let line = try lines.next() { found.append(String(decoding: line.bytes, as: UTF8.self)) }
                return found
            }
            let joined = try all([file("a", [0, 3, 4]), file("b", []), file("c", [1, 2, 9])])
            #expect(joined == [0, 1, 2, 3, 4, 9].map { #"{"n":\#($0)}"# })
            #expect(throws: ShardError.self) { try all([file("a", [0, 3]), file("b", [3, 5])]) }
            #expect(throws: ShardError.self) { try all([file("a", [4, 3])]) }
        }
    }

    @Test("a shard is written as a number of a number, and nothing else")
    func names() {
        #expect(Shard("2/4")?.description == "2/4" && Shard("1/1") != nil)
        for text in ["0/4", "5/4", "1/0", "1", "1/2/3", "/", "a/b", "-1/2", "1/100000"] { #expect(Shard(text) == nil, "\(text)") }
    }
}
