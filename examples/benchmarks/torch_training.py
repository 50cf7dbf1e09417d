"""A training step of PyTorch on a shape of which `random_model.py` makes a model: the peer in BENCHMARKS.md.

usage: torch_training.py [SHAPE] [--steps 6] [--threads 2] [--batch 4] [--context 512] [--vocabulary N] [--attention sdpa|eager]
                         [--compile] [--lora-rank R]

Random weights, every token predicted, float32 AdamW. With --lora-rank adapters of peft on all seven matrices of a layer instead of all
weights. Prints tokens a second of the median step, the first one left out, and peak memory.
"""
import argparse, resource, time
import torch
from transformers import AutoModelForCausalLM
from shapes import SHAPES, configuration

parser = argparse.ArgumentParser()
parser.add_argument("shape", nargs="?", default="stories-15m", choices=SHAPES)
for name, value in (("steps", 6), ("threads", 2), ("batch", 4), ("context", 512), ("vocabulary", 0), ("lora-rank", 0)):
    parser.add_argument("--" + name, type=int, default=value)
parser.add_argument("--attention", default="sdpa", choices=("sdpa", "eager"))
parser.add_argument("--compile", action="store_true")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)
model = AutoModelForCausalLM.from_config(
    configuration(options.shape, options.vocabulary, use_cache=False), attn_implementation=options.attention, dtype=torch.float32)
vocabulary = model.config.vocab_size
kind = options.attention
if options.lora_rank:
    import peft
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    model = peft.get_peft_model(model, peft.LoraConfig(r=options.lora_rank, lora_alpha=2 * options.lora_rank, target_modules=targets))
    kind += f", peft {peft.__version__} rank {options.lora_rank}"
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
tokens = torch.randint(0, vocabulary, (options.batch, options.context + 1))


def loss_of(tokens):
    logits = model(tokens[:, :-1]).logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, vocabulary), tokens[:, 1:].reshape(-1))


if options.compile:
    loss_of = torch.compile(loss_of)
    kind += ", compile"
seconds = []
for _ in range(options.steps):
    begin = time.time()
    loss = loss_of(tokens)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    seconds.append(time.time() - begin)
median = sorted(seconds[1:])[len(seconds[1:]) // 2]
print(f"{options.shape} torch {torch.__version__} {kind}: {options.batch * options.context / median:.0f} tokens/s, "
      f"loss {loss.item():.4f}, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
