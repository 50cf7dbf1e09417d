"""How far the products of a model are from exact under several ways of rounding to 8 bits, beside Q8_0's: root mean square, every sixth layer.

usage: int8_schemes.py MODEL_FOLDER TEXTS.jsonl     (a venv with torch and transformers; the first record's `output` or `text` is read)
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def hadamard(x, block, steps):
    """The first steps of an orthonormal Hadamard transform of every block; a shorter rest stays as it is."""
    whole = x.shape[-1] // block * block
    v, half = x[..., :whole].unflatten(-1, (-1, block)), block // 2
    for _ in range(steps):
        pairs = v.unflatten(-1, (-1, 2, half))
        a, b = pairs[..., 0, :], pairs[..., 1, :]
        v, half = (torch.stack([a + b, a - b], -2) / 2**0.5).flatten(-3), half // 2
    return torch.cat([v.flatten(-2), x[..., whole:]], -1)


def rounded(x, block, half_scales=False):
    """Whole numbers up to 127 times a scale a block (None: a row); a shorter rest is a block of its own."""
    whole = x.shape[-1] // (block or x.shape[-1]) * (block or x.shape[-1])
    v = x[..., :whole].unflatten(-1, (-1, block or whole))
    scale = v.abs().amax(-1, keepdim=True) / 127
    kept = scale.half().float() if half_scales else scale
    result = (torch.round(v / scale.clamp_min(1e-30)) * kept).flatten(-2)
    return result if whole == x.shape[-1] else torch.cat([result, rounded(x[..., whole:], None)], -1)


# name, block of the transform, its steps, block of the activations, block of the weights
SCHEMES = [
    ("Q8_0", 64, 0, 32, 32), ("a scale a row on both sides", 64, 0, None, None), ("blocks of 64, no transform", 64, 0, 64, 64),
    ("transform over 128, a scale a row", 128, 7, None, None), ("the same, activations by 128", 128, 7, 128, None),
    ("the same, both by 128", 128, 7, 128, 128), ("transform over 64, blocks of 64", 64, 6, 64, 64),
    ("its first four steps", 64, 4, 64, 64),
]


def main(folder, texts):
    record = json.loads(open(texts).readline())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    inputs = {}
    linear = {name: m for name, m in network.named_modules() if isinstance(m, torch.nn.Linear)}
    for name, module in linear.items():
        module.register_forward_pre_hook(lambda m, a, name=name: inputs.__setitem__(name, a[0][0, :160].detach()))
    with torch.no_grad():
        network(torch.tensor([tokenizer((record.get("output") or record["text"])[:700]).input_ids]))
    kinds = {}
    for name in linear:
        kinds.setdefault(name.split(".")[-1], []).append(name)
    first = None
    for name, over, steps, left, right in SCHEMES:
        shares = []
        for names in kinds.values():
            for layer in names[::6]:
                x, w = inputs[layer], linear[layer].weight.data[:8192]
                exact = x @ w.T
                q = rounded(hadamard(x, over, steps), left, name == "Q8_0") @ rounded(hadamard(w, over, steps), right, name == "Q8_0").T
                shares.append((((q - exact) ** 2).sum() / (exact**2).sum()).item() / len(names[::6]))
        first = first or shares
        ratio = (sum(a / b / len(kinds) / len(kinds[k][::6]) for a, b, k in zip(shares, first, [k for k in kinds for _ in kinds[k][::6]]))) ** 0.5
        print(f"{name:40s} {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
