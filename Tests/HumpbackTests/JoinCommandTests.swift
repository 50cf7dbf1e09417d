import Foundation
import Testing

@Suite struct JoinCommandTests {
    @Test("ingest, augment and curate in four shards, one killed and repeated, are joined to the bytes of one machine")
    func threeStages() throws {
        let kitchen = try Kitchen.open()
        let place = kitchen.folder.appending(path: "join-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try Kitchen.writeVariedPages(to: place.appending(path: "pages"))
        func read(_ name: String) -> Data? { FileManager.default.contents(atPath: place.appending(path: name).path) }
        func succeed(_ words: [String]) throws {
            let ended = try BuiltTool.run(words, in: place)
            #expect(ended.status == 0, "\(words): \(ended)")
        }
        let stages: [(name: String, words: [String])] = [
            ("passages", ["ingest", "pages", "--near-duplicates"]),
            (
                "pairs",
                ["augment", "--model", "../backward", "--samples", "4", "--max-new-tokens", "48", "--max-broken", "1", "passages.jsonl"]
            ),
            (
                "curated",
                ["curate", "--model", "../judge", "--backward", "none", "--top-fraction", "0.5", "--max-broken", "1", "../pairs.jsonl"]
            ),
        ]
        for (name, words) in stages {
            try succeed(words + ["-o", "\(name).jsonl", "--rejects", "\(name)-rejects.jsonl", "-q"])
            for number in 1...4 {
                let shard =
                    words + ["--shard", "\(number)/4", "-o", "\(name).\(number).jsonl", "--rejects", "\(name)-r\(number).jsonl", "-q"]
                if number == 2 {
                    try BuiltTool.killed(shard, in: place) { (read("\(name).2.jsonl")?.count ?? 0) > 0 }
                    try succeed(shard + [read("\(name).2.jsonl.progress") == nil ? "--force" : "--resume"])
                } else {
                    try succeed(shard)
                }
            }
            let parts = [4, 2, 1, 3].map { "\(name).\($0).jsonl" }
            try succeed(["join", "-o", "joined.jsonl", "--rejects", "joined-rejects.jsonl", "--force", "-q", "--max-broken", "1"] + parts)
            #expect(read("joined.jsonl") == read("\(name).jsonl") && read("joined.jsonl")?.isEmpty == false, "\(name)")
            #expect(read("joined-rejects.jsonl") == read("\(name)-rejects.jsonl"), "\(name)")
            let torn = try BuiltTool.run(["join"] + parts.dropFirst(), in: place)
            #expect(torn.status == 2 && torn.messages.contains("shard 4/4 is missing"), "\(torn)")
        }
    }

    @Test("--shard wants a part of a number, an output, and no groups of the whole input")
    func usage() throws {
        #expect(try BuiltTool.run(["augment", "--shard", "5/4", "-o", "x"]).status == 64)
        let kitchen = try Kitchen.open()
        let piped = try BuiltTool.run(["ingest", "pages", "--shard", "1/4"], in: kitchen.folder)
        #expect(piped.status == 2 && piped.messages.contains("give -o FILE"))
        let groups = try BuiltTool.run(
            ["ingest", "pages", "--near-duplicates", "--clusters", "groups", "--shard", "1/4", "-o", "none.jsonl"], in: kitchen.folder)
        #expect(groups.status == 64 && groups.messages.contains("leave it out"))
    }
}
