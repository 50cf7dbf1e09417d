"""What the long trials share: a small world for the tool, made by itself, and how to run it."""
import json, os, pathlib, subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARD_TOOL = str(ROOT / ".build/release/humpback")

SHAPE = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 320, "hidden_size": 16, "intermediate_size": 32,
    "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0, "tie_word_embeddings": True, "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 1}


def tool_run(tool, words, cwd, timeout=600, **more):
    """Runs the tool to its end, without what this machine has in its cache of models."""
    environment = dict(os.environ, HUMPBACK_CACHE=str(pathlib.Path(cwd) / "no-cache"))
    return subprocess.run([tool] + words, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=environment, **more)


def must(tool, words, cwd):
    ended = tool_run(tool, words, cwd)
    if ended.returncode != 0: raise SystemExit(f"humpback {' '.join(words)}: {ended.stderr.decode(errors='replace')[-1000:]}")
    return ended


def world(tool, place):
    """Pages, seeds, a tokenizer, a base and a backward model of no worth, passages and pairs, all in `place`."""
    (place / "pages").mkdir()
    for n in range(12):
        steps = " ".join(f"Step {k} of dish {n} asks for {k * 7 + n} grams of something different and some patience." for k in range(1, 13))
        (place / "pages" / f"{n}.html").write_text(f"<html><head><title>Dish {n}</title></head><body><h1>Dish {n}</h1><h2>How to cook dish {n}</h2><p>{steps}</p></body></html>")
    with open(place / "seed.jsonl", "w") as out:
        for n in range(24):
            out.write(json.dumps({"instruction": f"How do I cook dish {n}?", "output": f"Take {n * 3 + 2} spoons of rice, add water, and wait {n + 5} minutes."}) + "\n")
    (place / "shape.json").write_text(json.dumps(SHAPE))
    must(tool, ["ingest", "pages", "-q", "-o", "passages.jsonl"], place)
    must(tool, ["tokenizer", "train", "--vocabulary", "320", "passages.jsonl", "seed.jsonl", "--out", "tokenizer", "-q"], place)
    must(tool, ["pretrain", "--shape", "shape.json", "--tokenizer", "tokenizer", "--steps", "2", "--batch", "2", "--context", "64", "-q", "--out", "base", "passages.jsonl"], place)
    must(tool, ["finetune", "--role", "backward", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "4", "--batch", "4", "-q", "--out", "backward"], place)
    must(tool, ["finetune", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "4", "--batch", "4", "-q", "--out", "M0"], place)
    with open(place / "pairs.jsonl", "w") as out:
        for line in open(place / "passages.jsonl"):
            record = json.loads(line)
            for sample in range(6):
                out.write(json.dumps({"id": f"{record['id']}-{sample}", "passage_id": record["id"], "instruction": f"How do I cook it in way {sample}?",
                                      "output": record["text"], "origin": "augmented"}) + "\n")
    return place


def same(one, other, names):
    """The names whose bytes differ, or that are missing, in two folders."""
    def bytes_of(folder, name):
        path = folder / name
        return path.read_bytes() if path.is_file() else None
    return [name for name in names if bytes_of(one, name) is None or bytes_of(one, name) != bytes_of(other, name)]


# Commands that write into DIR, with the files they are judged by.
RUN = (["run", "--judge", "none", "--run", "DIR/run", "--base", "base", "--backward-model", "backward", "--corpus", "pages", "--seed-data", "seed.jsonl", "--held-out", "4",
        "--steps", "4", "--checkpoint-every", "1", "--lora-rank", "2", "--samples", "4", "--max-new-tokens", "24", "--max-broken", "1", "--precision", "float32",
        "--top-fraction", "0.5", "-q"],
       ["run/passages.jsonl", "run/pairs.jsonl", "run/pairs.rated1", "run/curated1.jsonl", "run/M0/model.safetensors", "run/M1/model.safetensors", "run/report.md", "run/report.json"])
COMMANDS = {
    "augment": (["augment", "--model", "backward", "--samples", "6", "--max-new-tokens", "64", "--max-broken", "1", "--resume", "-q", "passages.jsonl", "-o", "DIR/out.jsonl",
                 "--rejects", "DIR/rejects.jsonl"], ["out.jsonl", "rejects.jsonl"]),
    "curate": (["curate", "--backward", "backward", "--forward", "M0", "--keep-all", "--max-broken", "1", "--resume", "-q", "pairs.jsonl", "-o", "DIR/out.jsonl",
                "--rejects", "DIR/rejects.jsonl"], ["out.jsonl", "rejects.jsonl"]),
    "curate-top": (["curate", "--backward", "backward", "--forward", "M0", "--top-fraction", "0.3", "--max-broken", "1", "--resume", "-q", "pairs.jsonl", "-o",
                    "DIR/out.jsonl", "--rejects", "DIR/rejects.jsonl"], ["out.jsonl", "rejects.jsonl"]),
    "finetune": (["finetune", "--base", "base", "--lora-rank", "2", "--seed-only", "--seed-data", "seed.jsonl", "--held-out", "4", "--steps", "60", "--batch", "4",
                  "--checkpoint-every", "5", "--resume", "-q", "--out", "DIR/m"], ["m/model.safetensors", "m/adapter/adapter_model.safetensors"]),
    "run": RUN,
}
