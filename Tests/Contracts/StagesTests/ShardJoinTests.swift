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

    @Test("a shard whose bytes were changed at the same length is refused, its rejects too, and nothing is left", arguments: ["", ".gz"])
    func edited(_ ending: String) async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            for number in 1...3 { _ = try await run(shard(bench, number, ending: ending)) }
            for name in ["part2.jsonl", "refused2.jsonl"] {
                let path = URL(filePath: bench.path(name + ending))
                let whole = try Data(contentsOf: path)
                for place in [whole.count / 2, whole.count - 3] {
                    var other = whole
                    other[place] ^= 1
                    try other.write(to: path)
                    let error = #expect(throws: ShardError.self) { try join(bench, [1, 2, 3], ending: ending) }
                    #expect(error?.description.contains("\(name + ending) is not as it was written: its bytes are others") == true)
                }
                try whole.write(to: path)
            }
            #expect(bench.leftovers.isEmpty && bench.bytes("joined.jsonl\(ending).progress") == nil)
            #expect(try join(bench, [1, 2, 3], ending: ending).read == 200)
        }
    }

    @Test("counts that no run comes to are refused, and what was begun goes")
    func counts() async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            for number in 1...3 { _ = try await run(shard(bench, number)) }
            let path = bench.path("part2.jsonl")
            let note = try #require(try ProgressFile.read(beside: path))
            let kept = try #require(note.counts["kept"]?.integer)
            let wrong: [(String, JSONValue)] = [
                ("read", -5), ("kept", -1), ("used", .integer(Int.max)), ("empty", 100_000), ("dropped", ["seventh": -3]),
                ("broken_items", 100_000), ("read", "many"), ("kept", .integer(kept + 1)), ("kept", .integer(kept - 1)),
            ]
            for (name, value) in wrong {
                var other = note
                other.counts[name] = value
                try other.write(beside: path)
                #expect(throws: ShardError.badCounts(file: path), "\(name) \(value)") { try join(bench, [1, 2, 3]) }
                #expect(bench.leftovers.isEmpty && bench.bytes("joined.jsonl") == nil && bench.bytes("joined.jsonl.progress") == nil)
            }
        }
    }

    @Test("neither a shard, nor its notes, nor its rejects are written over, nor a file where the output grows")
    func places() async throws {
        try await withWorkbench { bench in
            try bench.write(200)
            for number in 1...3 { _ = try await run(shard(bench, number)) }
            let set = try ShardSet((1...3).map { bench.path("part\($0).jsonl") }, allowsHoles: false)
            func join(_ output: String, _ rejects: String? = nil) throws {
                let options = bench.options {
                    ($0.output, $0.rejects, $0.force) = (bench.path(output), rejects.map { bench.path($0) }, true)
                }
                _ = try ShardJoin(set, options: options).run()
            }
            for name in ["part2.jsonl", "part2.jsonl.progress", "refused2.jsonl"] {
                let before = bench.bytes(name)
                #expect(throws: StageError.inputIsOutput(file: bench.path(name))) { try join(name) }
                #expect(throws: StageError.inputIsOutput(file: bench.path(name))) { try join("joined.jsonl", name) }
                #expect(bench.bytes(name) == before)
            }
            for name in ["joined.jsonl.new", "joined.jsonl.progress"] {
                try Data("precious".utf8).write(to: URL(filePath: bench.path(name)))
                #expect(throws: FileError.self) { try join("joined.jsonl") }
                #expect(bench.bytes(name) == Data("precious".utf8))
                FileStatus.remove(bench.path(name))
            }
            try Data("old".utf8).write(to: URL(filePath: bench.path("joined.jsonl")))
            let options = bench.options { ($0.output, $0.rejects) = (bench.path("joined.jsonl"), nil) }
            let error = #expect(throws: FileError.self) { try ShardJoin(set, options: options).run() }
            #expect(error?.description.contains("--force") == true && error?.description.contains("--resume") == false)
        }
    }

    @Test("what a killed join has left beside the output is known for it, and the notes of what stood there go with it")
    func killed() async throws {
        try await withWorkbench { bench in
            try bench.write(100)
            for number in 1...3 { _ = try await run(shard(bench, number)) }
            // The output of another run, noted.
            _ = try await run(bench.options { ($0.output, $0.rejects, $0.staysNoted) = (bench.path("joined.jsonl"), nil, true) })
            let note = try #require(try ProgressFile.read(beside: bench.path("joined.jsonl")))
            var begun = note
            begun.isBeside = true
            try begun.write(beside: bench.path("joined.jsonl"))
            try Data("half".utf8).write(to: URL(filePath: bench.path("joined.jsonl.new")))
            let set = try ShardSet((1...3).map { bench.path("part\($0).jsonl") }, allowsHoles: false)
            let options = bench.options { ($0.output, $0.rejects, $0.force) = (bench.path("joined.jsonl"), nil, true) }
            var failing = ShardJoin(set, options: options)
            failing.decision = { _, _ in throw Stop() }
            #expect(throws: Stop.self) { try failing.run() }
            #expect(try ProgressFile.read(beside: bench.path("joined.jsonl")) != nil && bench.leftovers.isEmpty)
            #expect(try ShardJoin(set, options: options).run().read == 100)
            #expect(bench.bytes("joined.jsonl.progress") == nil && bench.leftovers.isEmpty)
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
