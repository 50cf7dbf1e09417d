"""Three worlds in which to ask whether choosing pays: passages to choose from, seeds to start with, human pairs to measure on.

usage: worlds.py DATA FOLDER [--humpback BIN]        DATA: the folder with pages/ and seeds/

general     pages of the web, cleaned by defaults; 400 Dolly pairs as seeds, 400 others held out
dirty       the same pages, all the text that a browser would show (menus, prices, comments), no filter; the same pairs
documents   answers of the beer and coffee forums; 100 Dolly pairs as seeds; held out: answers of other threads with their human titles

Each folder receives passages.jsonl, seeds.jsonl, held-out.jsonl; documents has human.jsonl as well, the passages with their human titles as
instructions. Every choice is by a hash of the text, so that another go makes the same files.
"""
import argparse
import gzip
import hashlib
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

here = pathlib.Path(__file__).resolve().parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--humpback", default=str(here.parents[2] / ".build/release/humpback"))
options = parser.parse_args()
PAGES = ["wcxb/html", "trafilatura", "article-extraction-benchmark/html", "readability"]


def key(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def write(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Visible(html.parser.HTMLParser):
    """All text of a page but scripts and styles, a line a block."""

    hidden = {"script", "style", "noscript", "template", "svg", "head"}
    inline = {"a", "b", "i", "em", "strong", "span", "code", "sup", "sub", "small", "mark", "u", "abbr", "font"}

    def __init__(self):
        super().__init__()
        self.depth, self.parts = 0, []

    def handle_starttag(self, tag, attributes):
        self.depth += tag in self.hidden
        if tag not in self.inline:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.depth = max(0, self.depth - (tag in self.hidden))
        if tag not in self.inline:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.depth:
            self.parts.append(data)

    def text(self):
        lines = (" ".join(line.split()) for line in "".join(self.parts).split("\n"))
        return "\n\n".join(line for line in lines if line)


def pages():
    for place in PAGES:
        for path in sorted((options.data / "pages" / place).rglob("*")):
            if path.name.endswith((".html", ".htm", ".html.gz")) and "expected" not in path.name:
                bytes = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                page = Visible()
                page.feed(bytes.decode("utf-8", "replace"))
                yield {"text": page.text(), "url": f"file:{path.relative_to(options.data)}"}


def ingest(out, *arguments):
    subprocess.run([options.humpback, "ingest", *map(str, arguments), "--language", "en", "-o", str(out), "--force", "--quiet"], check=True)


def threads():
    """Questions with their best answer, of the two forums: (thread, title, answer in plain text)."""
    for site in ["beer", "coffee"]:
        rows = []
        with gzip.open(options.data / f"seeds/stackexchange/{site}.Posts.xml.gz") as file:
            for _, row in xml.etree.ElementTree.iterparse(file):
                if row.tag == "row":
                    rows.append(dict(row.attrib))
                    row.clear()
        titles = {row["Id"]: row["Title"] for row in rows if row.get("PostTypeId") == "1"}
        answers = {}
        for row in rows:
            thread = row.get("ParentId")
            if row.get("PostTypeId") == "2" and thread in titles and int(row["Score"]) >= 1:
                if thread not in answers or int(row["Score"]) > int(answers[thread]["Score"]):
                    answers[thread] = row
        for thread, row in answers.items():
            page = Visible()
            page.feed(row["Body"])
            text = page.text()
            if 150 <= len(text) <= 2400:
                yield f"{site}/{thread}", titles[thread], text


subprocess.run([sys.executable, str(here.parent / "dolly_split.py"), str(options.data / "seeds/dolly.jsonl.gz"), str(options.folder / "dolly")], check=True)
dolly = {name: read(options.folder / "dolly" / f"{name}.jsonl") for name in ["train-400", "held-100", "passages-300"]}
held = dolly["held-100"] + [{"instruction": row["human"], "output": row.get("output") or row["text"]} for row in dolly["passages-300"]]
for world in ["general", "dirty"]:
    write(options.folder / world / "seeds.jsonl", dolly["train-400"])
    write(options.folder / world / "held-out.jsonl", held)
ingest(options.folder / "general/passages.jsonl", *(options.data / "pages" / place for place in PAGES))
write(options.folder / "dirty/pages.jsonl", pages())
ingest(options.folder / "dirty/passages.jsonl", options.folder / "dirty/pages.jsonl", "--preset", "none", "--no-dedup")

forum = sorted(threads(), key=lambda row: key(row[0]))
write(options.folder / "documents/seeds.jsonl", dolly["train-400"][:100])
write(options.folder / "documents/held-out.jsonl", [{"instruction": title, "output": text} for _, title, text in forum[:200]])
human = [{"id": key(thread), "url": f"https://{thread}", "instruction": title, "output": text} for thread, title, text in forum[200:]]
write(options.folder / "documents/human.jsonl", human)
write(options.folder / "documents/passages.jsonl", [{"id": row["id"], "url": row["url"], "text": row["output"]} for row in human])
for world in ["general", "dirty", "documents"]:
    print(world, len(read(options.folder / world / "passages.jsonl")), "passages", len(read(options.folder / world / "held-out.jsonl")), "held out")
