"""What a worker of Spark or Ray does with a part of a table: it runs the humpback executable and hands records through it.

A row of pages has `path` and `content` (bytes); a row of records has `id` and `record`, a line of JSON. The Parquet files are Spark's and Ray's.
"""

import json
import os
import shlex
import struct
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))


def check(humpback, checker, models=()):
    """Stops a worker that lacks something, with the words of check-worker.sh."""
    os.chmod(humpback, 0o755)
    done = subprocess.run(["bash", checker, humpback, *models], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


MODELS = ("--model", "--backward", "--forward", "--base")


def models_of(options):
    """The models that a stage's options name."""
    words = shlex.split(options)
    return [value for flag, value in zip(words, words[1:]) if flag in MODELS]


def at_home(options):
    """A stage's options with the whole paths of models that stand here: workers run elsewhere."""
    words = shlex.split(options)
    for place, value in enumerate(words):
        if place and words[place - 1] in MODELS and os.path.exists(value):
            words[place] = os.path.abspath(value)
    return shlex.join(words)


def ingest(humpback, pages, options, near=True):
    """Passages of some pages: (name, id, record, keys) for each, before duplicates go; of these the smallest name stays: the id, then the file.

    The pages stand in a folder of their own while they are read, under the paths they came with, as an id is made of the path where a page
    tells no address. As a shard, ingest leaves beside its output what passages are compared by.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for path, content in pages:
            path = path.lstrip("/")
            os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(content)
            paths.append(path)
        if not paths:
            return
        command = [humpback, "ingest", *paths, "--shard", "1/1", "-o", "out.jsonl", "-q", *(["--near-duplicates"] if near else [])]
        run(command + shlex.split(options), cwd=folder)
        with open(os.path.join(folder, "out.jsonl")) as lines, open(os.path.join(folder, "out.jsonl.signatures"), "rb") as signatures:
            keys = json.loads(signatures.readline())["keys"]
            for line in lines:
                numbers = struct.unpack(f"<QIIII{keys}Q", signatures.read(24 + 8 * keys))
                # The mark of the shard is the last field.
                record = line[: line.rindex(',"shard_item":')] + "}"
                # Of the two numbers of the text one is enough; a table has signed ones.
                marks = [numbers[5], *numbers[7:]]
                passage = json.loads(record)
                name = passage["id"] + " " + passage["source"]["file"]
                yield name, passage["id"], record, [mark - (1 << 64) if mark >> 63 else mark for mark in marks]


def run(command, cwd=None):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command[:2])} ended with {done.returncode}: {done.stderr[-2000:]}")


def pipe(humpback, stage, records, options):
    """The records of a stage, read from its standard output while others go to its standard input; yields (id, record)."""
    records = iter(records)
    first = next(records, None)
    if first is None:
        return
    with tempfile.TemporaryFile("w+") as words:
        command = [humpback, stage, "-q", *shlex.split(options)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True)

        def feed():
            try:
                process.stdin.write(first + "\n")
                for record in records:
                    process.stdin.write(record + "\n")
                process.stdin.close()
            except BrokenPipeError:
                pass  # It ended early, and its status says why.

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        for line in process.stdout:
            record = line.rstrip("\n")
            yield json.loads(record)["id"], record
        status = process.wait()
        feeder.join()
        words.seek(0)
        if status:
            raise RuntimeError(f"humpback {stage} ended with {status}: {words.read()[-2000:]}")
