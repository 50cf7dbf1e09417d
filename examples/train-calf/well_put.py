"""Teaches a judge which requests are well put: adapters over calf that `humpback augment` asks. PyTorch, tokenizers, safetensors.

usage: well_put.py CALF TEXT.jsonl ROWS.jsonl OWN.jsonl OUT [--whole DIR] [--sentence-steps 700] [--request-steps 150] [--adapter-steps 180]

CALF is the model of the roles backward and judge, TEXT plain text (text.jsonl of prepare.py), ROWS human pairs and those made by rule
(asks.jsonl), OWN pairs that CALF wrote (`humpback augment --samples 3`); OUT receives adapters of rank 40 that name `..` as their base, so that
they stand in a folder of CALF.

First all of calf's weights learn to read sentences, half of them with a fault (spoiling.py), and to say after each token whether there was one
so far: what is grammatical is learned from text, of which there is plenty, and not from a few thousand requests. Then they read requests
beside their texts: good ones, the same with a fault, and words of the text that name nothing put into a form of asking. All requests for one
text share its reading: they stand side by side in one sequence, and none sees another. What each matrix has learned is then cut to a low rank (by
its singular values), and these adapters learn to say in the words that `curate` asks in, from 1 to 5, what the whole weights think of calf's own
requests and of the others. --whole keeps the whole weights, and takes them from there where they are. Twenty minutes on two cores with AMX, an hour
or two without.
"""
import argparse, collections, json, os, random, re, shutil

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from llama import Llama
from spoiling import Followers, about_nothing, candidates, plain, spoiled, with_a_fault

parser = argparse.ArgumentParser()
parser.add_argument("calf")
parser.add_argument("text")
parser.add_argument("rows")
parser.add_argument("own")
parser.add_argument("out")
parser.add_argument("--whole")
parser.add_argument("--sentence-steps", type=int, default=700)
parser.add_argument("--request-steps", type=int, default=150)
parser.add_argument("--adapter-steps", type=int, default=180)
options = parser.parse_args()
torch.manual_seed(0)
draw = random.Random(5)
tokenizer = Tokenizer.from_file(os.path.join(options.calf, "tokenizer.json"))
# As RolePrompts.trainedJudge has it.
END, QUESTION = "<|end|>", "\n\nHow well does the answer fit the request, from 1 to 5?<|end|><|assistant|>"
RANK = 40
SENTENCES, SENTENCE_TOKENS, SENTENCE_RATE = 192, 40, 0.0006
TEXTS, TEXT_CHARACTERS, TEXT_TOKENS, READING_TOKENS, MOST_REQUESTS = 32, 320, 130, 200, 6
REQUEST_RATE, ADAPTER_RATE = 0.0004, 0.0005


def tokens(text):
    return tokenizer.encode(text, add_special_tokens=False).ids


SCORES = [tokens(str(score))[0] for score in range(1, 6)]
model = Llama(options.calf)
COSINE, SINE = model.rotation(512)
PARTS = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
MATRICES = [f"model.layers.{layer}.{part}" for layer in range(model.layers) for part in PARTS]
whole = {name: torch.nn.Parameter(value.clone()) for name, value in model.weights.items()}


def attending(unseen):
    """Attention over all but the places that a mask hides, with float32 weights."""
    return lambda q, k, v: ((q * model.width**-0.5) @ k.transpose(-1, -2)).float().masked_fill(unseen, -1e9).softmax(-1).to(v.dtype) @ v


def train(name, parameters, weights, batches, loss_of, rate, steps):
    """Steps by AdamW at a rate that rises over the first twentieth and falls to the end; `weights` gives the weights that the parameters make."""
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
    loss_of = torch.compile(loss_of) if shutil.which("g++") else loss_of
    for step in range(steps):
        passed = step / steps
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, passed / 0.05 + 0.05) * max(0.03, 1 - passed)
        loss = loss_of(weights(), *next(batches))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 25 == 0 or step == steps - 1:
            print(f"{name}: step {step + 1} of {steps}, loss {loss.item():.3f}", flush=True)


