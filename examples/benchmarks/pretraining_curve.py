"""Pre-training in PyTorch on the windows, in the order and with the schedule of `humpback pretrain --base INIT --optimizer adamw`.

usage: pretraining_curve.py make INIT TOKENIZER_FOLDER        a model folder of 4 million random weights, in float32
       pretraining_curve.py train INIT TEXT.txt OUT.jsonl [--steps 150] [--batch 8] [--context 256] [--learning-rate 0.002] [--seed 0]
       pretraining_curve.py plot OUT.svg NAME=LOSSES.jsonl...  the curves (also metrics.jsonl of a model folder) over each other
       pretraining_curve.py measure HELD_OUT.txt MODEL...     the loss of model folders on a text neither side trained on

`train` writes one line a step with its loss, and OUT.jsonl.model; TEXT.txt is one document, so that nothing of it is held out.
"""
import argparse, json, pathlib, shutil, sys
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

MASK = (1 << 64) - 1


def mix(word):
    z = word
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


class KeyedRandom:
    """Training's KeyedRandom."""

    def __init__(self, state): self.state = state

    @staticmethod
    def seeded(seed): return KeyedRandom(mix(seed + 0x9E3779B97F4A7C15 & MASK))

    def keyed(self, word): return KeyedRandom(mix(self.state ^ mix((word + 0x9E3779B97F4A7C15) & MASK)))

    @property
    def bits(self): return mix(self.state + 0xD1B54A32D192ED03 & MASK)


def epoch_order(count, seed, epoch):
    """Training's EpochOrder: a Feistel network of six rounds over the smallest domain of even bits."""
    random = KeyedRandom.seeded(seed).keyed(epoch & MASK)
    keys = [random.keyed(n).bits for n in range(6)]
    half = max(1, ((count - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1

    def permuted(value):
        left, right = value >> half, value & mask
        for key in keys:
            left, right = right, left ^ (mix(right ^ key) & mask)
        return left << half | right

    def index(position):
        value = permuted(position)
        while value >= count:
            value = permuted(value)
        return value
    return index


def rate(step, peak, steps):
    """Warm-up, stable, and a line to a twentieth during the last quarter, as `pretrain` has it."""
    warmup = min(100, steps // 10)
    if step < warmup:
        return peak * (step + 1) / warmup
    start = max(warmup, steps - 1 - round(steps * 0.25))
    progress = min(1, max(0, (step - start) / (steps - 1 - start)))
    return peak * (1 - 0.95 * progress)


def tokens_of(path, folder):
    return Tokenizer.from_file(f"{folder}/tokenizer.json").encode(pathlib.Path(path).read_text(), add_special_tokens=False).ids


def make(folder, tokenizer):
    torch.manual_seed(0)
    LlamaForCausalLM(LlamaConfig(
        vocab_size=4096, hidden_size=208, intermediate_size=560, num_hidden_layers=6, num_attention_heads=8, num_key_value_heads=8,
        max_position_embeddings=1024, tie_word_embeddings=True)).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(f"{tokenizer}/{name}", folder)


def loss_on(model, window):
    logits = model(window[:, :-1]).logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), window[:, 1:].reshape(-1))


def train(options):
    torch.set_num_threads(2)
    model = AutoModelForCausalLM.from_pretrained(options.folder, dtype=torch.float32, attn_implementation="sdpa")
    ids = tokens_of(options.text, options.folder)
    ids = torch.tensor(ids + [0])
    context, predicted = options.context, len(ids) - 1
    count = (predicted - (context - 1)) // context
    order = epoch_order(count, options.seed, 0)
    assert options.steps * options.batch <= count, "more than an epoch"
    decayed = [p for p in model.parameters() if p.ndim == 2]
    rest = [p for p in model.parameters() if p.ndim != 2]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}], betas=(0.9, 0.95))
    with open(options.out, "w") as out:
        for step in range(options.steps):
            starts = [order(step * options.batch + n) * context for n in range(options.batch)]
            loss = loss_on(model, torch.stack([ids[s:s + context + 1] for s in starts]))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for group in optimizer.param_groups:
                group["lr"] = rate(step, options.learning_rate, options.steps)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            out.write(json.dumps({"step": step + 1, "loss": loss.item()}) + "\n")
    model.save_pretrained(options.out + ".model")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(f"{options.folder}/{name}", options.out + ".model")


def plot(out, curves):
    """An SVG of the losses, each point the mean of five steps."""
    colours = ["#1f6f8b", "#e07a2f", "#5b8c3a", "#8e4585"]
    width, height, edge = 640, 320, 44
    rows = [(name, [json.loads(line)["loss"] for line in open(path)]) for name, path in (curve.split("=", 1) for curve in curves)]
    rows = [(name, [sum(losses[i:i + 5]) / 5 for i in range(0, len(losses) - 4, 5)]) for name, losses in rows]
    high, low = max(max(losses) for _, losses in rows), min(min(losses) for _, losses in rows)
    longest = max(len(losses) for _, losses in rows)
    x = lambda n: edge + n * (width - edge - 10) / (longest - 1)
    y = lambda loss: 10 + (high - loss) * (height - edge - 10) / (high - low)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for tick in range(int(low) + 1, int(high) + 1):
        parts.append(f'<path d="M{edge} {y(tick):.1f}H{width - 10}" stroke="#ddd"/><text x="{edge - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick}</text>')
    parts.append(f'<text x="{width - 10}" y="{height - 14}" text-anchor="end">{longest * 5} steps; loss in nats a token</text>')
    for place, (name, losses) in enumerate(rows):
        points = " ".join(f"{x(n):.1f},{y(loss):.1f}" for n, loss in enumerate(losses))
        dashes = ' stroke-dasharray="5 4"' if place % 2 else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colours[place % 4]}" stroke-width="{3 - place % 2}"{dashes}/>')
        parts.append(f'<text x="{width - 170}" y="{28 + 18 * place}" fill="{colours[place % 4]}">{name}</text>')
    pathlib.Path(out).write_text("\n".join(parts + ["</svg>"]) + "\n")


def measure(text, folders):
    torch.set_grad_enabled(False)
    for folder in folders:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        ids = torch.tensor(tokens_of(text, folder))
        windows = ids[:len(ids) // 257 * 257].reshape(-1, 257)
        print(f"{folder}: {sum(loss_on(model, w) for w in windows.split(8)) / len(windows.split(8)):.4f} nats a token")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "make":
        make(*sys.argv[2:])
    elif len(sys.argv) >= 4 and sys.argv[1] == "plot":
        plot(sys.argv[2], sys.argv[3:])
    elif len(sys.argv) >= 4 and sys.argv[1] == "measure":
        measure(sys.argv[2], sys.argv[3:])
    elif len(sys.argv) >= 5 and sys.argv[1] == "train":
        parser = argparse.ArgumentParser()
        for name in ("folder", "text", "out"):
            parser.add_argument(name)
        for name, value in (("steps", 150), ("batch", 8), ("context", 256), ("learning-rate", 0.002), ("seed", 0)):
            parser.add_argument("--" + name, type=type(value), default=value)
        train(parser.parse_args(sys.argv[2:]))
    else:
        sys.exit(__doc__)
