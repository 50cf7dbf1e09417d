import Foundation
import Reports
import TestSupport
import Testing

@testable import Reports

struct TraceTests {
    private static func write(to place: URL) throws {
        let source = "\"url\":\"https://a.example/page\",\"source\":{\"file\":\"pages/one.html\",\"bytes\":[10,90]}"
        let rating = """
            "ratings":[{"rubric":"trained","scale":[1.0,5.0],"probabilities":{"1":0.25,"5":0.75},"mass":0.9,"judge":"J 7 int8","iteration":1},\
            {"rubric":"backward_gain","scale":[0.0,1.0],"probabilities":{"match":0.5,"other":0.5},"mass":1.0,"judge":"B 7 int8","iteration":1,"gain":8.0}]
            """
        try FileManager.default.createDirectory(at: place.appending(path: "M1"), withIntermediateDirectories: true)
        for (name, text) in [
            (
                "passages.jsonl",
                "{\"id\":\"abcd1\",\"text\":\"Glue it.\",\(source)}\n{\"id\":\"abcd2\",\"text\":\"Nail it.\",\(source)}\n{\"id\":\"efgh1\",\"text\":\"Tie it.\"}\n"
            ),
            (
                "pairs.jsonl",
                "{\"id\":\"abcd1-0\",\"passage_id\":\"abcd1\",\"instruction\":\"How do I mend it?\",\"output\":\"Glue it.\",\"made_by\":{\"model\":\"B\",\"seed\":3},\"instruction_log_prob\":-1.5,\"instruction_rank\":{\"by\":\"gain\",\"nats\":12.25,\"passed\":3,\"samples\":4}}\n{\"id\":\"abcd1-1\",\"passage_id\":\"abcd1\",\"instruction\":\"How do I\\u001b[2J break it?\",\"output\":\"Glue it.\"}\n"
            ),
            (
                "curated1.jsonl",
                "{\"id\":\"abcd1-0\",\"passage_id\":\"abcd1\",\"instruction\":\"How do I mend it?\",\"output\":\"Glue it.\",\"score\":4.75,\"selected\":true,\(rating)}\n"
            ),
            (
                "curated1.jsonl.rejects",
                "{\"id\":\"abcd1-1\",\"passage_id\":\"abcd1\",\"instruction\":\"How do I break it?\",\"output\":\"Glue it.\",\"score\":1.5,\"rejected_by\":\"curate\",\"kind\":\"dropped\",\"reason\":\"score_low\",\"value\":1.5,\"threshold\":4.5}\n"
            ),
            ("M1/metrics.jsonl", "{\"step\":1,\"loss\":2.0,\"learning_rate\":0.1}\n"),
        ] { try Data(text.utf8).write(to: place.appending(path: name)) }
    }

    @Test("a passage is followed to its pairs, one kept and one dropped, with the judge's numbers, and to the model that learned it")
    func whole() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(to: place)
            let run = try RunFiles([place.path])
            for query in ["abcd1", "abcd1-0", "abcd1-"] {
                let trace = try Trace(query, in: run)
                #expect(
                    trace.ways.map { $0.events.map { "\($0.file):\($0.line) \($0.step)" } } == [
                        [
                            "passages.jsonl:1 passage", "pairs.jsonl:1 pair", "pairs.jsonl:2 pair",
                            "curated1.jsonl.rejects:1 dropped by curate",
                            "curated1.jsonl:1 kept",
                        ]
                    ], "\(query)")
                let text = TraceText(trace).text
                for part in [
                    "page     https://a.example/page", "pages/one.html, bytes 10 to 90", "made by      B; seed 3", "-1.5000 nats a token",
                    "chosen       by gain, 12.2500 nats, the best of 3 samples",
                    "expected 4.000 of 1 to 5, label mass 0.900; by J 7 int8", "gain 8.00 nats",
                    "reason       score_low, found 1.5, held against 4.5",
                    "learned by M1 (from curated1.jsonl)", "␛[2J",
                ] { #expect(text.contains(part), "\(part) in \(text)") }
            }
        }
    }

    @Test("an address gives all passages of its page, and a passage without a pair says so")
    func address() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(to: place)
            let run = try RunFiles([place.path])
            #expect(try Trace("https://a.example/page", in: run).ways.map(\.id) == ["abcd1", "abcd2"])
            #expect(try Trace("one.html", in: run).ways.map(\.id) == ["abcd1", "abcd2"])
            #expect(TraceText(try Trace("efgh1", in: run)).text.contains("no pair of this passage stands in these files"))
        }
    }

    @Test("what fits several passages, or none, is refused with what was found")
    func refused() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(to: place)
            let run = try RunFiles([place.path])
            #expect(throws: TraceError.ambiguous("abcd", ["abcd1", "abcd2"])) { try Trace("abcd", in: run) }
            #expect(throws: TraceError.self) { try Trace("zzzz", in: run) }
            #expect(throws: TraceError.self, "three characters are too few") { try Trace("efg", in: run) }
        }
    }

    @Test("the same record in another file is told in one line with the first, and a file that is named twice is read once")
    func copies() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(to: place)
            let (pairs, copy) = (place.appending(path: "pairs.jsonl"), place.appending(path: "some.jsonl"))
            try FileManager.default.copyItem(at: pairs, to: copy)
            let link = place.appending(path: "link.jsonl")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: pairs)
            let run = try RunFiles([pairs.path, copy.path, place.path + "/./pairs.jsonl", link.path])
            #expect(run.files.count == 2)
            let trace = try Trace("abcd1-0", in: run)
            #expect(trace.ways.flatMap(\.events).map(\.line) == [1, 2])
            #expect(trace.ways.flatMap(\.events).map { $0.copies.map(\.line) } == [[1], [2]])
            #expect(TraceText(trace).text.contains("pairs.jsonl:1  pair, and the same again in some.jsonl:1\n"))
        }
    }

    @Test("what --select ranked by is told with its values, where that was not the score")
    func ranked() async throws {
        try await withTemporaryDirectory { place in
            let file = place.appending(path: "curated.jsonl")
            let line =
                #"{"id":"abcd1-0","passage_id":"abcd1","instruction":"How?","output":"So.","score":2.5,"selected":true,"ratings":[],"#
                + #""signals":{"ifd":0.25,"length":40.0},"selected_by":"ifd+length"}"# + "\n"
            try Data(line.utf8).write(to: file)
            let text = TraceText(try Trace("abcd1-0", in: RunFiles([file.path]))).text
            #expect(text.contains("ranked by    ifd 0.25 and length 40 (--select ifd+length); the score decided nothing"), "\(text)")
        }
    }
}
