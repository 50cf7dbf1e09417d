import Ground

/// A training for LLaMA-Factory: its configuration, and the rows turned into the data set that it takes as tokenised.
enum LlamaFactoryFiles {
    static func files(_ settings: HandoverSettings) throws -> [String: String] {
        [
            "llamafactory.yaml": configuration(settings), "prepare.py": prepare, "zero3.json": ZeRO3.json,
            "train.sh": HandoverScripts.opening(settings, name: "LLaMA-Factory") + launch + HandoverScripts.closing,
        ]
    }

    private static let launch = """
        "$python" "$here/prepare.py"
        set --
        if [ "$gpus" -gt 1 ]; then
            export FORCE_TORCHRUN=1 NPROC_PER_NODE="$gpus"
            set -- "deepspeed=$here/zero3.json"
        fi
        "$python" -m llamafactory.cli train "$here/llamafactory.yaml" model_name_or_path="$base" output_dir="$out" \\
            tokenized_path="$here/tokenized" per_device_train_batch_size="$rows" gradient_accumulation_steps="$accumulate" \\
            "$@" ${MORE:-}
        """

    private static let prepare = #"""
        """Turns the rows into the data set that LLaMA-Factory takes as tokenised."""
        import pathlib

        from datasets import DatasetDict, load_dataset

        here = pathlib.Path(__file__).resolve().parent
        files = {name: here / file for name, file in (("train", "train.jsonl"), ("validation", "held-out.jsonl"))}
        rows = {name: load_dataset("json", data_files=str(file), split="train") for name, file in files.items() if file.exists()}
        if not (here / "tokenized").exists():
            DatasetDict(rows).save_to_disk(here / "tokenized")

        """#

    private static func configuration(_ settings: HandoverSettings) -> String {
        let options = settings.options
        let schedule = settings.huggingFaceSchedule
        var lines = [
            "# LLaMA-Factory; train.sh gives the base, the output, the rows and how a batch is dealt out. MORE='bf16=false' adds or changes.",
            "# The names stand for what is in tokenized_path.", "dataset: rows", "stage: sft", "do_train: true", "template: empty",
            "cutoff_len: \(settings.longest)", "packing: false",
            "max_steps: \(options.steps)",
            "learning_rate: \(settings.learningRate)", "lr_scheduler_type: \(schedule.name)",
        ]
        if !schedule.arguments.isEmpty {
            lines.append("lr_scheduler_kwargs: {\(schedule.arguments.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", "))}")
        }
        lines += [
            "warmup_steps: \(options.schedule.warmupSteps)", "weight_decay: \(settings.weightDecay)", "optim: adamw_torch",
            "adam_beta1: \(settings.betas.first)", "adam_beta2: \(settings.betas.second)",
            "adam_epsilon: \(HandoverSettings.number(settings.betas.epsilon))",
            "max_grad_norm: \(settings.clipNorm)", "seed: \(options.seed)", "bf16: true", "logging_steps: 1", "report_to: none",
            "save_steps: \(settings.measuredEvery)", "save_total_limit: 2", "overwrite_output_dir: true",
        ]
        if settings.heldOutRows > 0 {
            lines += [
                "eval_dataset: held_out", "eval_strategy: steps", "eval_steps: \(settings.measuredEvery)", "load_best_model_at_end: true",
            ]
        }
        if let adapters = settings.adapters {
            lines += [
                "finetuning_type: lora", "lora_rank: \(adapters.rank)", "lora_alpha: \(Int(adapters.alpha.rounded()))",
                "lora_dropout: \(HandoverSettings.number(adapters.dropout))", "use_rslora: \(adapters.isRankStabilized)",
                "lora_target: \(adapters.targets.map(\.rawValue).joined(separator: ","))",
            ]
        } else {
            lines.append("finetuning_type: full")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// DeepSpeed's sharding of weights, gradients and moments, as the Hugging Face trainers read it.
enum ZeRO3 {
    static let json = """
        {
          "bf16": {"enabled": "auto"},
          "zero_optimization": {
            "stage": 3,
            "overlap_comm": true,
            "contiguous_gradients": true,
            "stage3_gather_16bit_weights_on_model_save": true
          },
          "gradient_clipping": "auto",
          "train_batch_size": "auto",
          "train_micro_batch_size_per_gpu": "auto",
          "gradient_accumulation_steps": "auto"
        }

        """
}
