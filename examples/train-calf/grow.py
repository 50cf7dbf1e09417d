"""Makes a larger model out of a trained one, so that what the small one learned is not learned again.

usage: grow.py SMALL OUT --hidden 256 --feed-forward 704 --heads 8 --groups 4 --layers 8

SMALL is a LLaMA folder with a tied head. The larger one begins by computing nearly the same: new columns, which read what is new, are zero; new
rows, which write it, are small and random (else nothing would ever change there); new layers are copies of old ones that write nothing yet.
RMSNorm divides by the mean over more numbers now, which its weights make good. After Chen et al. 2016 (Net2Net, arXiv 1511.05641) and Wang et
al. 2024 (LEMON, arXiv 2310.07999). numpy is needed.
"""
import argparse, json, os, shutil

import numpy

from weights import read, write

parser = argparse.ArgumentParser()
parser.add_argument("small")
parser.add_argument("out")
parser.add_argument("--hidden", type=int, default=256)
parser.add_argument("--feed-forward", type=int, default=704)
parser.add_argument("--heads", type=int, default=8)
parser.add_argument("--groups", type=int, default=4, help="heads of keys and values")
parser.add_argument("--layers", type=int, default=8)
options = parser.parse_args()
draw = numpy.random.default_rng(0)
with open(os.path.join(options.small, "config.json")) as file:
    configuration = json.load(file)
hidden, width, layers = configuration["hidden_size"], configuration["head_dim"], configuration["num_hidden_layers"]
same_group = configuration["num_attention_heads"] // configuration["num_key_value_heads"] == options.heads // options.groups
assert configuration["tie_word_embeddings"] and same_group, "the head must be tied, and as many queries share a key as before"


# How strong what is new begins, beside what is old.
SMALL = 0.3


def rows(matrix, count, strength=SMALL):
    """With more rows, which are random."""
    new = draw.normal(0, strength * matrix.std(), (count - matrix.shape[0], matrix.shape[1]))
    return numpy.concatenate([matrix, new.astype("f4")], 0)


def columns(matrix, count):
    """With more columns, which are zero."""
    return numpy.concatenate([matrix, numpy.zeros((matrix.shape[0], count - matrix.shape[1]), "f4")], 1)


def norm(weight):
    scaled = weight * (hidden / options.hidden) ** 0.5
    return numpy.concatenate([scaled, numpy.full(options.hidden - hidden, scaled.mean(), "f4")])


old = read(os.path.join(options.small, "model.safetensors"))
queries, keys = options.heads * width, options.groups * width
# The copies stand behind layers that lie evenly, the last ones first.
copied = {layers - 1 - int((place + 0.5) * layers / max(1, options.layers - layers)) for place in range(options.layers - layers)}
assert len(copied) == options.layers - layers, "at most twice as many layers"
order = [(layer, is_copy) for layer in range(layers) for is_copy in ([False, True] if layer in copied else [False])]

new = {"model.embed_tokens.weight": columns(old["model.embed_tokens.weight"], options.hidden)}
for number, (layer, is_copy) in enumerate(order):
    w = lambda name: old[f"model.layers.{layer}.{name}.weight"]
    put = lambda name, value: new.__setitem__(f"model.layers.{number}.{name}.weight", value)
    put("input_layernorm", norm(w("input_layernorm")))
    for name, count in (("q_proj", queries), ("k_proj", keys), ("v_proj", keys)):
        put("self_attn." + name, rows(columns(w("self_attn." + name), options.hidden), count, 1.0))
    put("self_attn.o_proj", columns(rows(w("self_attn.o_proj"), options.hidden), queries) * (not is_copy))
    put("post_attention_layernorm", norm(w("post_attention_layernorm")))
    for name in ("gate_proj", "up_proj"):
        put("mlp." + name, rows(columns(w("mlp." + name), options.hidden), options.feed_forward, 1.0))
    put("mlp.down_proj", columns(rows(w("mlp.down_proj"), options.hidden), options.feed_forward) * (not is_copy))
new["model.norm.weight"] = norm(old["model.norm.weight"])

os.makedirs(options.out)
for name in os.listdir(options.small):
    if name not in ("model.safetensors", "metrics.jsonl") and os.path.isfile(os.path.join(options.small, name)):
        shutil.copy(os.path.join(options.small, name), options.out)
configuration.update(hidden_size=options.hidden, intermediate_size=options.feed_forward, num_hidden_layers=options.layers,
                     num_attention_heads=options.heads, num_key_value_heads=options.groups)
with open(os.path.join(options.out, "config.json"), "w") as file:
    json.dump(configuration, file, indent=2, sort_keys=True)
write(os.path.join(options.out, "model.safetensors"), new)
print(f"{sum(t.size for t in old.values())} weights became {sum(t.size for t in new.values())}")
