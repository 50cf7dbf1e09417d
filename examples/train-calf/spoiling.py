"""Requests made worse, from which a small model learns what is well put: one small fault in a good request, and words of the text that name
nothing put into a form of asking. Everything is drawn from a hash of the record's id, so that a second run makes the same.
"""
import collections, random, re

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
    for other in put_otherwise(request, draw):
        add(other, True)
    good = len(found)
    for _ in range(3):
        add(with_a_fault(found[draw.randrange(good)][0], draw), False)
    for _ in range(2):
        add(about_nothing(row["output"], draw), False)
    return found


class Followers:
    """Which words stand behind which in some texts: what is drawn from it reads on for two words and no further."""

    MOST = 400

    def __init__(self, draw):
        self.draw, self.words = draw, collections.defaultdict(list)

    def see(self, sentence):
        words = sentence.split()
        for word, following in zip(words, words[1:]):
            known = self.words[word.lower()]
            if len(known) < self.MOST:
                known.append(following)
            else:
                known[self.draw.randrange(self.MOST)] = following

    def after(self, word, draw):
        """A word that was seen behind this one, without marks; None behind a word that was not seen."""
        known = self.words.get(word.lower())
        return draw.choice(known).rstrip(MARKS) if known else None


MARKS = ".,;:?!"
ASKING = ["Who", "What", "When", "Where", "Why", "How", "Which"]
PREPOSITIONS = ["of", "in", "on", "at", "for", "to", "with", "from", "by", "about"]
# What is done to a sentence, and how often beside the others.
SPOILINGS = {"number": 3, "article lost": 3, "article put in": 1.5, "plural": 2.5, "asking word": 1.5, "word lost": 1, "words swapped": 1,
             "word doubled": 0.4, "cut off": 1, "other word": 2, "word that follows": 4, "other end": 3, "preposition": 0.7}


def spoiled(sentence, text, draw, followers):
    """A sentence with a fault of any kind, with words of its text or words that often follow others; None where nothing was found to do."""
    words = sentence.split(" ")
    if len(words) < 4:
        return None
    for _ in range(8):
        kind = draw.choices(list(SPOILINGS), list(SPOILINGS.values()))[0]
        changed = with_spoiling(kind, sentence, words, text, draw, followers)
        if changed and plain(changed) != plain(sentence):
            return changed
    return None


def with_spoiling(kind, sentence, words, text, draw, followers):
    """The sentence with a fault of one kind; None where it has no place for it."""
    end = sentence[-1]
    if kind == "number":
        places = list(re.finditer(r"\b(is|are|was|were|does|has)\b", sentence))
        if not places:
            return None
        place = draw.choice(places)
        return sentence[: place.start()] + OTHER_NUMBER[place[1]] + sentence[place.end() :]
    if kind == "article lost":
        places = list(re.finditer(r"\b(the|a|an) ", sentence, re.I))
        if not places:
            return None
        place = draw.choice(places)
        article = place[1].lower()
        if article != "the" and draw.random() < 0.15:
            return sentence[: place.start()] + {"a": "an ", "an": "a "}[article] + sentence[place.end() :]
        changed = sentence[: place.start()] + sentence[place.end() :]
        return changed[0].upper() + changed[1:] if place.start() == 0 else changed
    if kind == "plural":
        places = [i for i in range(1, len(words)) if re.fullmatch(r"[A-Za-z]{3,}[.?!,]?", words[i]) and (
            words[i - 1].lower() in ("a", "an", "many", "several", "some", "these", "two", "three") or words[i + 1 : i + 2] in (["is"], ["are"], ["was"], ["were"]))]
        if not places:
            return None
        place = draw.choice(places)
        word = words[place].rstrip(MARKS)
        other = word[:-1] if word.endswith("s") and not word.endswith("ss") else word + "s"
        return " ".join(words[:place] + [other + words[place][len(word) :]] + words[place + 1 :])
    if kind == "asking word":
        return " ".join([draw.choice([word for word in ASKING if word != words[0]]), *words[1:]]) if words[0] in ASKING else None
    if kind == "words swapped":
        if len(words) < 5:
            return None
        place = draw.randrange(1, len(words) - 2)
        return " ".join(words[:place] + [words[place + 1], words[place]] + words[place + 2 :])
    if kind == "cut off":
        return " ".join(words[: draw.randrange(2, len(words))]).rstrip(MARKS) + end
    if kind == "other end":
        changed = words[: draw.randrange(1, len(words))]
        for _ in range(draw.randrange(1, 5)):
            following = followers.after(changed[-1], draw)
            if not following:
                break
            changed = changed + [following]
        return " ".join(changed).rstrip(MARKS) + end
    if kind == "preposition":
        places = [i for i in range(1, len(words)) if words[i] in PREPOSITIONS]
        if not places:
            return None
        place = draw.choice(places)
        return " ".join(words[:place] + [draw.choice([word for word in PREPOSITIONS if word != words[place]])] + words[place + 1 :])
    place = draw.randrange(1, len(words))
    before, word, behind = words[:place], words[place].rstrip(MARKS), words[place + 1 :]
    marks = words[place][len(word) :]
    if kind == "article put in":
        if before[-1].lower() in ("a", "an", "the") or not word[:1].islower():
            return None
        article = draw.choice(["the", "an" if word[0] in "aeiou" else "a"])
        return " ".join([*before, article, *words[place:]])
    if kind == "word lost":
        return " ".join(before + behind) if behind else None
    if kind == "word doubled":
        return " ".join([*before, before[-1], *words[place:]])
    if kind == "other word":
        others = re.findall(r"[A-Za-z][a-z'-]{3,}", text)
        return " ".join([*before, draw.choice(others) + marks, *behind]) if len(word) > 3 and others else None
    following = followers.after(before[-1], draw)  # word that follows
    return " ".join([*before, following + marks, *behind]) if following else None
