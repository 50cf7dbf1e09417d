"""Writes dictionary.warc.zst for ZstandardTests: a skippable frame with a packed dictionary, then a frame a record, as WARC-ZSTD 1.0 has it.

Needs zstandard 0.25. From the project's root: python Tests/Method/IngestTests/Goldens/make_zstd_golden.py
"""
import os, random, struct
import zstandard

random.seed(1)
WORDS = "river bridge boat lock gate water canal mooring towpath keeper paddle sluice summit pound basin wharf".split()


def record(number):
    body = "<h1>Lock %d</h1><p>%s.</p>" % (number, " ".join(random.choice(WORDS) for _ in range(120)))
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


dictionary = zstandard.train_dictionary(2000, [record(n) for n in range(400)])
packed = zstandard.ZstdCompressor(level=19).compress(dictionary.as_bytes())
frames = [zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True).compress(record(n)) for n in range(5)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dictionary.warc.zst"), "wb") as output:
    output.write(struct.pack("<II", 0x184D2A5D, len(packed)) + packed + b"".join(frames))
