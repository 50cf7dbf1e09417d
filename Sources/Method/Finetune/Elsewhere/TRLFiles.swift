/// A training for TRL: a script over its SFTTrainer, and what accelerate shards a model by.
enum TRLFiles {
    static func files(_ settings: HandoverSettings) -> [String: String] {
        [
            "train.py": script, "fsdp.yaml": fsdp, "deepspeed.yaml": deepspeed(settings),
            "train.sh": HandoverScripts.opening(settings, name: "TRL") + launch + HandoverScripts.closing,
        ]
    }

    private static let launch = """
        if [ "$gpus" -eq 1 ]; then
            "$python" "$here/train.py" "$base" "$out" "$rows" "$accumulate"
        else
            "$python" -m accelerate.commands.launch --config_file "$here/${SHARDING:-fsdp}.yaml" --num_processes "$gpus" \\
                "$here/train.py" "$base" "$out" "$rows" "$accumulate"
        fi
        """

    private static let fsdp = """
        compute_environment: LOCAL_MACHINE
        distributed_type: FSDP
        mixed_precision: bf16
        num_machines: 1
        machine_rank: 0
        fsdp_config:
          fsdp_version: 2
          fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP
          fsdp_reshard_after_forward: true
          fsdp_state_dict_type: FULL_STATE_DICT
          fsdp_cpu_ram_efficient_loading: true
          fsdp_offload_params: false

        """

    private static func deepspeed(_ settings: HandoverSettings) -> String {
        """
        compute_environment: LOCAL_MACHINE
        distributed_type: DEEPSPEED
        mixed_precision: bf16
        num_machines: 1
        machine_rank: 0
        deepspeed_config:
          zero_stage: 3
          zero3_init_flag: true
          zero3_save_16bit_model: true
          gradient_clipping: \(settings.clipNorm)

        """
    }

    private static let script = #"""
        """Trains with TRL on the rows beside this file: train.py BASE OUT ROWS ACCUMULATE (train.sh knows the numbers)"""
        import json
        import math
        import os
        import pathlib
        import sys

        import torch
        from datasets import load_dataset
        from torch.optim.lr_scheduler import LambdaLR
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from trl import SFTConfig, SFTTrainer

        here = pathlib.Path(__file__).resolve().parent
        base, out, rows, accumulate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        settings = json.loads((here / "settings.json").read_text())
        steps, warmup, floor = settings["steps"], settings["warmup_steps"], settings["final_rate"]
        has_gpu = torch.cuda.is_available()
        halves = has_gpu and torch.cuda.is_bf16_supported() and os.environ.get("PRECISION") != "float32"


        def share(step):
            """What is left of the learning rate at a step, counted from 0."""
            if step < warmup:
                return (step + 1) / warmup
            shape, start = settings["schedule"], warmup
            if shape == "constant":
                return 1.0
            if shape == "wsd":
                start = max(warmup, steps - 1 - round(steps * 0.2))
            length = steps - 1 - start
            passed = min(1.0, max(0.0, (step - start) / length)) if length > 0 else float(step >= steps - 1 and step > start)
            if shape == "cosine":
                return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * passed))
            return 1 - (1 - floor) * passed


        class Trainer(SFTTrainer):
            def create_scheduler(self, num_training_steps, optimizer=None):
                self.lr_scheduler = LambdaLR(optimizer or self.optimizer, share)
                return self.lr_scheduler


        def read(name):
            path = here / name
            return load_dataset("json", data_files=str(path), split="train") if path.exists() else None


        train, held_out = read("train.jsonl"), read("held-out.jsonl")
        adapters = None
        if settings["lora"]:
            from peft import LoraConfig

            lora = settings["lora"]
            adapters = LoraConfig(
                r=lora["rank"], lora_alpha=lora["alpha"], lora_dropout=lora["dropout"], use_rslora=lora["rank_stabilized"],
                target_modules=lora["targets"], bias="none", task_type="CAUSAL_LM")
        watched = {}
        if held_out is not None:
            # The best weights on the held-out rows are kept, as finetune does.
            watched = dict(eval_strategy="steps", eval_steps=settings["measured_every"], load_best_model_at_end=True,
                           metric_for_best_model="eval_loss", greater_is_better=False, per_device_eval_batch_size=rows)
        arguments = SFTConfig(
            output_dir=out + ".training", max_steps=steps, per_device_train_batch_size=rows, gradient_accumulation_steps=accumulate,
            learning_rate=settings["learning_rate"], warmup_steps=warmup, weight_decay=settings["weight_decay"],
            adam_beta1=settings["beta1"], adam_beta2=settings["beta2"], adam_epsilon=settings["epsilon"],
            max_grad_norm=settings["clip_norm"], seed=settings["seed"], bf16=halves, fp16=False, use_cpu=not has_gpu,
            max_length=None, packing=False, gradient_checkpointing=has_gpu, logging_steps=1, report_to="none",
            save_strategy="steps", save_steps=settings["measured_every"], save_total_limit=2, **watched)
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        trainer = Trainer(
            model=model, args=arguments, train_dataset=train, eval_dataset=held_out, peft_config=adapters,
            processing_class=AutoTokenizer.from_pretrained(here / "card"))
        # Versions of TRL before it read labels would learn every token without a word.
        if len(trainer.train_dataset) != settings["rows"]:
            sys.exit(f"this version of TRL has left out rows: {len(trainer.train_dataset)} of {settings['rows']} are left")
        for number in range(min(64, settings["rows"])):
            collated = trainer.data_collator([trainer.train_dataset[number]])
            if any(collated[name][0].tolist() != train[number][name] for name in ("input_ids", "labels")):
                sys.exit("this version of TRL does not take the labels of the rows; a newer one does: pip install --upgrade trl")
        last = pathlib.Path(out + ".training")
        trainer.train(resume_from_checkpoint=True if any(last.glob("checkpoint-*")) else None)
        trainer.save_model(out)
        if trainer.is_world_process_zero():
            (pathlib.Path(out) / "losses.json").write_text(json.dumps(trainer.state.log_history, indent=1))

        """#
}
