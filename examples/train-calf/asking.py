"""Requests made by rule, from headings and from first sentences, and a rule that tells whether a request is plainly put.

What a small model learns from requests by rule is to carry the telling words of a text over. Most are put so that no verb has to agree with
what is asked about ("Tell me about ..."): what a small model still gets wrong is number.
"""
import collections, hashlib, re


def share(key):
    """A number in [0, 1) that depends on the key alone."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) / 16**12


# A section's heading as a request, where it is a short name of a thing.
REQUESTS = ["What {is} {}?", "Can you explain what {} {is}?", "Can you tell me about {}?", "Tell me about {}.", "Describe {}.", "Help me understand {}."]
# The same where no verb agrees with the name.
ABOUT = ["Tell me about {}.", "Can you tell me about {}?", "Give me a short overview of {}.", "What should I know about {}?", "Help me understand {}.",
         "Write a short introduction to {}."]
ASKING = {"how", "what", "why", "when", "where", "who", "which"}
DOING = set("add ask avoid be begin bring build buy call change check choose clean connect consider cook cover create cut decide define do draw "
            "explore fill find follow get give go grow handle help hold identify improve include keep know learn leave let limit look make "
            "manage measure meet mix move open pay pick plan plant play prepare protect put read recognize reduce remember remove report run "
            "save see select sell send serve set share show solve sort start stay stop take teach tell test think travel trim try turn understand "
            "use wait walk wash watch work write".split())


def of_heading(heading, title, body, key, nouns):
    """A heading as a request. One that asks stays as it is, one that begins with a deed or "how to" asks for it, a short name of a thing is
    asked about with its words small where the text writes them small; of any other, the section itself is asked for by its name."""
    if heading.endswith("?"):
        return heading
    running = set(body.split())
    words = heading.split()
    first = words[0].lower()
    lowered = " ".join([words[0] if words[0].isupper() and len(words[0]) > 1 else first, *words[1:]])
    if not all(word[0].isupper() for word in words[1:] if len(word) > 3) or len(words) == 1:  # not a heading in title case
        if lowered.startswith("how to ") or first in DOING:
            deed = lowered.removeprefix("how to ")
            return ("How do I {}?", "How can I {}?", "Explain how to {}.")[int(share("h" + key) * 3)].format(deed)
        if first in ("how", "why") and len(words) > 3 and not re.match(r"\w+ (is|are|was|were|do|does|did|can|should|will|would|has|have|many|much|long|often)\b", lowered):
            return "Explain " + lowered + "."
    named = " ".join(word.lower() if word.lower() in running else word for word in words)
    named, last = with_article(named, body), words[-1].lower()
    if named and len(words) <= 3 and not NOT_A_NAME & {first, last} and not first.endswith("ing") and "," not in heading and first not in DOING | ASKING and nouns.holds(named):
        several = " and " in named or (last.endswith("s") and not last.endswith(("ss", "us", "is", "ics", "'s")))
        return REQUESTS[int(share("t" + key) * len(REQUESTS))].replace("{is}", "are" if several else "is").replace("{}", named)
    on_page = 2 <= len(title.split()) <= 9 and title.lower() != heading.lower()
    return f'Write the section "{heading}" of the page "{title}".' if on_page else f'Write a section with the heading "{heading}".'


def with_article(named, body):
    """A name with the article that the text mostly gives it; None where the text has the words, but never as one name."""
    before = [found.lower() for found in re.findall(r"([A-Za-z']+|[^\sA-Za-z']) " + re.escape(named) + r"\b", body, re.I)]
    if not before:
        return None
    counts = collections.Counter(word for word in before if word in ("a", "an", "the"))
    article, number = counts.most_common(1)[0] if counts else ("", 0)
    return f"{article} {named}" if 2 * number >= len(before) else named


# Headings that say something only beside the page's title, and what they ask about it.
BESIDE_TITLE = {
    "causes": "What causes {}?", "symptoms": "What are the symptoms of {}?", "signs and symptoms": "What are the symptoms of {}?",
    "treatment": "How is {} treated?", "treatments": "How is {} treated?", "diagnosis": "How is {} diagnosed?", "prevention": "How can {} be prevented?",
    "outlook": "What is the outlook for {}?", "types": "What are the types of {}?", "benefits": "What are the benefits of {}?",
    "advantages": "What are the advantages of {}?", "disadvantages": "What are the disadvantages of {}?", "uses": "What is {} used for?",
    "history": "What is the history of {}?", "examples": "What are some examples of {}?", "risks": "What are the risks of {}?",
    "features": "What are the features of {}?", "purpose": "What is the purpose of {}?", "definition": "What is {}?", "what it is": "What is {}?",
    "how it works": "How does {} work?", "background": "What is the background of {}?", "requirements": "What does {} require?",
    "getting started": "How do I get started with {}?", "installation": "How do I install {}?", "usage": "How do I use {}?", "syntax": "What is the syntax of {}?",
    "inheritance": "How is {} inherited?", "frequency": "How common is {}?", "complications": "What are the complications of {}?",
}


def of_title_and_heading(title, heading):
    """The request of a section whose heading says little without the page's title; None for any other heading."""
    form = BESIDE_TITLE.get(re.sub(r"^[\d.]+ ", "", heading).strip(" :").lower())
    return form.format(title) if form and 2 < len(title) and len(title.split()) <= 6 else None


