#!/usr/bin/env python3
"""How long transformers takes to write instructions for passages with the model that `humpback augment` takes.

usage: augment_speed.py MODEL_FOLDER PASSAGES.jsonl [--limit N] [--batch 32] [--type fp32|bf16] [--threads 2]

MODEL_FOLDER is what `humpback finetune --role backward` makes (or `humpback merge`), PASSAGES.jsonl what `humpback ingest` writes. Prompts of
like length share a batch, which spares transformers most of its padding. At most 96 new tokens, temperature 0.3, top-p 0.9. Wants torch and
transformers. In turn with it: `humpback augment --model MODEL_FOLDER --limit N PASSAGES.jsonl -o pairs.jsonl --force`."""
import argparse
import json
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("passages")
parser.add_argument("--limit", type=int)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--type", choices=["fp32", "bf16"], default="bf16")
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

torch.set_num_threads(options.threads)
tokenizer = AutoTokenizer.from_pretrained(options.model, padding_side="left")
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
kind = torch.float32 if options.type == "fp32" else torch.bfloat16
model = AutoModelForCausalLM.from_pretrained(options.model, dtype=kind, attn_implementation="sdpa").eval()
with open(options.passages, encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines][: options.limit]
start = time.perf_counter()
question = "\n\nWrite the instruction that this text answers."
prompts = [tokenizer.apply_chat_template([{"role": "user", "content": text + question}], tokenize=False, add_generation_prompt=True) for text in texts]
prompts.sort(key=len)
new = 0
with torch.inference_mode():
    for first in range(0, len(prompts), options.batch):
        batch = tokenizer(prompts[first : first + options.batch], return_tensors="pt", padding=True, add_special_tokens=False)
        made = model.generate(**batch, max_new_tokens=96, do_sample=True, temperature=0.3, top_p=0.9, top_k=0, pad_token_id=tokenizer.pad_token_id)
        new += int((made[:, batch["input_ids"].shape[1] :] != tokenizer.pad_token_id).sum())
seconds = time.perf_counter() - start
print(f"{len(prompts)} passages, {new} new tokens: {seconds:.1f} s, {len(prompts) / seconds:.2f} passages a second")
