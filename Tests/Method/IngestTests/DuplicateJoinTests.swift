import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records
@testable import Stages

@Suite struct DuplicateJoinTests {
    /// Pages of which many are the same, nearly the same, or alike through others, with parts that filters drop between.
    private static func pages(_ folder: URL) throws -> String {
        let pages = folder.appending(path: "pages")
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        for number in 0..<60 {
            var text = Pages.prose(number % 9 * 300, characters: 1200)
            if number % 4 == 1 { text = "Number \(number) comes first. " + text }
            if number % 4 == 2 { text += " And one behind." }
            let short = number % 3 == 0 ? "# Short\n\nToo little.\n\n" : ""
            let other = "# Part two of \(number % 7)\n\n\(Pages.prose(4000 + number % 7 * 300, characters: 900))\n"
            try Data("\(short)# Page \(number % 11)\n\n\(text)\n\n\(other)".utf8).write(to: pages.appending(path: "p\(number).md"))
        }
        return pages.path
    }

    private func options(_ method: MinHash?) -> IngestOptions {
        var options = IngestOptions()
        (options.nearDuplicates, options.dropsRepetition) = (method, false)
        return options
    }

    @Test(
        "shards of pages, one of them made twice, joined are the bytes of one machine, with near-duplicates and without",
        arguments: [true, false])
    func sameBytes(_ isNear: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let (pages, options) = (try Self.pages(folder), options(isNear ? MinHash() : nil))
            func stage(_ name: String) -> StageOptions {
                StageOptions(
                    output: folder.appending(path: name).path, rejects: folder.appending(path: "\(name)-rejects").path, quiet: true)
            }
            let whole = try await IngestStage(paths: [pages], options: options).run(stage("whole"))
            #expect(whole.dropped["duplicate"] ?? 0 > 20 && (whole.dropped["near_duplicate"] ?? 0 > 3) == isNear)
            for number in [1, 2, 3, 4, 2] {
                var shard = stage("part\(number)")
                (shard.shard, shard.force) = (Shard("\(number)/4"), true)
                _ = try await IngestStage(paths: [pages], options: options).run(shard)
            }
            let set = try ShardSet([4, 2, 3, 1].map { stage("part\($0)").output ?? "" }, allowsHoles: false)
            let joined = try IngestJoin.run(set, stage("joined"))
            for name in ["joined", "joined-rejects"] {
                let found = FileManager.default.contents(atPath: folder.appending(path: name).path)
                let wanted = FileManager.default.contents(atPath: folder.appending(path: name.replacing("joined", with: "whole")).path)
                #expect(found == wanted && found?.isEmpty == false)
            }
            #expect(joined.counts == whole.counts)
            FileStatus.remove(DuplicateSignatures.path(beside: set.outputs[1]))
            #expect(throws: ShardError.noSignatures(file: set.outputs[1] + ".signatures")) {
                try DuplicateJoin(outputs: set.outputs, options.nearDuplicates)
            }
        }
    }

    @Test("a file in the place of the signatures is refused before anything is read")
    func strangers() async throws {
        try await withTemporaryDirectory { folder in
            var stage = StageOptions(output: folder.appending(path: "part").path, quiet: true)
            (stage.shard, stage.force) = (Shard("1/1"), true)
            let place = folder.appending(path: "part.signatures")
            try Data("precious".utf8).write(to: place)
            let run = IngestStage(paths: [try Self.pages(folder)], options: options(nil))
            await #expect(throws: FileError.self) { try await run.run(stage) }
            #expect(try String(contentsOf: place, encoding: .utf8) == "precious")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "part").path))
            try FileManager.default.removeItem(at: place)
            for _ in 0..<2 { _ = try await run.run(stage) }
        }
    }

    @Test("many small buckets find what one finds")
    func buckets() async throws {
        try await withTemporaryDirectory { folder in
            let (pages, method) = (try Self.pages(folder), MinHash())
            var stage = StageOptions(output: folder.appending(path: "part").path, quiet: true)
            stage.shard = Shard("1/1")
            let count = try await IngestStage(paths: [pages], options: options(method)).run(stage).kept
            let outputs = [folder.appending(path: "part").path]
            let (one, many) = (try DuplicateJoin(outputs: outputs, method), try DuplicateJoin(outputs: outputs, method, bucketBytes: 500))
            #expect((0..<count).allSatisfy { one.rejection($0) == many.rejection($0) })
            #expect((0..<count).contains { one.rejection($0)?.reason == "near_duplicate" })
        }
    }

    @Test("the passages that stay are the same whatever the order of the pages")
    func order() async throws {
        try await withTemporaryDirectory { folder in
            let pages = try Self.pages(folder)
            let paths = try FileManager.default.contentsOfDirectory(atPath: pages).sorted().map { pages + "/" + $0 }
            func names(_ paths: [String], _ output: String) async throws -> Set<String> {
                let stage = StageOptions(output: folder.appending(path: output).path, quiet: true)
                _ = try await IngestStage(paths: paths, options: options(MinHash())).run(stage)
                return Set(try RecordSource.readAll([folder.appending(path: output).path]).compactMap { $0.object["id"]?.string })
            }
            let found = try await names(paths, "one")
            #expect(found.count > 8)
            #expect(try await names(paths.reversed(), "other") == found)
        }
    }
}
