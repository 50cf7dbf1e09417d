"""Makes the goldens beside this script: tiny models of every family with random weights, saved by transformers, with their logits, losses
and gradients on packed sequences of unequal lengths, the longer ones longer than any sliding window, and 64 greedy tokens.

Made with torch 2.13.0, transformers 5.23.0, safetensors 0.8.0.  Usage: python make_goldens.py
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import (
    AutoModelForCausalLM,
    Gemma2Config,
    Gemma3TextConfig,
    LlamaConfig,
    MistralConfig,
    Qwen2Config,
    Qwen3Config,
    SmolLM3Config,
)

HERE = pathlib.Path(__file__).parent
SHAPES = {
    "untied": dict(
        vocab_size=96, hidden_size=32, intermediate_size=44, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False,
    ),
    "tied": dict(
        vocab_size=96, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        head_dim=24, max_position_embeddings=64, rms_norm_eps=1e-6, tie_word_embeddings=True,
        rope_parameters=dict(
            rope_type="llama3", rope_theta=500.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=16,
        ),
    ),
}
SMALL = dict(
    vocab_size=64, hidden_size=16, intermediate_size=20, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=128,
)
GEMMA = dict(**(SMALL | dict(head_dim=8)), query_pre_attn_scalar=12, sliding_window=6, pad_token_id=None, final_logit_softcapping=4.0)
FAMILIES = {
    "llama_bias": (LlamaConfig, dict(**SMALL, attention_bias=True)),
    "mistral": (MistralConfig, dict(**SMALL, sliding_window=6)),
    "qwen2": (Qwen2Config, dict(**SMALL, use_sliding_window=True, sliding_window=5, max_window_layers=1)),
    "qwen3": (Qwen3Config, dict(**SMALL, head_dim=6, attention_bias=True, tie_word_embeddings=True)),
    "smollm3": (
        SmolLM3Config,
        dict(**(SMALL | dict(num_hidden_layers=5)), pad_token_id=None, use_sliding_window=True, sliding_window=7),
    ),
    "gemma2": (Gemma2Config, dict(**GEMMA, attn_logit_softcapping=3.0)),
    "gemma3": (
        Gemma3TextConfig,
        GEMMA | dict(
            num_hidden_layers=7,
            rope_parameters=dict(
                full_attention=dict(rope_type="linear", factor=4.0, rope_theta=1000.0),
                sliding_attention=dict(rope_type="default", rope_theta=100.0),
            ),
        ),
    ),
}
LENGTHS = [23, 1, 9, 14]


def make(name, shape, family=LlamaConfig):
    torch.manual_seed(7)
    config = family(**shape, bos_token_id=1, eos_token_id=2, attn_implementation="eager", initializer_range=0.2)
    model = AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if "norm" in parameter_name or "bias" in parameter_name:
                parameter.add_(0.3 * torch.randn_like(parameter))
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)

    sequences = [torch.randint(0, shape["vocab_size"], (length + 1,)) for length in LENGTHS]
    is_target = [torch.rand(length) < 0.6 for length in LENGTHS]
    total = sum(int(mask.sum()) for mask in is_target)
    logits, losses = [], []
    for sequence, mask in zip(sequences, is_target):
        z = model(sequence[None, :-1]).logits[0]
        loss = torch.nn.functional.cross_entropy(z, sequence[1:], reduction="none")
        (loss[mask].sum() / total).backward()
        logits.append(z.detach())
        losses.append(loss.detach()[mask])
    gradients = {key: value.grad.clone().contiguous() for key, value in model.named_parameters()}
    save_file({**gradients, "logits": torch.cat(logits), "losses": torch.cat(losses)}, HERE / f"{name}.expected.safetensors")
    greedy = sequences[0][:-1].tolist()
    with torch.no_grad():
        while len(greedy) < LENGTHS[0] + 64 <= shape["max_position_embeddings"]:
            greedy.append(int(model(torch.tensor([greedy])).logits[0, -1].argmax()))
    facts = {
        "greedy": greedy[LENGTHS[0]:],
        "lengths": LENGTHS,
        "tokens": [int(t) for sequence in sequences for t in sequence[:-1]],
        "next": [int(t) for sequence in sequences for t in sequence[1:]],
        "is_target": [bool(m) for mask in is_target for m in mask],
    }
    (HERE / f"{name}.input.json").write_text(json.dumps(facts) + "\n")


for name, shape in SHAPES.items():
    make(name, shape)
for name, (family, shape) in FAMILIES.items():
    make(name, shape, family)
