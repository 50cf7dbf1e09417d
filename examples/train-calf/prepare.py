"""Shapes the raw text and pairs that calf is trained on; everything after this is humpback itself.

usage: prepare.py DATA OUT [--text-megabytes 110]

DATA holds text/*.jsonl.gz (documents with `title`, `text`, `kind`, and `question` where one is known) and seeds/dolly.jsonl.gz.
OUT receives text.jsonl (what `humpback pretrain` reads: documents, and among them passages with reading tasks), tasks.jsonl (passages with
reading tasks and short answers, for the last part of pre-training), pairs.jsonl and pairs-headed.jsonl (what `humpback finetune` reads as seed
data: human pairs, and those with section headings as requests among them), asks.jsonl (what the backward model and the judge end with: plain
requests by people, sections with their page and heading named, passages whose first sentence tells what they answer, and questions that a text
asks and answers itself), brief.jsonl (what the forward model learns from: short answers), dialogues.jsonl (what pre-training ends with: the same pairs as
dialogues, in both directions, among text), held-out.jsonl (human pairs that no training sees), held-out-brief.jsonl (their short answers). No pair, task or dialogue asks one of the fifty prompts of everyday.txt; plain text may have one as a heading. The choice of a record depends on a hash of its id alone, so a second run gives the same files.
"""
import argparse, collections, glob, gzip, hashlib, json, math, os, re

from answering import briefly, said
from asking import TOKEN, Casing, Nouns, as_headed, asked_and_answered, is_plain, of_first_sentence, of_heading, of_title_and_heading, openings, share, speaks_of, tidied

parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("out")
parser.add_argument("--text-megabytes", type=float, default=110)
options = parser.parse_args()
os.makedirs(options.out, exist_ok=True)


def alone(request):
    return re.sub("[^a-z ]", "", request.lower()).strip()


# What the forward model is tried on (everyday.txt) is a request nowhere in the training.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "everyday.txt"), encoding="utf-8") as prompts:
    EVERYDAY = set(map(alone, prompts))


def is_tried(request):
    request = alone(request)
    return any(request == prompt or (len(prompt.split()) > 3 and prompt in request) for prompt in EVERYDAY)


