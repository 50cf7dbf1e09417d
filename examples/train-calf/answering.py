"""Short answers: requests made by rule from one sentence that answers them, and the first sentences of longer answers.

A model this small learns to answer in a sentence or two that speak of what was asked, or it learns nothing whole.
"""
import hashlib, re

from asking import NOT_A_NAME, POINTING, QUESTIONS, TOKEN, VERB, is_name, share

# What a sentence that stands alone does not point at, and does not hold.
POINTS_AWAY = re.compile(
    r"\b(figure|table|chapter|section|example|exercise|above|below|following|here|reader|book|this|these|those|such|she|he|his|her|him|I|we|us|our|my|"
    r"me|said|image|shown|see)\b|[\[\]{}|<>*#=_\\\"();:@/$%]|https?|\d{5}", re.I)
LEANS = re.compile(r"^(It|This|That|These|Those|They|He|She|His|Her|Their|Its|Such|Another|Other|However|But|And|So|Thus|Then|Also|In addition|"
                   r"As a result|For this|Both|Each|Some of|Most of|Many of)\b")
DOES = {"need": "What do {} need?", "eat": "What do {} eat?", "live": "Where do {} live?", "grow": "How do {} grow?", "move": "How do {} move?",
        "use": "What do {} use?", "have": "What do {} have?", "make": "What do {} make?", "produce": "What do {} produce?", "contain": "What do {} contain?"}
DOES_ONE = {"contains": "What does {} contain?", "requires": "What does {} require?", "works": "How does {} work?", "causes": "What does {} cause?"}


def of_sentence(sentence, key, casing):
    """The request that one sentence answers by itself; None where it answers none that these rules know."""
    drawn = share("f" + key)
    found = re.match(r"The (purpose|goal|aim|role|function|importance|cause|effect|result|history|meaning|structure|main purpose|main goal|best way|"
                     r"easiest way|benefits?|advantages?|disadvantages?|causes|effects|main types|symptoms) (of|to|in|for) "
                     r"((?:the |an? )?[a-z][A-Za-z' -]{2,60}?) (is|are|was|were|include)\b", sentence)
    if found and len(found[3].split()) <= 7 and not VERB.match(found[3].split()[-1]) and not POINTING & set(found[3].split()):
        return f"What {found[4].replace('include', 'are')} the {found[1]} {found[2]} {re.sub(chr(92) + 'byour' + chr(92) + 'b', 'my', found[3])}?"
    found = re.match(r"The (?:main |key |major |primary )?difference between ((?:the |an? )?[a-z][a-z' -]{2,40}? and (?:the |an? )?[a-z][a-z' -]{2,40}?) is\b", sentence)
    if found:
        return f"What is the difference between {found[1]}?"
    found = re.match(r"([A-Z][A-Za-z' -]{2,40}?) (is|are) (caused by|made of|made from|made up of|used to|used for|used in|found in|important because|"
                     r"composed of|produced by|measured in)\b", sentence)
    if found and is_name(found[1], 4):
        named, be, what = casing.inside(found[1]), found[2], found[3]
        forms = {"caused by": "What causes {n}?", "important because": "Why {be} {n} important?", "found in": "Where {be} {n} found?",
                 "produced by": "How {be} {n} produced?", "used to": "What {be} {n} used for?", "used for": "What {be} {n} used for?",
                 "used in": "What {be} {n} used for?"}
        return forms.get(what, "What {be} {n} {what}?").format(n=named, be=be, what=what)
    found = re.match(r"([A-Z][A-Za-z' -]{2,40}?) (is|are) ((?:an?|the|one of) [a-z]+[a-z, '-]* (?:that|which|who|of|in|used|with|for|made|where|from|to)\b)", sentence)
    if found and is_name(found[1], 4) and found[1].split()[0] != "The":
        named, be = casing.inside(found[1]), found[2]
        return (f"What {be} {named}?" if drawn < 0.6 else f"Can you explain what {named} {be}?" if drawn < 0.7 else f"Tell me about {named}."
                if drawn < 0.8 else f"Explain what {named} {be}." if drawn < 0.9 else f"Describe {named}.")
    found = re.match(r"To ([a-z]+(?: [A-Za-z'-]+){1,7}), (you|we|one|first|use|start|begin|make|place|put|cut|add|take|hold|try|look|find|keep|remove)\b", sentence)
    if found and not re.match(r"(be|this|the|a|an|my|his|date|me|begin|summarize|conclude|illustrate|sum|understand|see|answer|their)\b", found[1]):
        deed = re.sub(r"\byou\b", "I", re.sub(r"\byour\b", "my", found[1]))
        return None if POINTING & set(found[1].split()) else f"How do I {deed}?" if drawn < 0.6 else f"How can I {deed}?"
    found = re.match(r"(?:You|One|People) (?:can|should) ([a-z]+(?: [A-Za-z'-]+){1,6}?) (?:by|using)\b", sentence)
    if found and not POINTING & set(found[1].split()):
        return f"How can I {re.sub(chr(92) + 'byour' + chr(92) + 'b', 'my', found[1])}?"
    found = re.match(r"([A-Z][A-Za-z' -]{2,30}?) (need|use|have|live|eat|grow|move|help|provide|produce|play|contain|carry|protect|store|make|depend on|"
                     r"respond to|differ from) [a-z]", sentence)
    if found and is_name(found[1], 3) and found[1].endswith("s") and not found[1].endswith("ss"):
        return DOES.get(found[2], "What do {} do?").format(casing.inside(found[1]))
    found = re.match(r"([A-Z][A-Za-z' -]{2,30}?) (helps|provides|produces|contains|carries|protects|stores|makes|controls|causes|requires|allows|works)\b", sentence)
    if found and is_name(found[1], 3):
        return DOES_ONE.get(found[2], "What does {} do?").format(casing.inside(found[1]))
    return None


