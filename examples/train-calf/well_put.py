"""Teaches a judge which requests are well put: adapters over calf that `humpback augment --judge` asks. PyTorch, transformers, safetensors.

usage: well_put.py CALF ROWS.jsonl OUT [--texts 8400]

CALF is the model of the roles backward and judge, ROWS human pairs and those made by rule (asks.jsonl of prepare.py); OUT receives adapters of
rank 16 that name `..` as their base, so that they stand in a folder of CALF. For each text there are good requests, the same with a fault, and
words of the text that name nothing put into a form of asking (spoiling.py). The judge learns to say 5 for the good ones and 1 for the others,
2 for a text that breaks off, in the words that `curate` asks in. All requests for one text share its reading: they stand side by side in one
sequence, and none sees another. About a quarter of an hour on two cores.
"""
import argparse, json, math, os, random, re

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from spoiling import candidates

parser = argparse.ArgumentParser()
parser.add_argument("calf")
parser.add_argument("rows")
parser.add_argument("out")
parser.add_argument("--texts", type=int, default=8400)
parser.add_argument("--rate", type=float, default=0.0025)
options = parser.parse_args()
torch.manual_seed(0)
tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(options.calf, "tokenizer.json"))
model = AutoModelForCausalLM.from_pretrained(options.calf, dtype=torch.float32).eval()
# As RolePrompts.trainedJudge has it.
QUESTION = "\n\nHow well does the answer fit the request, from 1 to 5?<|end|><|assistant|>"
RANK, ALPHA, TEXTS_A_STEP = 16, 32, 24


def tokens(text):
    return tokenizer(text, add_special_tokens=False)["input_ids"]


SCORES = [tokens(str(score))[0] for score in range(1, 6)]


class Adapted(torch.nn.Module):
    """A matrix with a low-rank addition (Hu et al. 2021, arXiv 2106.09685): W + alpha / rank B A."""

    def __init__(self, linear):
        super().__init__()
        self.linear = linear
        self.a = torch.nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.b = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x):
        return self.linear(x) + (x @ self.a.to(x.dtype).T) @ self.b.to(x.dtype).T * (ALPHA / RANK)


model.requires_grad_(False)
TARGETS = {"self_attn": ["q_proj", "k_proj", "v_proj", "o_proj"], "mlp": ["gate_proj", "up_proj", "down_proj"]}
adapters = {}
for number, layer in enumerate(model.model.layers):
    for part, names in TARGETS.items():
        for name in names:
            adapted = Adapted(getattr(getattr(layer, part), name))
            setattr(getattr(layer, part), name, adapted)
            adapters[f"base_model.model.model.layers.{number}.{part}.{name}"] = adapted
parameters = [parameter for adapted in adapters.values() for parameter in (adapted.a, adapted.b)]


def cut(text, limit):
    """The beginning of a text up to the last sentence that ends within the limit."""
    if len(text) <= limit:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|\n", text[:limit])]
    return text[: ends[-1]].strip() if ends and ends[-1] > 120 else text[:limit].rsplit(" ", 1)[0]


class Reading:
    """A text and the requests for it side by side: token ids, positions, and the request each belongs to (0: the text)."""

    def __init__(self, text, requests):
        start = tokens(f"<|user|>Answer: {text}\n\nRequest:")
        self.ids, self.places, self.parts, self.ends = list(start), list(range(len(start))), [0] * len(start), []
        for number, request in enumerate(requests):
            asked = tokens(" " + request + QUESTION)[:90]
            self.ids += asked
            self.places += range(len(start), len(start) + len(asked))
            self.parts += [number + 1] * len(asked)
            self.ends.append(len(self.ids) - 1)


