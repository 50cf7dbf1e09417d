"""Do other trainers learn what finetune learns? `humpback export --trainer` against `humpback finetune`, on the same rows.

    other_trainers.py HUMPBACK BASE SEED CURATED [--trl PYTHON] [--llama-factory PYTHON]

PYTHON is an interpreter that has the trainer. Of each trainer that is there: the tokens and labels of all rows are compared with
`humpback show-mask`, two steps are taken on the processor in float32 with all rows in a batch, the first losses are compared (they may
differ by .001), and what came out is opened by `humpback loglik`. A trainer that is not there is skipped, and said to be.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PACKAGES = {"trl": "trl", "llama-factory": "llamafactory"}


def run(words, **more):
    ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\nstatus {ended.returncode}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}")
    return ended.stdout


def lines(file):
    return [json.loads(line) for line in open(file)]


def first_loss(folder):
    """The first loss that a trainer has written down."""
    for name, key in (("losses.json", None), ("trainer_state.json", "log_history")):
        path = folder / name
        if path.exists():
            log = json.loads(path.read_text())
            return next(entry["loss"] for entry in (log[key] if key else log) if "loss" in entry)
    sys.exit(f"{folder} holds no log of losses")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("humpback", "base", "seed", "curated"):
        words.add_argument(name)
    for name in PACKAGES:
        words.add_argument("--" + name, metavar="PYTHON")
    given = words.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        masks = [json.loads(line) for file in (given.seed, given.curated) for line in
                 run([given.humpback, "show-mask", "--base", given.base, "--json", "--limit", 1_000_000, file]).splitlines()]
        common = ["--base", given.base, "--seed-data", given.seed, given.curated, "--steps", 2, "--batch", len(masks), "-q"]
        run([given.humpback, "finetune", *common, "--out", place / "ours"])
        ours = lines(place / "ours" / "metrics.jsonl")[0]["loss"]
        print(f"finetune: first loss {ours:.6f}, {len(masks)} rows")
        for trainer, package in PACKAGES.items():
            python = getattr(given, trainer.replace("-", "_"))
            if not python or subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode != 0:
                print(f"SKIPPED {trainer}: no interpreter that has {package} (--{trainer} PYTHON)")
                continue
            job, out = place / trainer, place / (trainer + "-model")
            run([given.humpback, "export", "--trainer", trainer, *common, "--out", job])
            rows = lines(job / "train.jsonl")
            wanted = [(m["tokens"], [t if l else -100 for t, l in zip(m["tokens"], m["loss"])]) for m in masks]
            same = [(row["input_ids"], row["labels"]) for row in rows] == wanted
            environment = {**os.environ, "PYTHON": python, "CUDA_VISIBLE_DEVICES": "", "DISABLE_VERSION_CHECK": "1",
                           "MORE": "bf16=false use_cpu=true" if trainer == "llama-factory" else ""}
            run(["sh", job / "train.sh", given.base, out], env=environment)
            theirs = first_loss(out)
            notes = json.loads((out / "humpback.json").read_text())
            question = '{"prompt": "The sea", "continuation": " is wide."}\n'
            made = json.loads(run([given.humpback, "loglik", "--model", out, "-q"], input=question))
            good = same and abs(theirs - ours) <= 0.001 and made["log_prob"] < 0
            failures += not good
            print(f"{trainer}: rows and labels {'equal' if same else 'DIFFER'}, first loss {theirs:.6f}, "
                  f"difference {abs(theirs - ours):.6f}, trained by {notes['trained_by']}, loglik {made['log_prob']:.3f}"
                  f"{'' if good else '  NOT EQUAL'}")
    sys.exit(1 if failures else 0)


main()
