import Ground
import Transformer

/// A training for torchtune: its configuration with the model spelled out, and a module that gives it rows that are tokens already.
enum TorchtuneFiles {
    static func files(_ settings: HandoverSettings) throws -> [String: String] {
        [
            "torchtune.yaml": try configuration(settings), "rows.py": module,
            "train.sh": HandoverScripts.opening(settings, name: "torchtune") + launch(settings) + HandoverScripts.closing,
        ]
    }

    private static func launch(_ settings: HandoverSettings) -> String {
        let recipe = settings.adapters == nil ? "full_finetune" : "lora_finetune"
        return """
            weights=$(cd "$base" && ls *.safetensors | paste -s -d, -)
            set -- "checkpointer.checkpoint_dir=$base" "checkpointer.checkpoint_files=[$weights]" "output_dir=$out.training" \\
                "rows_file=$here/train.jsonl" "batch_size=$rows" "gradient_accumulation_steps=$accumulate" ${MORE:-}
            export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}"
            if [ "$gpus" -eq 1 ]; then
                tune run \(recipe)_single_device --config "$here/torchtune.yaml" "$@"
            else
                tune run --nproc_per_node "$gpus" \(recipe)_distributed --config "$here/torchtune.yaml" "$@"
            fi
            mkdir -p "$out"
            cp "$out.training/epoch_\(settings.passes - 1)/"* "$out/"
            """
    }

    private static let module = #"""
        """The rows beside this file as torchtune takes them, and the schedule of the learning rate."""
        import json
        import math
        import pathlib

        from torch.optim.lr_scheduler import LambdaLR
        from torch.utils.data import Dataset

        settings = json.loads((pathlib.Path(__file__).resolve().parent / "settings.json").read_text())


        class Tokenizer:
            """Rows are tokens already; what is asked for is the token that fills a batch up."""

            pad_id = settings["pad_token_id"]


        class Rows(Dataset):
            def __init__(self, tokenizer, file):
                self.rows = [json.loads(line) for line in open(file)]

            def __len__(self):
                return len(self.rows)

            def __getitem__(self, index):
                return {"tokens": self.rows[index]["input_ids"], "labels": self.rows[index]["labels"]}


        def schedule(optimizer, num_training_steps, last_epoch=-1):
            steps, warmup, floor = num_training_steps, settings["warmup_steps"], settings["final_rate"]

