import Containers
import Foundation
import Ground
import Tensors
import TestSupport
import Testing

@testable import Formats
@testable import Transformer

/// Tiny GGUF files written in the test, opened as the models that they are.
@Suite struct GGUFFolderTests {
    static let toy = TransformerConfiguration(
        vocabularySize: 8, hiddenSize: 256, intermediateSize: 256, layerCount: 1, headCount: 4, keyValueHeadCount: 2, contextLength: 64)

    /// Stored bytes that no exponent makes infinite, the same for the same name.
    static func bytes(_ entry: ParameterLayout.Entry, _ format: BlockFormat) -> [UInt8] {
        var random = SplitMix(seed: UInt64(entry.name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
        return (0..<format.bytes(of: entry.count)).map { _ in UInt8(random.uniform() * 256) & 0x3F }
    }

    static func items(_ format: BlockFormat) -> [GGUFWriter.Item] {
        ParameterLayout(toy).entries.map { entry in
            let type = entry.shape.count == 1 ? .float32 : format
            return GGUFWriter.Item(name: GGUFNames.tensor(entry.name, in: toy), shape: entry.shape, type: type) { bytes(entry, type) }
        }
    }

    static func metadata(_ changes: [String: GGUFValue] = [:]) -> [(key: String, value: GGUFValue)] {
        GGUFModel.metadata(toy, .f16, name: "toy").filter { changes[$0.key] == nil } + changes.map { ($0.key, $0.value) }
    }

    static func write(_ format: BlockFormat = .q40, _ changes: [String: GGUFValue] = [:], to url: URL) throws {
        try GGUFWriter.write(metadata(changes), items(format), to: url)
    }

    @Test("every storage of the usual files is read, row by row and as a whole, with heads in our order", arguments: BlockFormat.allCases)
    func storages(format: BlockFormat) async throws {
        #expect(GGUFStorage(code: format.rawValue)?.name == format.name)
        #expect(GGUFStorage(code: format.rawValue)?.blockBytes == format.blockBytes)
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            try Self.write(format, to: url)
            let folder = try ModelFolder(directory: url)
            #expect(folder.configuration == Self.toy && folder.isGGUF)
            let checkpoint = try folder.checkpoint()
            #expect(checkpoint.storage == format.plain ?? .bfloat16)
            for entry in ParameterLayout(Self.toy).entries {
                let type = entry.shape.count == 1 ? .float32 : format
                let stored = Self.bytes(entry, type).withUnsafeBytes { Tensor(blocks: $0, format: type, shape: entry.shape) }
                let wanted = GGUFTensorLayout(Self.toy).ours(stored, entry.name).array.map(\.bitPattern)
                let whole: Tensor<Float> = try checkpoint.tensor(entry)
                #expect(whole.array.map(\.bitPattern) == wanted, "\(entry.name)")
                if entry.shape.count == 2 { #expect(try checkpoint.rows(entry).tensor.array.map(\.bitPattern) == wanted, "\(entry.name)") }
            }
        }
    }

    @Test("a storage that is not read is named, with what to download instead, and the tokenizer's part opens all the same")
    func otherStorages() async throws {
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            try Self.write(.q40, to: url)
            var content = try Data(contentsOf: url)
            let name = try #require(content.range(of: Data("blk.0.ffn_down.weight".utf8)))
            // Behind the name: the number of dimensions, two of them, the code.
            for (code, storage) in [(UInt8(16), "IQ2_XXS"), (21, "IQ3_S"), (34, "TQ1_0"), (99, "number 99")] {
                content[name.upperBound + 20] = code
                try content.write(to: url)
                #expect(try GGUFFile(url: url).metadata["general.name"]?.text == "toy")
                #expect {
                    let _: Parameters<Float> = try ModelFolder(directory: url).loadParameters()
                } throws: {
                    "\($0)".contains("blk.0.ffn_down.weight is \(storage)") && "\($0)".contains("Q4_K_M")
                }
            }
        }
    }