def as_headed(question):
    """(title, heading) of a page that would answer a question of the form that BESIDE_TITLE makes; None for another question."""
    for heading, form in BESIDE_TITLE.items():
        before, after = form.split("{}")
        if question.startswith(before) and question.endswith(after) and len(before) > 8:
            name = question[len(before) : len(question) - len(after)].strip()
            if 2 < len(name) and len(name.split()) <= 6:
                return name[0].upper() + name[1:], heading.capitalize()
    return None


# Words that join a name together, and those that a name to ask about does not begin with.
JOINING = set("of and the a an in for to on with between from or by at".split())
NOT_A_NAME = set(
    "it this that these those there here he she they we i you what which who whom whose where when how why if his her their our my your its "
    "one some many most all each every any both another other others such much few several no none not but so then because although while "
    "since after before during as without more less even also only just like unlike yes please note see figure table chapter section part "
    "example first second third next last finally however therefore thus today now sometimes often usually perhaps maybe let did do does can "
    "could may might will would should must have has had been being be am is are was were".split()) | JOINING
VERB = re.compile(r"(is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|should|must|do|does|did|said|says|not)$", re.I)
PERSON = re.compile(r"\b(man|woman|actor|actress|singer|writer|author|poet|president|king|queen|scientist|physicist|chemist|painter|composer|"
                    r"philosopher|politician|general|explorer|inventor|player|born)\b")
POINTING = set("it this these that those them they which its their we our i us his her also be".split())


class Casing:
    """How words are written inside of sentences."""

    def __init__(self):
        self.small, self.large = collections.Counter(), collections.Counter()

    def see(self, text):
        for word in re.findall(r"(?<=[a-z,;] )[A-Za-z][a-z'-]+", text):
            (self.large if word[0].isupper() else self.small)[word.lower()] += 1

    def inside(self, name):
        """A name that began a sentence, as it is written inside of one."""
        words = name.split()
        first = words[0]
        follows_name = len(words) > 1 and words[1][0].isupper() and words[1].lower() not in JOINING
        if first in ("The", "A", "An"):
            words[0] = first.lower()
        elif not first.isupper() and not re.search("[A-Z]", first[1:]) and not follows_name:
            if self.small[first.lower()] > max(2, self.large[first.lower()]):
                words[0] = first.lower()
        return " ".join(words)


