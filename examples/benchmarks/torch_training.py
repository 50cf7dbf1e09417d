"""A training step of PyTorch on the shape that `humpback pretrain --shape NAME` trains: the peer in BENCHMARKS.md.

usage: torch_training.py [stories-15m|calf-small] [--steps 6] [--threads 2] [--batch 4] [--context 512] [--vocabulary 32000]

Random weights, every token predicted, float32 AdamW, scaled-dot-product attention. Prints tokens a second of the median step.
"""
import argparse, time
import torch
from transformers import LlamaConfig, LlamaForCausalLM

SHAPES = {"stories-15m": (288, 768, 6, 6, 6), "calf-small": (192, 512, 6, 6, 3), "smollm2-135m": (576, 1536, 30, 9, 3)}
parser = argparse.ArgumentParser()
parser.add_argument("shape", nargs="?", default="stories-15m", choices=SHAPES)
for name, value in (("steps", 6), ("threads", 2), ("batch", 4), ("context", 512), ("vocabulary", 32000)):
    parser.add_argument("--" + name, type=int, default=value)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)
hidden, feed_forward, layers, heads, key_value_heads = SHAPES[options.shape]
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=options.vocabulary, hidden_size=hidden, intermediate_size=feed_forward, num_hidden_layers=layers, num_attention_heads=heads,
    num_key_value_heads=key_value_heads, max_position_embeddings=2048, tie_word_embeddings=True, attn_implementation="sdpa"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
tokens = torch.randint(0, options.vocabulary, (options.batch, options.context + 1))
seconds = []
for _ in range(options.steps):
    begin = time.time()
    logits = model(tokens[:, :-1]).logits
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, options.vocabulary), tokens[:, 1:].reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    seconds.append(time.time() - begin)
median = sorted(seconds[1:])[len(seconds[1:]) // 2]
print(f"{options.shape}: {options.batch * options.context / median:.0f} tokens/s, loss {loss.item():.4f}, peak memory "
      f"{__import__('resource').getrusage(__import__('resource').RUSAGE_SELF).ru_maxrss // 1024} MiB")
