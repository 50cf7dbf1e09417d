"""Makes a model folder of random weights in one of the shapes that training speed is measured on, with a tokenizer that is there.

usage: random_model.py SHAPE TOKENIZER_FOLDER OUT

The tokenizer may have fewer tokens than the shape: what is measured, the width of the output head among it, is the shape's.
"""
import pathlib, shutil, sys
import torch
from transformers import LlamaConfig, LlamaForCausalLM

SHAPES = {"stories-15m": (288, 768, 6, 6, 6, 32000), "smollm2-135m": (576, 1536, 30, 9, 3, 49152),
          "half-billion": (896, 4864, 24, 14, 2, 151936)}
if len(sys.argv) != 4 or sys.argv[1] not in SHAPES:
    sys.exit(__doc__)
hidden, feed_forward, layers, heads, key_value_heads, vocabulary = SHAPES[sys.argv[1]]
torch.manual_seed(0)
torch.set_default_dtype(torch.bfloat16)
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=vocabulary, hidden_size=hidden, intermediate_size=feed_forward, num_hidden_layers=layers, num_attention_heads=heads,
    num_key_value_heads=key_value_heads, max_position_embeddings=2048, tie_word_embeddings=True))
model.save_pretrained(sys.argv[3])
for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
    source = pathlib.Path(sys.argv[2]) / name
    if source.exists():
        shutil.copy(source, sys.argv[3])
