"""Trains calf on one NVIDIA GPU: the same data, formats and folders as cpu.sh, another machine. PyTorch 2.4 or later, tokenizers, safetensors.

usage: gpu.py text  START OUT DATA/text.jsonl DATA/tasks.jsonl --minutes 14
       gpu.py roles START OUT rows.jsonl --minutes 4

START is a model folder; `humpback pretrain --shape calf-gpu --tokenizer T --language en --steps 1 --out START DATA/text.jsonl` makes a random
one. OUT receives the same folder with other weights. `text` reads documents in growing contexts with Muon on the matrices and AdamW on the
rest, warm-up, flat, and a last quarter that falls and reads the tasks as well; the length of the run is set by the clock, so that a lease is
used to its end. `roles` reads rows as `humpback show-mask --json` writes them: `tokens` and, for each, whether it carries `loss`. Both write OUT every two
minutes and print one line for every hundred steps. --cpu runs a small test without a GPU.
"""
import argparse, json, math, os, random, shutil, time

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from llama import Llama

parser = argparse.ArgumentParser()
parser.add_argument("stage", choices=["text", "roles"])
parser.add_argument("start")
parser.add_argument("out")
parser.add_argument("files", nargs="+")
parser.add_argument("--minutes", type=float, default=10)
parser.add_argument("--tokens-a-step", type=int, default=131072)
parser.add_argument("--muon-rate", type=float, default=0.01)
parser.add_argument("--adam-rate", type=float, default=0.002)
parser.add_argument("--cpu", action="store_true")
options = parser.parse_args()
device = "cpu" if options.cpu else "cuda"
torch.manual_seed(0)
draw = random.Random(0)
model = Llama(options.start, device)
configuration = model.configuration
weights = {name: torch.nn.Parameter(value) for name, value in model.weights.items()}


def attend(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def loss_of(weights, tokens, targets, cosine, sine):
    """Mean cross-entropy over the targets that are not -100."""
    with torch.autocast(device, torch.bfloat16):
        states = model.hidden_states(weights, tokens, cosine, sine, attend)
        logits = F.linear(states, weights.get("lm_head.weight", weights["model.embed_tokens.weight"]))
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100)


compiled = loss_of if options.cpu else torch.compile(loss_of)


class Muon:
    """Momentum, made orthogonal by five Newton-Schulz steps (Jordan et al. 2024), for matrices; scaled as AdamW would step."""

    def __init__(self, parameters, decay):
        self.parameters, self.decay = parameters, decay
        self.momentum = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self, rate):
        for p, m in zip(self.parameters, self.momentum):
            m.mul_(0.95).add_(p.grad)
            x = p.grad.add(m, alpha=0.95).bfloat16()
            tall = x.shape[0] > x.shape[1]
            x = x.T if tall else x
            x = x / (x.norm() + 1e-7)
            for _ in range(5):
                a = x @ x.T
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
            x = x.T if tall else x
            p.mul_(1 - rate * self.decay).add_(x.float(), alpha=-rate * 0.2 * math.sqrt(max(p.shape)))


def save():
    os.makedirs(options.out, exist_ok=True)
    for name in os.listdir(options.start):
        if name not in ("model.safetensors", "metrics.jsonl") and os.path.isfile(os.path.join(options.start, name)):
            shutil.copy(os.path.join(options.start, name), options.out)
    kept = {name: value.detach().to("cpu", model.types[name]).contiguous() for name, value in weights.items()}
    part = os.path.join(options.out, "model.safetensors.part")
    save_file(kept, part, metadata={"format": "pt"})
    os.replace(part, os.path.join(options.out, "model.safetensors"))


