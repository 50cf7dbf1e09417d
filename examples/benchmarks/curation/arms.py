"""Does choosing pay? One world of worlds.py: models of seeds alone, and of seeds with as many tokens of pairs chosen in different ways.

usage: arms.py WORLD --base MODEL [--humpback BIN] [--pool 1000] [--pairs 150] [--seeds 1 2 3] [--arms random score longest ...]

WORLD holds passages.jsonl, seeds.jsonl and held-out.jsonl. The backward model and M0 are trained on the seeds alone; the backward model
writes an instruction for --pool of the passages; `curate --keep-all` rates them. An arm takes pairs in the order of what it is
named after until it has as many characters of output as --pairs pairs have in the mean: random (another choice for each seed), score,
longest, likelihood (of the instruction, a token), forward_gain_a_word, sums of these after standardising (likelihood+forward_gain_a_word),
-NAME from below, worst (that sum from below), or human (human.jsonl at random). Each arm is trained
once for each of --seeds, with the defaults of `finetune --lora-rank 16`, and measured by `evaluate`: held-out loss, and instruction gain
(the loss with other pairs' instructions less the loss with the own one). What is done is not done again; table.py prints the results.
"""
import argparse
import hashlib
import json
import pathlib
import shutil
import subprocess

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("world", type=pathlib.Path)
parser.add_argument("--base", required=True)
parser.add_argument("--humpback", default=str(here.parents[2] / ".build/release/humpback"))
parser.add_argument("--pool", type=int, default=1000)
parser.add_argument("--pairs", type=int, default=150)
parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
parser.add_argument("--arms", nargs="+", default=["random", "score", "likelihood+forward_gain_a_word", "longest", "worst"])
parser.add_argument("--learning-rate", type=float)
options = parser.parse_args()
world = options.world


def humpback(*arguments):
    subprocess.run([options.humpback, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path, records):
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    part.rename(path)


def train(out, role, pairs, seed):
    if (world / out).exists():
        return
    rate = ["--learning-rate", options.learning_rate] if options.learning_rate else []
    humpback("finetune", "--role", role, "--base", options.base, "--lora-rank", 16, "--seed-data", world / "seeds.jsonl", "--seed", seed,
             "--out", world / out, "--resume", "--quiet", *rate, *([pairs] if pairs else ["--seed-only"]))


def measured(name, model):
    """Evaluates a model once, and takes its merged weights away: the figures are what counts."""
    figures = world / "results" / f"{name}.json"
    figures.parent.mkdir(exist_ok=True)
    if not figures.exists():
        part = figures.with_suffix(".part")
        with part.open("w") as file:
            subprocess.run([options.humpback, "evaluate", "--role", "forward", "--json", "--model", str(model), str(world / "held-out.jsonl")], check=True, stdout=file)
        part.rename(figures)


def words(pair):
    return max(1, len(pair["instruction"].split()))


def forward_gain(pair):
    return pair["ratings"][-1]["gain_parts"]["forward"]


# What an arm may be named after beside a signal's name.
MEASURES = {
    "score": lambda pair: pair["score"],
    "longest": lambda pair: len(pair["output"]),
    "likelihood": lambda pair: pair["instruction_log_prob"],
    "forward_gain_a_word": lambda pair: forward_gain(pair) / words(pair),
}


def standardised(values):
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1
    return [(value - mean) / spread for value in values]


def order(arm, rated, seed):
    """The rated pairs in the order in which an arm takes them."""
    if arm in ("random", "human"):
        return sorted(read(world / "human.jsonl") if arm == "human" else rated, key=lambda pair: hashlib.sha256(f"{seed} {pair['id']}".encode()).digest())
    arm, sign = ("likelihood+forward_gain_a_word", 1) if arm == "worst" else (arm.removeprefix("-"), 1 if arm.startswith("-") else -1)
    columns = [
        standardised([MEASURES[name](pair) if name in MEASURES else pair["signals"].get(name, 0) for pair in rated]) for name in arm.split("+")
    ]
    sums = [sum(column) for column in zip(*columns)]
    return [rated[index] for index in sorted(range(len(rated)), key=lambda index: (sign * sums[index], rated[index]["id"]))]


train("backward", "backward", None, 1)
train("m0-1", "forward", None, 1)
if not (world / "pairs.jsonl").exists():
    humpback("augment", "--model", world / "backward", "--sample", options.pool, "-o", world / "pairs.jsonl", "--resume", world / "passages.jsonl")
if not (world / "rated.jsonl").exists():
    humpback("curate", "--judge", "none", "--backward", world / "backward", "--forward", world / "m0-1", "--keep-all",
             "-o", world / "rated.jsonl", "--resume", world / "pairs.jsonl")
rated = read(world / "rated.jsonl")
budget = options.pairs * sum(len(pair["output"]) for pair in rated) / len(rated)
suffix = "" if options.learning_rate is None else f"-lr{options.learning_rate:g}"
measured("base", options.base)
for seed in options.seeds:
    train(f"m0-{seed}{suffix}", "forward", None, seed)
    measured(f"seeds-{seed}{suffix}", world / f"m0-{seed}{suffix}")
    for arm in options.arms:
        name, chosen, taken = f"{arm}-{options.pairs}-{seed}{suffix}", [], 0
        if (world / "results" / f"{name}.json").exists():
            continue
        for pair in order(arm, rated, seed):
            if taken < budget:
                chosen.append(pair | {"selected": True})
                taken += len(pair["output"])
        write(world / f"{name}.jsonl", chosen)
        train(name, "forward", world / f"{name}.jsonl", seed)
        measured(name, world / name)
        shutil.rmtree(world / name)
        print(name, len(chosen), "pairs", flush=True)
