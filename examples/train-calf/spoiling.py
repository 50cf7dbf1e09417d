"""Requests made worse, from which a small model learns what is well put: one small fault in a good request, and words of the text that name
nothing put into a form of asking. Everything is drawn from a hash of the record's id, so that a second run makes the same.
"""
import random, re

# Words that no name begins or ends with.
STOP = set(
    "it this that these those there here he she they we i you what which who whom whose where when how why if his her their our my your its one "
    "some many most all each every any both another other others such much few several no none not but so then because although while since "
    "after before during as without more less even also only just like unlike yes is are was were be been has have had will would can could may "
    "might should must do does did and or of in on at to for with by from a an the".split())
# Forms of asking, and how often each is drawn for words that name nothing.
FORMS = {
    "What is {}?": 1, "What are {}?": 0.6, "Can you explain what {} is?": 0.8, "Can you explain what {} are?": 0.5, "Can you tell me about {}?": 1,
    "Tell me about {}.": 0.6, "What should I know about {}?": 0.6, "Give me a short overview of {}.": 0.7, "Explain in simple words what {} is.": 0.5,
    "Who is {}?": 0.3, "Who was {}?": 0.3, "What was {}?": 0.3, "What are some {}?": 0.3, "How do you make {}?": 0.3, "How do I {}?": 0.5,
    "Give me a list of {}.": 0.4, "What is the {}?": 0.6, "How can I {}?": 0.5, "What are the benefits of {}?": 0.3, "Why is {} so popular?": 0.2,
    "What is the difference between {}?": 0.2, "Who is the {}?": 0.2, "How do you {}?": 0.3,
}
# Forms in which a thing that somebody asked about may be asked about as well: where no verb has to agree, and where `be` does.
ABOUT = {"Can you tell me about {}?": 1, "Tell me about {}.": 0.6, "What should I know about {}?": 0.6, "Give me a short overview of {}.": 0.7}
AGREEING = {"What be {}?": 1.6, "Can you explain what {} be?": 1, "Explain in simple words what {} be.": 0.5}
NAMING = re.compile(
    r"(?:What (is|are) |Tell me about |Can you tell me about |Give me a short overview of |What should I know about |Help me understand |"
    r"Write a short introduction to |Can you explain what |Explain in simple words what )(.*?)( is| are)?[?.]$")
PREPOSITION = r"(of|between|in|for|to|on|with|from)\b"
# Names that do not fit every form: with two prepositions, or a judgement or a person in them.
NO_PLAIN_NAME = re.compile(rf" {PREPOSITION}.* {PREPOSITION}|best|difference|some|your|my")
OTHER_NUMBER = {"is": "are", "are": "is", "was": "were", "were": "was", "does": "do", "do": "does", "has": "have", "have": "has"}
WORD = r"[A-Za-z][A-Za-z'-]*"


def plain(request):
    return re.sub("[^a-z0-9]", "", request.lower())


def with_a_fault(request, draw):
    """The request with one fault: number, who for what, an article, a word lost, doubled, swapped or cut off; None where it has no place for one."""
    faults = []
    asking = re.match(r"(What|Who) (is|are|was|were) (.*)", request)
    if asking:
        faults += [f"{asking[1]} {OTHER_NUMBER[asking[2]]} {asking[3]}"] * 5
        faults += [f"{'Who' if asking[1] == 'What' else 'What'} {asking[2]} {asking[3]}"] * 3
    else:
        for found in re.finditer(r"\b(is|are|was|were|does|do|has|have)\b", request):
            if found[1] == "have" and " to " in request:
                continue
            if found[1] == "do" and not re.search(r"do (you|i|we|they|the \w+s|\w+s)\b", request.lower()):
                continue
            faults += [request[: found.start()] + OTHER_NUMBER[found[1]] + request[found.end() :]] * 2
    faults += [request[: found.start()] + request[found.end() :] for found in re.finditer(r"\b(the|a|an) ", request)]
    words = request.split(" ")
    if len(words) > 4:
        place = draw.randrange(1, len(words) - 1)
        faults.append(" ".join(words[:place] + words[place + 1 :]))
        place = draw.randrange(1, len(words) - 2)
        faults.append(" ".join(words[:place] + [words[place + 1], words[place]] + words[place + 2 :]))
        place = draw.randrange(2, len(words))
        faults.append(" ".join(words[:place]).rstrip(".,?") + request[-1])
        place = draw.randrange(1, len(words))
        faults.append(" ".join(words[:place] + [words[place - 1]] + words[place:]))
    last = words[-1].rstrip("?.")
    if re.fullmatch("[a-z]{4,}", last):
        other = last[:-1] if last.endswith("s") and not last.endswith("ss") else last + "s"
        faults.append(" ".join(words[:-1] + [other + request[-1]]))
    faults = [fault for fault in faults if fault != request]
    return draw.choice(faults) if faults else None


def about_nothing(text, draw):
    """One to four running words of the text in a form of asking: they seldom name a thing."""
    words = re.findall(WORD + r"|[.,;:!?()\n]", text)
    for _ in range(20):
        count = draw.choice([1, 1, 1, 2, 2, 2, 3, 3, 4])
        place = draw.randrange(max(1, len(words) - count))
        span = words[place : place + count]
        if any(not word[0].isalpha() for word in span) or (span[0].lower() in STOP and draw.random() < 0.9) or span[-1].lower() in STOP:
            continue
        article = draw.choice(["", "", "", "a ", "the "]) if span[0].lower() not in STOP else ""
        return draw.choices(list(FORMS), list(FORMS.values()))[0].format(article + " ".join(span))
    return None


def put_otherwise(request, draw):
    """Other good requests about the thing that a request names, two at most."""
    named = NAMING.match(request)
    if not named or len(named[2].split()) > 6 or NO_PLAIN_NAME.search(named[2]):
        return []
    be = named[1] or (named[3] or "").strip()
    forms = dict(ABOUT)
    if be:
        forms |= {form.replace(" be", " " + be): share for form, share in AGREEING.items()}
    return [draw.choices(list(forms), list(forms.values()))[0].format(named[2]) for _ in range(2)]


def candidates(row):
    """Requests for the text of a record, good ones first: (request, whether it is good)."""
    draw, found, seen = random.Random(row["id"]), [], set()

    def add(request, is_good):
        if request and plain(request) not in seen:
            seen.add(plain(request))
            found.append((request, is_good))

    request = row["instruction"]
    add(request, True)
    is_section = request.startswith("Write")
    if not is_section:
        for other in put_otherwise(request, draw):
            add(other, True)
    good = len(found)
    for _ in range(3):
        add(with_a_fault(found[draw.randrange(good)][0], draw), False)
    if is_section:
        name, words = re.search('"[^"]*"', request), re.findall(WORD, row["output"])
        count = draw.choice([1, 2, 3, 4])
        place = draw.randrange(max(1, len(words) - count))
        if name:
            add(request[: name.start()] + '"' + " ".join(words[place : place + count]) + '"' + request[name.end() :], False)
    else:
        for _ in range(2):
            add(about_nothing(row["output"], draw), False)
    return found
