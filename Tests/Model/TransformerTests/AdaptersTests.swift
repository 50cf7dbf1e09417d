import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@Suite struct AdaptersTests {
    static let configuration = TransformerConfiguration(
        vocabularySize: 24, hiddenSize: 16, intermediateSize: 20, layerCount: 2, headCount: 4, keyValueHeadCount: 2, contextLength: 32,
        initializerRange: 0.2)
    static let tokens: [Int32] = [1, 5, 9, 3, 22, 7, 1, 2, 4, 17]
    static let lengths = [6, 4]

    /// A network with adapters that do something: B is no longer zero.
    static func network<R: Real>(_ type: R.Type, _ settings: AdapterSettings) -> TransformerNetwork<R> {
        let adapters = Adapters<R>(random: configuration, settings: settings, seed: 2)
        for (index, (name, tensor)) in adapters.named.enumerated() where name.hasSuffix("lora_B.weight") {
            for i in 0..<tensor.count { tensor[i] = R(sin(Double(index * 31 + i)) * 0.1) }
        }
        return TransformerNetwork(
            parameters: Parameters(random: configuration, seed: 1), adapters: adapters, compute: Compute(pool: ThreadPool(threads: 1)))
    }

    @Test(
        "gradients are the central differences of the loss, in Double, with both dropouts and with none, on some matrices and on all",
        arguments: [(false, 0.25), (true, 0.25), (true, 0)], [AdapterSettings.Target.allCases, [.query, .value, .up]])
    func centralDifferences(form: (isRankStabilized: Bool, dropout: Double), targets: [AdapterSettings.Target]) {
        let network = Self.network(
            Double.self,
            .init(rank: 3, alpha: 5, dropout: form.dropout, isRankStabilized: form.isRankStabilized, targets: targets))
        guard let adapters = network.adapters else { return }
        let targets = TransformerNetwork<Double>.Targets(rows: [1, 3, 4, 7, 8], ids: [9, 22, 7, 4, 17])
        let scales = [0.3, -0.2, 0.5, 0.1, 0.4]
        func run(_ gradients: Adapters<Double>) -> Double {
            let losses = network.lossAndGradients(
                tokens: Self.tokens, sequenceLengths: Self.lengths, targets: targets, scales: scales,
                dropout: ResidualDropout(rate: 0.1, seed: 8, firstToken: 2, adapterRate: form.dropout), gradients: .adapters(gradients))
            return zip(losses, scales).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let gradients = Adapters<Double>(zeros: Self.configuration, settings: adapters.settings)
        let ignored = Adapters<Double>(zeros: Self.configuration, settings: adapters.settings)
        _ = run(gradients)
        let step = 1e-5
        for ((name, weight), gradient) in zip(adapters.named, gradients.named.map(\.tensor)) {
            for place in stride(from: 0, to: weight.count, by: 7) {
                let value = weight[place]
                weight[place] = value + step
                let above = run(ignored)
                weight[place] = value - step
                let below = run(ignored)
                weight[place] = value
                let expected = (above - below) / (2 * step)
                #expect(abs(gradient[place] - expected) < 1e-8, "\(name)[\(place)]: \(gradient[place]), not \(expected)")
            }
        }
    }

    @Test("merged gives what applied gave: 1e-10 in Double, 1e-5 in Float")
    func merged() {
        func distance<R: Real>(_ type: R.Type) -> Double {
            let applied = Self.network(type, .init(rank: 3, alpha: 5, targets: [.query, .output, .up, .down]))
            let rows = Array(0..<Int32(Self.tokens.count))
            let expected = applied.logits(tokens: Self.tokens, sequenceLengths: Self.lengths, rows: rows).array
            applied.adapters?.merge(into: applied.parameters, on: applied.compute)
            let merged = TransformerNetwork(parameters: applied.parameters, compute: applied.compute)
            let found = merged.logits(tokens: Self.tokens, sequenceLengths: Self.lengths, rows: rows).array
            return zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? .infinity
        }
        #expect(distance(Double.self) < 1e-10)
        #expect(distance(Float.self) < 1e-5)
    }

    @Test("reads from a folder in PEFT's format what it wrote")
    func folder() async throws {
        try await withTemporaryDirectory { place in
            let settings = AdapterSettings(rank: 2, alpha: 8, dropout: 0.05, isRankStabilized: true, targets: [.value, .query])
            let adapters = Adapters<Float>(random: Self.configuration, settings: settings, seed: 3)
            let folder = place.appending(path: "adapter")
            #expect(!AdapterFolder.isAdapterFolder(folder))
            try AdapterFolder.save(adapters, base: "calf", to: folder)
            let found: (adapters: Adapters<Float>, base: String?) = try AdapterFolder.load(
                directory: folder, configuration: Self.configuration)
            #expect(found.base == "calf" && found.adapters.settings == settings)
            #expect(found.adapters.named.map(\.name) == adapters.named.map(\.name))
            #expect(found.adapters.named.map(\.tensor.array) == adapters.named.map(\.tensor.array))
        }
    }

    @Test("takes the matrices from the weights where the configuration has a pattern")
    func pattern() async throws {
        try await withTemporaryDirectory { place in
            let settings = AdapterSettings(rank: 2, alpha: 8, targets: [.value, .down])
            let folder = place.appending(path: "adapter")
            try AdapterFolder.save(Adapters<Float>(random: Self.configuration, settings: settings, seed: 3), base: "calf", to: folder)
            let text = "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":8,\"target_modules\":\"all-linear\",\"modules_to_save\":null}"
            try Data(text.utf8).write(to: folder.appending(path: "adapter_config.json"))
            let (adapters, _) = try AdapterFolder.load(Float.self, directory: folder, configuration: Self.configuration)
            #expect(adapters.settings.targets == [.value, .down])
        }
    }

    @Test("refuses adapters of another kind or another network, and says why")
    func refuses() async throws {
        try await withTemporaryDirectory { place in
            let folder = place.appending(path: "adapter")
            try AdapterFolder.save(Adapters<Float>(random: Self.configuration, settings: .init(), seed: 3), base: "calf", to: folder)
            var wider = Self.configuration
            wider.hiddenSize = 32
            #expect(throws: ModelError.self) { try AdapterFolder.load(Float.self, directory: folder, configuration: wider) }
            let json = folder.appending(path: "adapter_config.json")
            let lora = "{\"peft_type\":\"LORA\",\"r\":8,\"lora_alpha\":1,\"target_modules\":[\"q_proj\"]"
            for text in [
                "{}", "{\"peft_type\":\"IA3\",\"r\":1,\"lora_alpha\":1,\"target_modules\":[]}", lora + ",\"use_dora\":true}",
                lora + ",\"modules_to_save\":[\"lm_head\"]}", lora + ",\"rank_pattern\":{\"q_proj\":4}}", lora + ",\"bias\":\"all\"}",
                lora + ",\"layer_replication\":[[0,2],[1,2]]}", lora + ",\"layers_to_transform\":[0]}",
                // The weights have adapters of other matrices too, which would be lost.
                lora + "}",
            ] {
                try Data(text.utf8).write(to: json)
                #expect(throws: ModelError.self) {
                    try AdapterFolder.load(Float.self, directory: folder, configuration: Self.configuration)
                }
            }
        }
    }

    /// Adapters in a folder with the configuration that PEFT writes, some of its keys changed.
    private func write(_ changes: String, _ adapters: Adapters<Float>, leavingOut: (String) -> Bool = { _ in false }, in place: URL) throws
    {
        let standard = #"""
            {"alpha_pattern": {}, "auto_mapping": null, "bias": "none", "corda_config": null,
             "base_model_name_or_path": "base", "ensure_weight_tying": false, "inference_mode": true, "layer_replication": null,
             "loftq_config": {}, "lora_alpha": 8, "lora_dropout": 0.0, "megatron_config": null, "megatron_core": "megatron.core",
             "modules_to_save": null, "peft_type": "LORA", "peft_version": "0.21.2", "qalora_group_size": 16, "r": 2, "revision": null,
             "task_type": "CAUSAL_LM", "use_rslora": false,
            """#
        try Data((standard + changes + "}").utf8).write(to: place.appending(path: "adapter_config.json"))
        let named = adapters.named.filter { !leavingOut($0.name) }
        try SafetensorsWriter.write(named, as: .float32, to: place.appending(path: "adapter_model.safetensors"))
    }

    private static let queries = Adapters<Float>(random: configuration, settings: .init(rank: 2, targets: [.query]), seed: 3)

    @Test(
        "adapters that are more than W + s B A are refused by the key that says so",
        arguments: [
            (#""init_lora_weights": "pissa""#, "init_lora_weights"), (#""init_lora_weights": "pissa_niter_4""#, "init_lora_weights"),
            (#""init_lora_weights": "olora""#, "init_lora_weights"), (#""init_lora_weights": "loftq""#, "init_lora_weights"),
            (#""init_lora_weights": "corda""#, "init_lora_weights"), (#""init_lora_weights": "lora_ga""#, "init_lora_weights"),
            (#""alora_invocation_tokens": [5, 6]"#, "alora_invocation_tokens"), (#""lora_bias": true"#, "lora_bias"),
            (#""trainable_token_indices": [3]"#, "trainable_token_indices"), (#""target_parameters": ["a.b"]"#, "target_parameters"),
            (#""use_qalora": true"#, "use_qalora"), (#""use_dora": true"#, "use_dora"), (#""fan_in_fan_out": true"#, "fan_in_fan_out"),
            (#""kasa_config": {"beta": 1}"#, "kasa_config"), (#""arrow_config": {"top_k": 3}"#, "arrow_config"),
            (#""rank_pattern": {"q_proj": 4}"#, "rank_pattern"), (#""a_key_of_tomorrow": 0.5"#, "a_key_of_tomorrow"),
        ])
    func otherKinds(change: String, key: String) async throws {
        try await withTemporaryDirectory { place in
            try write(#""target_modules": ["q_proj"], "# + change, Self.queries, in: place)
            let error = try #require(throws: ModelError.self) {
                try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration)
            }
            #expect(error.description.contains(key), "\(error)")
        }
    }

    @Test(
        "beginnings that leave the base as it is are read as any",
        arguments: ["true", "false", #""gaussian""#, #""eva""#, #""orthogonal""#])
    func beginnings(value: String) async throws {
        try await withTemporaryDirectory { place in
            try write(#""target_modules": ["q_proj"], "init_lora_weights": \#(value)"#, Self.queries, in: place)
            let (found, _) = try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration)
            #expect(found.named.map(\.tensor.array) == Self.queries.named.map(\.tensor.array))
        }
    }

    @Test(
        "adapters of some layers alone add nothing to the others, whichever key chose the layers",
        arguments: [
            #""target_modules": ".*\\.1\\.self_attn\\.(q|k)_proj""#,
            #""target_modules": ["layers.1.self_attn.q_proj", "1.self_attn.k_proj"]"#,
            #""target_modules": ["q_proj", "k_proj"], "layers_to_transform": [1]"#,
            #""target_modules": ["q_proj", "k_proj"], "layers_to_transform": 1, "layers_pattern": "layers""#,
            #""target_modules": ["q_proj", "k_proj"], "exclude_modules": ["layers.0.self_attn.q_proj", "0.self_attn.k_proj"]"#,
            #""target_modules": ["q_proj", "k_proj"], "exclude_modules": ".*\\.0\\..*""#,
        ])
    func someLayers(change: String) async throws {
        try await withTemporaryDirectory { place in
            let adapters = try #require(Self.network(Float.self, .init(rank: 2, alpha: 8, targets: [.query, .key])).adapters)
            try write(change, adapters, leavingOut: { $0.contains(".layers.0.") }, in: place)
            let (found, _) = try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration)
            #expect(found.settings.targets == [.query, .key])
            for ((name, tensor), (_, whole)) in zip(found.named, adapters.named) {
                #expect(tensor.array == (name.contains(".layers.0.") ? whole.array.map { _ in 0 } : whole.array), "\(name)")
            }
            // A pair is there or not, never by half.
            try write(change, adapters, leavingOut: { $0.contains(".layers.0.") || $0.contains("q_proj.lora_B") }, in: place)
            #expect(throws: ModelError.self) { try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration) }
        }
    }

    @Test("a layer that the configuration lists and the weights lack is missing, one that it leaves out and they hold is refused")
    func wrongLayers() async throws {
        try await withTemporaryDirectory { place in
            try write(#""target_modules": ["q_proj"]"#, Self.queries, leavingOut: { $0.contains(".layers.1.") }, in: place)
            let missing = try #require(throws: ModelError.self) {
                try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration)
            }
            #expect(missing.description.contains("layers.1.self_attn.q_proj.lora_A.weight is missing"), "\(missing)")
            for change in [#""layers_to_transform": [1]"#, #""exclude_modules": ["0.self_attn.q_proj"]"#] {
                try write(#""target_modules": ["q_proj"], "# + change, Self.queries, in: place)
                let stray = try #require(throws: ModelError.self) {
                    try AdapterFolder.load(Float.self, directory: place, configuration: Self.configuration)
                }
                #expect(stray.description.contains("layers.0.self_attn.q_proj.lora_A.weight"), "\(stray)")
            }
        }
    }

    @Test("a folder of adapters opens as the model that merging makes, and the base may lie beside it")
    func opensAsModel() async throws {
        try await withTemporaryDirectory { place in
            let base = Parameters<Float>(random: Self.configuration, seed: 1)
            try ModelFolder.save(base, files: ["tokenizer.json": Data("{}".utf8)], to: place.appending(path: "base"))
            let network = Self.network(Float.self, .init(rank: 3, alpha: 5))
            let adapters = try #require(network.adapters)
            let folder = place.appending(path: "tuned/adapter")
            try FileManager.default.createDirectory(at: place.appending(path: "tuned"), withIntermediateDirectories: true)
            try AdapterFolder.save(adapters, base: "base", to: folder)
            let model = try ModelFolder(directory: folder)
            #expect(model.configuration == (try ModelFolder(directory: place.appending(path: "base"))).configuration)
            #expect(model.tokenizerDirectory.lastPathComponent == "base")
            adapters.merge(into: base, threads: 1)
            let found: Parameters<Float> = try model.loadParameters()
            for ((name, one), (_, other)) in zip(found.named, base.named) { #expect(one.array == other.array, "\(name)") }
            let inDouble: Parameters<Double> = try model.loadParameters()
            #expect(relativeDistance(inDouble.layers[1].up.array, base.layers[1].up.array) < 1e-6)
            #expect(try model.fingerprint() != ModelFolder(directory: place.appending(path: "base")).fingerprint())

            try AdapterFolder.save(adapters, base: "somebody/large", replacing: true, to: folder)
            let error = try #require(throws: ModelError.self) { try ModelFolder(directory: folder) }
            #expect(error.description.contains("somebody/large") && error.description.contains("humpback merge"), "\(error)")
            try AdapterFolder.save(adapters, base: "", replacing: true, to: folder)
            let nameless = try #require(throws: ModelError.self) { try ModelFolder(directory: folder) }
            #expect(nameless.description.contains("do not name their base"))
        }
    }

    @Test(
        "peft loads the adapters that we wrote and computes our logits, and we those that it wrote",
        .enabled(if: PythonPeer.has("peft", "transformers"), "needs HUMPBACK_PYTHON, a python with peft"))
    func peftReads() async throws {
        try await withTemporaryDirectory { place in
            let network = Self.network(Float.self, .init(rank: 3, alpha: 5, isRankStabilized: true))
            let adapters = try #require(network.adapters)
            let base = place.appending(path: "base")
            try ModelFolder.save(network.parameters, to: base)
            try AdapterFolder.save(adapters, base: base.path, to: place.appending(path: "ours"))
            let script = """
                import json, sys, torch
                from peft import LoraConfig, PeftModel, get_peft_model
                from transformers import AutoModelForCausalLM
                place, tokens = sys.argv[1], torch.tensor([json.loads(sys.argv[2])])
                def logits(model):
                    with torch.no_grad(): return model.eval()(tokens).logits[0].flatten().tolist()
                load = lambda: AutoModelForCausalLM.from_pretrained(place + "/base")
                ours = logits(PeftModel.from_pretrained(load(), place + "/ours"))
                torch.manual_seed(1)
                theirs = get_peft_model(load(), LoraConfig(r=4, lora_alpha=6, target_modules=["q_proj", "down_proj"], init_lora_weights=False))
                theirs.save_pretrained(place + "/theirs")
                print(json.dumps([ours, logits(theirs)]))
                """
            let tokens = Array(Self.tokens[..<Self.lengths[0]])
            let answers = try PythonPeer.json([[Float]].self, script, [place.path, "\(tokens)"])
            for (name, answer) in zip(["ours", "theirs"], answers) {
                let parameters: Parameters<Float> = try ModelFolder(directory: place.appending(path: name)).loadParameters()
                let found = TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: 1)))
                    .logits(tokens: tokens, sequenceLengths: [tokens.count], rows: Array(0..<Int32(tokens.count))).array
                #expect(zip(found, answer).map { abs($0 - $1) }.max() ?? .infinity < 1e-4, "\(name)")
            }
        }
    }
}
