"""Main-text extraction on marked pages: humpback, trafilatura, resiliparse, readability and jusText on the same pages in one run.

usage: extraction_quality.py BIN PAGES [--only NAME]     (PAGES as examples/train-extractor/train_extractor.py takes them)
Needs trafilatura, resiliparse, readability-lxml, justext and numpy. The forest in BIN was trained on these pages: what it is worth on others is
what `train_extractor.py --validate` says; the peers' numbers stand beside both. Pages that ask not to be used are taken all the same.

Article benchmark: multiset runs of four words, F1 of mean precision and mean recall. wcxb: F1 over words, mean of pages. trafilatura's set: F1
over strings that must and must not appear, German pages (by their commonest words) apart.
"""
import argparse, collections, gzip, json, os, re, subprocess, sys, tempfile
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../train-extractor"))
from train_extractor import SETS, f1, fold, shingle_scores, truths

parser = argparse.ArgumentParser()
parser.add_argument("bin")
parser.add_argument("pages")
parser.add_argument("--only")
options = parser.parse_args()
GERMAN = {"der", "die", "und", "das", "ist", "nicht", "mit", "von", "für", "den"}


def files():
    found = {}
    for name in SETS:
        folder = f"{options.pages}/{name}/html"
        for file in sorted(os.listdir(folder)):
            found[name, re.sub(r"\.html?(\.gz)?$", "", file)] = f"{folder}/{file}"
    return found


def data(file):
    return gzip.open(file).read() if file.endswith(".gz") else open(file, "rb").read()


def humpback(pages):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (key, file) in enumerate(pages.items()):
            open(f"{folder}/{number:06}.html", "wb").write(data(file))
            names[f"{number:06}"] = key
        command = [options.bin, "ingest", "--whole-page", "--ignore-opt-out", "--personal-data", "keep", "--quiet", folder]
        for line in subprocess.run(command, capture_output=True).stdout.decode().splitlines():
            record = json.loads(line)
            found[names[os.path.basename(record["source"]["file"])[:-5]]] = record["text"]
    return found


def each(extract):
    def run(pages):
        found = {}
        for key, file in pages.items():
            try:
                found[key] = extract(data(file)) or ""
            except Exception:
                found[key] = ""
        return found

    return run


def trafilatura(page):
    from trafilatura import extract

    return extract(page)


def decoded(page):
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return bytes_to_str(page, detect_encoding(page))


def resiliparse(page):
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(decoded(page), main_content=True)


def readability(page):
    from lxml import html
    from readability import Document

    return html.fromstring(Document(decoded(page)).summary()).text_content()


def justext(page):
    import justext as library

    words = fold(decoded(page)).lower().split()
    language = "German" if sum(w in GERMAN for w in words) > 0.03 * len(words) else "English"
    return "\n".join(p.text for p in library.justext(page, library.get_stoplist(language)) if not p.is_boilerplate)


def plain(text):
    return re.sub(r"(?m)^\s*(#{1,6}|[-*+]|\d+\.|>)\s+|[*_`|]", " ", text)


truth, pages = truths(options.pages), files()
pages = {key: file for key, file in pages.items() if key in truth}
tools = {"humpback": humpback, "trafilatura": each(trafilatura), "resiliparse": each(resiliparse), "readability": each(readability), "jusText": each(justext)}
german = set()
for key, file in pages.items():
    if key[0] == "trafilatura":
        words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", data(file).decode("utf8", "replace")).lower())
        if sum(w in GERMAN for w in words) > 0.03 * max(1, len(words)):
            german.add(key)
for name, tool in tools.items():
    if options.only and name != options.only:
        continue
    found, scores, strings = tool(pages), collections.defaultdict(list), collections.defaultdict(lambda: [0, 0, 0])
    for key in pages:
        text, _, kind, must, mustnot = truth[key]
        output = plain(found.get(key, ""))
        if key[0] == "trafilatura":
            output = fold(found.get(key, ""))
            hits = sum(fold(x) in output for x in must)
            for group in ("all", "German" if key in german else "other"):
                strings[group][0] += hits
                strings[group][1] += sum(fold(x) in output for x in mustnot)
                strings[group][2] += len(must)
        elif key[0] == "wcxb":
            for group in ("wcxb", kind):
                scores[group].append(f1(*shingle_scores(output, text, 1)))
        else:
            scores["article benchmark"].append(shingle_scores(output, text, 4))
    pairs = scores.pop("article benchmark")
    precision, recall = np.mean([p for p, _ in pairs]), np.mean([r for _, r in pairs])
    cells = [f"article benchmark {f1(precision, recall):.3f} (P {precision:.3f} R {recall:.3f})"]
    cells += [f"{group} {np.mean(values):.3f}" for group, values in sorted(scores.items(), key=lambda item: item[0] != "wcxb")]
    for group, (hits, wrong, wanted) in strings.items():
        cells.append(f"trafilatura's set, {group} {f1(hits / max(1, hits + wrong), hits / max(1, wanted)):.3f}")
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
