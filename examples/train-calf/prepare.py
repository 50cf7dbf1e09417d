"""Shapes the raw text and pairs that calf is trained on; everything after this is humpback itself.

usage: prepare.py DATA OUT [--text-megabytes 100]

DATA holds text/*.jsonl.gz (documents with `title`, `text`, `kind`, and `question` where one is known) and seeds/dolly.jsonl.gz.
OUT receives text.jsonl (what `humpback pretrain` reads), pairs.jsonl and pairs-headed.jsonl (what `humpback finetune` reads as seed data: human pairs,
and those with section headings as requests among them), and held-out.jsonl (human pairs that no training sees). The choice of a record depends on a hash of its id alone, so a second run gives the same files.
"""
import argparse, glob, gzip, hashlib, json, os, re

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("out")
parser.add_argument("--text-megabytes", type=float, default=100)
options = parser.parse_args()
os.makedirs(options.out, exist_ok=True)


def share(key):
    """A number in [0, 1) that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) / 16**12


def documents(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# How much of each file is read: explanations whole, old books and formulaic government pages in part, fiction for fluency alone.
KEEP = {
    "books-fiction": 0.25, "books-nonfiction": 0.12, "books-gutenberg": 0.2, "digitalgov": 0.4, "world-factbook": 0.0,
    "18f-blog": 0.5, "openstax-university-physics": 0.5, "openstax-college-algebra": 0.3, "openstax-prealgebra": 0.3,
    "openstax-contemporary-mathematics": 0.5, "openstax-introductory-statistics": 0.5, "history-country-relations": 0.3,
}


def is_prose(text):
    letters = sum(c.isalpha() or c.isspace() for c in text)
    rows = text.count("\n|")
    return letters / max(1, len(text)) > 0.85 and rows < 12 and sum(ord(c) > 0x24F for c in text) / max(1, len(text)) < 0.02


QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "})

# A section's heading as a request: what a small model learns from it is to carry the rare words of a text over.
REQUESTS = [
    "What is {}?", "Explain {}.", "Tell me about {}.", "Can you explain {} to me?", "What should I know about {}?",
    "Describe {} in a few paragraphs.", "Give me a short overview of {}.",
]
UNTOLD = {"introduction", "summary", "overview", "conclusion", "references", "background"}


def headed(record):
    """The sections of a document whose heading's long words all stand in the text below it, as pairs."""
    parts = re.split(r"(?m)^#{1,4} (.+)$", record["text"])
    for heading, body in zip(map(str.strip, parts[1::2]), map(str.strip, parts[2::2])):
        words = [word for word in re.findall(r"[a-z]+", heading.lower()) if len(word) > 4]
        fits = len(heading.split()) <= 6 and 300 <= len(body) <= 1400 and not re.search(r"[\d:?|`*_\[\]]", heading)
        if not fits or not words or heading.lower() in UNTOLD or not all(word in body.lower() for word in words):
            continue
        key = record["id"] + heading
        if share("h" + key) < 0.5:
            named = heading if any(c.isupper() for c in "".join(heading.split()[1:])) else heading[0].lower() + heading[1:]
            request = REQUESTS[int(share("t" + key) * len(REQUESTS))].format(named)
            yield dict(id="heading/" + hashlib.sha256(key.encode()).hexdigest()[:12], instruction=request, output=body, kind="heading")


text, pairs, held = [], [], []
for path in sorted(glob.glob(os.path.join(options.data, "text", "*.jsonl.gz"))):
    name = os.path.basename(path).removesuffix(".jsonl.gz")
    for record in documents(path):
        body = record["text"].translate(QUOTES).strip()
        question = (record.get("question") or "").translate(QUOTES).strip()
        if question and name.startswith(("medquad", "stackexchange", "covid", "creativecommons")):
            asked = question.split("\n")[0].strip()
            # Templated questions teach their template: a third of MedQuAD is plenty.
            wanted = share("pair" + record["id"]) < (0.35 if name == "medquad" else 1.0)
            if wanted and 15 <= len(asked) <= 300 and 150 <= len(body) <= 2400:
                pairs.append(dict(id=record["id"], instruction=asked, output=body, kind=name))
        if share("text" + record["id"]) >= KEEP.get(name, 1.0) or not is_prose(body):
            continue
        title = (record.get("title") or "").translate(QUOTES).strip()
        opening = question or ("# " + title if title and not body.startswith("#") else "")
        text.append((share("order" + record["id"]), dict(id=record["id"], text=(opening + "\n\n" + body).strip())))

for number, record in enumerate(documents(os.path.join(options.data, "seeds", "dolly.jsonl.gz"))):
    key = hashlib.sha256((record["instruction"] + record["response"]).encode()).hexdigest()[:16]
    pair = dict(id="dolly/" + key, instruction=record["instruction"].translate(QUOTES).strip(), output=record["response"].translate(QUOTES).strip(), kind="dolly")
    if record["context"] or not (40 <= len(pair["output"]) <= 2400 and 8 <= len(pair["instruction"]) <= 400):
        continue
    if share("held" + key) < 0.12:
        held.append(pair)
    else:
        pairs.append(pair)

text.sort(key=lambda entry: entry[0])
written = 0
with open(os.path.join(options.out, "text.jsonl"), "w", encoding="utf-8") as out:
    for _, record in text:
        if written > options.text_megabytes * 1e6:
            break
        line = json.dumps(record, ensure_ascii=False)
        written += len(record["text"])
        out.write(line + "\n")
short = [p for p in pairs if 150 <= len(p["output"]) <= 1600 and (p["kind"] != "medquad" or share("m" + p["id"]) < 0.4)]
prose = ("classic", "gutenberg", "medquad", "stackexchange")
headings = [pair for _, record in text if not record["id"].startswith(prose) for pair in headed(record)]
for name, rows in (("pairs", pairs), ("pairs-headed", short + headings), ("held-out", held)):
    rows.sort(key=lambda pair: share("order" + pair["id"]))
    with open(os.path.join(options.out, name + ".jsonl"), "w", encoding="utf-8") as out:
        out.writelines(json.dumps(pair, ensure_ascii=False) + "\n" for pair in rows)
print(f"text {written / 1e6:.1f} MB, pairs {len(pairs)}, held out {len(held)}")