class Nouns:
    """Which words stand by themselves as names of things: "the sleep of ...", but never "the empty of ..."."""

    ALONE = re.compile(r"\b(?:the|an?|of|about|for|with|and|or|in|on|from|by|to|into|as) ([a-z][a-z'-]+)(?= (?:is|are|was|were|of|in|and|or|for|to|that|which|"
                       r"has|have|can|may|will|with|on|from|by|as|at)\b|[.,;:)])")

    def __init__(self):
        self.alone, self.all = collections.Counter(), collections.Counter()

    def see(self, text):
        self.alone.update(self.ALONE.findall(text))
        self.all.update(re.findall(r"[a-z][a-z'-]+", text))

    def holds(self, name):
        """Whether a name of one small word can name a thing; a name of more words, or of a rare word, is believed."""
        words = [word for word in name.split() if word not in ("a", "an", "the")]
        return len(words) != 1 or not words[0].islower() or self.all[words[0]] < 20 or self.alone[words[0]] > 0.1 * self.all[words[0]]


def is_name(name, longest):
    words = name.split()
    if not words or len(words) > longest or not re.fullmatch(r"[A-Za-z][A-Za-z' -]*", name):
        return False
    article = words[0] in ("The", "A", "An")
    if (words[0].lower() in NOT_A_NAME and not article) or (article and len(words) < 2) or words[-1].lower() in NOT_A_NAME:
        return False
    return not any(VERB.match(word) or (word.lower() in NOT_A_NAME and word.lower() not in JOINING) for word in words[1:])


def is_topic(name, text):
    """Whether the text speaks of all its words, and of one at least twice."""
    words = [word.lower() for word in name.split() if word.lower() not in JOINING and len(word) > 2]
    text = text.lower()
    return bool(words) and all(word[:-1] in text for word in words) and max(
        len(re.findall(r"\b" + re.escape(word[: max(4, len(word) - 1)]), text)) for word in words) >= 2


def is_deed(words, text):
    return not POINTING & set(words.split()) and is_topic(words, text)