def said(text, key, casing, rank):
    """The sentences of a text that answer a request by themselves: (key, request, the sentence and at most one that goes on from it).

    rank: how many words are more frequent than a word; rarer ones than some six thousand are let in once."""
    for paragraph in text.split("\n"):
        if len(paragraph) < 60 or not paragraph[0].isupper():
            continue
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", paragraph)
        for sentence, further in zip(sentences, sentences[1:] + [""]):
            if not 40 <= len(sentence) <= 200 or sentence[-1] != "." or POINTS_AWAY.search(sentence) or LEANS.match(sentence):
                continue
            words = [word.lower() for word in TOKEN.findall(sentence) if word[0].isalpha()]
            if sum(rank.get(word, 10**9) > 6000 for word in words) > 1 or any(rank.get(word, 10**9) > 20000 for word in words):
                continue
            request = of_sentence(sentence, key + sentence, casing)
            if not request or len(request) > 90 or re.search(r"What (is|are|do|does) \w*(ly|n't)\b", request) or re.search("need not|n't", sentence):
                continue
            goes_on = re.match(r"(They|It|Their|Its)\b", further) and 30 < len(further) and len(sentence) + len(further) < 240 and further[-1] == "."
            plain = goes_on and not re.search(r"[\[\]{}|<>*#=_\\\"();:@/$%]|figure|table", further, re.I)
            yield key + sentence, request, sentence + (" " + further if plain else "")


SOFTWARE = re.compile(r"\b(apps?|web|websites?|browsers?|software|HTML|CSS|JavaScript|Python|SQL|API|servers?|database|code|coding|programming|program|functions?|"
                      r"element|attribute|tag|files?|data|pages?|users?|agency|agencies|federal|digital|online|command|git|class|object|method|array|string|"
                      r"variable|URL|sites?|teams?|content|analytics|design|license|property)\b")
MEDICINE = re.compile("syndrome|disease|cancer|deficiency|symptom|genetic|disorder|tumor|patients|inherited|mutation|gene\\b")
ASKING_WORDS = NOT_A_NAME | set("about give tell what does explain describe list name write some good best make made use used like know mean way ways help have "
                                "your you get become people much many long should could would there their between different difference".split())


def briefly(pair, longest=250):
    """The pair with its answer's first two sentences, on one line; None where these are no prose that ends, or do not speak of what was
    asked. Of software and medicine, which the texts are full of and people ask little about, a few are kept."""
    asked, answer = pair["instruction"], re.sub(r"\s+", " ", pair["output"].split("\n\n")[0].strip())
    by_hand = pair["kind"] == "dolly"
    if "\n" in pair["output"].split("\n\n")[0].strip() or not answer[:1].isupper():
        return None
    if re.search(r"[|{}<>*#=_\\;\[]|https?:|\b[Tt]he (figure|table)|\bFigure|\bI\b|following|\([^)]*\)|\d{4}.*\d{4}", answer[:longest]):
        return None
    if not by_hand and len(SOFTWARE.findall(asked + " " + answer[:longest])) >= 2 and share("software" + pair["id"]) > 0.08:
        return None
    if pair["kind"] in ("told", "said") and MEDICINE.search(asked + answer) and share("medicine" + pair["id"]) > 0.15:
        return None
    if pair["kind"].startswith("stack") and not (re.match(QUESTIONS, asked) and asked.endswith("?") and len(asked) < 90):
        return None
    stems = lambda text: {word.lower()[:5] for word in re.findall(r"[A-Za-z]{4,}", text) if word.lower() not in ASKING_WORDS}
    ends = [end.end() for end in re.finditer(r"[.!?](?=\s|$)(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!U\.S\.)", answer[:longest])]
    if not ends or (stems(asked) and not stems(asked) & stems(answer)):
        return None
    answer = answer[: ends[min(1, len(ends) - 1)]]
    return dict(pair, id=pair["id"] + "/brief", instruction=asked[0].upper() + asked[1:], output=answer) if len(answer) >= 30 else None
