"""Does choosing pay? One world of worlds.py: models of seeds alone, and of seeds with as many tokens of pairs chosen in different ways.

usage: arms.py WORLD --base MODEL [--humpback BIN] [--pool 1000] [--pairs 150] [--seeds 1 2 3] [--arms random score longest ...] [--jobs 2]

WORLD holds passages.jsonl, seeds.jsonl and held-out.jsonl. The backward model and M0 are trained on the seeds alone; the backward model
writes an instruction for --pool of the passages; `curate --keep-all` rates them (with --signals: all signals, at twice the time). An arm takes pairs in the order of what it is
named after until it has as many characters of output as --pairs pairs have in the mean: random (another choice for each seed), score,
longest, any signal of `curate`, sums of these after standardising (instruction_loss+forward_gain_a_word; a loss counts from below, as in
`curate --select`), -NAME from the other end, worst (that sum from the other end), all, or human (human.jsonl at random). Each arm is trained
once for each of --seeds, with the defaults of `finetune --lora-rank 16`, and measured by `evaluate`: held-out loss, and instruction gain
(the loss with other pairs' instructions less the loss with the own one). Models go when they are measured. What is done is not done again; table.py prints the results.
"""
import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import shutil
import subprocess

DEFAULT = "instruction_loss+forward_gain_a_word"
LOWER_IS_BETTER = {"instruction_loss", "forward_loss", "base_loss", "alone_loss"}
here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("world", type=pathlib.Path)
parser.add_argument("--base", required=True)
parser.add_argument("--humpback", default=str(here.parents[2] / ".build/release/humpback"))
parser.add_argument("--pool", type=int, default=1000)
parser.add_argument("--pairs", type=int, default=150)
parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
parser.add_argument("--arms", nargs="+", default=["random", "score", DEFAULT, "longest", "worst"])
parser.add_argument("--signals", action="store_true", help="let `curate` measure all signals")
parser.add_argument("--keep-models", action="store_true", help="leave the trained models for other measures (.4 GB each)")
parser.add_argument("--jobs", type=int, default=1, help="trainings at once, each with one thread where there are several")
parser.add_argument("--learning-rate", type=float)
options = parser.parse_args()
threads = []
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
             "--out", world / out, "--resume", "--quiet", *threads, *rate, *([pairs] if pairs else ["--seed-only"]))


def measured(name, model):
    """Evaluates a model once, and takes its merged weights away: the figures are what counts."""
    figures = world / "results" / f"{name}.json"
    figures.parent.mkdir(exist_ok=True)
    if not figures.exists():
        part = figures.with_suffix(".part")
        with part.open("w") as file:
            subprocess.run([options.humpback, "evaluate", "--role", "forward", "--json", *map(str, threads), "--model", str(model), str(world / "held-out.jsonl")], check=True, stdout=file)
        part.rename(figures)


def measure(name, pair):
    """What a pair is ranked by, more is better."""
    if name in ("score", "longest"):
        return pair["score"] if name == "score" else len(pair["output"])
    if "signals" in pair:
        return pair["signals"].get(name, 0) * (-1 if name in LOWER_IS_BETTER else 1)
    forward = pair["ratings"][-1]["gain_parts"]["forward"]
    few = {"instruction_loss": pair["instruction_log_prob"], "forward_gain": forward, "forward_gain_a_word": forward / max(1, len(pair["instruction"].split()))}
    return few[name]


def standardised(values):
    mean = sum(values) / len(values)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1
    return [(value - mean) / spread for value in values]


def order(arm, rated, seed):
    """The rated pairs in the order in which an arm takes them."""
    if arm in ("random", "human"):
        return sorted(read(world / "human.jsonl") if arm == "human" else rated, key=lambda pair: hashlib.sha256(f"{seed} {pair['id']}".encode()).digest())
    arm, sign = (DEFAULT, 1) if arm == "worst" else (arm.removeprefix("-"), 1 if arm.startswith("-") else -1)
    columns = [standardised([measure(name, pair) for pair in rated]) for name in arm.split("+")]
    sums = [sum(column) for column in zip(*columns)]
    return [rated[index] for index in sorted(range(len(rated)), key=lambda index: (sign * sums[index], rated[index]["id"]))]


def chosen(arm, rated, seed):
    """The pairs of an arm, in their order, until they have as many characters of output as --pairs pairs have in the mean."""
    budget, taken = options.pairs * sum(len(pair["output"]) for pair in rated) / len(rated), 0
    for pair in rated if arm == "all" else order(arm, rated, seed):
        if taken < budget or arm == "all":
            taken += len(pair["output"])
            yield pair | {"selected": True}


def run(arm, seed):
    """Trains and measures one arm with one seed, where that is not done."""
    name = f"{arm}-{options.pairs}-{seed}{suffix}" if arm != "seeds" else f"seeds-{seed}{suffix}"
    if (world / "results" / f"{name}.json").exists():
        return
    if arm == "seeds":
        model, pairs = f"m0-{seed}{suffix}", None
    else:
        model, pairs = name, world / f"{name}.jsonl"
        write(pairs, list(chosen(arm, rated, seed)))
    train(model, "forward", pairs, seed)
    measured(name, world / model)
    if model != "m0-1" and not options.keep_models:
        shutil.rmtree(world / model)
    print(name, flush=True)


train("backward", "backward", None, 1)
train("m0-1", "forward", None, 1)
if not (world / "pairs.jsonl").exists():
    humpback("augment", "--model", world / "backward", "--sample", options.pool, "-o", world / "pairs.jsonl", "--resume", world / "passages.jsonl")
if not (world / "rated.jsonl").exists():
    signals = ["--signals", "--base", options.base, "--seed-data", world / "seeds.jsonl"] if options.signals else []
    humpback("curate", "--judge", "none", "--backward", world / "backward", "--forward", world / "m0-1", *signals, "--keep-all", "-o", world / "rated.jsonl", "--resume", world / "pairs.jsonl")
rated = read(world / "rated.jsonl")
suffix = "" if options.learning_rate is None else f"-lr{options.learning_rate:g}"
threads = ["--threads", 1] if options.jobs > 1 else []
measured("base", options.base)
with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
    for done in [pool.submit(run, arm, seed) for seed in options.seeds for arm in ["seeds", *options.arms]]:
        done.result()
