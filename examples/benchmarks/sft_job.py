"""A whole small job, from the start of the process to the saved model: one epoch over 200 seed pairs, loss on the answers alone, in TRL's
SFTTrainer and in `humpback finetune`, in turn.

usage: sft_job.py MODEL SEED.jsonl[.gz] [--times 2] [--batch 8] [--learning-rate 0.0005] [--work benchmark-work] [--humpback PATH]

MODEL is a folder that both can read (`random_model.py` makes one). SEED has instruction, context and response (Dolly) in each line: the
first 200 without context and with an answer of 100 to 1,200 characters are learned, and the 60 after them tell, by `humpback evaluate` for
both models, whether the loss is equal. With trl 1.16, torch 2.13, transformers 5.23.
"""
import argparse, gzip, json, os, pathlib, resource, shutil, subprocess, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("seed")
for name, value in (("times", 2), ("batch", 8), ("learning-rate", 0.0005), ("work", "benchmark-work"), ("trl", ""),
                    ("humpback", str(pathlib.Path(__file__).parents[2] / ".build/release/humpback"))):
    parser.add_argument("--" + name, type=type(value), default=value)
options = parser.parse_args()
work = pathlib.Path(options.work)
TAG = "Reply as a helpful assistant."  # the system prompt under which `finetune` learns seed pairs


def trl_job(out):
    """TRL's side, in a process of its own."""
    import torch
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer
    torch.set_num_threads(2)
    rows = [json.loads(line) for line in open(work / "sft-pairs.jsonl")]
    turns = [{"prompt": [{"role": "system", "content": TAG}, {"role": "user", "content": row["instruction"]}],
              "completion": [{"role": "assistant", "content": row["output"]}]} for row in rows]
    config = SFTConfig(
        output_dir=out, per_device_train_batch_size=options.batch, num_train_epochs=1, learning_rate=options.learning_rate, weight_decay=0.0,
        adam_beta2=0.95, lr_scheduler_type="linear", warmup_steps=0, max_grad_norm=1.0, completion_only_loss=True, max_length=512,
        gradient_checkpointing=False, use_cpu=True, bf16=False, report_to=[], save_strategy="no", logging_steps=5, disable_tqdm=True,
        model_init_kwargs={"dtype": "float32"})
    trainer = SFTTrainer(model=options.model, args=config, train_dataset=Dataset.from_list(turns))
    trainer.train()
    trainer.save_model(out)
    print(f"trl: {sum(len(row['input_ids']) for row in trainer.train_dataset)} tokens")


def job(name, command):
    begin = time.time()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    log = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.time() - begin
    (work / f"{name}.log").write_text(log)
    if status != 0:
        sys.exit(log[-2000:])
    return seconds, usage.ru_maxrss // 1024


if options.trl:
    trl_job(options.trl)
    sys.exit()
work.mkdir(exist_ok=True)
opened = gzip.open if options.seed.endswith(".gz") else open
pairs = []
with opened(options.seed, "rt", encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        if not row.get("context") and 100 <= len(row["response"]) <= 1200 and len(row["instruction"]) <= 300:
            pairs.append({"id": f"pair-{len(pairs)}", "instruction": row["instruction"].strip(), "output": row["response"].strip()})
        if len(pairs) == 260:
            break
for name, rows in (("sft-pairs", pairs[:200]), ("sft-held-out", pairs[200:])):
    (work / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
sides = {
    "humpback": [options.humpback, "finetune", "--quiet", "--base", options.model, "--seed-only", "--seed-data", str(work / "sft-pairs.jsonl"),
                 "--epochs", "1", "--batch", str(options.batch), "--learning-rate", str(options.learning_rate), "--weight-decay", "0",
                 "--dropout", "0", "--warmup", "0", "--final-rate", "0", "--context", "512", "--checkpoint-every", "1000"],
    "trl": [sys.executable, __file__, options.model, options.seed, "--batch", str(options.batch), "--learning-rate",
            str(options.learning_rate), "--work", options.work],
}
for turn in range(options.times):
    for name, command in sides.items():
        out = work / f"sft-{name}"
        shutil.rmtree(out, ignore_errors=True)
        seconds, peak = job(name, command + ["--out" if name == "humpback" else "--trl", str(out)])
        print(f"{name}: {seconds:.1f} s from start to saved model, peak memory {peak} MiB", flush=True)
for name in sides:
    said = subprocess.run([options.humpback, "evaluate", "--model", str(work / f"sft-{name}"), str(work / "sft-held-out.jsonl")],
                          capture_output=True, text=True)
    print(f"{name}, sixty pairs held out: {said.stdout.strip() or said.stderr.strip()}")