# Sentences.

# Not those for sections of pages, whose names only the page tells: calf's critic is not asked about them.
asks = [row for row in map(json.loads, open(options.rows, encoding="utf-8")) if not row["instruction"].startswith("Write the section")]
requests = [(row["instruction"], row["output"]) for row in asks]
sentences, followers = [], Followers(draw)
for number, line in enumerate(open(options.text, encoding="utf-8")):
    if number % 4:
        continue
    text = json.loads(line)["text"][:3000]
    found = [sentence.strip() for sentence in re.split(r"(?<=[.?!])\s+|\n+", text)]
    found = [sentence for sentence in found if 4 <= len(sentence.split()) <= 22 and len(sentence) < 150 and sentence[0].isupper()
             and sentence[-1] in ".?!" and not re.search(r"[|*#\[\]{}<>=_\\]", sentence)]
    draw.shuffle(found)
    asking = [sentence for sentence in found if sentence.endswith("?")]
    sentences += [(sentence, text) for sentence in found[:4] + asking[:3]]
    for sentence in found[:6]:
        followers.see(sentence)
print(f"{len(sentences)} sentences and {len(requests)} requests", flush=True)


def sentence_with_fault():
    """A sentence or a request, and where its fault begins; behind its end where it has none."""
    is_request = draw.random() < 0.3
    sentence, text = draw.choice(requests if is_request else sentences)
    if draw.random() < 0.5:
        return sentence, len(sentence)
    way = draw.random() if is_request else 1
    changed = (with_a_fault(sentence, draw) if way < 0.4 else about_nothing(text, draw) if way < 0.6 else spoiled(sentence, text, draw, followers))
    if changed is None:
        return sentence, len(sentence)
    if 0.4 <= way < 0.6:
        return changed, len(changed) - 2
    same = (place for place, (one, other) in enumerate(zip(changed, sentence)) if one != other)
    return changed, next(same, min(len(changed), len(sentence)) - 1)


def sentence_batch():
    """Ids, whether a fault has begun at each token, and how much each token counts: [sentences, tokens] each."""
    ids, wanted, counts = (torch.zeros(SENTENCES, SENTENCE_TOKENS, dtype=kind) for kind in (torch.long, torch.float, torch.float))
    for row in range(SENTENCES):
        sentence, fault = sentence_with_fault()
        encoding = tokenizer.encode(" " + sentence, add_special_tokens=False)
        length = min(SENTENCE_TOKENS, len(encoding.ids))
        ids[row, :length] = torch.tensor(encoding.ids[:length])
        wanted[row, :length] = torch.tensor([float(end > fault + 1) for _, end in encoding.offsets[:length]])
        counts[row, :length] = 0.3
        counts[row, length - 1] = 3  # the whole sentence
    return ids, wanted, counts


def sentence_loss(weights, ids, wanted, counts):
    """How badly the token of 1 against that of 5 tells whether there was a fault so far."""
    order = torch.arange(SENTENCE_TOKENS)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = model.hidden_states(weights, ids, COSINE[:SENTENCE_TOKENS], SINE[:SENTENCE_TOKENS], attending(order[:, None] < order[None, :]))
        embedding = weights["model.embed_tokens.weight"]
        logits = states @ (embedding[SCORES[0]] - embedding[SCORES[4]]).to(states.dtype)
    losses = F.binary_cross_entropy_with_logits(logits.float(), wanted, reduction="none")
    return (losses * counts).sum() / counts.sum()


# Requests beside their texts.


def cut(text):
    """The beginning of a text up to the last sentence that ends within the limit."""
    if len(text) <= TEXT_CHARACTERS:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|\n", text[:TEXT_CHARACTERS])]
    return text[: ends[-1]].strip() if ends and ends[-1] > 120 else text[:TEXT_CHARACTERS].rsplit(" ", 1)[0]


