import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@Suite struct ModelFolderTests {
    private func saved(_ name: String, in folder: URL, as storage: StorageFormat = .float32, replacing: Bool = false) throws -> ModelFolder
    {
        let parameters: Parameters<Float> = try ModelFolder(directory: Golden.all[0].folder).loadParameters()
        return try ModelFolder.save(
            parameters, as: storage, notes: ModelNotes(roles: ["judge"], languages: ["en", "de"], base: "abc"),
            files: ["tokenizer.json": Data("{}".utf8)], replacing: replacing, to: folder.appending(path: name))
    }

    @Test("what is saved is read again: weights, configuration, notes")
    func roundTrip() async throws {
        try await withTemporaryDirectory { folder in
            let original = try ModelFolder(directory: Golden.all[0].folder)
            let again = try saved("model", in: folder)
            #expect(again.configuration.parameterCount == original.configuration.parameterCount)
            #expect(again.notes.roles == ["judge"])
            #expect(again.notes.languages == ["en", "de"])
            #expect(again.notes.base == "abc")
            #expect(again.endTokenIDs == [2])
            let (one, other): (Parameters<Float>, Parameters<Float>) = (try original.loadParameters(), try again.loadParameters())
            #expect(one.named.map(\.tensor.array) == other.named.map(\.tensor.array))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"])
        }
    }

    @Test("the same weights give the same bytes, and half-width weights lose only their last digits")
    func stableBytes() async throws {
        try await withTemporaryDirectory { folder in
            for (storage, loss) in [(StorageFormat.float32, 0.0), (.float16, 0.0005), (.bfloat16, 0.004)] {
                let (one, other) = (
                    try saved("one", in: folder, as: storage, replacing: true), try saved("other-\(storage)", in: folder, as: storage)
                )
                func bytes(_ model: ModelFolder) throws -> Data {
                    try Data(contentsOf: model.directory.appending(path: "model.safetensors"))
                }
                #expect(try bytes(one) == bytes(other))
                let weights: Parameters<Float> = try one.loadParameters()
                let original: Parameters<Float> = try ModelFolder(directory: Golden.all[0].folder).loadParameters()
                for ((name, a), (_, b)) in zip(weights.named, original.named) {
                    #expect(relativeDistance(a.array, b.array) <= loss, "\(name)")
                }
            }
        }
    }

    @Test("a model that is read and saved again has the same bytes in every tensor", arguments: Golden.all)
    func sameTensors(golden: Golden) async throws {
        try await withTemporaryDirectory { folder in
            var source = try ModelFolder(directory: golden.folder)
            for storage in [StorageFormat.float32, .float16, .bfloat16] {
                // transformers' own file first, then those of our half-width copies.
                if storage != .float32 {
                    source = try ModelFolder.save(
                        source.loadParameters(Float.self), as: storage, to: folder.appending(path: "\(storage)"))
                }
                let again = try ModelFolder.save(
                    source.loadParameters(Float.self), as: source.checkpoint().storage, to: folder.appending(path: "\(storage)-again"))
                let (one, other) = (try source.checkpoint().files, try again.checkpoint().files)
                #expect(Set(one[0].entries.map(\.name)) == Set(other[0].entries.map(\.name)))
                for entry in one[0].entries {
                    let same = try #require(other[0].entry(entry.name))
                    let bytes = (one[0].withBytes(of: entry) { Array($0) }, other[0].withBytes(of: same) { Array($0) })
                    #expect(entry.type == same.type && entry.shape == same.shape && bytes.0 == bytes.1, "\(storage) \(entry.name)")
                }
            }
        }
    }

    @Test("the fingerprint changes with weights and tokenizer, and with nothing else")
    func fingerprint() async throws {
        try await withTemporaryDirectory { folder in
            let model = try saved("model", in: folder)
            let first = try model.fingerprint()
            #expect(first.count == 32)
            try Data("{\"roles\": [\"forward\"]}".utf8).write(to: model.directory.appending(path: "humpback.json"))
            #expect(try model.fingerprint() == first)
            try Data("{ }".utf8).write(to: model.directory.appending(path: "tokenizer.json"))
            let second = try model.fingerprint()
            #expect(second != first)
            let weights = model.directory.appending(path: "model.safetensors")
            var content = try Data(contentsOf: weights)
            content[content.count - 3] ^= 1
            try content.write(to: weights)
            #expect(try ModelFolder(directory: model.directory).fingerprint() != second)
        }
    }

    @Test("an existing folder is kept unless it may be replaced")
    func existing() async throws {
        try await withTemporaryDirectory { folder in
            _ = try saved("model", in: folder)
            #expect(throws: ModelError.alreadyExists(path: folder.appending(path: "model").path)) { try saved("model", in: folder) }
            _ = try saved("model", in: folder, replacing: true)
        }
    }

    @Test("sharded weights are read through their index, and a lying index is refused")
    func sharded() async throws {
        try await withTemporaryDirectory { folder in
            let source = try ModelFolder(directory: Golden.all[0].folder)
            let parameters: Parameters<Float> = try source.loadParameters()
            try FileManager.default.copyItem(
                at: source.directory.appending(path: "config.json"), to: folder.appending(path: "config.json"))
            let half = parameters.named.count / 2
            let shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
            try SafetensorsWriter.write(Array(parameters.named[..<half]), as: .float32, to: folder.appending(path: shards[0]))
            try SafetensorsWriter.write(Array(parameters.named[half...]), as: .float32, to: folder.appending(path: shards[1]))
            func index(_ place: (Int) -> String) throws {
                let map = Dictionary(uniqueKeysWithValues: parameters.named.indices.map { (parameters.named[$0].name, place($0)) })
                try JSONEncoder().encode(["weight_map": map]).write(to: folder.appending(path: "model.safetensors.index.json"))
            }
            try index { shards[$0 < half ? 0 : 1] }
            let again: Parameters<Float> = try ModelFolder(directory: folder).loadParameters()
            #expect(again.named.map(\.tensor.array) == parameters.named.map(\.tensor.array))
            for lie in [{ _ in shards[0] }, { _ in "none.safetensors" }, { _ in "../model.safetensors" }] as [@Sendable (Int) -> String] {
                try index(lie)
                #expect(throws: ModelError.self) { try ModelFolder(directory: folder).checkpoint() }
            }
        }
    }

    /// A folder that says its head is the embedding, with this head in its file; nil leaves it out.
    private func tied(_ name: String, in folder: URL, head: ((Tensor<Float>) -> Tensor<Float>)?) throws -> URL {
        let original: Parameters<Float> = try ModelFolder(directory: Golden.all[0].folder).loadParameters()
        var configuration = original.configuration
        configuration.tiesEmbeddings = true
        let named = original.named.filter { $0.name != "lm_head.weight" }
        let table = try #require(named.first { $0.name == "model.embed_tokens.weight" }).tensor
        let place = folder.appending(path: name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try configuration.json(storage: .float32).write(to: place.appending(path: "config.json"))
        let heads = head.map { [(name: "lm_head.weight", tensor: $0(table))] } ?? []
        try SafetensorsWriter.write(named + heads, as: .float32, to: place.appending(path: "model.safetensors"))
        return place
    }

    @Test("a head of its own in the weights stands against a configuration that ties it to the embedding, as in transformers 5")
    func tiedAgainstTheFile() async throws {
        try await withTemporaryDirectory { folder in
            for (name, head) in [("none", nil), ("same", { $0.copy() })] as [(String, ((Tensor<Float>) -> Tensor<Float>)?)] {
                let model = try ModelFolder(directory: try tied(name, in: folder, head: head))
                #expect(model.configuration.tiesEmbeddings, "\(name)")
            }
            for (name, places) in [("first", [0]), ("last", [96 * 32 - 1]), ("all", Array(0..<96 * 32))] {
                let place = try tied(name, in: folder) { table in
                    let head = table.copy()
                    for place in places { head[place] += 0.5 }
                    return head
                }
                let model = try ModelFolder(directory: place)
                #expect(!model.configuration.tiesEmbeddings, "\(name)")
                let parameters: Parameters<Float> = try model.loadParameters()
                let found = Dictionary(uniqueKeysWithValues: parameters.named.map { ($0.name, $0.tensor.array) })
                let (head, table) = (try #require(found["lm_head.weight"]), try #require(found["model.embed_tokens.weight"]))
                #expect(zip(head, table).enumerated().filter { $1.0 != $1.1 }.map(\.offset) == places, "\(name)")
                let again = try ModelFolder.save(parameters, to: folder.appending(path: "\(name)-again"))
                #expect(!again.configuration.tiesEmbeddings, "\(name)")
            }
            let narrow = try tied("narrow", in: folder) { _ in Tensor(zeros: [96, 16]) }
            #expect(throws: ModelError.self) { try ModelFolder(directory: narrow).loadParameters(Float.self) }
        }
    }

    @Test(
        "generation_config.json with a token that the vocabulary does not have is refused by file, key and value",
        arguments: [
            ("eos_token_id", "2147483648", "2147483648"), ("eos_token_id", "-1", "-1"), ("eos_token_id", "1e300", "1e+300"),
            ("eos_token_id", "1.5", "1.5"), ("eos_token_id", "96", "96"), ("eos_token_id", "[2, 96]", "96"),
            ("eos_token_id", "[2, 1.5]", "1.5"), ("bos_token_id", "9223372036854775807", "9223372036854775807"),
            ("bos_token_id", "-7", "-7"), ("pad_token_id", "-2", "-2"), ("pad_token_id", "128000", "128000"),
        ])
    func strayToken(key: String, value: String, named: String) async throws {
        try await withTemporaryDirectory { folder in
            let model = try saved("model", in: folder)
            let place = model.directory.appending(path: "generation_config.json")
            try Data("{\"\(key)\": \(value)}".utf8).write(to: place)
            let error = try #require(throws: ModelError.self) { try ModelFolder(directory: model.directory) }
            for part in [place.path, key, named] { #expect(error.description.contains(part), "\(error)") }
        }
    }

    @Test("says what is missing, and what does not fit")
    func errors() async throws {
        try await withTemporaryDirectory { folder in
            let missing = folder.appending(path: "nothing")
            #expect(throws: ModelError.missingFolder(path: missing.path)) { try ModelFolder(directory: missing) }
            let noConfiguration = try #require(throws: ModelError.self) { try ModelFolder(directory: folder) }
            #expect(noConfiguration.description.contains("config.json"))
            let model = try saved("model", in: folder)
            let weights = model.directory.appending(path: "model.safetensors")
            let place = model.directory.appending(path: "config.json")
            let json = try String(contentsOf: place, encoding: .utf8)

            try json.replacing("\"vocab_size\" : 96", with: "\"vocab_size\" : 97").write(to: place, atomically: true, encoding: .utf8)
            let shape = try #require(throws: ModelError.self) {
                try ModelFolder(directory: model.directory).loadParameters(Float.self)
            }
            #expect(shape.description.contains("model.embed_tokens.weight has the shape [96, 32]"))
            try json.replacing("\"num_hidden_layers\" : 2", with: "\"num_hidden_layers\" : 3")
                .write(to: place, atomically: true, encoding: .utf8)
            let tensor = try #require(throws: ModelError.self) {
                try ModelFolder(directory: model.directory).loadParameters(Float.self)
            }
            #expect(tensor.description.contains("model.layers.2.input_layernorm.weight is missing"))
            try json.replacing("\"num_hidden_layers\" : 2", with: "\"num_hidden_layers\" : 4000")
                .replacing("\"intermediate_size\" : 44", with: "\"intermediate_size\" : 16777216")
                .write(to: place, atomically: true, encoding: .utf8)
            let memory = try #require(throws: ModelError.self) {
                try ModelFolder(directory: model.directory).loadParameters(Float.self)
            }
            #expect(memory.description.contains("GiB of memory"))
            try FileManager.default.removeItem(at: weights)
            let noWeights = try #require(throws: ModelError.self) { try model.checkpoint() }
            #expect(noWeights.description.contains("model.safetensors"))
        }
    }

    /// Loads a folder and prints the logits of a prompt, and the special tokens that its configuration ends up with.
    private static let logitsInTransformers = """
        import json, sys, torch
        from transformers import AutoModelForCausalLM
        model = AutoModelForCausalLM.from_pretrained(sys.argv[1], attn_implementation="eager")
        with torch.no_grad():
            logits = model(torch.tensor([json.loads(sys.argv[2])])).logits[0].flatten().tolist()
        config = model.config
        end = config.eos_token_id
        print(json.dumps({"logits": logits, "begin": config.bos_token_id, "pad": config.pad_token_id,
                          "ends": end if isinstance(end, list) else [] if end is None else [end]}))
        """

    private struct Answer: Decodable {
        let logits: [Float]
        let begin: Int?
        let pad: Int?
        let ends: [Int]
    }

    @Test(
        "transformers loads what we wrote, computes our logits, and believes in no special token that we do not have",
        .enabled(if: PythonPeer.has("transformers", "torch"), "needs HUMPBACK_PYTHON, a python with transformers"),
        arguments: Golden.all)
    func transformersReads(golden: Golden) async throws {
        let input = try golden.input()
        try await withTemporaryDirectory { folder in
            let original: Parameters<Float> = try ModelFolder(directory: golden.folder).loadParameters()
            var configuration = original.configuration
            // The family's own special tokens must not come back where a model has none.
            (configuration.beginTokenID, configuration.endTokenIDs, configuration.padTokenID) = (nil, [], nil)
            for (configuration, name) in [(original.configuration, "whole"), (configuration, "without")] {
                var tensors = original.named.map(\.tensor).makeIterator()
                let parameters = Parameters<Float>(configuration: configuration) { tensors.next()?.copy() ?? Tensor(zeros: $0.shape) }
                parameters.layers[1].up[5] = 0.75  // not the golden's own file any more
                let model = try ModelFolder.save(parameters, to: folder.appending(path: name))
                let tokens = Array(input.tokens[..<input.lengths[0]])
                let theirs = try PythonPeer.json(Answer.self, Self.logitsInTransformers, [model.directory.path, "\(tokens)"])
                let ours = TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: 1)))
                    .logits(tokens: tokens, sequenceLengths: [tokens.count], rows: Array(0..<Int32(tokens.count))).array
                #expect(ours.count == theirs.logits.count)
                #expect((zip(ours, theirs.logits).map { abs($0 - $1) }.max() ?? .infinity) < 1e-4)
                #expect(theirs.begin == configuration.beginTokenID && theirs.pad == configuration.padTokenID)
                #expect(theirs.ends == configuration.endTokenIDs)
            }
        }
    }
}