def of_first_sentence(sentence, text, key, casing, nouns):
    """The request that a text answers which begins by defining, counting or saying how: None where it begins otherwise."""
    drawn = share("u" + key)

    def about(name):
        return ABOUT[int(share("about" + key) * len(ABOUT))].format(name)

    def one_of(*shares):
        reached = 0
        for part, form in shares:
            reached += part
            if drawn < reached:
                return form
        return shares[0][1]

    defines = re.match(r"(.{3,70}?) (is|are|was|were) (?=(a|an|the|one|any|used|made|when|defined|known|called|often|usually|important|caused)\b)", sentence)
    if defines:
        name, be = re.sub(r" \([^)]*\)$", "", defines[1]), defines[2]
        words = name.split()
        if not is_name(name, 8 if words[0] == "The" else 5) or not is_topic(name, text):
            return None
        if words[0] == "The" and " of " not in name and " to " not in name and not words[1][0].isupper():
            return None
        named = casing.inside(name)
        if not nouns.holds(named):
            return None
        if words[0] != "The" and 1 < len(words) < 4 and all(word[0].isupper() for word in words):
            if PERSON.search(sentence[defines.end() : defines.end() + 120]):
                return one_of((0.8, f"Who {be} {named}?"), (0.2, f"Tell me about {named}."))
            if be == "was":
                return None
        if (be in ("was", "were") and named[0].islower()) or (len(words) > 1 and words[0].endswith("ing")):  # "What was gift giving?"
            return about(named)
        return one_of((0.22, f"What {be} {named}?"), (0.1, f"Can you explain what {named} {be}?"), (0.06, f"Explain in simple words what {named} {be}."),
                      (0.62, about(named)))
    counts = re.match(r"There are (two|three|four|five|six|several|many|some|various|a number of|a few|different) ([a-z][A-Za-z' -]{3,60}?)"
                      r"(?=[:.,;]| that | which | you | to | in which | we | available)", sentence)
    if counts:
        number, things = counts[1], counts[2]
        if not is_name("the " + things, 9) and not is_name("X " + things, 9) or not is_topic(things, text) or not things.split(" of ")[0].endswith("s"):
            return None
        if number in ("two", "three", "four", "five", "six"):
            return one_of((0.7, f"What are the {number} {things}?"), (0.3, f"Name the {number} {things}."))
        if things.startswith("different"):
            return f"What are some {things}?" if things.count(" ") > 1 else None
        return one_of((0.5, f"What are some {things}?"), (0.2, f"What are the different {things}?"), (0.3, f"Give me a list of {things}."))
    aims = re.match(r"(?:In order to|To) ([a-z]+(?: [A-Za-z'-]+){1,8}), (?:you|we|one|it|first|the|use|start|begin|make|follow|click|go|select|add)\b", sentence)
    if aims and not re.match(r"(be|this|the|a|an|my|your|his|date|me|begin|summarize|conclude|illustrate|sum)\b", aims[1]) and is_deed(aims[1], text):
        deed = re.sub(r"\byou\b", "I", re.sub(r"\byour\b", "my", aims[1]))
        return one_of((0.5, f"How do I {deed}?"), (0.35, f"How can I {deed}?"), (0.15, f"Explain how to {deed}."))
    enables = re.match(r"(?:You|We|One) (?:can|could|should) ([a-z]+(?: [A-Za-z'-]+){1,7}?) (?:by|using)\b", sentence)
    if enables and is_deed(enables[1], text) and not re.search(r"\bwe\b", enables[1]):
        deed = re.sub(r"\byour(self)?\b", lambda found: "myself" if found[1] else "my", enables[1])
        return one_of((0.6, f"How can I {deed}?"), (0.4, f"How do I {deed}?"))
    means = re.match(r"(.{3,50}?) (occurs?|happens?|refers? to|means|consists? of|describes?|involves?)\b", sentence)
    if means and is_name(means[1], 4) and not means[1].startswith("The ") and is_topic(means[1], text):
        named, several = casing.inside(means[1]), not means[2].split()[0].endswith("s")
        if means[2].startswith(("refer", "mean")) and drawn < 0.4:
            return f"What {'do' if several else 'does'} {named} mean?"
        return one_of((0.4, f"What {'are' if several else 'is'} {named}?"), (0.6, about(named))) if nouns.holds(named) else None
    return None


def openings(text, key):
    """The passages of a document that begin with a paragraph of prose: (key, first sentence, passage of 160 to 1,300 characters)."""
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n")]
    for number, paragraph in enumerate(paragraphs):
        if len(paragraph) < 60 or not paragraph[0].isupper():
            continue
        sentence = re.split(r"(?<=[.!?:])\s", paragraph)[0]
        if not 25 <= len(sentence) <= 260:
            continue
        passage, wanted = paragraph, 200 + int(share(f"w{key}{number}") * 700)
        for further in paragraphs[number + 1 :]:
            if len(passage) >= wanted or further.startswith("#") or len(passage) + len(further) >= 1200:
                break
            passage += "\n\n" + further
        if 160 <= len(passage) <= 1300:
            yield f"{key}~{number}", sentence, passage


# Words that point at what stands before a question, and the numbers and signs of exercises.
POINTS_BACK = re.compile(r"\b(it|this|that|these|those|he|she|they|them|him|her|his|their|its|we|us|our|here|above|following|figure|table|below|such|"
                         r"so|else|thou|thee|thy|mean)\b|[\"()*_\[\]\d=$]", re.I)