def documents(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# How much of each file is read: explanations whole, old books and formulaic government pages in part, fiction for fluency alone.
KEEP = {
    "books-fiction": 0.25, "books-nonfiction": 0.12, "books-gutenberg": 0.2, "digitalgov": 0.4, "world-factbook": 0.0,
    "18f-blog": 0.5, "openstax-university-physics": 0.5, "openstax-college-algebra": 0.3, "openstax-prealgebra": 0.3,
    "openstax-contemporary-mathematics": 0.5, "openstax-introductory-statistics": 0.5, "history-country-relations": 0.3,
}
FAQ = ["Frequently asked questions", "FAQ", "Questions and answers", "Questions people ask", "Help", "What readers ask"]
QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def is_prose(text):
    letters = sum(c.isalpha() or c.isspace() for c in text)
    rows = text.count("\n|")
    return letters / max(1, len(text)) > 0.85 and rows < 12 and sum(ord(c) > 0x24F for c in text) / max(1, len(text)) < 0.02


UNTOLD = {"introduction", "key terms", "key concepts", "review questions", "learning objectives", "summary", "overview", "conclusion", "references", "background"}


def sections(record):
    """The sections of a document whose heading's long words all stand in the text below it: (key, heading, text)."""
    parts = re.split(r"(?m)^#{1,4} (.+)$", record["text"])
    for heading, body in zip(map(str.strip, parts[1::2]), map(str.strip, parts[2::2])):
        words = [word for word in re.findall(r"[a-z]+", heading.lower()) if len(word) > 4]
        fits = len(heading.split()) <= 9 and 300 <= len(body) and not re.search(r"[\d:|`*_\[\]]", heading)
        if not fits or not words or heading.lower() in UNTOLD or not all(word[:-1] in body.lower() for word in words):
            continue
        yield record["id"] + heading, heading, body


def cut(body, limit):
    """The longest beginning of a text that ends with a sentence or a line and fits the limit."""
    if len(body) <= limit:
        return body
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|\n", body[:limit])]
    return body[: ends[-1]].strip() if ends and ends[-1] > limit / 2 else body[:limit].rsplit(" ", 1)[0]


# The marks of notes that an encyclopedia leaves in its text, and requests that speak of the text before them.
NOTES = re.compile(r"\s?\[(?:\d+|[a-z]|note \d+|citation needed)\]")
POINTS_AT_TEXT = re.compile(r"\b(text|passage|paragraph|context|article|excerpt|extract|snippet|above|below|given|following|provided|references?|mentioned|"
                            r"based on|according to|these|this|bullet(ed)?|comma|separated|sentences?|words?)\b", re.I)


def without_notes(text):
    return re.sub(r"[ \t]+", " ", NOTES.sub("", text)).strip()


def words_of(text):
    return re.findall(r"[a-z][a-z']{2,}", text.lower())


class Rarity:
    """How rare words are among the documents seen."""

    def __init__(self):
        self.documents, self.count = collections.Counter(), 0

    def see(self, text):
        self.documents.update(set(words_of(text)))
        self.count += 1

    def telling(self, text, number):
        """The words with the highest tf-idf, in the form in which the text has them."""
        counts = collections.Counter(words_of(text))
        weight = {w: (1 + math.log(n)) * math.log(self.count / (1 + self.documents[w])) for w, n in counts.items()}
        best = sorted(weight, key=lambda w: (-weight[w], w))[:number]
        forms = {}
        for found in re.findall(r"[A-Za-z][A-Za-z']{2,}", text):
            forms.setdefault(found.lower(), found)
        return [forms[w] for w in best]


rarity = Rarity()


def reading(key, passage, request, strangers):
    """A passage and two to three tasks on it, whose answers are mostly words of the passage."""
    draw = lambda name: share(name + key)
    tasks = []
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", passage) if 30 <= len(s) <= 160]
    if sentences and draw("copies") < 0.6:
        sentence = sentences[int(draw("sentence") * len(sentences))]
        tasks.append(f"Copy the sentence that begins with \"{' '.join(sentence.split()[:3])}\".\n{sentence}")
    if draw("words") < 0.7:
        tasks.append("Which words matter most here?\n" + ", ".join(rarity.telling(passage, 3 + int(draw("number") * 3))))
    judges = request and strangers and draw("fits") < 0.5
    if request and not judges and draw("asks") < 0.9:
        tasks.append("Which request does this text answer?\n" + request)
    tasks.sort(key=lambda task: share(key + task[:12]))
    text = passage + "".join("\n\n" + task for task in tasks)
    if judges:
        offered = [(request, 5)] + [(stranger, label) for stranger, label in strangers]
        offered.sort(key=lambda pair: share(key + pair[0]))
        judged = [f"Request: {r}\n\nHow well does the answer fit the request, from 1 to 5?\n{label}" for r, label in offered]
        text = "Answer: " + text + "".join("\n\n" + one for one in judged)
    return text


text, pairs, held, headings, headed_sections, beside, passages, answers = [], [], [], [], [], [], [], []
nouns = Nouns()
for path in sorted(glob.glob(os.path.join(options.data, "text", "*.jsonl.gz"))):
    name = os.path.basename(path).removesuffix(".jsonl.gz")
    for record in documents(path):
        record["text"] = body = record["text"].translate(QUOTES).strip()
        question = (record.get("question") or "").translate(QUOTES).strip()
        asked = question.split("\n")[0].strip()
        told = 15 <= len(asked) <= 300 and 150 <= len(body) and not is_tried(asked)
        rarity.see(body)
        nouns.see(body[:20000])
        if told and name.startswith(("medquad", "stackexchange", "covid", "creativecommons")):
            # Templated questions teach their template: a third of MedQuAD is plenty.
            wanted = share("pair" + record["id"]) < (0.35 if name == "medquad" else 1.0)
            if wanted and len(body) <= 2400:
                pairs.append(dict(id=record["id"], instruction=asked, output=body, kind=name))
            if wanted:
                passages.append((record["id"], cut(body, 1000), asked, name))
            if wanted and name != "medquad" and asked.endswith("?") and len(asked) <= 90 and len(body) <= 1400 and share("faq" + record["id"]) < 0.25:
                # A heading that asks is the request as it stands.
                beside.append(dict(id="faq/" + record["id"], instruction=asked, output=body, kind="heading", title=FAQ[int(share("site" + asked) * len(FAQ))], heading=[asked]))
            headed = as_headed(re.sub(r"\s+\?", "?", asked))
            if headed and name == "medquad" and len(body) <= 1400 and share("beside" + record["id"]) < 0.2:
                beside.append(dict(id="beside/" + record["id"], instruction=re.sub(r"\s+\?", "?", asked), output=body, kind="heading",
                                   title=headed[0], heading=[headed[1]]))
        if share("text" + record["id"]) >= KEEP.get(name, 1.0) or not is_prose(body):
            continue
        title = (record.get("title") or "").translate(QUOTES).strip()
        opening = question or ("# " + title if title and not body.startswith("#") else "")
        text.append((share("order" + record["id"]), dict(id=record["id"], text=(opening + "\n\n" + body).strip())))
        if name.startswith(("books", "medquad", "stackexchange")):
            for start in range(0, min(len(body), 20000) - 900, 2500):
                passages.append((f"{record['id']}@{start}", cut(body[start:].split(" ", 1)[-1], 700), None, name))
            continue
        headed_sections += [(record["id"], title, *section) for section in sections(record)]

for origin, title, key, heading, section in headed_sections:
    request = of_title_and_heading(title, heading) or of_heading(heading, title, section, key, nouns)
    if is_tried(request):
        continue
    passages.append((key, cut(section, 1000), request, origin))
    # A few long ones, as pages have them.
    if len(section) <= (1400 if share("long" + key) < 0.75 else 2800) and share("h" + key) < 0.5:
        # As a page names it: the model learns to take the words of the request from there.
        number = int(share("n" + key) * 9) + 1
        shown = ("", "", "", f"{number}. ", f"{number}.{number} ", f"Step {number}: ")[int(share("s" + key) * 6)] + heading
        headings.append(dict(id="heading/" + hashlib.sha256(key.encode()).hexdigest()[:12], instruction=request, output=section, kind="heading",
                             title=title, heading=[shown]))

# Pairs whose request was put to a text: the text answers it, and so does what was written from it.
of_texts = []
for record in documents(os.path.join(options.data, "seeds", "dolly.jsonl.gz")):
    key = hashlib.sha256((record["instruction"] + record["response"]).encode()).hexdigest()[:16]
    pair = dict(id="dolly/" + key, instruction=record["instruction"].translate(QUOTES).strip(), output=record["response"].translate(QUOTES).strip(), kind="dolly")
    if record["context"] and not is_tried(pair["instruction"]):
        context = without_notes(record["context"].translate(QUOTES))
        text.append((share("order" + key), dict(id="context/" + key, text=context)))
        request = tidied(pair["instruction"])
        if request and len(request) <= 160 and not POINTS_AT_TEXT.search(request):
            for name, passage in (("begin", cut(context, 400)), ("read", cut(context, 1200)), ("written", pair["output"])):
                if 150 <= len(passage) <= 1600 and not (name == "read" and len(context) <= 400) and (name == "written" or speaks_of(request, passage)):
                    of_texts.append(dict(id=f"{name}/{key}", instruction=request, output=passage, kind=name))
    if record["context"] or is_tried(pair["instruction"]) or not (40 <= len(pair["output"]) <= 2400 and 8 <= len(pair["instruction"]) <= 400):
        continue
    if share("held" + key) < 0.12:
        held.append(pair)
    else:
        pairs.append(pair)
        passages.append((pair["id"], cut(pair["output"], 1000), pair["instruction"], "dolly"))
        answers.append(dict(id="answer/" + key, text=pair["instruction"] + "\n\n" + pair["output"]))

# Wrong requests for a passage: one of the same document or collection, which is hard, and one of anywhere.
by_origin = collections.defaultdict(list)
for key, _, request, origin in passages:
    if request:
        by_origin[origin].append(request)
asked_anywhere = [request for _, _, request, _ in passages if request]
tasks = []
for key, passage, request, origin in passages:
    near, strangers = by_origin[origin], []
    for candidate, label in ((near[int(share("near" + key) * len(near))] if near else None, 2),
                             (asked_anywhere[int(share("far" + key) * len(asked_anywhere))], 1)):
        if candidate and candidate != request and share(f"stranger{label}" + key) < 0.6:
            strangers.append((candidate, label))
    tasks.append((share("task" + key), dict(id="task/" + hashlib.sha256(key.encode()).hexdigest()[:12], text=reading(key, passage, request, strangers))))


def write(name, rows):
    with open(os.path.join(options.out, name + ".jsonl"), "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


text.sort(key=lambda entry: entry[0])
plain, written = [], 0
for _, record in text:
    if written < options.text_megabytes * 1e6:
        written += len(record["text"])
        plain.append(record)

# Passages whose first sentence tells what they answer.
casing, known, told, asked_already = Casing(), collections.Counter(), [], set()
for record in plain:
    casing.see(record["text"][:20000])
    known.update(word.lower() for word in TOKEN.findall(record["text"]))
known = {word for word, count in known.items() if count >= 4}
# Exercises ask too, but of what stands in them.
EXERCISES = ("openstax-prealgebra", "openstax-college-algebra", "openstax-contemporary-mathematics", "openstax-introductory-statistics",
             "openstax-university-physics", "openstax-college-physics", "openstax-physics", "medquad", "stackexchange", "books")
MEDICAL = re.compile("syndrome|disease|cancer|deficiency|symptom|genetic|disorder|tumor|patients|inherited")
for record in plain:
    if record["id"].startswith("books-fiction"):
        continue
    for key, request, passage in () if record["id"].startswith(EXERCISES) else asked_and_answered(record["text"], record["id"]):
        if request.lower() not in asked_already and not is_tried(request):
            asked_already.add(request.lower())
            told.append(dict(id="asked/" + hashlib.sha256(key.encode()).hexdigest()[:12], instruction=request, output=passage, kind="asked"))
            tasks.append((share("asked" + key), dict(id="task/" + told[-1]["id"], text=passage + "\n\nWhich request does this text answer?\n" + request)))
    for key, sentence, passage in openings(record["text"], record["id"]):
        request = of_first_sentence(sentence, passage, key, casing, nouns)
        if not request or len(request) > 90 or request.lower() in asked_already or is_tried(request):
            continue
        asked_already.add(request.lower())
        # A quarter of the medical ones: the text has far more of these than people ask about.
        if not MEDICAL.search(passage[:400]) or share("medical" + key) < 0.25:
            told.append(dict(id="told/" + hashlib.sha256(key.encode()).hexdigest()[:12], instruction=request, output=passage, kind="told"))
            tasks.append((share("told" + key), dict(id="task/" + told[-1]["id"], text=passage + "\n\nWhich request does this text answer?\n" + request)))

tasks.sort(key=lambda entry: entry[0])
# What the model has read often.
often = collections.Counter(word for record in plain + answers for word in re.findall(r"[^\W\d_]+", record["text"].lower()))

# What the forward model learns from: short, whole answers, and sentences that answer by themselves.
rank = {word: place for place, (word, _) in enumerate(often.most_common())}
alone_said, said_already = [], set()
SOFTWARE = ("18f", "digitalgov", "freecodecamp", "opensource", "rust-book", "uk-service", "openstax-introduction-python")
SAYS_LITTLE_ALONE = (*SOFTWARE, "books-fiction", "medquad", "creativecommons", "plainlanguage", "openstax-workplace-software")
for record in plain:
    for key, request, answer in () if record["id"].startswith(SAYS_LITTLE_ALONE) else said(record["text"], record["id"], casing, rank):
        if request.lower() not in said_already and not is_tried(request):
            said_already.add(request.lower())
            alone_said.append(dict(id="said/" + hashlib.sha256(key.encode()).hexdigest()[:12], instruction=request, output=answer, kind="said"))
brief = [b for b in map(briefly, [p for p in pairs if p["kind"] != "medquad"] + told + alone_said) if b]
held_brief = [b for b in map(briefly, held) if b]
answers += [dict(id="text/" + b["id"], text=b["instruction"] + "\n\n" + b["output"]) for b in brief]
asks = [p for p in pairs if p["kind"] != "medquad" and 150 <= len(p["output"]) <= 1600 and len(p["instruction"]) <= 160]
write("text", plain + [record for _, record in tasks] + answers)
write("tasks", [record for _, record in tasks] + answers + plain[: len(plain) // 4])
tidy = [dict(p, instruction=request) for p in asks if (request := tidied(p["instruction"]))]
asked_of_held = {alone(pair["instruction"]) for pair in held}
plainly = [p for p in tidy + [p for p in of_texts if alone(p["instruction"]) not in asked_of_held] if is_plain(p["instruction"], p["output"], known)]
short = [p for p in pairs if 150 <= len(p["output"]) <= 1600 and (p["kind"] != "medquad" or share("m" + p["id"]) < 0.4)]
for name, rows in (("pairs", pairs), ("brief", brief), ("held-out-brief", held_brief), ("pairs-headed", short + headings + beside), ("held-out", held),
                   ("asks", plainly + [h for h in headings if share("a" + h["id"]) < 0.7] + beside + told)):
    write(name, sorted(rows, key=lambda pair: share("order" + pair["id"])))

# What pre-training ends with: every pair as a dialogue, so that the template's own tokens are learned by the embedding, and half as much text.
# The words of the roles are those of Sources/Contracts/Records/RolePrompts.swift; the source tags stand in every combination.
SEED, WEB = "Reply as a helpful assistant.", "Reply with what the web knows."
dialogues = []


def dialogue(key, asked, answer, tagged):
    drawn = share("tag" + key)
    tag = (SEED if drawn < 0.35 else f"{SEED} {WEB}" if drawn < 0.75 else WEB if drawn < 0.85 else None) if tagged else None
    turns = [("system", tag)] * bool(tag) + [("user", asked), ("assistant", answer)]
    dialogues.append((share("mix" + key), dict(id="d/" + hashlib.sha256(key.encode()).hexdigest()[:12], messages=[dict(role=role, content=said) for role, said in turns])))


seen = set()
for pair in plainly + headings + beside + told + short + pairs:
    if pair["id"] in seen or len(pair["instruction"]) > 220 or share(pair["kind"] + pair["id"]) >= {"medquad": 0.3, "heading": 0.5}.get(pair["kind"], 1):
        continue
    seen.add(pair["id"])
    named = f"\n\nPage: {pair['title']}\nSection: {pair['heading'][-1]}" if pair.get("heading") else ""
    by_people = pair["kind"] not in ("told", "heading", "medquad")
    for turn, limit in enumerate((350, 800) if by_people else (300 + int(share("limit" + pair["id"]) * 500),)):
        dialogue(f"ask{turn}" + pair["id"], cut(pair["output"], limit) + named + "\n\nWhich request does this text answer?", pair["instruction"], False)
for pair in brief:
    for turn in range(4 if pair["kind"] == "dolly" else 2):
        dialogue(f"brief{turn}" + pair["id"], pair["instruction"], pair["output"], True)
for pair in pairs:
    if pair["kind"] == "dolly":
        dialogue("answer" + pair["id"], pair["instruction"], pair["output"], True)
left = 22e6
for record in plain:
    if not record["id"].startswith(SOFTWARE) and left > 0:
        left -= len(record["text"])
        dialogues.append((share("mix" + record["id"]), record))
write("dialogues", [record for _, record in sorted(dialogues, key=lambda entry: entry[0])])
size = sum(len(record["text"]) for _, record in tasks)
print(f"text {written / 1e6:.1f} MB, tasks {len(tasks)} of {size / 1e6:.1f} MB, pairs {len(pairs)}, plainly asked {len(plainly)} of {len(asks)}, "
      f"told {len(told)}, brief {len(brief)}, dialogues {len(dialogues)}, headings {len(headings)} and {len(beside)}, held out {len(held)}")
