#!/usr/bin/env python3
"""Supervised training of low-rank adapters by peft, the loss on the answers alone: processor seconds a step and tokens a second, pads not
counted, of all steps but the first.

usage: peft_adapters.py MODEL_FOLDER PAIRS.jsonl [--batch 8] [--steps 3] [--threads 1] [--learning-rate 0.0005] [--warmup N] [--out FOLDER]

PAIRS.jsonl holds records with `instruction` and `output`. Rank 16, alpha 32, all seven matrices, float32, AdamW, clipped at 1. With --warmup
the rate rises for N steps and falls to a tenth of its height on a line, and weights decay by 0.1, as `humpback finetune` does by default; each
pass over the pairs is in another order. --out keeps the adapters. Wants torch, transformers and peft. With one thread, processor time does not
depend on what else runs."""
import argparse
import json
import random
import time

import peft
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("pairs")
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--steps", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--learning-rate", type=float, default=5e-4)
parser.add_argument("--warmup", type=int)
parser.add_argument("--out")
options = parser.parse_args()

torch.set_num_threads(options.threads)
tokenizer = AutoTokenizer.from_pretrained(options.model)
model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32, attn_implementation="sdpa")
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
model = peft.get_peft_model(model, peft.LoraConfig(r=16, lora_alpha=32, target_modules=targets))
trained = [weight for weight in model.parameters() if weight.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=options.learning_rate, weight_decay=0.01 if options.warmup is None else 0.1)


def share(step):
    """How much of the learning rate's height a step has."""
    if options.warmup is None:
        return 1.0
    if step < options.warmup:
        return (step + 1) / options.warmup
    return 1 - 0.9 * (step - options.warmup) / max(1, options.steps - options.warmup)


schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def encoded(record):
    """The tokens of a pair, and what is predicted at each: -100 in the prompt."""
    turn = [{"role": "user", "content": record["instruction"]}]
    prompt = tokenizer(tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True), add_special_tokens=False)
    answer = tokenizer(record["output"] + "<|im_end|>\n", add_special_tokens=False)
    return prompt.input_ids + answer.input_ids, [-100] * len(prompt.input_ids) + answer.input_ids


with open(options.pairs) as lines:
    pairs = [encoded(json.loads(line)) for line in lines]
measured, start_of_all, order = [], time.time(), list(range(len(pairs)))
for step in range(options.steps):
    batch = []
    for place in range(step * options.batch, (step + 1) * options.batch):
        if place % len(pairs) == 0 and options.warmup is not None:
            random.Random(place).shuffle(order)
        batch.append(pairs[order[place % len(pairs)]])
    width = max(len(ids) for ids, _ in batch)
    ids = torch.zeros((len(batch), width), dtype=torch.long)
    labels = torch.full((len(batch), width), -100)
    mask = torch.zeros((len(batch), width), dtype=torch.long)
    for row, (tokens, targets) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(tokens)] = torch.tensor(targets)
        mask[row, : len(tokens)] = 1
    start = time.process_time()
    loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    measured.append((int(mask.sum()), time.process_time() - start))
tokens, seconds = (sum(column) for column in zip(*measured[1:]))
print(f"peft {peft.__version__}: {tokens / seconds:.0f} tokens a processor second, loss {loss.item():.3f}, {time.time() - start_of_all:.1f} s")
if options.out:
    model.save_pretrained(options.out)
