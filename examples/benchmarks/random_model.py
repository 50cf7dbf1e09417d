"""Makes a model folder of random weights in one of the shapes that training speed is measured on, with a tokenizer that is there.

usage: random_model.py SHAPE TOKENIZER_FOLDER OUT

The tokenizer may have fewer tokens than the shape: what is measured, the width of the output head among it, is the shape's.
"""
import pathlib, shutil, sys
import torch
from transformers import AutoModelForCausalLM
from shapes import SHAPES, configuration

if len(sys.argv) != 4 or sys.argv[1] not in SHAPES:
    sys.exit(__doc__)
torch.manual_seed(0)
AutoModelForCausalLM.from_config(configuration(sys.argv[1]), dtype=torch.bfloat16).save_pretrained(sys.argv[3])
for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
    source = pathlib.Path(sys.argv[2]) / name
    if source.exists():
        shutil.copy(source, sys.argv[3])
