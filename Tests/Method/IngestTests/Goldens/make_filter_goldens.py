"""Asks datatrove's filters about documents of ../shared/data/text and writes down what they say, for FilterParityTests.

Needs datatrove 0.10.1 with spacy 3.8 and nltk 3.10. From the project's root: python Tests/Method/IngestTests/Goldens/make_filter_goldens.py
A line of the golden: file, line number, then the reason of each filter or - : Gopher quality, Gopher repetition, C4 (its rules on braces, on
JavaScript and on end marks off, as ingest has it), FineWeb.
"""
import glob, gzip, json, os, sys
from datatrove.data import Document
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter

here = os.path.dirname(os.path.abspath(__file__))
texts = os.path.join(here, "../../../../../shared/data/text")
filters = [
    GopherQualityFilter(), GopherRepetitionFilter(),
    C4QualityFilter(filter_no_terminal_punct=False, filter_javascript=False, filter_curly_bracket=False), FineWebQualityFilter(),
]
output = open(os.path.join(here, "filters.tsv"), "w")
for file in sorted(glob.glob(f"{texts}/*.jsonl.gz")):
    with gzip.open(file, "rt") as lines:
        taken = 0
        for number, line in enumerate(lines):
            # Every seventh document, and each of them cut to its first 1,500 characters every other time: short ones fail more often.
            if number % 7 or taken == 120:
                continue
            taken += 1
            text = json.loads(line)["text"]
            text = text[:1500] if number % 2 else text[:20000]
            reasons = []
            for f in filters:
                verdict = f.filter(Document(text=text, id="x"))
                reasons.append("-" if verdict is True else str(verdict[1]) if isinstance(verdict, tuple) else "dropped")
            output.write("\t".join([os.path.basename(file), str(number)] + reasons) + "\n")
