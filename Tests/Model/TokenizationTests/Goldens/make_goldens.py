"""Makes the *.json beside it: small tokenizers of several families, and what the reference library does with hostile texts.

Made with tokenizers 0.23.3 and sentencepiece 0.2.3 on Python 3.11. Run from this folder: python make_goldens.py
"""
import json
import os
import random

import sentencepiece

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = """The river rises in the hills and runs for two hundred miles before it meets the sea. In 1847 a bridge was built, and
in 1903 a second one; together they cost 12,500 pounds. It's said that the builder couldn't swim, and that he'd never cross it.
Brot wird aus Mehl, Wasser, Salz und Hefe gebacken. Über Nacht ruht der Teig; am Morgen wird er geformt und gebacken.
def area(width, height):\n    return width * height\n\n\nprint(area(3, 4))\n\t# tabs and spaces    too
Le pain est cuit à 230 degrés. Привет, мир. 日本語のテキスト。 한국어 문장. 🙂🙂 naïve café.
""" * 4
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")


def texts():
    rng = random.Random(7)
    alphabet = [chr(c) for c in [*range(0, 0x250), *range(0x300, 0x340), *range(0x600, 0x640), *range(0x900, 0x940), *range(0x2000, 0x2070),
                                 *range(0x3000, 0x3060), *range(0xAC00, 0xAC20), *range(0x1F600, 0x1F620), 0x212A, 0xFEFF, 0xFFFD, 0x10FFFF]]
    words = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "'s", "'S", "'\u017f", "'ll", "'LL", "'Ve", "n't", "the", "The", "bridge",
             "1847", "12,500", "\u00bd", "\u2167", "()", "...", "<|endoftext|>", "<|end|>", "<s>", "[X]", "\u2581", "\u65e5\u672c", "\U0001f642", "e\u0301"]
    made = ["", " ", "\n", "a", "The bridge wasn't built in 1903.", "   leading", "trailing   ", "a\n\n\nb", "x" * 200, " " * 70, "\n" * 60 + "x"]
    for _ in range(120):
        made.append("".join(rng.choice(words) if rng.random() < 0.7 else rng.choice(alphabet) * rng.choice([1, 1, 4])
                            for _ in range(rng.randint(1, 14))))
    made += [bytes(rng.randrange(256) for _ in range(20)).decode("utf-8", "replace") for _ in range(10)]
    return made


def train(tokenizer, size, specials):
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator([CORPUS], trainer)
    return tokenizer


def byte_level(pattern, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def gpt2_with_digits():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer, 420, ["<|endoftext|>", "<|end|>"])
    tokenizer.add_tokens([AddedToken("[X]", single_word=True, normalized=False), AddedToken("   ", normalized=True)])
    return tokenizer