            def share(step):
                if step < warmup:
                    return (step + 1) / warmup
                shape = settings["schedule"]
                start = max(warmup, steps - 1 - round(steps * 0.2)) if shape == "wsd" else warmup
                passed = min(1.0, (step - start) / max(1, steps - 1 - start)) if step > start else 0.0
                if shape == "constant":
                    return 1.0
                if shape == "cosine":
                    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * passed))
                return 1 - (1 - floor) * passed

            return LambdaLR(optimizer, share, last_epoch)

        """#

    private static func configuration(_ settings: HandoverSettings) throws -> String {
        let options = settings.options
        var lines = [
            "# torchtune; train.sh gives the base, the output and how a batch is dealt out.", "output_dir: model", "rows_file: train.jsonl",
        ]
        lines += ["tokenizer:", "  _component_: rows.Tokenizer"]
        lines += ["dataset:", "  _component_: rows.Rows", "  file: ${rows_file}", "shuffle: true", "seed: \(options.seed)"]
        let family = try Family(settings)
        lines += ["model:"] + family.lines(settings).map { "  \($0)" }
        lines += [
            "checkpointer:", "  _component_: torchtune.training.FullModelHFCheckpointer",
            "  checkpoint_dir: \(HandoverSettings.text(settings.base))", "  checkpoint_files: []", "  recipe_checkpoint: null",
            "  output_dir: ${output_dir}", "  model_type: \(family.kind)", "resume_from_checkpoint: false",
        ]
        lines += [
            "batch_size: 1", "gradient_accumulation_steps: \(options.batch)", "epochs: \(settings.passes)", "max_steps_per_epoch: null",
        ]
        lines += [
            "optimizer:", "  _component_: torch.optim.AdamW", "  lr: \(settings.learningRate)", "  weight_decay: \(settings.weightDecay)",
            "  betas: [\(settings.betas.first), \(settings.betas.second)]", "  eps: \(HandoverSettings.number(settings.betas.epsilon))",
            "lr_scheduler:", "  _component_: rows.schedule", "optimizer_in_bwd: false", "clip_grad_norm: \(settings.clipNorm)",
        ]
        lines += ["loss:", "  _component_: torchtune.modules.loss.CEWithChunkedOutputLoss", "compile: false", "device: cuda"]
        lines += [
            "# bf16 halves the memory, and rounds small changes of whole weights away.",
            "dtype: \(settings.adapters == nil ? "fp32" : "bf16")",
        ]
        lines += ["enable_activation_checkpointing: true", "enable_activation_offloading: false", "log_every_n_steps: 1"]
        lines += ["metric_logger:", "  _component_: torchtune.training.metric_logging.DiskLogger", "  log_dir: ${output_dir}/logs"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A family of models as torchtune builds it.
    private struct Family {
        /// The builder's module and name.
        var module: String
        var builder: String
        /// What the checkpoint is read as.
        var kind: String
        var more: [String] = []

        init(_ settings: HandoverSettings) throws {
            let shape = settings.configuration
            let parts: Set<AdapterSettings.Target> = [.gate, .up, .down]
            if let adapters = settings.adapters {
                let given = parts.intersection(adapters.targets)
                if adapters.isRankStabilized { throw FinetuneError.notForTrainer(.torchtune, what: "--rslora") }
                if !given.isEmpty, given != parts {
                    throw FinetuneError.notForTrainer(.torchtune, what: "adapters of some of gate_proj, up_proj and down_proj alone")
                }
            }
            func refuse(_ what: String) -> FinetuneError { .notForTrainer(.torchtune, what: what) }
            switch shape.architecture {
            case .llama:
                if case .llama3(let factor, _, _, let original) = shape.ropeScaling {
                    guard Int(original) == 8192 else { throw refuse("a Llama whose rope was scaled from \(original) positions") }
                    (module, builder) = shape.tiesEmbeddings ? ("llama3_2", "llama3_2") : ("llama3_1", "llama3_1")
                    more = ["scale_factor: \(Int(factor))"]
                } else {
                    guard shape.ropeScaling == .none else { throw refuse("a Llama with this scaling of its rope") }
                    guard !shape.tiesEmbeddings else { throw refuse("a Llama whose head is its embedding") }
                    (module, builder) = ("llama3", "llama3")
                }
                kind = "LLAMA3"
            case .mistral: (module, builder, kind) = ("mistral", "mistral", "MISTRAL")
            case .qwen2:
                (module, builder, kind) = ("qwen2", "qwen2", "QWEN2")
                more = ["tie_word_embeddings: \(shape.tiesEmbeddings)"]
            default: throw refuse("the family \(shape.architecture.rawValue)")
            }
        }

        func lines(_ settings: HandoverSettings) -> [String] {
            let shape = settings.configuration
            var lines = [
                "_component_: torchtune.models.\(module)._component_builders.\(settings.adapters == nil ? "" : "lora_")\(builder)",
                "vocab_size: \(shape.vocabularySize)", "num_layers: \(shape.layerCount)", "num_heads: \(shape.headCount)",
                "num_kv_heads: \(shape.keyValueHeadCount)", "embed_dim: \(shape.hiddenSize)", "intermediate_dim: \(shape.intermediateSize)",
                "max_seq_len: \(shape.contextLength)", "norm_eps: \(HandoverSettings.number(shape.normEpsilon))",
                "rope_base: \(Int(shape.ropeTheta))",
            ]
            lines += more
            if let adapters = settings.adapters {
                let names = adapters.targets.map(\.rawValue)
                let attention = names.filter { ["q_proj", "k_proj", "v_proj", "o_proj"].contains($0) }
                lines += [
                    "lora_attn_modules: [\(attention.map { $0 == "o_proj" ? "output_proj" : $0 }.joined(separator: ", "))]",
                    "apply_lora_to_mlp: \(names.contains("gate_proj"))", "apply_lora_to_output: false", "lora_rank: \(adapters.rank)",
                    "lora_alpha: \(HandoverSettings.number(adapters.alpha))", "lora_dropout: \(HandoverSettings.number(adapters.dropout))",
                ]
            }
            return lines
        }
    }
}