def documents(path):
    """All documents of a file as one tensor of ids, an end of text behind each."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(options.start, "tokenizer.json"))
    texts = [json.loads(line)["text"] for line in open(path, encoding="utf-8")]
    ends = configuration["eos_token_id"]
    end = ends[0] if isinstance(ends, list) else ends
    ids = []
    for first in range(0, len(texts), 2000):
        for encoding in tokenizer.encode_batch(texts[first : first + 2000], add_special_tokens=False):
            ids.extend(encoding.ids + [end])
    return torch.tensor(ids, dtype=torch.int32)


def text_batches():
    """A function from the share of the run that has passed to windows at random places, longer as the run goes on; tasks join at the end."""
    plain, tasks = (documents(path) for path in options.files)
    print(f"{len(plain)} tokens of text, {len(tasks)} of tasks", flush=True)

    def batch(passed):
        context = 512 if passed < 0.6 else 1024 if passed < 0.85 else 2048
        context = 64 if options.cpu else context
        rows = max(1, options.tokens_a_step // context)
        source = [tasks if passed > 0.75 and draw.random() < 0.4 else plain for _ in range(rows)]
        places = [draw.randrange(max(1, len(s) - context - 1)) for s in source]
        windows = torch.stack([s[p : p + context + 1] for s, p in zip(source, places)]).long()
        return windows[:, :-1], windows[:, 1:]

    return batch


def role_batches():
    """Rows of similar length side by side, filled up to a multiple of 128; no row is seen twice before all are seen once."""
    rows = [json.loads(line) for line in open(options.files[0], encoding="utf-8")]
    rows = [(row["tokens"], row["loss"]) for row in rows if len(row["tokens"]) <= 2048]
    while True:
        draw.shuffle(rows)
        pools = [sorted(rows[i : i + 4096], key=lambda row: len(row[0])) for i in range(0, len(rows), 4096)]
        batches = [pool[i : i + 64] for pool in pools for i in range(0, len(pool), 64)]
        draw.shuffle(batches)
        for batch in batches:
            length = -(-max(len(tokens) for tokens, _ in batch) // 128) * 128
            inputs = torch.zeros(len(batch), length, dtype=torch.long)
            targets = torch.full((len(batch), length), -100)
            for index, (tokens, counts) in enumerate(batch):
                ids = torch.tensor(tokens)
                inputs[index, : len(tokens)] = ids
                shifted = torch.where(torch.tensor(counts[1:], dtype=torch.bool), ids[1:], -100)
                targets[index, : len(shifted)] = shifted
            yield inputs, targets


is_text = options.stage == "text"
matrices = [p for name, p in weights.items() if p.ndim == 2 and "embed" not in name and "lm_head" not in name]
others = [p for name, p in weights.items() if not any(p is m for m in matrices)]
muon = Muon(matrices, 0.1)
adam = torch.optim.AdamW([{"params": others, "weight_decay": 0.0}], lr=options.adam_rate, betas=(0.9, 0.95), fused=not options.cpu)
rows = None if is_text else role_batches()
batch = text_batches() if is_text else lambda passed: next(rows)
peak = 1.0 if is_text else 0.2
cosine, sine = model.rotation(2048)
begun = saved = time.time()
step = 0
while True:
    passed = (time.time() - begun) / (60 * options.minutes)
    if passed >= 1:
        break
    tokens, targets = (t.to(device, non_blocking=True) for t in batch(passed))
    length = tokens.shape[1]
    loss = compiled(weights, tokens, targets, cosine[:length], sine[:length])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
    # Warm-up over the first hundredth, flat, and a fall to a twentieth over the last quarter; roles fall from the start.
    falls = min(1.0, (1 - passed) / 0.25) if is_text else 1 - passed
    rate = peak * min(1.0, passed / 0.01 + 0.01) * max(0.05, falls)
    muon.step(options.muon_rate * rate)
    for group in adam.param_groups:
        group["lr"] = options.adam_rate * rate
    adam.step()
    for p in weights.values():
        p.grad = None
    step += 1
    if step % 100 == 0:
        print(f"step {step}, {passed:.0%}, loss {loss.item():.3f}, rate {rate:.3f}", flush=True)
    if time.time() - saved > 120:
        save()
        saved = time.time()
save()
print(f"{step} steps; the model stands in {options.out}")
