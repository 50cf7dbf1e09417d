"""Passages without headings for calf to write requests for: well_put.py learns from these what calf gets wrong.

usage: passages.py TEXT.jsonl OUT.jsonl

TEXT is text.jsonl of prepare.py. OUT receives answers by people and openings of other documents, 150 to 2,400 characters, about ten thousand.
"""
import collections, json, random, sys

from asking import openings

ANSWERS, MOST = 5000, {"openstax": 1500, "stackexchange": 700, "medquad": 500, "classic-books": 300, "freecodecamp-guide": 300}
OTHERS = 150  # of each further source
# Tasks are no texts, stories answer no request, and the manual of a programming language is too far from everything else.
LEFT_OUT = {"task", "text", "classic-fiction", "gutenberg", "rust-book"}

draw = random.Random(9)
by_source = collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    source, text = record["id"].split("/")[0], record["text"]
    if source in LEFT_OUT:
        continue
    if source == "answer":
        first, _, rest = text.partition("\n\n")
        if rest and len(first) < 200:  # what was asked stands above some answers
            text = rest
        if 150 <= len(text) <= 2400:
            by_source[source].append((record["id"], text))
        continue
    found = list(openings(text, record["id"]))
    draw.shuffle(found)
    by_source[source] += [(key, passage) for key, _, passage in found[:2]]
passages = []
for source, found in by_source.items():
    draw.shuffle(found)
    passages += found[: ANSWERS if source == "answer" else MOST.get(source, OTHERS)]
draw.shuffle(passages)
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for key, text in passages:
        out.write(json.dumps({"id": key, "text": text}, ensure_ascii=False) + "\n")
print(f"{len(passages)} passages", file=sys.stderr)
