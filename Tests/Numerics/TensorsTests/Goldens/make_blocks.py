"""Writes blocks.json: random blocks of every quantised format of GGUF, and what gguf-py (gguf 0.19) makes of them, to the bit.

usage: python make_blocks.py      (needs gguf, numpy)
"""
import json, os

import gguf, numpy as np

random = np.random.default_rng(21)
# Where a block has its float16 scales; MXFP4 has an exponent instead, of which every value is a number.
scales = dict(Q4_0=[0], Q4_1=[0, 2], Q5_0=[0], Q5_1=[0, 2], Q8_0=[0], Q2_K=[80, 82], Q3_K=[108], Q4_K=[0, 2], Q5_K=[0, 2], Q6_K=[208],
              IQ4_NL=[0], IQ4_XS=[0], MXFP4=[])
goldens = {}
for name, places in scales.items():
    kind = gguf.GGMLQuantizationType[name]
    count, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (12 if count == 32 else 3, size), dtype=np.uint8)
    for place in places:
        # Signs, sizes from the subnormal up.
        numbers = (random.normal(size=len(blocks)) * 10.0 ** random.integers(-7, 2, len(blocks))).astype(np.float16)
        blocks[:, place:place + 2] = numbers.view(np.uint8).reshape(-1, 2)
    floats = gguf.quants.dequantize(blocks, kind).astype(np.float32)
    goldens[name] = dict(bytes=blocks.tobytes().hex(), floats=floats.tobytes().hex())
with open(os.path.join(os.path.dirname(__file__), "blocks.json"), "w") as file:
    json.dump(goldens, file, indent=1)