    @Test("settings that change the result and are not obeyed are refused by their names")
    func refusals() async throws {
        let refused: [(String, GGUFValue)] = [
            ("llama.rope.scaling.type", .text("yarn")), ("llama.rope.dimension_count", .integer(32)), ("llama.expert_count", .integer(8)),
            ("llama.attention.clamp_kqv", .float(30)), ("llama.logit_scale", .float(0.5)), ("llama.attention.scale", .float(0.5)),
            ("llama.attn_logit_softcapping", .float(50)), ("llama.final_logit_softcapping", .float(30)),
            ("llama.attention.value_length", .integer(32)), ("llama.attention.causal", .bool(false)),
            ("llama.residual_scale", .float(0.22)), ("llama.rope.scaling.attn_factor", .float(1.2)), ("general.type", .text("adapter")),
            ("general.architecture", .text("mamba")),
        ]
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            for (key, value) in refused {
                try Self.write(.q40, [key: value], to: url)
                #expect { try ModelFolder(directory: url) } throws: { "\($0)".contains(key) }
            }
            let stranger = GGUFWriter.Item(name: "blk.0.ffn_gate_exps.weight", shape: [1], type: .float32) { [0, 0, 0, 0] }
            try GGUFWriter.write(Self.metadata(), Self.items(.q40) + [stranger], to: url)
            #expect { try ModelFolder(directory: url) } throws: { "\($0)".contains("blk.0.ffn_gate_exps.weight") }
        }
    }

    @Test("settings that are obeyed: linear scaling by the newer and the older key, windows, ends of turns; neutral ones pass")
    func obeyed() async throws {
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            func configuration(_ changes: [String: GGUFValue]) throws -> TransformerConfiguration {
                try Self.write(.q40, changes, to: url)
                return try ModelFolder(directory: url).configuration
            }
            #expect(try configuration(["llama.rope.scale_linear": .float(2)]).ropeScaling == .linear(factor: 2))
            #expect(try configuration(["llama.rope.scaling.factor": .float(4)]).ropeScaling == .linear(factor: 4))
            let off = try configuration(["llama.rope.scaling.factor": .float(4), "llama.rope.scaling.type": .text("none")])
            #expect(off.ropeScaling == .none)
            let windowed = try configuration(["llama.attention.sliding_window": .integer(16)])
            #expect(windowed.architecture == .mistral && windowed.attention(layer: 0).window == 16)
            let ends = try configuration(["tokenizer.ggml.eos_token_id": .integer(2), "tokenizer.ggml.eot_token_id": .integer(5)])
            #expect(ends.endTokenIDs == [2, 5])
            let neutral: [String: GGUFValue] = [
                "llama.expert_count": .integer(0), "llama.logit_scale": .float(1), "llama.attention.causal": .bool(true),
                "llama.attention.scale": .float(0.125), "llama.attention.clamp_kqv": .float(0),
                "llama.attention.sliding_window": .integer(64),
            ]
            #expect(try configuration(neutral) == Self.toy)
        }
    }

    @Test("a split model opens by any of its parts; one that is missing, or is another part, is named")
    func split() async throws {
        try await withTemporaryDirectory { place in
            let items = Self.items(.q80)
            func name(_ part: Int) -> URL { place.appending(path: "m-0000\(part)-of-00003.gguf") }
            func write(_ part: Int, no: Int, total: Int = items.count) throws {
                let split: [(key: String, value: GGUFValue)] = [
                    ("split.no", .integer(no)), ("split.count", .integer(3)), ("split.tensors.count", .integer(total)),
                ]
                let own = items.enumerated().filter { $0.offset % 3 == part - 1 }.map(\.element)
                try GGUFWriter.write((part == 1 ? Self.metadata() : []) + split, own, to: name(part))
            }
            for part in 1...3 { try write(part, no: part - 1) }
            let single = place.appending(path: "single")
            try FileManager.default.createDirectory(at: single, withIntermediateDirectories: true)
            try Self.write(.q80, to: single.appending(path: "m.gguf"))
            let wanted: Parameters<Float> = try ModelFolder(directory: single).loadParameters()
            for place in [name(1), name(2), place] {
                let found: Parameters<Float> = try ModelFolder(directory: place).loadParameters()
                for (one, other) in zip(wanted.named, found.named) { #expect(one.tensor.array == other.tensor.array, "\(one.name)") }
            }
            try write(3, no: 1)
            #expect { try ModelFolder(directory: place) } throws: { "\($0)".contains("m-00003-of-00003.gguf: it is not part 3 of 3") }
            try FileManager.default.removeItem(at: name(3))
            #expect { try ModelFolder(directory: place) } throws: {
                "\($0)".contains("m-00003-of-00003.gguf: the file is missing") && "\($0)".contains("3 parts")
            }
            try write(3, no: 2)
            try write(1, no: 0, total: 40)
            #expect { try ModelFolder(directory: place) } throws: { "\($0)".contains("hold \(items.count) tensors instead of 40") }
        }
    }

    @Test("a file of the other byte order is refused as such")
    func byteOrder() async throws {
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            try (Data("GGUF".utf8) + Data([0, 0, 0, 3]) + Data(count: 16)).write(to: url)
            #expect { try ModelFolder(directory: url) } throws: {
                "\($0)".contains("byte order is big-endian") && "\($0)".contains("little")
            }
        }
    }

    @Test("a folder opens by its one file, its safetensors first; notes come from the metadata, or from the folder's own")
    func folder() async throws {
        try await withTemporaryDirectory { place in
            let said: [String: GGUFValue] = [
                "general.license": .text("apache-2.0"), "general.languages": .array([.text("de"), .text("en")]),
                "humpback.roles": .array([.text("judge")]),
            ]
            try Self.write(.q40, said, to: place.appending(path: "m.gguf"))
            let opened = try ModelFolder(directory: place)
            #expect(opened.notes.roles == ["judge"] && opened.notes.languages == ["de", "en"] && opened.licence == "apache-2.0")
            try Data(#"{"roles": ["forward"]}"#.utf8).write(to: place.appending(path: "humpback.json"))
            #expect(try ModelFolder(directory: place).notes.roles == ["forward"])
            let whole = try ModelFolder.save(
                weightsOf: opened, as: .float32, notes: opened.notes, to: place.appending(path: "whole"))
            #expect(whole.configuration == opened.configuration && whole.notes == opened.notes && !whole.isGGUF)
            let (one, other): (Parameters<Float>, Parameters<Float>) = (try opened.loadParameters(), try whole.loadParameters())
            for (one, other) in zip(one.named, other.named) { #expect(one.tensor.array == other.tensor.array, "\(one.name)") }
            try Self.write(.q41, to: whole.directory.appending(path: "other.gguf"))
            #expect(try !ModelFolder(directory: whole.directory).isGGUF)
            try FileManager.default.removeItem(at: whole.directory.appending(path: "model.safetensors"))
            #expect(try ModelFolder(directory: whole.directory).isGGUF)
        }
    }

    @Test("the fingerprint changes with weights, settings and tokenizer, not with what is said about them")
    func fingerprint() async throws {
        try await withTemporaryDirectory { place in
            let url = place.appending(path: "m.gguf")
            func fingerprint(_ format: BlockFormat = .q40, _ changes: [String: GGUFValue] = [:]) throws -> String {
                try Self.write(format, changes, to: url)
                return try ModelFolder(directory: url).fingerprint()
            }
            let plain = try fingerprint()
            #expect(try fingerprint(.q40, ["general.license": .text("mit"), "general.name": .text("other")]) == plain)
            #expect(try fingerprint(.iq4NL) != plain)
            #expect(try fingerprint(.q40, ["llama.rope.freq_base": .float(20_000)]) != plain)
            #expect(try fingerprint(.q40, ["tokenizer.ggml.pre": .text("qwen2")]) != plain)
        }
    }

    @Test("adapters open over a base that is a GGUF file")
    func adapters() async throws {
        try await withTemporaryDirectory { place in
            try Self.write(.q50, to: place.appending(path: "m.gguf"))
            let adapters = Adapters<Float>(random: Self.toy, settings: AdapterSettings(rank: 2), seed: 3)
            for (_, tensor) in adapters.named { tensor.fill(0.01) }
            try AdapterFolder.save(adapters, base: "m.gguf", to: place.appending(path: "adapter"))
            let folder = try ModelFolder(directory: place.appending(path: "adapter"))
            #expect(folder.isGGUF && folder.hasAdapters && folder.tokenizerDirectory.lastPathComponent == "m.gguf")
            let tuned: Parameters<Float> = try folder.loadParameters()
            let wanted: Parameters<Float> = try ModelFolder(directory: place.appending(path: "m.gguf")).loadParameters()
            adapters.merge(into: wanted, threads: 1)
            for (one, other) in zip(wanted.named, tuned.named) { #expect(one.tensor.array == other.tensor.array, "\(one.name)") }
        }
    }
}
