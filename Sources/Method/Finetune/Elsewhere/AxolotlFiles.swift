import Ground

/// A training for Axolotl: its configuration over rows that are tokens already.
enum AxolotlFiles {
    static func files(_ settings: HandoverSettings) throws -> [String: String] {
        [
            "axolotl.yaml": configuration(settings), "zero3.json": ZeRO3.json,
            "train.sh": HandoverScripts.opening(settings, name: "Axolotl") + launch + HandoverScripts.closing,
        ]
    }

    /// Axolotl finds the files of its configuration from the folder it is started in.
    private static let launch = """
        case $base in /*) ;; *) base=$(pwd)/$base ;; esac
        case $out in /*) ;; *) out=$(pwd)/$out ;; esac
        cd "$here"
        many=""
        if [ "$gpus" -gt 1 ]; then many="--deepspeed=zero3.json"; fi
        "$python" -m accelerate.commands.launch --num_processes "$gpus" -m axolotl.cli.train axolotl.yaml --base_model="$base" \\
            --output_dir="$out" --micro_batch_size="$rows" --gradient_accumulation_steps="$accumulate" $many ${MORE:-}
        """

    private static func configuration(_ settings: HandoverSettings) -> String {
        let options = settings.options
        let schedule = settings.huggingFaceSchedule
        var lines = [
            "# Axolotl; train.sh gives the base, the output and how a batch is dealt out.",
            "base_model: \(HandoverSettings.text(settings.base))",
            "tokenizer_config: card", "datasets:", "  - path: train.jsonl", "    ds_type: json", "    type:",
        ]
        if settings.heldOutRows > 0 {
            lines += ["test_datasets:", "  - path: held-out.jsonl", "    ds_type: json", "    split: train", "    type:"]
            lines += ["eval_steps: \(settings.measuredEvery)", "load_best_model_at_end: true"]
        } else {
            lines.append("val_set_size: 0")
        }
        lines += [
            "dataset_prepared_path: prepared", "sequence_len: \(settings.longest)", "sample_packing: false", "pad_to_sequence_len: false",
            "num_epochs: \(settings.passes)", "max_steps: \(options.steps)", "micro_batch_size: 1",
            "gradient_accumulation_steps: \(options.batch)", "learning_rate: \(settings.learningRate)", "lr_scheduler: \(schedule.name)",
        ]
        if !schedule.arguments.isEmpty {
            lines.append("lr_scheduler_kwargs: {\(schedule.arguments.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", "))}")
        }
        lines += [
            "warmup_steps: \(options.schedule.warmupSteps)", "weight_decay: \(settings.weightDecay)", "optimizer: adamw_torch",
            "adam_beta1: \(settings.betas.first)", "adam_beta2: \(settings.betas.second)",
            "adam_epsilon: \(HandoverSettings.number(settings.betas.epsilon))",
            "max_grad_norm: \(settings.clipNorm)", "seed: \(options.seed)", "bf16: auto", "gradient_checkpointing: true",
            "logging_steps: 1",
            "save_steps: \(settings.measuredEvery)", "save_total_limit: 2",
        ]
        if let adapters = settings.adapters {
            lines += [
                "adapter: lora", "lora_r: \(adapters.rank)", "lora_alpha: \(Int(adapters.alpha.rounded()))",
                "lora_dropout: \(HandoverSettings.number(adapters.dropout))",
                "peft_use_rslora: \(adapters.isRankStabilized)", "lora_target_modules:",
            ]
            lines += adapters.targets.map { "  - \($0.rawValue)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
