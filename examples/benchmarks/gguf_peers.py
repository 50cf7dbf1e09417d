"""Quantised GGUF files as they are downloaded: our float32 log-probabilities beside transformers' on the dequantised weights, our tokens and
greedy continuations beside llama.cpp's on the same file.

usage: gguf_peers.py HUMPBACK [--weights] FILE.gguf...      (a venv with torch, transformers, gguf, llama-cpp-python)

With --weights, which needs gguf and numpy alone: how many tensors of a file, type by type, `humpback convert --storage f32` writes with the
very bits of gguf-py's dequantize (rows of queries and keys moved, Gemma's one taken off its norms). Otherwise a line a file: the types of its tensors, the mean and largest |difference of log-probability| a token (transformers, float32), whether the
tokens are llama.cpp's, and how many of 20 prompts llama.cpp continues with the same 24 tokens (it computes products of quantised weights
with rounded activations, so near ties fall either way), with the mean length in agreement.
"""
import collections, ctypes, json, os, subprocess, sys, tempfile

import gguf, numpy

PARTS = dict(attn_norm="input_layernorm", attn_q="self_attn.q_proj", attn_k="self_attn.k_proj", attn_v="self_attn.v_proj",
             attn_output="self_attn.o_proj", attn_q_norm="self_attn.q_norm", attn_k_norm="self_attn.k_norm", ffn_gate="mlp.gate_proj",
             ffn_up="mlp.up_proj", ffn_down="mlp.down_proj", post_attention_norm="post_attention_layernorm",
             post_ffw_norm="post_feedforward_layernorm")
WHOLE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}


def equal_weights(path):
    reader = gguf.GGUFReader(path)
    family = reader.fields["general.architecture"].contents()
    counts = collections.defaultdict(lambda: [0, 0])
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.argv[1], "convert", path, f"{place}/m", "--storage", "f32"], check=True, capture_output=True)
        raw = numpy.memmap(f"{place}/m/model.safetensors", dtype=numpy.uint8, mode="r")
        length = int(raw[:8].view(numpy.uint64)[0])
        header, data, config = json.loads(bytes(raw[8:8 + length])), raw[8 + length:], json.load(open(f"{place}/m/config.json"))
        for tensor in reader.tensors:
            words = tensor.name.split(".")
            norm = "pre_feedforward_layernorm" if family.startswith("gemma") else "post_attention_layernorm"
            name = WHOLE.get(tensor.name) or f"model.layers.{words[1]}.{PARTS.get(words[2], norm)}.{words[3]}"
            wanted = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
            wanted = wanted.reshape([int(n) for n in reversed(tensor.shape)])
            if family == "llama" and words[2:3] in (["attn_q"], ["attn_k"]):
                heads = config["num_attention_heads" if words[2] == "attn_q" else "num_key_value_heads"]
                wanted = wanted.reshape(heads, -1, 2, *wanted.shape[1:]).swapaxes(2, 1).reshape(wanted.shape)
            if family.startswith("gemma") and tensor.name.endswith("norm.weight"):
                wanted = wanted - numpy.float32(1)
            first, last = header[name]["data_offsets"]
            count = counts[tensor.tensor_type.name]
            count[0] += bool((data[first:last].view(numpy.uint32) == wanted.ravel().view(numpy.uint32)).all())
            count[1] += 1
    print(f"{os.path.basename(path)}: equal to the bit " + ", ".join(f"{a} of {b} {t}" for t, (a, b) in counts.items()), flush=True)


if sys.argv[2] == "--weights":
    for path in sys.argv[3:]:
        equal_weights(path)
    sys.exit()

import llama_cpp, torch, transformers

quiet = llama_cpp.llama_log_callback(lambda level, text, data: None)
llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
transformers.logging.set_verbosity_error()
texts = [
    ("The capital of France", " is Paris, a city of two million people on the river Seine; its museums draw visitors from everywhere."),
    ("def add(a, b):\n", "    \"\"\"Adds two numbers.\"\"\"\n    return a + b\n\n\nprint(add(2, 40) == 42)\n"),
    ("Wale sind", " Säugetiere: sie atmen Luft und säugen ihre Jungen. Im Jahr 1986 wurde die Jagd verboten."),
    ("To make bread you need", " 500 g of flour, water, salt and yeast. Knead it for ten minutes, then let it rest under a cloth."),
    ("漢字 and emoji 🐋", " are text too,  with   spaces\n\n\tand tabs, and <|im_end|> written in a page is text."),
]
prompts = [
    "The capital of Germany is", "Water boils at", "In the year 1969,", "def fibonacci(n):", "The three primary colours are", "A whale is",
    "To make tea,", "The opposite of hot is", "Once upon a time", "The sun rises in the", "import numpy as", "My favourite book is",
    "The largest planet in", "Two plus two is", "In France people eat", "The best way to learn", "A triangle has", "Snow is",
    "The first president of the United States was", "The human heart",
]


def run(*words, records):
    text = "".join(json.dumps(r) + "\n" for r in records)
    done = subprocess.run([sys.argv[1], *words, "--quiet"], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


for path in sys.argv[2:]:
    types = collections.Counter(t.tensor_type.name for t in gguf.GGUFReader(path).tensors)
    engine = llama_cpp.Llama(path, n_ctx=512, logits_all=False, verbose=False, n_threads=2)
    scored = run("loglik", "--model", path, "--no-template", "--precision", "float32", "--no-packed-cache",
                 records=[dict(prompt=a, continuation=b) for a, b in texts])
    net = transformers.AutoModelForCausalLM.from_pretrained(os.path.dirname(os.path.abspath(path)), gguf_file=os.path.basename(path),
                                                            dtype=torch.float32).eval()
    far, same = [], True
    for (a, b), ours in zip(texts, scored):
        x, y = engine.tokenize(a.encode(), add_bos=True, special=False), engine.tokenize(b.encode(), add_bos=False, special=False)
        same = same and y == ours["tokens"]
        y = ours["tokens"]
        with torch.no_grad():
            wanted = torch.log_softmax(net(torch.tensor([x + y])).logits[0].double(), -1)
        far += [abs(wanted[len(x) - 1 + i, t].item() - got) for i, (t, got) in enumerate(zip(y, ours["log_probs"]))]
    del net
    written = run("generate", "--model", path, "--no-template", "--greedy", "--max-new-tokens", "24", "--precision", "float32",
                  "--no-packed-cache", records=[dict(prompt=p) for p in prompts])
    equal, lengths = 0, []
    for prompt, ours in zip(prompts, written):
        theirs = engine.create_completion(prompt, max_tokens=24, temperature=0, repeat_penalty=1.0)["choices"][0]["text"]
        mine = ours["output"]
        equal += mine.strip() == theirs.strip()
        lengths.append(len(os.path.commonprefix([mine.strip(), theirs.strip()])) / max(1, len(theirs.strip())))
    print(f"{os.path.basename(path)}: {', '.join(f'{n} {t}' for t, n in types.most_common())}; log-probabilities off by "
          f"{sum(far) / len(far):.1e}, at most {max(far):.1e}; tokens {'equal' if same else 'DIFFER'}; continuations equal {equal} of "
          f"{len(prompts)}, in agreement for {sum(lengths) / len(lengths):.0%}", flush=True)
    engine.close()
