"""Near-duplicates among 50,000 documents of about 80 words: humpback and datasketch, with the planted ones found and the peak of memory.

usage: dedup_speed.py BIN TEXT [--threads 2]     (TEXT is a folder with *.jsonl.gz, a field `text` a record)
Needs datasketch and numpy. 40,000 documents are cut from the texts; 10,000 are copies of some of them with a share of words replaced, so that
their five-word runs have Jaccard indices between about .4 and 1. Humpback is timed as a process, reading, JSON and its two readings of the
input included; of datasketch the making of runs, hashes and the index.
"""
import argparse, glob, gzip, json, os, random, re, subprocess, sys, tempfile, time

CHILD = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def runs(text):
    found = re.findall(r"\w+", text.lower())
    return {" ".join(found[i : i + 5]) for i in range(max(1, len(found) - 4))}


def make(path, folder):
    generator, originals = random.Random(1), []
    texts = []
    for file in sorted(glob.glob(f"{folder}/*.jsonl.gz")):
        for number, line in enumerate(gzip.open(file, "rt")):
            if number == 3000:
                break
            found = json.loads(line)["text"].split()
            texts += [found[i : i + 80] for i in range(0, len(found) - 79, 80)][:8]
    generator.shuffle(texts)
    seen = set()
    for words in texts:
        if " ".join(words) not in seen:
            seen.add(" ".join(words))
            originals.append(words)
    originals = originals[:40000]
    vocabulary = [word for words in originals[:2000] for word in words]
    documents = [dict(id=f"o{n}", text=" ".join(words)) for n, words in enumerate(originals)]
    for copy in range(10000):
        source = generator.randrange(len(originals))
        words = list(originals[source])
        for _ in range(generator.choice([0, 1, 1, 2, 2, 3, 4, 6])):
            words[generator.randrange(len(words))] = generator.choice(vocabulary)
        documents.append(dict(id=f"c{copy}", text=" ".join(words), of=f"o{source}"))
    with open(path, "w") as file:
        for document in documents:
            file.write(json.dumps(document) + "\n")


def peer(path):
    import resource
    from datasketch import MinHash, MinHashLSH

    documents = [json.loads(line) for line in open(path)]
    start = time.perf_counter()
    pattern, grams = re.compile(r"\w+"), []
    for document in documents:
        found = pattern.findall(document["text"].lower())
        grams.append([" ".join(found[i : i + 5]).encode() for i in range(max(1, len(found) - 4))])
    hashes = list(MinHash.generator(grams, num_perm=112))
    index, kept = MinHashLSH(params=(14, 8), num_perm=112), set()
    for document, one in zip(documents, hashes):
        if not index.query(one):
            index.insert(document["id"], one)
            kept.add(document["id"])
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    json.dump(sorted(kept), open(path + ".kept", "w"))


def recall(path, kept):
    """Of the planted copies by how like their original they are: the share that is gone, where the original is there or gone too."""
    documents = {d["id"]: d for d in map(json.loads, open(path))}
    found = {}
    for document in documents.values():
        if "of" in document:
            one, other = runs(document["text"]), runs(documents[document["of"]]["text"])
            likeness = len(one & other) / len(one | other)
            step = min(9, int(likeness * 10))
            found.setdefault(step, []).append(document["id"] not in kept)
    return " ".join(f".{step}-{'1.0' if step == 9 else '.' + str(step + 1)}: {sum(hits) / len(hits):.3f} of {len(hits)}" for step, hits in sorted(found.items()) if step >= 5)


if len(sys.argv) > 1 and sys.argv[1] == "--peer":
    peer(sys.argv[2])
    sys.exit()
parser = argparse.ArgumentParser()
parser.add_argument("bin")
parser.add_argument("text")
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()
with tempfile.TemporaryDirectory() as folder:
    path, output = f"{folder}/documents.jsonl", f"{folder}/out.jsonl"
    make(path, options.text)
    command = [options.bin, "ingest", path, "--preset", "none", "--near-duplicates", "--personal-data", "keep", "--language-detector", "built-in",
               "--max-chars", "100000", "--threads", str(options.threads), "--quiet", "--force", "-o", output]
    rows = []
    for round in range(2):
        seconds, memory = map(float, subprocess.run([sys.executable, "-c", CHILD, *command], capture_output=True, text=True, check=True).stdout.split())
        kept = {json.loads(line).get("source_id") for line in open(output)}
        rows.append((seconds, memory, f"humpback, {options.threads} threads", kept))
    seconds, memory = map(float, subprocess.run([sys.executable, __file__, "--peer", path], capture_output=True, text=True, check=True).stdout.split())
    rows.append((seconds, memory, "datasketch, one thread", set(json.load(open(path + ".kept")))))
    for seconds, memory, name, kept in rows:
        print(f"| {name} | {50000 / seconds:.0f} documents/s | {memory:.0f} MiB | kept {len(kept)} | planted ones gone at likeness {recall(path, kept)} |")