def llama3():
    tokenizer = train(byte_level(LLAMA3), 420, ["<|endoftext|>", "<s>"])
    tokenizer.add_special_tokens([AddedToken("<|end|>", lstrip=True, rstrip=True)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A <|end|>", special_tokens=[("<s>", 1), ("<|end|>", tokenizer.token_to_id("<|end|>"))])
    parts = json.loads(tokenizer.to_str())
    parts["model"]["ignore_merges"] = True
    return Tokenizer.from_str(json.dumps(parts))


def qwen2():
    return train(byte_level(QWEN2, normalizers.NFC()), 420, ["<|endoftext|>", "<|end|>"])


def prefix_space():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    return train(tokenizer, 380, ["<|endoftext|>"])


def golden(name, tokenizer):
    cases = []
    for text in texts():
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        parsed = tokenizer.encode(text, add_special_tokens=True).ids
        cases.append({"text": text, "plain": plain, "parsed": parsed, "decoded": tokenizer.decode(parsed, skip_special_tokens=False),
                      "skipped": tokenizer.decode(parsed, skip_special_tokens=True)})
    with open(f"{name}.json", "w", encoding="utf-8") as file:
        json.dump({"tokenizer": json.loads(tokenizer.to_str()), "cases": cases}, file, ensure_ascii=False, separators=(",", ":"))


def sentence_piece(name, **options):
    with open("corpus.txt", "w", encoding="utf-8") as file:
        file.write(CORPUS)
    sentencepiece.SentencePieceTrainer.train(
        input="corpus.txt", model_prefix=name, vocab_size=420, model_type="bpe", byte_fallback=True, character_coverage=0.98,
        normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, split_digits=True,
        num_threads=1, **options)
    os.remove("corpus.txt")
    os.remove(f"{name}.vocab")
    model = sentencepiece.SentencePieceProcessor(model_file=f"{name}.model")
    cases = [{"text": text, "plain": model.encode(text), "parsed": [model.bos_id()] + model.encode(text), "decoded": "", 
              "skipped": model.decode(model.encode(text))} for text in texts()]
    with open(f"{name}.json", "w", encoding="utf-8") as file:
        json.dump({"cases": cases}, file, ensure_ascii=False, separators=(",", ":"))


def split_patterns():
    letters = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    rest = r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    def split(pattern, behavior="isolated", invert=False):
        return pre_tokenizers.Split(Regex(pattern), behavior, invert=invert)
    steps = [
        [split(GPT2)], [split(LLAMA3)], [split(QWEN2)], [split(f"(?:{GPT2})")], [split(f"(?:{LLAMA3})")], [split(letters + rest)],
        [split(r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s")],
        [split(r"\p{N}{1,3}"), split("[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"),
         split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+")],
        [split("[\r\n]"), split(r"\s?\p{L}+"), split(r"\s?\p{P}+"), pre_tokenizers.Digits(individual_digits=True)],
        [split(r"[\p{Han}]+|[\p{L}\p{M}&&[^\p{Han}]]+|[^\p{L}]")], [split(r" ?[^(\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+")],
        [split(r"\s+", "removed")], [split(r"\s+", "merged_with_previous")], [split(r"\s", "merged_with_next")], [split(r"\d", "contiguous")],
        [split(r"\w+", "isolated", True)], [split(r"[\w']+|[^\w\s]", "removed", True)],
        [split(r"(?<=[a-z])(?=[A-Z])[A-Z]|(?<![0-9])[0-9]{2}(?![0-9])|\b[a-c]+?\b|x*?y|(?:ab)+|(a|b)*c|(?>e+)e|^\s|\s$")],
        [pre_tokenizers.Whitespace()], [pre_tokenizers.WhitespaceSplit()], [pre_tokenizers.Punctuation()], [pre_tokenizers.Digits(False)],
        [pre_tokenizers.Metaspace()], [pre_tokenizers.Metaspace(prepend_scheme="first", split=False)], [pre_tokenizers.ByteLevel(add_prefix_space=True)],
        [pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.ByteLevel(add_prefix_space=False), split(r"[0-9][0-9][0-9]")],
    ]
    made = texts()[:80:2] + ["HelloWorld 12 345 abcabab xxy ee eee", "one two\n three\n\n", "\u4e2d\u6587and English\u6f22\u5b57"]
    goldens = []
    for step in steps:
        whole = pre_tokenizers.Sequence(step)
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = whole
        goldens.append({"pre_tokenizer": json.loads(tokenizer.to_str())["pre_tokenizer"],
                        "pieces": [[piece for piece, _ in whole.pre_tokenize_str(text)] for text in made]})
    with open("split_patterns.json", "w", encoding="utf-8") as file:
        json.dump({"texts": made, "goldens": goldens}, file, ensure_ascii=False, separators=(",", ":"))


def normal_forms():
    forms = {"nfc": normalizers.NFC(), "nfd": normalizers.NFD(), "nfkc": normalizers.NFKC(), "nfkd": normalizers.NFKD()}
    rng = random.Random(3)
    pools = [[*range(0xC0, 0x180), *range(0x300, 0x345)], [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3), 0xAC00, 0xC5B4],
             [0x915, 0x93C, 0x958, 0x9C7, 0x9BE, 0x9D7, 0xB47, 0xB3E, 0x1025, 0x102E], [0xFB01, 0x2460, 0x3300, 0xFF21, 0x1D400, 0x2126, 0xF900, 0xFDFA]]
    made = ["".join(chr(rng.choice(rng.choice(pools) if rng.random() < 0.3 else pools[index % 4])) for _ in range(12)) for index in range(120)]
    with open("normal_forms.json", "w", encoding="utf-8") as file:
        json.dump([{"text": text} | {name: form.normalize_str(text) for name, form in forms.items()} for text in made], file, separators=(",", ":"))


if __name__ == "__main__":
    for make in [gpt2_with_digits, llama3, qwen2, prefix_space]:
        golden(make.__name__, make())
    sentence_piece("llama2")
    sentence_piece("gemma", add_dummy_prefix=False, user_defined_symbols=["[X]", "\n\n"])
    normal_forms()
    split_patterns()