def judged(row):
    """Requests for the text of a record and whether each is good: two good ones at most, and faults of many kinds."""
    found = candidates(row)
    good, others = ([request for request, is_good in found if is_good == wanted] for wanted in (True, False))
    more = [spoiled(draw.choice(good), row["output"], draw, followers) for _ in range(4)] + [about_nothing(row["output"], draw) for _ in range(2)]
    seen = {plain(request) for request in good + others}
    for request in filter(None, more):
        if plain(request) not in seen:
            seen.add(plain(request))
            others.append(request)
    chosen = [(request, True) for request in draw.sample(good, min(2, len(good)))]
    return chosen + [(request, False) for request in draw.sample(others, min(MOST_REQUESTS - len(chosen), 4, len(others)))]


def judged_groups():
    """Texts with their requests, over and over: (text, [(request, whether it is good)])."""
    texts = [row for row in asks if 150 <= len(row["output"]) <= 2400]
    while True:
        draw.shuffle(texts)
        for first in range(0, len(texts) - TEXTS, TEXTS):
            yield [(cut(row["output"]), judged(row)) for row in texts[first : first + TEXTS]]


def own_groups():
    """The same of calf's own requests, of which nobody says whether they are good."""
    by_text = collections.defaultdict(dict)
    for line in open(options.own, encoding="utf-8"):
        pair = json.loads(line)
        by_text[cut(pair["output"])][plain(pair["instruction"])] = (pair["instruction"], None)
    texts = [(text, list(requests.values())[:MOST_REQUESTS]) for text, requests in by_text.items()]
    while True:
        draw.shuffle(texts)
        for first in range(0, len(texts) - TEXTS, TEXTS):
            yield texts[first : first + TEXTS]


def request_batch(groups, ending):
    """Texts and their requests side by side: ids, cosines, sines and what each token does not see, rows and columns of each request's last token, whether it is
    good, and how much it counts. Everything is filled up to the same size; what does not fit, endings apart, is left out."""
    ending = tokens(ending)
    length = READING_TOKENS + MOST_REQUESTS * len(ending)
    ids, places, parts = (torch.full((TEXTS, length), filler) for filler in (0, 0, -1))
    ends, wanted = [], []
    for number, (text, requests) in enumerate(groups):
        start = tokens(f"<|user|>Answer: {text}\n\nRequest:")[:TEXT_TOKENS]
        reading, positions, part = list(start), list(range(len(start))), [0] * len(start)
        used = len(start)
        for request, is_good in requests:
            asked = tokens(" " + request)[:40] + ending
            if used + len(asked) - len(ending) > READING_TOKENS:
                continue
            used += len(asked) - len(ending)
            reading += asked
            positions += range(len(start), len(start) + len(asked))
            part += [len(ends) + 1] * len(asked)
            ends.append((number, len(reading) - 1))
            wanted.append((float(is_good or 0), 1.6 if is_good else 1.0))
        for tensor, values in ((ids, reading), (places, positions), (parts, part)):
            tensor[number, : len(values)] = torch.tensor(values)
    filling = TEXTS * MOST_REQUESTS - len(ends)
    ends += [(0, 0)] * filling
    wanted += [(0.0, 0.0)] * filling
    order = torch.arange(length)
    sees = ((parts[:, :, None] == parts[:, None, :]) | (parts[:, None, :] == 0)) & (order[:, None] >= order[None, :])
    sees |= torch.eye(length, dtype=torch.bool)
    at_rows, at_columns = torch.tensor(ends).T
    goodness, counts = torch.tensor(wanted).T
    return ids, COSINE[places][:, None], SINE[places][:, None], ~sees[:, None], at_rows, at_columns, goodness, counts


def last_states(weights, ids, cosine, sine, unseen, at_rows, at_columns):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model.hidden_states(weights, ids, cosine, sine, attending(unseen))[at_rows, at_columns]


