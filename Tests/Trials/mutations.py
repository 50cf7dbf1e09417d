#!/usr/bin/env python3
"""Mutated inputs for every reader of files: 2,000 a reader, under a limit of time and memory.

    Tests/Trials/mutations.py [--count 2000] [--reader NAME] [--seed 1] [HUMPBACK]

Readers: warc, http, jsonl, csv, gguf, safetensors, tokenizer, template, config. An input may be read or refused; what no input may do is end the
process by a signal (a Swift trap is one), outlast 20 seconds, or take more than 4 GiB. What fails is kept in a folder that is named at
the end, and the status is then 1. Inputs that can share a process do, and are looked at one by one where it fails.
"""
import argparse, gzip, json, os, pathlib, random, resource, shutil, struct, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS, BYTES = 20, 4 << 30
NUMBERS = ["0", "-1", "1", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e400", "1.5", "4294967296", "99999999999999999999"]
WORDS = ["\r\n", "\r\n\r\n", "\0", ":", "{", "[", "\"", "\\", "\\ud800", "null", "\ufeff", "é", "{{", "{%", "%}", "}}", "|", "..", "<", "/"]


def mutate(data, rnd):
    """Some bytes changed, left out, doubled, or replaced by what readers stumble over."""
    data = bytearray(data)
    for _ in range(rnd.choice([1, 1, 2, 3, 6])):
        if not data: data += b"\n"
        at = rnd.randrange(len(data))
        kind = rnd.randrange(8)
        if kind == 0: data[at] = rnd.randrange(256)
        elif kind == 1: del data[at : at + rnd.choice([1, 2, 8, 100])]
        elif kind == 2: data[at:at] = data[at : at + rnd.choice([1, 8, 200])] * rnd.choice([1, 2, 20])
        elif kind == 3: data[at:at] = rnd.choice(WORDS).encode()
        elif kind == 4: del data[rnd.randrange(len(data)) :]
        elif kind == 5:
            # A number in the text becomes another one.
            start = next((i for i in range(at, len(data)) if chr(data[i]).isdigit()), None)
            if start is not None:
                end = start
                while end < len(data) and chr(data[end]).isdigit(): end += 1
                data[start:end] = rnd.choice(NUMBERS).encode()
        elif kind == 6 and len(data) > at + 8:
            data[at : at + 8] = struct.pack("<Q", rnd.choice([0, 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]))
        elif kind == 7 and len(data) > at + 4:
            data[at : at + 4] = struct.pack("<I", rnd.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))
    return bytes(data)


def warc():
    page = b"<html><head><title>T</title></head><body><h1>Head</h1><p>" + b"Some words of a page that go on. " * 30 + b"</p></body></html>"
    out = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nab\r\n\r\n\r\n"
    for n, head in enumerate([b"Content-Type: text/html; charset=utf-8", b"Content-Type: text/html\r\nTransfer-Encoding: chunked",
                              b"Content-Type: text/html\r\nContent-Encoding: gzip", b"Content-Type: text/html"]):
        body = page
        if b"chunked" in head: body = b"%x\r\n" % len(page) + page + b"\r\n0\r\n\r\n"
        if b"gzip" in head: body = gzip.compress(page, mtime=0)
        block = b"HTTP/1.1 200 OK\r\n" + head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        out += (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
                b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % (n, len(block))) + block + b"\r\n\r\n"
    return out


def http(rnd):
    """One response whose header alone is mutated, so that the record around it stays whole."""
    page = b"<html><body><h1>Head</h1><p>" + b"Some words of a page. " * 40 + b"</p></body></html>"
    head = mutate(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"iso-8859-1\"\r\nContent-Encoding: gzip, br\r\nTransfer-Encoding: chunked\r\n"
                  b"Content-Length: 880\r\nX-Robots-Tag: noai\r\nTDM-Reservation: 1\r\nLink: <http://a/b>; rel=license\r\n\r\n", rnd)
    block = head + page
    return (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
            % len(block)) + block + b"\r\n\r\n"


TEMPLATE = ("{% set ns = namespace(n=0) %}{% for m in messages %}{% if loop.first and m.role == 'system' %}{{ m['content'] | trim }}{% else %}"
            "{{ '<|' + m.role + '|>' }}{{ m.content | replace('a', 'b') | upper }}{% set ns.n = ns.n + 1 %}{% endif %}{% endfor %}"
            "{% macro f(x, y=2) %}{{ x * y }}{% endmacro %}{{ f(3) }}{{ range(3) | join(',') }}{{ messages | length }}{{ messages[0:1] | tojson }}"
            "{{ 'x' * 3 }}{{ 7 // 2 }}{{ 7 % 3 }}{{ [1, 2] | map('string') | list }}{% if add_generation_prompt %}<|assistant|>{% endif %}")


