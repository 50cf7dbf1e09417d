"""The pairs that the role adapters under models/ are trained on, and those they are measured with.

usage: seeds.py DATA FOLDER [--backward 2000] [--forward 1000]      DATA: the folder with seeds/dolly.jsonl.gz and text/

Dolly's rows without context whose answer has 150 to 2,400 characters, in the order of a hash of their text: what
examples/benchmarks/dolly_split.py holds out is left out, by the same hash. The backward model learns from two kinds of sections as
well, so that it knows what to make of a page's title and a section's heading: sections whose own heading is a whole question, told with
the page's title, and answers about an illness (MedQuAD), told with its name as the title and "Symptoms", "Treatment" ... as the heading.
"""
import argparse
import gzip
import hashlib
import json
import pathlib
import re

parser = argparse.ArgumentParser()
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--backward", type=int, default=2000)
parser.add_argument("--forward", type=int, default=1000)
parser.add_argument("--held-out", type=int, default=100)
arguments = parser.parse_args()


def key(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def dolly():
    """Pairs in the order of their hashes, and the hashes of those that dolly_split.py holds out."""
    pairs, short = {}, []
    for row in rows(arguments.data / "seeds/dolly.jsonl.gz"):
        instruction, output = row["instruction"].strip(), row["response"].strip()
        if row["context"].strip() or not instruction:
            continue
        own = key(instruction, output)
        if 100 <= len(output) <= 700:
            short.append(own)
        if 150 <= len(output) <= 2400:
            pairs[own] = {"instruction": instruction, "output": output}
    held = set(sorted(set(short))[:480])
    return [pairs[own] for own in sorted(pairs) if own not in held]


ASKING = {"what", "how", "why", "when", "where", "who", "which", "can", "do", "does", "is", "are", "should"}
POINTING = {"this", "that", "these", "those", "we", "you", "it", "they", "here", "our", "us", "go", "so", "exactly", "i", "next", "more", "your"}
PAGES = ["va-benefits", "digitalgov", "plainlanguage", "opensource-guide", "18f-guides", "uk-service-manual", "openstax-*"]


def questions():
    """Sections whose heading is a question that stands by itself."""
    found = []
    for pattern in PAGES:
        for path in sorted((arguments.data / "text").glob(pattern + ".jsonl.gz")):
            for row in rows(path):
                parts = re.split(r"(?m)^#+ (.+)$", row["text"])
                for heading, body in zip(parts[1::2], parts[2::2]):
                    heading = re.sub(r"^Q: *", "", heading.strip())
                    body = re.sub(r"^A: *", "", body.strip())
                    words = re.findall(r"[a-z]+", heading.lower())
                    if not heading.endswith("?") or len(words) < 6 or words[0] not in ASKING or POINTING & set(words):
                        continue
                    if 200 <= len(body) <= 2400 and heading != row["title"]:
                        found.append({"instruction": heading, "output": body, "title": row["title"]})
    return sorted(found, key=lambda row: key(row["instruction"], row["output"]))


SECTIONS = {
    "What are the symptoms of ": "Symptoms", "What are the treatments for ": "Treatment", "What causes ": "Causes",
    "Who is at risk for ": "Risk factors", "What is the outlook for ": "Outlook", "What are the complications of ": "Complications",
}


def illnesses():
    """Answers about an illness, as sections of a page about it: the same number of each kind."""
    found = {heading: [] for heading in SECTIONS.values()}
    for row in rows(arguments.data / "text/medquad.jsonl.gz"):
        for beginning, heading in SECTIONS.items():
            if row["question"].rstrip("?") == beginning + row["title"] and 200 <= len(row["text"]) <= 2400:
                question = beginning + row["title"] + "?"
                found[heading].append({"instruction": question, "output": row["text"], "title": row["title"], "heading": [heading]})
    for heading in found:
        found[heading] = sorted(found[heading], key=lambda row: key(row["instruction"], row["output"]))
    return [row for heading in found for row in found[heading][:20]]


def write(name, part):
    with open(arguments.folder / name, "w", encoding="utf-8") as file:
        for row in part:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(name, len(part))


arguments.folder.mkdir(parents=True, exist_ok=True)
pairs, headed = dolly(), questions()[:180] + illnesses()
held = pairs[: arguments.held_out]
write("held.jsonl", held)
write("backward.jsonl", pairs[arguments.held_out :][: arguments.backward] + headed)
write("forward.jsonl", pairs[arguments.held_out :][: arguments.forward])
