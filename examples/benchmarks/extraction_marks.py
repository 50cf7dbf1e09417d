"""Headings, list items and code blocks that extraction keeps as such, on pages whose true text is known.

usage: extraction_marks.py BIN PAGES [--misses N] [--peer trafilatura]     (PAGES holds html/*.html.gz and ground-truth/*.json, as wcxb has them)
Needs lxml, and trafilatura for its comparison.

What a page's source marks as heading (h1 to h6), list item (the first text of a li, up to a border of blocks; not where that is a heading, a
table or code) or code (pre) counts where it lies inside the true text: a heading where it is a whole line of it; items and code where they
are a line of it, or four words and more in a row of it.

- recall: of those marks, the share that the output has as the same mark.
- precision inside the text: of the output's marks that lie inside the true text, the share that the source marks so.
- precision in all: of all the output's marks, the share that lies inside the true text; the true text is plain, so a heading or a list
  that its makers left out counts against the output here.

The page's title is left out on both sides: ingest keeps it as a field. An item that says what a heading of the page says is an entry of a
table of contents, and the heading is what the true text has. An item that the source says in a paragraph outside of lists too may be either:
it is not asked for.
"""
import argparse, collections, glob, gzip, json, os, re, subprocess, tempfile
from lxml import html

parser = argparse.ArgumentParser()
parser.add_argument("bin")
parser.add_argument("pages")
parser.add_argument("--misses", type=int, default=0, help="show so many misses of each kind and side")
parser.add_argument("--peer", choices=["trafilatura"])
options = parser.parse_args()
KINDS = ("heading", "item", "code")
SKIPPED = {"script", "style", "template", "svg", "iframe", "select", "textarea", "head"}
BLOCKS = set("address article aside blockquote center dd details div dl dt fieldset figcaption figure footer form header hr li main nav ol p "
             "section summary table td th tr ul pre h1 h2 h3 h4 h5 h6".split())


def fold(text):
    return " ".join(re.findall(r"\w+", text.lower()))


INLINE = {"a", "b", "i", "em", "strong", "span", "code", "sup", "sub", "font", "u", "mark", "abbr", "small", "kbd", "wbr", "q", "s"}


def text_of(element):
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SKIPPED:
            space = "" if child.tag in INLINE else " "
            parts.append(space + text_of(child) + space)
        parts.append(child.tail or "")
    return "".join(parts)


def first_text(item):
    """The first run of text of a list item between borders of blocks; nothing where it is not the item's own."""
    parts = []

    def walk(element):
        """Whether a border behind some text was met."""
        if element is not item and element.tag in BLOCKS and fold("".join(parts)):
            return True
        if element is not item and (element.tag in ("li", "table", "pre") or re.fullmatch("h[1-6]", element.tag)):
            parts.clear()
            return True
        parts.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SKIPPED:
                if child.tag not in BLOCKS and child.tag not in INLINE:
                    parts.append(" ")
                if walk(child):
                    return True
            parts.append(child.tail or "")
        return element is not item and element.tag in BLOCKS and bool(fold("".join(parts)))

    walk(item)
    return fold("".join(parts))


def source_marks(data):
    marks = {kind: set() for kind in (*KINDS, "paragraph")}
    try:
        tree = html.fromstring(data)
    except Exception:
        return marks
    for element in tree.iter():
        if not isinstance(element.tag, str) or any(a.tag in SKIPPED for a in element.iterancestors()):
            continue
        if re.fullmatch("h[1-6]", element.tag):
            marks["heading"].add(fold(text_of(element)))
        elif element.tag == "li":
            marks["item"].add(first_text(element))
        elif element.tag == "p" and not any(a.tag == "li" for a in element.iterancestors()):
            marks["paragraph"].add(fold(text_of(element)))
        elif element.tag == "pre":
            marks["code"].add(fold(text_of(element)))
    for kind in KINDS:
        marks[kind].discard("")
    return marks


def output_marks(text):
    marks, code = {kind: [] for kind in KINDS}, None
    for line in text.split("\n"):
        line = re.sub(r"^(> ?)+", "", line)
        if line.startswith("```"):
            if code is None:
                code = []
            else:
                marks["code"].append(fold("\n".join(code)))
                code = None
        elif code is not None:
            code.append(line)
        elif match := re.match(r"#{1,6} (.*)", line):
            marks["heading"].append(fold(match[1]))
        elif match := re.match(r"\s*(?:[-*+]|\d+\.) (.*)", line):
            marks["item"].append(fold(match[1]))
    return {kind: [m for m in found if m] for kind, found in marks.items()}


def extracted(files):
    found = {}
    if options.peer:
        from trafilatura import extract
        for name, file in files.items():
            found[name] = extract(gzip.open(file).read(), output_format="markdown", include_formatting=True) or ""
        return found
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            open(f"{folder}/{name}.html", "wb").write(gzip.open(file).read())
        run = subprocess.run(
            [options.bin, "ingest", "--whole-page", "--ignore-opt-out", "--quiet", "--personal-data", "keep", folder], capture_output=True)
        for line in run.stdout.decode().splitlines():
            record = json.loads(line)
            found[os.path.basename(record["source"]["file"])[:-5]] = record["text"]
    return found


files = {os.path.basename(f)[:-8]: f for f in sorted(glob.glob(f"{options.pages}/html/*.html.gz"))}
outputs = extracted(files)
counts = {kind: collections.Counter() for kind in KINDS}
misses = collections.defaultdict(list)
for name, file in files.items():
    truth = json.load(open(f"{options.pages}/ground-truth/{name}.json"))["ground_truth"]
    content = truth.get("main_content") or ""
    title = fold(truth.get("title") or "")
    whole = f" {fold(content)} "
    lines = {fold(line) for line in content.split("\n")}
    source, output = source_marks(gzip.open(file).read()), output_marks(outputs.get(name, ""))
    for kind in KINDS:
        def is_inside(mark):
            return mark in lines or kind != "heading" and mark.count(" ") >= 3 and f" {mark} " in whole

        count = counts[kind]
        wanted = {m for m in source[kind] if is_inside(m) and m != title and not (kind == "item" and m in source["heading"] | source["paragraph"])}
        found = {m for m in output[kind] if m != title}
        # An output may keep an item's first line only; the source's item begins so.
        has = lambda mark, marks: mark in marks or kind != "heading" and any(
            other.startswith(mark + " ") or mark.startswith(other + " ") for other in marks)
        for mark in wanted:
            count["wanted"] += 1
            if has(mark, found):
                count["kept"] += 1
            else:
                misses[kind, "missed"].append((name, mark))
        for mark in found:
            count["found"] += 1
            if is_inside(mark) or has(mark, wanted):
                count["inside"] += 1
                if has(mark, source[kind]):
                    count["right"] += 1
                else:
                    misses[kind, "no such mark in the source"].append((name, mark))
            else:
                misses[kind, "not in the true text"].append((name, mark))
for kind in KINDS:
    c = counts[kind]
    share = lambda a, b: f"{c[a] / max(1, c[b]):.3f} ({c[a]} of {c[b]})"
    print(f"| {kind} | recall {share('kept', 'wanted')} | precision inside the text {share('right', 'inside')} | in all {share('inside', 'found')} |")
for (kind, side), marks in misses.items():
    step = max(1, len(marks) // max(1, options.misses))
    for name, mark in marks[::step][: options.misses]:
        print(f"{kind}, {side}: {name}: {mark[:140]}")
