"""Compares the tokens of `humpback tokenize` with those of the libraries that the tokenizers come from, text by text.

Texts: everything under DATA (text/, pages/, seeds/, eval/, alpaca_eval/), further folders of plain text (--more), and hostile ones:
every code point there is, random code points, random bytes. Tokenizers: a byte-level vocabulary of 49,152 trained here on one of twelve of
the texts, and every family under DATA/tokenizers. References: tiktoken, tokenizers, sentencepiece, llama.cpp (llama-cpp-python).

    python same_tokens.py ../../.build/release/humpback ../../../shared/data /tmp/same_tokens [--more DIR] [--only NAME] [--megabytes N] [--each N]

Prints a line a tokenizer, and of what differs the first ten texts with the characters around the first difference. Ends with 1 where
anything differs. Made with tiktoken, tokenizers 0.23, sentencepiece 0.2.3, llama-cpp-python 0.3.36.
"""
import argparse
import glob
import gzip
import json
import os
import random
import subprocess
import sys
import time
import unicodedata

os.environ["TOKENIZERS_PARALLELISM"] = "false"
LONGEST = 20_000
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def strings(value):
    """All strings of a JSON value that look like text."""
    if isinstance(value, str):
        if len(value) > 20:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def documents(data, more, most):
    """The texts of all files, of each no more than so many characters."""
    for text in files(data, more):
        left = most
        for part in text:
            yield part[:left]
            left -= len(part)
            if left <= 0:
                break


def files(data, more):
    """For each file, its texts."""
    for place in sorted(glob.glob(f"{data}/**/*", recursive=True)):
        if not os.path.isfile(place) or "/tokenizers/" in place or "/stories260K/" in place:
            continue
        opened = gzip.open if place.endswith(".gz") else open
        name = place.removesuffix(".gz")
        if name.endswith((".jsonl", ".json")):
            with opened(place, "rt", errors="replace") as file:
                try:
                    values = [json.loads(line) for line in file] if name.endswith(".jsonl") else [json.load(file)]
                except ValueError:
                    continue
            yield strings(values)
        elif name.endswith((".html", ".htm", ".md", ".txt", ".xml", ".csv", ".wet")):
            with opened(place, "rt", errors="replace") as file:
                yield [file.read()]
    for folder in more:
        for place in sorted(glob.glob(f"{folder}/**/*", recursive=True)):
            if os.path.isfile(place):
                opened = gzip.open if place.endswith(".gz") else open
                try:
                    with opened(place, "rt", errors="strict") as file:
                        text = file.read()
                except (OSError, ValueError, EOFError):
                    continue
                yield [text]


def hostile():
    rng = random.Random(5)
    usable = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(usable), 64):
        part = usable[start:start + 64]
        yield "".join(f" a{chr(code)}b{chr(code)} {chr(code)}1{chr(code)}" for code in part)
        yield "".join(map(chr, part))
    common = [*range(0x20, 0x250), *range(0x300, 0x370), *range(0x600, 0x700), *range(0x900, 0x980), *range(0x2000, 0x2070), *range(0x3000, 0x30FF)]
    words = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "'s", "'S", "'\u017f", "'ll", "n't", "1847", "<|endoftext|>", "<s>", "\u2581", "e\u0301"]
    for _ in range(20_000):
        yield "".join(rng.choice(words) if rng.random() < 0.5 else chr(rng.choice(common if rng.random() < 0.8 else usable))
                      for _ in range(rng.randint(1, 60)))
    for _ in range(5_000):
        yield rng.randbytes(rng.randint(1, 300)).decode("utf-8", "replace")
    for letter in "a b\n1'.\u00e9":
        yield letter * 5_000


def gather(place, data, more, limit, each):
    """Writes the texts, real ones first, and gives their number and megabytes."""
    size = count = real = 0
    with open(place, "w", encoding="utf-8") as file:
        for text in documents(data, more, each):
            for start in range(0, len(text), LONGEST):
                part = text[start:start + LONGEST].encode("utf-8", "replace").decode()
                file.write(json.dumps({"text": part}, ensure_ascii=False) + "\n")
                size += len(part.encode())
                real += 1
            if size > limit:
                break
        for text in hostile():
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            size += len(text.encode())
            count += 1
    return real, count, size / 1e6


