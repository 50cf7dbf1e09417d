import Foundation
import TestSupport
import Testing
import Transformer

@testable import humpback

/// A cache with a default model, a folder of adapters over it and a toy, all of the Kitchen's size.
private struct Pantry {
    let place: URL
    var cache: URL { place.appending(path: "cache") }
    var models: URL { place.appending(path: "models") }
    var base: URL { cache.appending(path: "SmolLM2-135M-Instruct.Q4_1.gguf") }
    var adapters: URL { models.appending(path: "smollm2/backward") }

    init(_ place: URL, hasDefault: Bool) throws {
        self.place = place
        let kitchen = try Kitchen.open().folder
        let files = FileManager.default
        for folder in [cache, models.appending(path: "calf"), models.appending(path: "smollm2")] {
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        try files.copyItem(at: kitchen.appending(path: "base"), to: models.appending(path: "calf/base"))
        try files.copyItem(at: kitchen.appending(path: "judge"), to: models.appending(path: "calf/judge"))
        guard hasDefault else { return }
        try expect(BuiltTool.run("convert", kitchen.appending(path: "base").path, base.path, "--storage", "f32"))
        try expect(
            run(
                "finetune", "--role", "backward", "--base", base.path, "--seed-data", kitchen.appending(path: "seed.jsonl").path, "--steps",
                "3", "--batch", "2", "--learning-rate", "0.05", "--lora-rank", "2", "--out", place.appending(path: "tuned").path))
        try files.copyItem(at: place.appending(path: "tuned/adapter"), to: adapters)
    }

    private func expect(_ ended: BuiltTool.Ended) throws { try #require(ended.status == 0, "\(ended)") }

    func run(_ words: String..., input: String = "") throws -> BuiltTool.Ended { try run(words, input: input) }

    func run(_ words: [String], input: String = "") throws -> BuiltTool.Ended {
        try BuiltTool.run(
            words, input: Data(input.utf8), in: Kitchen.open().folder,
            environment: ["HUMPBACK_CACHE": cache.path, "HUMPBACK_MODELS": models.path])
    }
}

@Suite struct DefaultModelTests {
    private static let pair =
        #"{"id":"p","instruction":"How do I cook plum cake?","output":"Warm the oven first.","origin":"augmented"}"# + "\n"

    @Test("without a fetched model the toy is taken, and one sentence says how to get the model, once for all that a command opens")
    func toy() async throws {
        try await withTemporaryDirectory { place in
            let pantry = try Pantry(place, hasDefault: false)
            let ended = try pantry.run("loglik", "--quiet", input: #"{"prompt":"Salt","continuation":" it"}"# + "\n")
            #expect(ended.status == 0, "\(ended)")
            #expect(ended.messages.contains("examples/get-model.sh fetches SmolLM2-135M-Instruct"), "\(ended)")
            #expect(ended.messages.contains("calf, a toy"))
            #expect(try pantry.run("inspect").output.contains("calf/base"))
            let rated = try pantry.run("curate", "--keep-all", "--max-broken", "1", input: Self.pair)
            #expect(rated.status == 0 && rated.messages.components(separatedBy: "a toy").count == 2, "\(rated)")
            #expect(rated.output.contains(#""judge":"calf/judge "#), "\(rated)")
        }
    }

    @Test("a fetched model is taken for every role, with adapters where there are some and plain elsewhere, and nothing is said")
    func fetched() async throws {
        try await withTemporaryDirectory { place in
            let pantry = try Pantry(place, hasDefault: true)
            #expect(try pantry.run("inspect").output.contains("SmolLM2-135M-Instruct.Q4_1.gguf"))
            let written = try pantry.run(
                "augment", "--max-new-tokens", "16", "--limit", "4", "--rejects", "-", "--max-broken", "1", "passages.jsonl")
            #expect(written.status == 0 && !written.messages.contains("toy"), "\(written)")
            #expect(written.output.contains(#""model":"smollm2/backward""#), "\(written)")
            let answered = try pantry.run("generate", "--max-new-tokens", "4", input: #"{"instruction":"Salt?"}"# + "\n")
            #expect(answered.status == 0 && answered.output.contains(#""model":"SmolLM2-135M-Instruct.Q4_1.gguf""#), "\(answered)")
        }
    }

    @Test("curate without a judge in the default model rates by the backward model alone; asked for a judge it says that there is none")
    func judgeless() async throws {
        try await withTemporaryDirectory { place in
            let pantry = try Pantry(place, hasDefault: true)
            let rated = try pantry.run("curate", "--keep-all", input: Self.pair)
            #expect(rated.status == 0 && rated.output.contains(#""rubric":"backward_gain""#), "\(rated)")
            #expect(!rated.output.contains(#""rubric":"trained""#))
            let asked = try pantry.run("curate", "--judge", "trained", input: Self.pair)
            #expect(asked.status == 2 && asked.messages.contains("the default model has no judge"), "\(asked)")
        }
    }

    @Test("curate says which default model it opens for a signal, unless one is named, no signal is wanted, or nothing is to be said")
    func signals() async throws {
        try await withTemporaryDirectory { place in
            let pantry = try Pantry(place, hasDefault: true)
            for kind in ["forward", "base"] {
                let words = ["--select", kind + "_loss", "--top-fraction", "1"]
                let said = "the default \(kind) model, SmolLM2-135M-Instruct.Q4_1.gguf; --\(kind) names another."
                let told = try pantry.run(["curate"] + words, input: Self.pair)
                #expect(told.status == 0 && told.messages.components(separatedBy: said).count == 2, "\(told)")
                for silent in [["--\(kind)", pantry.base.path], ["--quiet"]] {
                    let ended = try pantry.run(["curate"] + words + silent, input: Self.pair)
                    #expect(ended.status == 0 && !ended.messages.contains("the default \(kind) model"), "\(ended)")
                }
            }
            let unasked = try pantry.run("curate", "--keep-all", input: Self.pair)
            #expect(unasked.status == 0 && !unasked.messages.contains("are measured by the default"), "\(unasked)")
        }
    }

    @Test("adapters name a base of the cache by its name, so that they open wherever it is fetched; another base of that name is refused")
    func adapters() async throws {
        try await withTemporaryDirectory { place in
            let pantry = try Pantry(place, hasDefault: true)
            let settings = try String(contentsOf: pantry.adapters.appending(path: "adapter_config.json"), encoding: .utf8)
            #expect(settings.contains(#""SmolLM2-135M-Instruct.Q4_1.gguf""#), "\(settings)")
            let asked = #"{"prompt":"Salt","continuation":" it"}"# + "\n"
            let own = try pantry.run("loglik", "--model", pantry.adapters.path, "--quiet", input: asked)
            let base = try pantry.run("loglik", "--model", pantry.base.path, "--quiet", input: asked)
            #expect(own.status == 0 && own.output != base.output, "\(own)")

            try FileManager.default.removeItem(at: pantry.base)
            let absent = try pantry.run("loglik", "--model", pantry.adapters.path, input: asked)
            #expect(absent.status == 2 && absent.messages.contains("examples/get-model.sh fetches SmolLM2-135M-Instruct"), "\(absent)")

            let judge = try Kitchen.open().folder.appending(path: "judge").path
            _ = try BuiltTool.run("convert", judge, pantry.base.path, "--storage", "f32")
            let other = try pantry.run("loglik", "--model", pantry.adapters.path, input: asked)
            #expect(other.status == 2 && other.messages.contains("trained on a base with the fingerprint"), "\(other)")
        }
    }

    @Test("the first folder of models that has what is asked for gives it, and where there is nothing at all there is no default")
    func order() async throws {
        try await withTemporaryDirectory { place in
            let empty = ModelCache(directory: place.appending(path: "cache"))
            let folders = ["one", "two"].map { place.appending(path: $0) }
            #expect(DefaultModel(for: nil, among: folders, cache: empty) == nil)
            let config = folders[1].appending(path: "calf/base/config.json")
            try FileManager.default.createDirectory(at: config.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: config)
            let found = DefaultModel(for: .forward, among: folders, cache: empty)
            #expect(found?.place.path == folders[1].appending(path: "calf/base").path && found?.isToy == true)
            #expect(DefaultModel(for: .judge, among: folders, cache: empty) == nil)
        }
    }
}
