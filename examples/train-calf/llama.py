"""A LLaMA in PyTorch, for the scripts beside it: the weights of a model folder, and the hidden states of some tokens."""
import json, os

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Llama:
    """A model folder's configuration and weights (float32, by name), and how its layers are computed."""

    def __init__(self, folder, device="cpu"):
        self.configuration = json.load(open(os.path.join(folder, "config.json")))
        self.layers, self.hidden = self.configuration["num_hidden_layers"], self.configuration["hidden_size"]
        self.heads, self.groups = self.configuration["num_attention_heads"], self.configuration["num_key_value_heads"]
        self.width = self.configuration.get("head_dim") or self.hidden // self.heads
        self.rope_base = (self.configuration.get("rope_parameters") or {}).get("rope_theta") or self.configuration.get("rope_theta", 10000.0)
        stored = load_file(os.path.join(folder, "model.safetensors"))
        self.types = {name: value.dtype for name, value in stored.items()}
        self.weights = {name: value.float().to(device) for name, value in stored.items()}
        self.device = device

    def rotation(self, length):
        """Cosines and sines of the angles, [length, width]; the halves of a head turn together."""
        rates = self.rope_base ** (-torch.arange(0, self.width, 2, device=self.device).float() / self.width)
        angles = torch.outer(torch.arange(length, device=self.device).float(), rates)
        return torch.cat([angles, angles], 1).cos(), torch.cat([angles, angles], 1).sin()

    def hidden_states(self, weights, tokens, cosine, sine, attend):
        """Hidden states [batch, length, hidden]. `attend` takes queries, keys and values, [batch, heads, length, width] each."""
        x = F.embedding(tokens, weights["model.embed_tokens.weight"])
        batch, length = tokens.shape
        epsilon = self.configuration["rms_norm_eps"]
        for layer in range(self.layers):
            w = lambda name: weights[f"model.layers.{layer}.{name}.weight"]
            y = F.rms_norm(x, (self.hidden,), w("input_layernorm"), epsilon)
            split = lambda name, count: F.linear(y, w("self_attn." + name)).view(batch, length, count, self.width).transpose(1, 2)
            q, k, v = turned(split("q_proj", self.heads), cosine, sine), turned(split("k_proj", self.groups), cosine, sine), split("v_proj", self.groups)
            k, v = (t.repeat_interleave(self.heads // self.groups, 1) for t in (k, v))
            seen = attend(q.to(v.dtype), k.to(v.dtype), v)
            x = x + F.linear(seen.transpose(1, 2).reshape(batch, length, self.heads * self.width), w("self_attn.o_proj"))
            y = F.rms_norm(x, (self.hidden,), w("post_attention_layernorm"), epsilon)
            x = x + F.linear(F.silu(F.linear(y, w("mlp.gate_proj"))) * F.linear(y, w("mlp.up_proj")), w("mlp.down_proj"))
        return F.rms_norm(x, (self.hidden,), weights["model.norm.weight"], epsilon)


def turned(x, cosine, sine):
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine
