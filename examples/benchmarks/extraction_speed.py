"""Main-text extraction, pages and megabytes a second on one thread: humpback, trafilatura and resiliparse on the same pages in turn.

usage: extraction_speed.py BIN FOLDER_OF_HTML [--rounds 3]     (FOLDER holds .html or .html.gz at any depth)
Needs trafilatura and resiliparse. A round runs each once; the best round counts. Humpback is timed as a process, its start, reading of the
files and JSON included; the others only their calls.
"""
import argparse, glob, gzip, os, subprocess, sys, tempfile, time
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from trafilatura import extract

parser = argparse.ArgumentParser()
parser.add_argument("bin")
parser.add_argument("folder")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
files = sorted(glob.glob(f"{options.folder}/**/*.html*", recursive=True))
pages = [gzip.open(f).read() if f.endswith(".gz") else open(f, "rb").read() for f in files]
size = sum(map(len, pages)) / 1e6


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    for number, page in enumerate(pages):
        open(f"{folder}/{number:06}.html", "wb").write(page)
    threads = ["--threads", str(options.threads)]
    runs = {
        "humpback, whole pages": lambda: subprocess.run(
            [options.bin, "ingest", "--whole-page", "--ignore-opt-out", "--quiet", *threads, folder], stdout=subprocess.DEVNULL),
        "humpback, fineweb filters and near-duplicates": lambda: subprocess.run(
            [options.bin, "ingest", "--preset", "fineweb", "--near-duplicates", "--quiet", *threads, folder], stdout=subprocess.DEVNULL),
        "resiliparse": lambda: [extract_plain_text(bytes_to_str(p, detect_encoding(p)), main_content=True) for p in pages],
        "trafilatura": lambda: [extract(p) for p in pages],
    }
    best = {name: float("inf") for name in runs}
    for _ in range(options.rounds):
        for name, call in runs.items():
            best[name] = min(best[name], timed(call))
print(f"{len(pages)} pages, {size:.1f} MB")
for name, seconds in best.items():
    print(f"| {name} | {len(pages) / seconds:.0f} pages/s | {size / seconds:.1f} MB/s |")