def texts(place):
    with open(place, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"]


def trained(work, place):
    """A byte-level vocabulary of 49,152 of the texts, and its ranks for tiktoken."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    folder = f"{work}/trained"
    if not os.path.exists(f"{folder}/tokenizer.json"):
        os.makedirs(folder, exist_ok=True)
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(vocab_size=49152, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                      special_tokens=["<|endoftext|>"], show_progress=False)
        tokenizer.train_from_iterator((text for index, text in enumerate(texts(place)) if index % 12 == 0), trainer)
        tokenizer.save(f"{folder}/tokenizer.json")
    return f"{folder}/tokenizer.json"


def with_tokenizers(place):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(place)
    tokenizer.encode_special_tokens = True
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


def with_tiktoken(ranks, pattern, normalize=None):
    import tiktoken
    encoding = tiktoken.Encoding("local", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return lambda text: encoding.encode_ordinary(normalize(text) if normalize else text)


def ranks_of(place):
    """The ranks of a byte-level tokenizer.json whose ids are in the order of its merges."""
    with open(place, encoding="utf-8") as file:
        parts = json.load(file)
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {chr(byte): byte for byte in shown}
    for index, byte in enumerate(byte for byte in range(256) if byte not in shown):
        letters[chr(256 + index)] = byte
    special = {token["content"] for token in parts["added_tokens"]}
    return {bytes(letters[letter] for letter in token): rank for token, rank in parts["model"]["vocab"].items() if token not in special}


def with_llama(place):
    import llama_cpp
    model = llama_cpp.Llama(place, vocab_only=True, verbose=False)
    return lambda text: model.tokenize(text.encode(), add_bos=False, special=False)


def with_sentencepiece(place):
    import sentencepiece
    model = sentencepiece.SentencePieceProcessor(model_file=place)
    return model.encode


def families(data, work, place):
    """Name, what humpback is given, what gives the reference, and the most megabytes where the reference is slow."""
    folder = f"{data}/tokenizers"

    def gpt2():
        from tiktoken.load import data_gym_to_mergeable_bpe_ranks
        return with_tiktoken(data_gym_to_mergeable_bpe_ranks(f"{folder}/gpt2-hf/vocab.bpe", f"{folder}/gpt2-hf/encoder.json"), GPT2)

    def llama3():
        from tiktoken.load import load_tiktoken_bpe
        return with_tiktoken(load_tiktoken_bpe(f"{folder}/llama-models/llama3/tokenizer.model"), LLAMA3)

    def qwen():
        from tiktoken.load import load_tiktoken_bpe
        from tokenizers import normalizers
        pattern = LLAMA3.replace("{1,3}", "")
        return with_tiktoken(load_tiktoken_bpe(f"{folder}/qwen-tiktoken/qwen.tiktoken"), pattern, normalizers.NFC().normalize_str)

    ours = f"{work}/trained/tokenizer.json"
    yield "trained-49k, tiktoken", lambda: trained(work, place), lambda: with_tiktoken(ranks_of(ours), GPT2), None
    yield "trained-49k, tokenizers", lambda: trained(work, place), lambda: with_tokenizers(ours), 50
    gpt2_folder = f"{work}/gpt2"
    os.makedirs(gpt2_folder, exist_ok=True)
    for theirs, name in [("encoder.json", "vocab.json"), ("vocab.bpe", "merges.txt")]:
        if not os.path.exists(f"{gpt2_folder}/{name}"):
            os.symlink(os.path.abspath(f"{folder}/gpt2-hf/{theirs}"), f"{gpt2_folder}/{name}")
    yield "gpt2-hf, tiktoken", lambda: gpt2_folder, gpt2, None
    yield "llama3, tiktoken", lambda: f"{folder}/llama-models/llama3", llama3, None
    yield "qwen, tiktoken", lambda: f"{folder}/qwen-tiktoken", qwen, None
    llama2 = f"{folder}/llama2/tokenizer.model"
    yield "llama2, sentencepiece", lambda: llama2, lambda: with_sentencepiece(llama2), None
    olmo = f"{folder}/olmo-hf-tokenizer-json/tokenizer.json"
    yield "olmo, tokenizers", lambda: olmo, lambda: with_tokenizers(olmo), 50
    for name in ["gpt-2", "starcoder", "deepseek-llm", "llama-spm", "phi-3"]:
        file = f"{folder}/llama.cpp-vocab/ggml-vocab-{name}.gguf"
        yield f"{name}.gguf, llama.cpp", lambda file=file: file, lambda file=file: with_llama(file), 25


def around(text, ours, theirs, decode=None):
    """Where two rows of tokens part, roughly: the share of the text that their common beginning covers."""
    same = next((i for i, (one, other) in enumerate(zip(ours, theirs)) if one != other), min(len(ours), len(theirs)))
    at = min(len(text), int(len(text) * same / max(1, len(theirs))))
    return same, text[max(0, at - 20):at + 20]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("humpback")
    parser.add_argument("data")
    parser.add_argument("work")
    parser.add_argument("--more", action="append", default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--megabytes", type=float, default=1e9)
    parser.add_argument("--each", type=float, default=1e9, help="the most megabytes of one file")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    place = f"{arguments.work}/texts.jsonl"
    if not os.path.exists(place):
        found = gather(place, arguments.data, arguments.more, arguments.megabytes * 1e6, int(arguments.each * 1e6))
        print("%d texts and %d hostile ones, %.1f MB" % found, flush=True)
    differing = 0
    for name, model, reference, most in families(arguments.data, arguments.work, place):
        if arguments.only not in name:
            continue
        start = time.time()
        out = f"{arguments.work}/tokens.jsonl"
        subprocess.run([arguments.humpback, "tokenize", "--model", model(), "--quiet", "--force", "-o", out, place], check=True)
        ours_seconds, start = time.time() - start, time.time()
        encode = reference()
        compared = different = tokens = 0
        size = 0
        shown = []
        total = sum(1 for _ in open(place, "rb"))
        with open(out, encoding="utf-8") as file:
            for index, line in enumerate(file):
                record = json.loads(line)
                text = record["text"]
                # Beyond what a slow reference can read, the hostile texts at the end are compared still.
                if most and size > most * 1e6 and len(text) > 2000:
                    continue
                theirs = encode(text)
                compared += 1
                tokens += len(theirs)
                size += len(text.encode())
                if record["tokens"] != theirs:
                    different += 1
                    if len(shown) < 10:
                        same, near = around(text, record["tokens"], theirs)
                        names = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, '?')}" for c in near if ord(c) > 127)[:200]
                        shown.append(f"    token {same}: ours {record['tokens'][same:same + 4]}, theirs {list(theirs[same:same + 4])} near {near!r} {names}")
        differing += different
        print(f"{name}: {compared} of {total} texts, {size / 1e6:.1f} MB, {tokens} tokens, {different} differ "
              f"(humpback {ours_seconds:.1f} s for all, reference and comparison {time.time() - start:.1f} s)", flush=True)
        print("\n".join(shown), end="\n" if shown else "", flush=True)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
