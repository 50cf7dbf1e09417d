"""Ten optimizer steps of each training method on a tiny LLaMA, as PyTorch does them.

Run in this folder: python make_goldens.py     (versions are written into every golden)
Writes model/ (config and starting weights), lora.safetensors (starting adapters), NAME.json (options, data, losses) and
NAME.safetensors (final weights). Everything in float32 on one thread.
"""
import json
import math

import peft
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file

torch.set_num_threads(1)
STEPS = 10
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
CONFIG = transformers.LlamaConfig(
    vocab_size=32, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, attention_bias=False,
    mlp_bias=False, initializer_range=0.2, bos_token_id=1, eos_token_id=2)


def fresh():
    torch.manual_seed(11)
    model = transformers.LlamaForCausalLM(CONFIG)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1:
                weight.add_(0.1 * torch.randn_like(weight))
    return model.train()


def numbers(count, low, high, generator):
    return torch.randint(low, high, (count,), generator=generator).tolist()


def examples(count, seed):
    """Prompt and completion of differing lengths."""
    g = torch.Generator().manual_seed(seed)
    return [
        {"prompt": [1] + numbers(2 + i % 4, 3, 32, g), "completion": numbers(1 + (i * 3) % 5, 3, 32, g) + [2]} for i in range(count)]


def pairs(count, seed):
    g = torch.Generator().manual_seed(seed)
    return [
        {"prompt": [1] + numbers(2 + i % 3, 3, 32, g), "chosen": numbers(2 + i % 4, 3, 32, g) + [2],
         "rejected": numbers(1 + (i * 2) % 5, 3, 32, g) + [2]} for i in range(count)]


def token_log_probs(model, prompt, completion):
    """log p of each completion token."""
    tokens = torch.tensor([prompt + completion])
    logits = model(input_ids=tokens, use_cache=False).logits[0, len(prompt) - 1:-1]
    return F.log_softmax(logits.float(), -1).gather(1, torch.tensor(completion)[:, None])[:, 0]


def groups(model, decay):
    weights = [w for w in model.parameters() if w.requires_grad]
    return [{"params": [w for w in weights if w.dim() > 1], "weight_decay": decay},
            {"params": [w for w in weights if w.dim() == 1], "weight_decay": 0.0}]


def rates(peak, warmup, floor):
    """Warm-up (s + 1) / warmup, then a line to floor at the last step."""
    last = STEPS - 1
    return [peak * (s + 1) / warmup if s < warmup else peak * (1 - (1 - floor) * (s - warmup) / (last - warmup)) for s in range(STEPS)]


def train(model, optimizer, peak, warmup, floor, clip, loss_of_step):
    losses, norms = [], []
    for step, rate in enumerate(rates(peak, warmup, floor)):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = loss_of_step(step)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_([w for w in model.parameters() if w.requires_grad], clip).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


def save(name, model, content, weights=None):
    with open(f"{name}.json", "w") as file:
        json.dump({"versions": VERSIONS, **content}, file)
    tensors = weights if weights is not None else dict(model.state_dict())
    save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, f"{name}.safetensors")


def sft(name, model, peak, weights=None):
    data, batch = examples(12, 3), 4
    optimizer = torch.optim.AdamW(groups(model, 0.1), lr=peak, betas=(0.9, 0.95), eps=1e-8)

    def loss_of_step(step):
        chosen = [data[(step * batch + i) % len(data)] for i in range(batch)]
        rows = [token_log_probs(model, e["prompt"], e["completion"]) for e in chosen]
        return -torch.cat(rows).sum() / sum(len(r) for r in rows)

    losses, norms = train(model, optimizer, peak, 2, 0.1, 1.0, loss_of_step)
    content = {"peak": peak, "warmup": 2, "floor": 0.1, "clip": 1.0, "decay": 0.1, "batch": batch, "examples": data,
               "losses": losses, "norms": norms}
    save(name, model, content, weights() if weights else None)


def preference(name, beta, smoothing=0.0):
    model, reference, data, batch, peak = fresh(), fresh().eval(), pairs(8, 5), 4, 5e-3
    with torch.no_grad():
        fixed = [[token_log_probs(reference, e["prompt"], e[k]).sum() for k in ("chosen", "rejected")] for e in data]
    if name == "spin":
        optimizer = torch.optim.RMSprop(model.parameters(), lr=peak, alpha=0.99, eps=1e-8)
    else:
        optimizer = torch.optim.AdamW(groups(model, 0.1), lr=peak, betas=(0.9, 0.95), eps=1e-8)
    margins = []

    def loss_of_step(step):
        losses, margin = [], []
        for i in range(batch):
            index = (step * batch + i) % len(data)
            e = data[index]
            ratio = [token_log_probs(model, e["prompt"], e[k]).sum() - fixed[index][j] for j, k in enumerate(("chosen", "rejected"))]
            delta = ratio[0] - ratio[1]
            if name == "ipo":
                mean = ratio[0] / len(e["chosen"]) - ratio[1] / len(e["rejected"])
                losses.append((mean - 1 / (2 * beta)) ** 2)
            elif name == "hinge":
                losses.append(torch.relu(1 - beta * delta))
            else:
                losses.append(-(1 - smoothing) * F.logsigmoid(beta * delta) - smoothing * F.logsigmoid(-beta * delta))
            margin.append(beta * delta.item())
        margins.append(sum(margin) / batch)
        return torch.stack(losses).mean()

    losses, norms = train(model, optimizer, peak, 2, 0.1, 1.0, loss_of_step)
    save(name, model, {"peak": peak, "warmup": 2, "floor": 0.1, "clip": 1.0, "decay": 0.0 if name == "spin" else 0.1,
                       "batch": batch, "beta": beta, "smoothing": smoothing, "pairs": data, "losses": losses, "norms": norms,
                       "margins": margins})


base = fresh()
base.save_pretrained("model")
sft("sft", base, 1e-2)
preference("dpo", 0.1)
preference("dpo_smooth", 0.5, 0.1)
preference("spin", 0.1)
preference("hinge", 0.2)
preference("ipo", 0.1)

torch.manual_seed(17)
lora = peft.get_peft_model(fresh(), peft.LoraConfig(
    r=4, lora_alpha=8, lora_dropout=0.0, target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    task_type="CAUSAL_LM"))


def adapters():
    return {k: v for k, v in lora.state_dict().items() if "lora_" in k}


save_file({k: v.contiguous().clone() for k, v in adapters().items()}, "lora_start.safetensors")
sft("lora", lora, 2e-2, adapters)
assert abs(json.load(open("dpo.json"))["losses"][0] - math.log(2)) < 1e-6