def asked_and_answered(text, key):
    """The questions that a text asks and answers itself: (key, question, the passage behind it, of 160 to 1,000 characters)."""
    for found in re.finditer(r"(?:(?<=[.!?:] )|(?<=\n)|^)(?:#+ )?(?:(?:So|But|And|Then|Now|Well),? )?((?:" + QUESTIONS + r"|(?:so|but|and)[, ]+"
                             r"(?:what|how|why))[^.?!\n]{8,90}\?)(?=\s)", text):
        question = found[1][0].upper() + found[1][1:]
        if len(question.split()) < 4 or question.split()[0].endswith("'s"):
            continue
        answer = re.split(r"\n#|\n\n\n", text[found.end() : found.end() + 1600].strip())[0].strip()
        if POINTS_BACK.search(question) or len(answer) < 160 or "?" in answer[:200] or answer.startswith(("|", "Solution", "Strategy")):
            continue
        limit = 300 + int(share("length" + question) * 700)
        if len(answer) > limit:
            ends = [end.end() for end in re.finditer(r"[.!?](?=\s)", answer[:limit])]
            if not ends or ends[-1] < 160:
                continue
            answer = answer[: ends[-1]]
        # In title case, words that the answer writes small are small.
        if sum(word[0].isupper() for word in question.split()) > len(question.split()) / 2:
            running = set(re.findall(r"[a-z]+", answer)) | NOT_A_NAME
            first, *others = question.split(" ")
            question = " ".join([first] + [word.lower() if word.lower().strip("?,") in running else word for word in others])
        question = tidied(question)
        if question and speaks_of(question, answer):
            yield f"{key}?{found.start()}", question, answer


def speaks_of(request, text):
    """Whether a text has three in five of the long words of a request, but for their endings."""
    words = [word for word in re.findall(r"[a-z]+", request.lower()) if len(word) > 3 and word not in NOT_A_NAME]
    return bool(words) and sum(word[: max(4, len(word) - 2)] in text.lower() for word in words) >= 0.6 * len(words)


COMMANDS = r"(Give|Write|List|Name|Tell|Explain|Describe|Suggest|Create|Identify|Classify|Provide|Compare|Summarize|Recommend)\b"
QUESTIONS = r"(What|How|Why|Who|When|Where|Which|Is|Are|Do|Does|Did|Can|Should|Will|Would|Could)\b"
HELPING = r"(is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|may|might|must|not|isn't|aren't|wasn't|don't|doesn't|didn't|can't|won't)\b"
TOKEN = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|[^\sA-Za-z\d]")


def is_plain(request, text, known):
    """Whether a request is one question or command, ended as such, of known words or the text's, and speaks of the text."""
    words = TOKEN.findall(request)
    there = {word.lower() for word in TOKEN.findall(text)}
    spelled = [word.lower() for word in words if word[0].isalpha()]
    if len(words) < 4 or len(request) > 110 or request.count("?") > 1 or re.search(r"[|*#\[\]{}<>;]", request):
        return False
    if any(word not in there and word not in known and word.rstrip("s") not in there for word in spelled):
        return False
    if re.search(r"\b[Aa] [aeio]", request) or ("difference between" in request and " and " not in request):
        return False
    asks, tells = re.match(QUESTIONS, request), re.match(COMMANDS, request)
    if (asks and not request.endswith("?")) or not (asks or tells or re.search(r"[.?!]$", request)):
        return False
    return any((word in there or word.rstrip("s") in there) and word not in NOT_A_NAME and len(word) > 2 for word in spelled)


def tidied(request):
    """A person's request with a capital at its beginning and its mark at the end; None for one that is no sentence."""
    request = re.sub(r"\s+([?.!,])", r"\1", re.sub(r"^[Ww]hats\b", "What's", re.sub(r"\s+", " ", request.strip().removeprefix("Q: "))))
    request = re.sub(r"\bi\b(?!\.)", "I", request)
    request = re.sub(r"^How to (.*[^.?])[.?]?$", r"How do I \1?", request[:1].upper() + request[1:])
    if re.match(r"Why\b", request) and not re.match("Why " + HELPING, request):
        return None
    asks, tells = re.match(QUESTIONS + r"|(What's|Was|Were|Has|Have|Am|May)\b", request), re.match(COMMANDS, request)
    if not asks and not tells and not re.match(r"(If|In|At|For|Of|When|Please|Help|Make|Imagine|Define|Brainstorm|Choose|Order|Share|Use)\b", request):
        return None
    return request if request[-1] in ".?!" else request + ("?" if asks else ".")
