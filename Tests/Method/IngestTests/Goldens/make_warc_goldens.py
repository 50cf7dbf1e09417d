"""Asks fastwarc where the records of WARC files begin, and warcio for ARC files, and writes it down for ArchiveGoldenTests.

Needs fastwarc 2.0.1 and warcio 1.8.1. From the project's root: python Tests/Method/IngestTests/Goldens/make_warc_goldens.py
A line of the golden: file below ../shared/data/warc, tool, number of records, their offsets in the file (of the gzip member, where each record
has one). Where fastwarc gives up, warcio is asked; where both do, `!` stands behind the number of records up to there.
"""
import glob, os
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as SlowIterator

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "../../../../../shared/data/warc")


def fast(path):
    offsets = []
    with open(path, "rb") as file:
        try:
            for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
                offsets.append(record.stream_pos)
                record.reader.read()
        except Exception:
            return offsets, "!"
    return offsets, ""


def slow(path):
    offsets = []
    with open(path, "rb") as file:
        records = SlowIterator(file, no_record_parse=True, arc2warc=False)
        try:
            for record in records:
                record.raw_stream.read()
                offsets.append(records.get_record_offset())
        except Exception:
            return offsets, "!"
    return offsets, ""


with open(os.path.join(here, "warc.tsv"), "w") as output:
    for path in sorted(glob.glob(f"{folder}/*/*")):
        name = path[len(folder) + 1 :]
        stem = name[:-3] if name.endswith(".gz") else name
        if name.endswith(".lz4") or stem.rsplit(".", 1)[-1] not in ("warc", "wet", "wat", "arc"):
            continue
        is_arc = stem.endswith(".arc")
        tool, (offsets, mark) = "fastwarc", ([], "!") if is_arc else fast(path)
        if mark:
            tool, (offsets, mark) = "warcio", slow(path)
        output.write(f"{name}\t{tool}\t{len(offsets)}{mark}\t{','.join(map(str, offsets))}\n")
