"""The parts of Dolly that the measurements of fine-tuning use, each row's part decided by a hash of its text.

usage: dolly_split.py dolly.jsonl.gz FOLDER [--least 100] [--most 700]

Rows without context whose answer has 100 to 700 characters, in the order of their hashes: 100 pairs held out and 300 passages with the
human instruction beside them (both for what is reported), 80 pairs held out and 300 to train on for the choice of defaults, then 400 and
2,000 to train on for what is reported (the 400 are the first of the 2,000). No part shares a row with another of these.
"""
import argparse
import gzip
import hashlib
import json
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("dolly")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--least", type=int, default=100)
parser.add_argument("--most", type=int, default=700)
arguments = parser.parse_args()

rows = {}
with gzip.open(arguments.dolly, "rt", encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        instruction, output = row["instruction"].strip(), row["response"].strip()
        if not row["context"].strip() and arguments.least <= len(output) <= arguments.most and instruction:
            key = hashlib.sha256(f"{instruction}\0{output}".encode()).hexdigest()
            rows[key] = {"instruction": instruction, "output": output}
order = [rows[key] for key in sorted(rows)]


def write(name, part):
    with open(arguments.folder / name, "w", encoding="utf-8") as file:
        for row in part:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


arguments.folder.mkdir(parents=True, exist_ok=True)
write("held-100.jsonl", order[:100])
write("passages-300.jsonl", [{"text": row["output"], "human": row["instruction"]} for row in order[100:400]])
write("tune-held-80.jsonl", order[400:480])
write("tune-300.jsonl", order[480:780])
write("train-400.jsonl", order[780:1180])
write("train-2000.jsonl", order[780:2780])
print(len(order), "rows")
