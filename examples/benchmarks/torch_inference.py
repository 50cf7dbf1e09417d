#!/usr/bin/env python3
"""What transformers does with the work that `humpback bench` times: random weights, random prompts, two threads.

Usage: torch_inference.py SHAPE:TYPE:TASK:COUNT...
    SHAPE  stories-15m, smollm2-135m or qwen2.5-0.5b (the Llama family's formulas in all three)
    TYPE   fp32 or bf16
    TASK   score (COUNT prompts of 600 tokens, the last position), gen (COUNT prompts of 400 tokens, 32 new ones, T 0.7, top-p 0.9)
           or one (one stream of COUNT tokens)
Jobs of one shape and type that follow each other share the model. With torch 2.13 and transformers 5.23.
"""
import os
import resource
import sys
import time

THREADS = int(os.environ.get("THREADS", "2"))
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))

import torch
from transformers import LlamaConfig, LlamaForCausalLM

# width, layers, heads, key/value heads, feed-forward, vocabulary
SHAPES = {
    "stories-15m": (288, 6, 6, 6, 768, 32000),
    "smollm2-135m": (576, 30, 9, 3, 1536, 49152),
    "qwen2.5-0.5b": (896, 24, 14, 2, 4864, 151936),
}


def make(shape, kind):
    width, layers, heads, kv, inner, vocabulary = SHAPES[shape]
    config = LlamaConfig(
        hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv, intermediate_size=inner,
        vocab_size=vocabulary, max_position_embeddings=2048, tie_word_embeddings=True)
    dtype = torch.float32 if kind == "fp32" else torch.bfloat16
    return LlamaForCausalLM._from_config(config, dtype=dtype, attn_implementation="sdpa").eval()


def score(model, count):
    prompts = torch.randint(3, 30000, (count, 600))
    model(input_ids=prompts[:1], use_cache=False, logits_to_keep=1)
    start = time.perf_counter()
    for first in range(0, count, 4):
        model(input_ids=prompts[first : first + 4], use_cache=False, logits_to_keep=1).logits[:, -1].argmax(-1)
    return f"{count * 600 / (time.perf_counter() - start):.0f} tokens/s"


def gen(model, count):
    prompts = torch.randint(3, 30000, (count, 400))
    start = time.perf_counter()
    model.generate(
        input_ids=prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=32, min_new_tokens=32, do_sample=True, temperature=0.7,
        top_p=0.9, top_k=0, pad_token_id=2)
    return f"{time.perf_counter() - start:.2f} s"


def one(model, count):
    prompt = torch.randint(3, 30000, (1, 16))

    def run(new):
        start = time.perf_counter()
        model.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=new, min_new_tokens=new, do_sample=False, pad_token_id=2)
        return time.perf_counter() - start

    run(2)
    return f"{count / (run(count + 1) - run(1)):.1f} tokens/s"


def main():
    torch.set_num_threads(THREADS)
    torch.set_grad_enabled(False)
    made, model = None, None
    for job in sys.argv[1:]:
        shape, kind, task, count = job.split(":")
        torch.manual_seed(0)
        if made != (shape, kind):
            model = None
            model, made = make(shape, kind), (shape, kind)
        result = {"score": score, "gen": gen, "one": one}[task](model, int(count))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"{job:32} {result:16} peak {peak} MiB", flush=True)


if __name__ == "__main__":
    main()
