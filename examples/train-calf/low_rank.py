"""What a training of all weights changed, as adapters of low rank: half a gigabyte becomes what fits beside the source.

usage: low_rank.py BASE TRAINED RANK OUT

BASE and TRAINED are model folders in bfloat16, OUT receives a folder of adapters in PEFT's format (`humpback convert` and every `--model` take it).
Of each matrix the best approximation of that rank is kept (Eckart and Young 1936); what changed in the embedding and the norms is lost. numpy
is needed.
"""
import json, os, sys

import numpy

from weights import read, write

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
if len(sys.argv) != 5:
    sys.exit(__doc__)
base, trained = (read(os.path.join(folder, "model.safetensors")) for folder in sys.argv[1:3])
rank, out = int(sys.argv[3]), sys.argv[4]
adapters, lost = {}, []
for name, weight in base.items():
    if not name.endswith("_proj.weight"):
        continue
    left, values, right = numpy.linalg.svd(trained[name] - weight, full_matrices=False)
    root = numpy.sqrt(values[:rank])
    stem = "base_model.model." + name.removesuffix(".weight")
    adapters[stem + ".lora_A.weight"] = root[:, None] * right[:rank]
    adapters[stem + ".lora_B.weight"] = left[:, :rank] * root
    lost.append((values[rank:] ** 2).sum() / (values**2).sum())
os.makedirs(out, exist_ok=True)
write(os.path.join(out, "adapter_model.safetensors"), adapters)
# alpha = r: the adapters are the difference itself. The base is found as a folder beside this one.
settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "base", "r": rank, "lora_alpha": rank, "lora_dropout": 0,
            "use_rslora": False, "bias": "none", "target_modules": TARGETS}
with open(os.path.join(out, "adapter_config.json"), "w") as file:
    json.dump(settings, file, indent=2, sort_keys=True)
    file.write("\n")
print(f"rank {rank} keeps {1 - sum(lost) / len(lost):.0%} of the squared difference")