def model_folder(tool, place):
    """A tiny model with a tokenizer, made by the tool itself."""
    (place / "text.txt").write_text("The quick brown fox jumps over the lazy dog and takes a rest. " * 40)
    (place / "shape.json").write_text(json.dumps({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 320, "hidden_size": 16, "intermediate_size": 32,
        "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 256, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "tie_word_embeddings": True, "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": 1}))
    for words in (["tokenizer", "train", "--vocabulary", "320", "text.txt", "--out", "tok"],
                  ["pretrain", "--shape", "shape.json", "--tokenizer", "tok", "--steps", "1", "--batch", "1", "--context", "32", "--out", "model", "text.txt"]):
        subprocess.run([tool] + words, cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run([tool, "convert", "--storage", "f32", "model", "x.gguf"], cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return place / "model"


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (4 * BYTES, 4 * BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end(tool, words, cwd, seconds=SECONDS, must_read=False):
    """How a run ended badly, or None: by a signal, too late, or with too much memory. What is whole must be read."""
    with subprocess.Popen([tool] + words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limits) as run:
        try: _, said = run.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            run.kill(); run.communicate()
            return f"no end within {seconds} s"
    if must_read and run.returncode != 0: return f"status {run.returncode}: {said[-300:]!r}"
    if run.returncode < 0 or run.returncode > 128: return f"signal {-run.returncode if run.returncode < 0 else run.returncode - 128}"
    if run.returncode not in (0, 1, 2, 64): return f"status {run.returncode}"
    for mark in (b"NSCocoa", b"Error Domain", b"UserInfo={"):
        if mark in said: return f"a framework's own error text: {said[-200:]!r}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("tool", nargs="?", default=str(ROOT / ".build/release/humpback"))
    given = parser.parse_args()
    tool = str(pathlib.Path(given.tool).resolve())
    place = pathlib.Path(tempfile.mkdtemp(prefix="humpback-mutations-"))
    model = model_folder(tool, place)
    pair = b'{"id":"a","instruction":"How do I boil an egg?","output":"Bring water to the boil.","score":4.5,"heading":["A","B"],"n":12}\n'
    chat = b'{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes","weight":1}]}\n'
    (place / "pair.jsonl").write_bytes(pair)
    (place / "texts.jsonl").write_bytes(b'{"text":"The quick brown fox."}\n')
    seeds = {
        "warc": warc(), "jsonl": pair * 3 + chat + b'{"text":"Some words","url":"http://a.example/"}\n', "csv": b'instruction,output,score\n"a, ""b""",c,4\nd,"e\nf",5\n',
        "gguf": (place / "x.gguf").read_bytes(), "safetensors": (model / "model.safetensors").read_bytes(), "tokenizer": (model / "tokenizer.json").read_bytes(),
        "template": TEMPLATE.encode(), "config": (model / "config.json").read_bytes(),
    }

    def files(names, words, write):
        """Inputs that share a process: each batch a folder or a list of files."""
        def run(batch, must_read=False):
            folder = pathlib.Path(tempfile.mkdtemp(dir=place))
            for number, data in enumerate(batch): (folder / names(number)).write_bytes(data)
            listed = [str(p) for p in sorted(folder.iterdir())]
            bad = end(tool, words + (listed if write else [str(folder)]), place, SECONDS + len(batch), must_read)
            shutil.rmtree(folder)
            return bad
        return run

    def in_model(name, words, wrap=lambda data: data):
        """A model folder with one file exchanged."""
        def run(batch, must_read=False):
            bad = None
            for data in batch:
                folder = pathlib.Path(tempfile.mkdtemp(dir=place)) / "m"
                shutil.copytree(model, folder)
                (folder / name).write_bytes(wrap(data))
                bad = end(tool, [w.replace("MODEL", str(folder)) for w in words], place, SECONDS, must_read)
                shutil.rmtree(folder.parent)
                if bad: break
            return bad
        return run

    def template(data):
        settings = json.loads((model / "tokenizer_config.json").read_text()) if (model / "tokenizer_config.json").exists() else {}
        settings["chat_template"] = data.decode("utf-8", "replace")
        return json.dumps(settings).encode()

    if (model / "chat_template.jinja").exists(): (model / "chat_template.jinja").unlink()
    readers = {
        "warc": (files(lambda n: f"{n}.warc", ["ingest", "--whole-page", "-q"], False), 50),
        "http": (files(lambda n: f"{n}.warc", ["ingest", "--whole-page", "-q"], False), 100),
        "jsonl": (files(lambda n: f"{n}.jsonl", ["export", "-q", "--max-broken", "1"], True), 50),
        "csv": (files(lambda n: f"{n}.csv", ["export", "-q", "--max-broken", "1"], True), 50),
        "gguf": (files(lambda n: "x.gguf", ["inspect"], True), 1),
        "safetensors": (in_model("model.safetensors", ["inspect", "MODEL"]), 1),
        "tokenizer": (in_model("tokenizer.json", ["tokenize", "-q", "--model", "MODEL", "texts.jsonl"]), 1),
        "template": (in_model("tokenizer_config.json", ["show-mask", "--base", "MODEL", "pair.jsonl"], template), 1),
        "config": (in_model("config.json", ["inspect", "MODEL"]), 1),
    }
    failures = 0
    for name, (run, size) in readers.items():
        if given.reader not in (None, name): continue
        rnd = random.Random(f"{given.seed} {name}")
        if bad := run([seeds.get(name, seeds["warc"])], must_read=True):
            print(f"{name}: the input before it is mutated: {bad}", flush=True)
            failures += 1
        inputs = [http(rnd) if name == "http" else mutate(seeds[name], rnd) for _ in range(given.count)]
        bad_here = 0
        for start in range(0, len(inputs), size):
            batch = inputs[start : start + size]
            if not run(batch): continue
            for data in batch:
                bad = run([data])
                if not bad: continue
                bad_here += 1
                kept = place / f"failed-{name}-{bad_here}"
                kept.write_bytes(data)
                print(f"{name}: {bad}: {kept}", flush=True)
        failures += bad_here
        print(f"{name}: {len(inputs)} inputs, {bad_here} ended badly", flush=True)
    if failures == 0: shutil.rmtree(place)
    return 1 if failures else 0


if __name__ == "__main__": sys.exit(main())