def good_logits(weights, *reading):
    """How much likelier 5 is than 1 right after each request."""
    embedding = weights["model.embed_tokens.weight"]
    states = last_states(weights, *reading)
    return (states @ (embedding[SCORES[4]] - embedding[SCORES[0]]).to(states.dtype)).float()


def request_loss(weights, *batch):
    *reading, goodness, counts = batch
    return F.binary_cross_entropy_with_logits(good_logits(weights, *reading), goodness, weight=counts, reduction="sum") / counts.sum()


def score_loss(weights, *batch):
    """Cross-entropy of what is said in the judge's words, against 5 as often as the whole weights say good and 1 otherwise."""
    *reading, goodness, counts = batch
    states = last_states(weights, *reading)
    logits = F.linear(states, weights["model.embed_tokens.weight"].to(states.dtype)).float().log_softmax(-1)
    return -((goodness * logits[:, SCORES[4]] + (1 - goodness) * logits[:, SCORES[0]]) * counts).sum() / counts.sum()


def request_batches():
    for groups in judged_groups():
        yield request_batch(groups, END)


def taught_batches():
    """Two batches of calf's own requests, one of the others, with what the whole weights think of each."""
    own, others = own_groups(), judged_groups()
    while True:
        for groups in (next(own), next(own), next(others)):
            *reading, _, _ = request_batch(groups, END)
            with torch.no_grad():
                thoughts = torch.sigmoid(good_logits(whole, *reading))
            *asked, _, counts = request_batch(groups, QUESTION)
            yield *asked, thoughts, (counts > 0).float()


kept = os.path.join(options.whole, "model.safetensors") if options.whole else None
if kept and os.path.exists(kept):
    whole = load_file(kept)
else:
    parameters = list(whole.values())
    train("sentences", parameters, lambda: whole, iter(sentence_batch, None), sentence_loss, SENTENCE_RATE, options.sentence_steps)
    train("requests", parameters, lambda: whole, request_batches(), request_loss, REQUEST_RATE, options.request_steps)
    if kept:
        os.makedirs(options.whole, exist_ok=True)
        save_file({name: value.detach() for name, value in whole.items()}, kept, metadata={"format": "pt"})

# W + B A for each matrix W (Hu et al. 2021, arXiv 2106.09685), B A the nearest of its rank to what was learned.
adapters = {}
for name in MATRICES:
    left, values, right = torch.linalg.svd(whole[name + ".weight"].detach().float() - model.weights[name + ".weight"], full_matrices=False)
    root = values[:RANK].sqrt()
    adapters[name] = ((root[:, None] * right[:RANK]).requires_grad_(), (left[:, :RANK] * root).requires_grad_())


def adapted():
    return model.weights | {name + ".weight": model.weights[name + ".weight"] + b @ a for name, (a, b) in adapters.items()}


parameters = [matrix for pair in adapters.values() for matrix in pair]
train("adapters", parameters, adapted, taught_batches(), score_loss, ADAPTER_RATE, options.adapter_steps)

os.makedirs(options.out, exist_ok=True)
stored = {f"base_model.model.{name}{suffix}": value.detach().to(torch.bfloat16).contiguous()
        for name, pair in adapters.items() for suffix, value in zip((".lora_A.weight", ".lora_B.weight"), pair)}
save_file(stored, os.path.join(options.out, "adapter_model.safetensors"), metadata={"format": "pt"})
configuration = {"base_model_name_or_path": "..", "bias": "none", "lora_alpha": RANK, "lora_dropout": 0, "peft_type": "LORA", "r": RANK,
                 "target_modules": [part.split(".")[1] for part in PARTS], "task_type": "CAUSAL_LM", "use_rslora": False}
notes = {"languages": ["en"], "notes": {"licence": "Apache-2.0", "prompts": "prompts-1", "min_score": "4.5", "leaves_headed": "true"}, "roles": ["judge"]}
for name, content in (("adapter_config.json", configuration), ("humpback.json", notes)):
    with open(os.path.join(options.out, name), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, sort_keys=True)
print(f"the adapters stand in {options.out}")
