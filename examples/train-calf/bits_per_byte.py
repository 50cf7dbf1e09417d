"""Bits a byte of a model on passages, beside what gzip, bzip2 and xz make of the same passages, each alone and all in one.

usage: bits_per_byte.py MODEL PASSAGES.jsonl [--humpback PATH] [--characters 1500] [--limit 200]

PASSAGES has `text`. A passage is cut at --characters, so that it fits the context the model was trained on; a line break stands before it, since a text may want a beginning.
"""
import argparse, bz2, gzip, json, lzma, math, subprocess, sys

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("passages")
parser.add_argument("--humpback", default="humpback")
parser.add_argument("--characters", type=int, default=1500)
parser.add_argument("--limit", type=int, default=200)
options = parser.parse_args()

texts = []
with open(options.passages, encoding="utf-8") as lines:
    for line in lines:
        text = json.loads(line)["text"][: options.characters].strip()
        if len(text) >= 400 and len(texts) < options.limit:
            texts.append(text)
if not texts:
    sys.exit(f"{options.passages}: no passage of 400 characters or more")
asked = "".join(json.dumps({"id": str(number), "prompt": "\n", "continuation": text}) + "\n" for number, text in enumerate(texts))
told = subprocess.run([options.humpback, "loglik", "--model", options.model, "--no-template", "--precision", "float32", "--max-broken", "0.2", "--quiet"],
                      input=asked, capture_output=True, text=True, check=True).stdout
rows = [json.loads(line) for line in told.splitlines()]
# A passage in another script can be longer than the context, and is left out of everything.
texts = [texts[int(row["id"])] for row in rows]
size = sum(len(text.encode()) for text in texts)
print(f"{len(texts)} passages, {size} bytes")
print(f"model  {-sum(row['log_prob'] for row in rows) / math.log(2) / size:.3f} bits a byte")
for name, pack in (("gzip", lambda b: gzip.compress(b, 9)), ("bzip2", lambda b: bz2.compress(b, 9)), ("xz", lambda b: lzma.compress(b, preset=9 | lzma.PRESET_EXTREME))):
    alone = sum(len(pack(text.encode())) for text in texts) * 8 / size
    whole = len(pack("\n\n".join(texts).encode())) * 8 / size
    print(f"{name:6} {alone:.3f} alone, {whole:.3f} all in one")
