"""Reading of a web archive with every record's bytes, one thread: humpback's reader, fastwarc and warcio in turn on the same file.

usage: warc_speed.py TESTS FOLDER_OF_HTML [--rounds 3]     (TESTS is .build/release/humpbackPackageTests.xctest, after swift build --build-tests)
Needs fastwarc and warcio. The pages become responses of one gzip archive, a member a record, ten times over. The best round counts.
"""
import argparse, glob, gzip, io, os, subprocess, tempfile, time
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as SlowIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

parser = argparse.ArgumentParser()
parser.add_argument("tests")
parser.add_argument("folder")
parser.add_argument("--rounds", type=int, default=3)
options = parser.parse_args()


def ours(path):
    run = subprocess.run(
        [options.tests, "--testing-library", "swift-testing", "--filter", "ReadingSpeed"], capture_output=True, text=True,
        env={**os.environ, "HUMPBACK_WARC": path})
    times = [line.split()[1:] for line in run.stdout.splitlines() if line.startswith("warc ")]
    return min((float(seconds), int(records), int(size)) for records, size, seconds in times)


def fast(path):
    start, records, size = time.perf_counter(), 0, 0
    for record in ArchiveIterator(open(path, "rb"), record_types=WarcRecordType.response, parse_http=False):
        records, size = records + 1, size + len(record.reader.read())
    return time.perf_counter() - start, records, size


def slow(path):
    start, records, size = time.perf_counter(), 0, 0
    for record in SlowIterator(open(path, "rb"), no_record_parse=True):
        if record.rec_type == "response":
            records, size = records + 1, size + len(record.raw_stream.read())
    return time.perf_counter() - start, records, size


with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/pages.warc.gz"
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=True)
        pages = [gzip.open(f).read() for f in sorted(glob.glob(f"{options.folder}/**/*.html.gz", recursive=True))[:90]]
        for round in range(10):
            for number, page in enumerate(pages):
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                writer.write_record(
                    writer.create_warc_record(f"https://example.org/{round}/{number}", "response", payload=io.BytesIO(page), http_headers=headers))
    best = {}
    for _ in range(options.rounds):
        for name, call in (("humpback", ours), ("fastwarc", fast), ("warcio", slow)):
            best[name] = min(best.get(name, (float("inf"),)), call(path))
for name, (seconds, records, size) in best.items():
    print(f"| {name} | {records} records | {records / seconds:.0f} records/s | {size / 1e6 / seconds:.0f} MB/s unpacked |")
