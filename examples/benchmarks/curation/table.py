"""The table of arms.py: loss and instruction gain of each arm, and its difference from the random arm and from the seeds.

usage: table.py WORLD [--against random] [--half first|second|both]

Differences are paired: for each held-out pair the mean over the seeds that both arms have, then mean and 95 % interval over the pairs (Student's t;
for the instruction gain as for the loss). --half takes one half of the held-out pairs, by a hash of their ids: a selector is chosen on the first half
and reported on the second. Loss: nats a token of the answer, over all tokens. Instruction gain: nats a token, the mean over pairs.
"""
import argparse
import collections
import hashlib
import json
import math
import pathlib

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("world", type=pathlib.Path)
parser.add_argument("--against", default="random")
parser.add_argument("--half", choices=["first", "second", "both"], default="both")
options = parser.parse_args()


def half(name):
    return "first" if hashlib.sha256(f"half {name}".encode()).digest()[0] % 2 == 0 else "second"


def figures(path):
    model = json.loads(path.read_text())["models"][0]
    return {
        pair["id"]: (pair["nats"], pair["tokens"], pair["instruction_gain"])
        for pair in model["per_pair"]
        if options.half in ("both", half(pair["id"]))
    }


arms = collections.defaultdict(dict)  # (arm with its number of pairs and its rate): {seed: {pair: figures}}
for path in sorted((options.world / "results").glob("*.json")):
    if path.stem == "base":
        arms["base"] = {seed: figures(path) for seed in "123456789"}
        continue
    name, _, rate = path.stem.partition("-lr")
    arm, _, seed = name.rpartition("-")
    arms[arm + (f" lr {rate}" if rate else "")][seed] = figures(path)


def mean(values):
    return sum(values) / len(values)


def difference(one, other, index):
    """The paired difference of two arms with half the width of its interval."""
    seeds = sorted(set(one) & set(other))
    pairs = sorted(set.intersection(*(set(one[seed]) for seed in seeds), *(set(other[seed]) for seed in seeds)))
    tokens = mean([one[seeds[0]][pair][1] for pair in pairs])

    def value(figures):
        # A pair's share of the loss over all tokens, so that the differences add up to the difference of the losses.
        return figures[0] / tokens if index == 0 else figures[2]

    changes = [mean([value(one[seed][pair]) - value(other[seed][pair]) for seed in seeds]) for pair in pairs]
    middle = mean(changes)
    spread = math.sqrt(sum((change - middle) ** 2 for change in changes) / (len(changes) - 1) / len(changes))
    return middle, 1.97 * spread


rows = []
for arm, runs in arms.items():
    losses = [sum(pair[0] for pair in run.values()) / sum(pair[1] for pair in run.values()) for run in runs.values()]
    gains = [mean([pair[2] for pair in run.values()]) for run in runs.values()]
    rows.append((mean(losses), arm, len(runs) if arm != "base" else 1, mean(gains)))
print(f"{options.world.name}, {len(next(iter(arms['base'].values())))} held-out pairs ({options.half} of the halves)" if arms["base"] else options.world.name)
print(f"{'arm':44} {'seeds':>5} {'loss':>7} {'gain':>6}   {'loss against ' + options.against:>24}   {'gain against ' + options.against:>24}")
for loss, arm, seeds, gain in sorted(rows):
    peer = next((name for name in arms if name.startswith(options.against + "-") and name.split("-")[-1] == arm.split("-")[-1]), None)
    peer = peer or next((name for name in arms if name.startswith(options.against)), None)
    cells = ["", ""]
    if peer and peer != arm:
        cells = [f"{middle:+.4f} ± {wide:.4f}{'' if abs(middle) < wide else ' *'}" for middle, wide in (difference(arms[arm], arms[peer], index) for index in (0, 1))]
    print(f"{arm:44} {seeds:>5} {loss:7.4f} {gain:6.3f}   {cells[0]:>24}   {cells[1]:>24}")
