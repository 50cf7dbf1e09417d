import Foundation
import Ground
import Stages
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct NearDuplicateSearchTests {
    @Test("whole pages are searched for near-duplicates where that is asked, and stay otherwise")
    func wholePages() async throws {
        try await withTemporaryDirectory { folder in
            let pages = folder.appending(path: "pages")
            try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
            let prose = Pages.prose(0, characters: 1500)
            for (name, text) in [("a", prose), ("b", "One word. " + prose), ("c", Pages.prose(300, characters: 1500)), ("d", prose)] {
                try Data("\(text)\n".utf8).write(to: pages.appending(path: "\(name).md"))
            }
            for (search, count) in [(nil, 4), (MinHash(), 2)] as [(MinHash?, Int)] {
                var options = IngestOptions()
                (options.wholePage, options.nearDuplicates) = (true, search)
                let output = folder.appending(path: "out-\(count)").path
                _ = try await IngestStage(paths: [pages.path], options: options).run(StageOptions(output: output, quiet: true))
                #expect(try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count == count)
            }
        }
    }

    @Test(
        "of equal and of nearly equal passages that with the smallest id stays, across files, at any number in flight; groups are written")
    func stage() async throws {
        try await withTemporaryDirectory { folder in
            let pages = folder.appending(path: "pages")
            try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
            let prose = Pages.prose(0, characters: 1500)
            let near = "A word in front. " + prose
            for (name, text) in [
                ("a", prose), ("b", Pages.prose(300, characters: 1500)), ("c", near), ("d", prose), ("e", prose + " And one behind."),
            ] {
                try Data("# Page \(name)\n\n\(text)\n".utf8).write(to: pages.appending(path: "\(name).md"))
            }
            func run(_ concurrency: Int) async throws -> (output: String, reasons: [String], groups: String) {
                func name(_ kind: String) -> String { folder.appending(path: "\(kind)-\(concurrency)").path }
                var options = IngestOptions()
                (options.nearDuplicates, options.clusterFile) = (MinHash(), name("groups"))
                options.dropsRepetition = false
                var stage = StageOptions(output: name("out"), rejects: name("rejects"), quiet: true, concurrency: concurrency)
                stage.maxBroken = 0
                _ = try await IngestStage(paths: [pages.path], options: options).run(stage)
                let rejects = try String(contentsOfFile: name("rejects"), encoding: .utf8).split(separator: "\n")
                return (
                    try String(contentsOfFile: name("out"), encoding: .utf8),
                    try rejects.compactMap { try JSONObject(parsing: String($0))["reason"]?.string },
                    try String(contentsOfFile: name("groups"), encoding: .utf8)
                )
            }
            let found = try await run(1)
            #expect(found.output.split(separator: "\n").count == 2)
            #expect(found.reasons.sorted() == ["duplicate", "near_duplicate", "near_duplicate"])
            let rejected = try RecordSource.readAll([folder.appending(path: "rejects-1").path]).compactMap { $0.object["id"]?.string }
            let stays = try RecordSource.readAll([folder.appending(path: "out-1").path]).compactMap { $0.object["id"]?.string }
            #expect(stays.contains { name in rejected.allSatisfy { name < $0 } })
            #expect(found.groups.split(separator: "\n").count == 1 && found.groups.contains("\"size\":3"))
            #expect(try await run(8) == found)
        }
    }
}