def score_logits(readings):
    """Logits of the token after each request, [requests, vocabulary]; a token sees the text and its own request before it."""
    length = max(len(reading.ids) for reading in readings)
    ids, places, parts = (torch.full((len(readings), length), filler) for filler in (0, 0, -1))
    for row, reading in enumerate(readings):
        count = len(reading.ids)
        ids[row, :count], places[row, :count], parts[row, :count] = map(torch.tensor, (reading.ids, reading.places, reading.parts))
    order = torch.arange(length)
    sees = ((parts[:, :, None] == parts[:, None, :]) | (parts[:, None, :] == 0)) & (order[:, None] >= order[None, :])
    sees |= torch.eye(length, dtype=torch.bool)
    mask = torch.zeros(len(readings), 1, length, length).masked_fill(~sees[:, None], -1e9)
    hidden = model.model(input_ids=ids, position_ids=places, attention_mask=mask).last_hidden_state
    asked = [(row, end) for row, reading in enumerate(readings) for end in reading.ends]
    return model.lm_head(hidden[[row for row, _ in asked], [end for _, end in asked]]).float()


def questions(texts, draw):
    """Readings of some texts and the scores that their requests deserve: two good ones, three others, now and then another text's."""
    readings, scores, reads_long = [], [], draw.random() < 0.12
    for index, (row, requests) in enumerate(texts):
        text = row["output"]
        if draw.random() < 0.08 and len(text) > 300:
            broken = text[: draw.randrange(150, min(len(text) - 60, 700))].rsplit(" ", 1)[0]
            readings.append(Reading(broken, [requests[0][0]]))
            scores.append(2)
            continue
        good, others = ([request for request, is_good in requests if is_good == wanted] for wanted in (True, False))
        good, others = draw.sample(good, min(2, len(good))), draw.sample(others, min(3, len(others)))
        if index % 4 == 1:
            others.append(texts[(index + 7) % len(texts)][1][0][0])
        readings.append(Reading(cut(text, 1300 if reads_long and index % 3 == 0 else 480), good + others))
        scores += [5] * len(good) + [1] * len(others)
    return readings, torch.tensor([SCORES[score - 1] for score in scores])


rows = [json.loads(line) for line in open(options.rows, encoding="utf-8")]
texts = [(row, candidates(row)) for row in rows if 150 <= len(row["output"]) <= 2400]
draw = random.Random(3)
draw.shuffle(texts)
# Texts of like length side by side.
texts = sorted(texts[: options.texts], key=lambda pair: min(600, len(pair[0]["output"])) + random.Random(pair[0]["id"]).random() * 200)
batches = [texts[first : first + TEXTS_A_STEP] for first in range(0, len(texts), TEXTS_A_STEP)]
draw.shuffle(batches)
optimizer = torch.optim.AdamW(parameters, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0)
for step, batch in enumerate(batches):
    for group in optimizer.param_groups:
        group["lr"] = options.rate * min(1, (step + 1) / 20) * max(0.02, 1 - step / len(batches))
    readings, wanted = questions(batch, draw)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = score_logits(readings)
    loss = F.cross_entropy(logits.float(), wanted)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    if step % 20 == 0 or step == len(batches) - 1:
        print(f"step {step + 1} of {len(batches)}: loss {loss.item():.3f}", flush=True)

os.makedirs(options.out, exist_ok=True)
kept = {name + suffix: value.detach().to(torch.bfloat16).contiguous()
        for name, adapted in adapters.items() for suffix, value in ((".lora_A.weight", adapted.a), (".lora_B.weight", adapted.b))}
save_file(kept, os.path.join(options.out, "adapter_model.safetensors"), metadata={"format": "pt"})
configuration = {"base_model_name_or_path": "..", "bias": "none", "lora_alpha": ALPHA, "lora_dropout": 0, "peft_type": "LORA", "r": RANK,
                 "target_modules": [name for names in TARGETS.values() for name in names], "task_type": "CAUSAL_LM", "use_rslora": False}
notes = {"languages": ["en"], "notes": {"licence": "Apache-2.0", "prompts": "prompts-1", "min_score": "4.2"}, "roles": ["judge"]}
for name, content in (("adapter_config.json", configuration), ("humpback.json", notes)):
    with open(os.path.join(options.out, name), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, sort_keys=True)
print(f"the adapters stand in {options.out}")
