import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite("Nothing that is read is written over")
struct OutputPlacesTests {
    /// What the check says of a command line, nil where it lets it pass.
    private func refusal(_ line: [String]) -> UsageError? {
        do throws(UsageError) {
            let (command, rest) = try Humpback.find(line)
            try OutputPlaces.check(try Arguments(rest, for: command), of: command)
            return nil
        } catch {
            return error
        }
    }

    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "humpback-places-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "project/base"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["pairs.jsonl", "seed.jsonl", "project/seed.jsonl"] { try Data("{}\n".utf8).write(to: folder.appending(path: name)) }
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "link.jsonl"), withDestinationURL: folder.appending(path: "pairs.jsonl"))
        try body(folder)
    }

    @Test("a summary in the place of an input is refused, through a link too, and so are two outputs of one name")
    func summaries() throws {
        try inFolder { folder in
            let (pairs, link, new) = (folder.path + "/pairs.jsonl", folder.path + "/link.jsonl", folder.path + "/new.jsonl")
            #expect(refusal(["curate", "--summary", pairs, pairs]) != nil)
            #expect(refusal(["curate", "--summary", link, pairs]) != nil)
            #expect(refusal(["curate", "--summary", new, "--rejects", new, pairs]) != nil)
            #expect(refusal(["curate", "-o", new, "--summary", folder.path + "/./new.jsonl", pairs]) != nil)
            #expect(refusal(["curate", "-o", new, "--summary", folder.path + "/s.json", pairs]) == nil)
            #expect(refusal(["curate", "-o", "/dev/null", "--rejects", "/dev/null", pairs]) == nil)
        }
    }

    @Test("an output in the place of what another option reads is refused")
    func otherInputs() throws {
        try inFolder { folder in
            let (pairs, seed) = (folder.path + "/pairs.jsonl", folder.path + "/seed.jsonl")
            #expect(refusal(["curate", "--seed-data", seed, "-o", seed, "--force", pairs]) != nil)
            #expect(refusal(["compare", pairs, seed, "-o", pairs, "--force"]) != nil)
            #expect(refusal(["ingest", pairs, "--near-duplicates", "--clusters", pairs, "-o", folder.path + "/out"]) != nil)
        }
    }

    @Test("what is written beside an output, by a name made of its own, may be no other file of the command")
    func besides() throws {
        try inFolder { folder in
            let (pairs, out) = (folder.path + "/pairs.jsonl", folder.path + "/out.jsonl")
            for ending in [".new", ".progress", ".mended", ".rated", ".rated.progress", ".rated.rejects", ".rated.new", ".answers"] {
                let refused = refusal(["curate", "-o", out, "--seed-data", out + ending, pairs])
                #expect("\(refused.map { "\($0)" } ?? "")".contains("another name"), "\(ending)")
                #expect(refusal(["curate", "-o", out, "--rejects", out + ending, pairs]) != nil, "\(ending)")
                #expect(refusal(["curate", "-o", out, "--summary", out + ending, pairs]) != nil, "\(ending)")
                #expect(refusal(["curate", "-o", out, out + ending]) != nil, "\(ending)")
            }
            #expect(refusal(["curate", "-o", out, "--rejects", out + ".rejects", "--summary", out + ".summary", pairs]) == nil)
            #expect(refusal(["curate", "-o", out, "--rejects", folder.path + "/r", folder.path + "/r.new"]) != nil)
            #expect(refusal(["ingest", "-o", out, out + ".signatures"]) != nil)
            #expect(refusal(["curate", "--emit-batch", out, out + ".new"]) != nil)
            try Data("{}".utf8).write(to: folder.appending(path: "pairs.jsonl.progress"))
            #expect(refusal(["join", "-o", pairs + ".progress", "--force", pairs]) != nil)
            #expect(refusal(["join", "-o", out, "--summary", pairs + ".progress", pairs]) != nil)
        }
    }

    @Test("a folder to be made does not lie within one that is read")
    func within() throws {
        try inFolder { folder in
            let reads = ["--seed-only", "--seed-data", folder.path + "/seed.jsonl", "--base", folder.path + "/project"]
            #expect(refusal(["finetune", "--out", folder.path + "/project/model"] + reads) != nil)
            #expect(refusal(["export", "--trainer", "trl", "--out", folder.path + "/project/job"] + reads) != nil)
            #expect(refusal(["export", "--trainer", "trl", "--out", folder.path + "/job"] + reads) == nil)
        }
    }

    @Test("a model folder to be made may not hold what is read")
    func folders() throws {
        try inFolder { folder in
            let project = folder.path + "/project"
            let reads = ["--seed-only", "--seed-data", project + "/seed.jsonl", "--base", project + "/base", "--force"]
            #expect(refusal(["finetune", "--out", project] + reads) != nil)
            #expect(refusal(["finetune", "--out", project + "/base"] + reads) != nil)
            #expect(refusal(["finetune", "--out", project + "/seed.jsonl"] + reads) != nil)
            #expect(refusal(["finetune", "--out", project + "/model"] + reads) == nil)
        }
    }
}
