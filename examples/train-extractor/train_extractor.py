"""Trains the forest by which ingest tells main content from the rest of a page, and measures it on pages it has not seen.

Needs Python 3.11 with catboost 1.2 and numpy, and pages whose main content people have marked: a folder with `article-extraction-benchmark`
(ground-truth.json, html/*.html.gz), `wcxb` (ground-truth/*.json, html/) and `trafilatura` (evaldata.json, html/), as their projects
publish them. From the project's root:

    HUMPBACK_PAGES=PAGES HUMPBACK_FEATURES=OUT swift test -c release --filter FeatureDump      writes blocks and features to OUT
    python examples/train-extractor/train_extractor.py PAGES OUT --validate                    cross-validation: each site in one fold only
    python examples/train-extractor/train_extractor.py PAGES OUT --write Sources/Method/Ingest/Extraction/ContentModel+Generated.swift

A block's label is the share of its words that stand in the marked text, in its order; a page weighs what it weighs in the measure, whatever
its length. In trafilatura's set only blocks with a string that must or must not appear are labelled. `features.txt` beside this script names
the features that the forest may use: those that a first forest over all of them found most useful.
"""
import argparse, base64, bisect, collections, glob, itertools, json, os, re, struct, sys, textwrap, zlib
from difflib import SequenceMatcher
from urllib.parse import urlparse
import numpy as np

SETS = ("article-extraction-benchmark", "wcxb", "trafilatura")
PARAMETERS = dict(iterations=650, depth=6, learning_rate=0.05, l2_leaf_reg=8, rsm=0.3, max_bin=48)
WEIGHTS = {"article-extraction-benchmark": 4.0, "wcxb": 1.0, "trafilatura": 1.0}
# Blocks below the best threshold are kept to this share of it, as `MainContent` does; the second number is for pages that are one article.
GENEROSITY, GENEROSITY_TO_ARTICLES = 0.85, 0.95
ARTICLE = ("newsArticle", "blogPosting", "article", "hasArticleBody")
NO_ARTICLE = (
    "discussion", "question", "product", "itemList", "generatorForum", "generatorDocs", "urlForum", "urlDocs", "service",
    "frequentQuestions", "collectionPage")
HEADING, ITEM, ROW, CODE = 1, 2, 3, 4
WORD = re.compile(r"\w+")


def words(text):
    return WORD.findall(text.lower())


def fold(text):
    return " ".join(text.split())


def truths(pages):
    """(set, page) -> (text, address, kind of page, strings that must appear, strings that must not)"""
    found = {}
    for name, truth in json.load(open(f"{pages}/{SETS[0]}/ground-truth.json")).items():
        found[SETS[0], name] = (truth["articleBody"], truth["url"], "article", [], [])
    for file in glob.glob(f"{pages}/wcxb/ground-truth/*.json"):
        truth = json.load(open(file))
        kind = (truth.get("_internal") or {}).get("page_type", {}).get("primary") or "other"
        text = truth["ground_truth"].get("main_content") or ""
        found["wcxb", os.path.basename(file)[:-5]] = (text, truth["url"], kind, [], [])
    for url, truth in json.load(open(f"{pages}/trafilatura/evaldata.json")).items():
        name = re.sub(r"\.html?$", "", truth["file"])
        found["trafilatura", name] = ("", url, "mixed", truth["with"], truth["without"])
    return found


def in_order(one, other):
    """Which words of `one` belong to a common subsequence with `other`: anchored on runs of four that occur once in both."""
    flags = [False] * len(one)
    count = lambda run: collections.Counter(tuple(run[i : i + 4]) for i in range(len(run) - 3))
    in_one, in_other = count(one), count(other)
    place = {tuple(other[i : i + 4]): i for i in range(len(other) - 3) if in_other[tuple(other[i : i + 4])] == 1}
    pairs = [(i, place[tuple(one[i : i + 4])]) for i in range(len(one) - 3) if in_one[tuple(one[i : i + 4])] == 1 and tuple(one[i : i + 4]) in place]
    tails, ends, before = [], [], [-1] * len(pairs)
    for number, (_, j) in enumerate(pairs):
        k = bisect.bisect_left(tails, j)
        if k == len(tails):
            tails.append(j)
            ends.append(number)
        else:
            tails[k], ends[k] = j, number
        before[number] = ends[k - 1] if k > 0 else -1
    chain, number = [], ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    anchors = [(-1, -1)]
    for i, j in reversed(chain):
        for step in range(4):
            if i + step > anchors[-1][0] and j + step > anchors[-1][1]:
                anchors.append((i + step, j + step))
                flags[i + step] = True
    anchors.append((len(one), len(other)))
    for (i0, j0), (i1, j1) in zip(anchors, anchors[1:]):
        part, rest = one[i0 + 1 : i1], other[j0 + 1 : j1]
        if not part or not rest or len(part) * len(rest) > 3e6:
            continue
        for match in SequenceMatcher(None, part, rest, autojunk=False).get_matching_blocks():
            for step in range(match.size):
                flags[i0 + 1 + match.a + step] = True
    return flags


def labels(blocks, truth):
    """For each block the share of its words that the marked text has."""
    by_block, target = [words(b) for b in blocks], words(truth)
    owners = [k for k, block in enumerate(by_block) for _ in block]
    hits = [0] * len(blocks)
    for k, flag in zip(owners, in_order([w for block in by_block for w in block], target)):
        hits[k] += flag
    runs = {tuple(target[i : i + 5]) for i in range(len(target) - 4)}
    shares = []
    for block, hit in zip(by_block, hits):
        share = hit / len(block) if block else 0.0
        if len(block) <= 2 and share < 1:
            share = 0.0
        if len(block) >= 8:
            covered = [False] * len(block)
            for i in range(len(block) - 4):
                if tuple(block[i : i + 5]) in runs:
                    covered[i : i + 5] = [True] * 5
            share = max(share, sum(covered) / len(block))
        shares.append(share)
    # Short blocks that are a line of the marked text, near ones that are in it.
    lines = collections.Counter(tuple(words(line)) for line in truth.split("\n") if line.strip())
    for block, share in zip(by_block, shares):
        if share > 0.9:
            lines[tuple(block)] -= 1
    for i, block in enumerate(by_block):
        if block and shares[i] < 0.5 and lines.get(tuple(block), 0) > 0:
            if any(shares[j] > 0.9 for j in range(max(0, i - 3), min(len(shares), i + 4)) if j != i):
                shares[i] = 1.0
                lines[tuple(block)] -= 1
    # What a page says more often than the marked text counts as often as the text says it.
    seen, whole = collections.Counter(), " " + " ".join(target) + " "
    for i, block in enumerate(by_block):
        if len(block) >= 5 and shares[i] >= 0.5:
            if seen[tuple(block)] and whole.count(" " + " ".join(block) + " ") <= seen[tuple(block)]:
                shares[i] = 0.0
            seen[tuple(block)] += 1
    return shares


def site(url):
    parts = urlparse(url).netloc.lower().split(":")[0].split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 and len(parts[-1]) == 2 else parts[-2:])


def is_article(names, row):
    """What `PageHints.isArticle` says."""
    said = lambda *kinds: any(row[names.index("page." + kind)] for kind in kinds)
    return (said(*ARTICLE) or said("openGraphArticle") and said("bodySingle")) and not said(*NO_ARTICLE)


def load(pages, folder):
    truth = truths(pages)
    names = open(f"{folder}/names").read().split()
    wanted = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "features.txt")).read().split()
    columns = [names.index(n) for n in wanted]
    # Navigation, footer, aside, button, hidden, comment, dialog: `PageBlock.Place`.
    outside = [names.index(f"place{bit}") for bit in (1, 3, 4, 13, 15, 23, 24)]
    table, target, weight, owner, found = [], [], [], [], []
    for name in SETS:
        whole = np.fromfile(f"{folder}/{name}.features", dtype=np.float32).reshape(-1, len(names))
        matrix = whole[:, columns]
        start = 0
        for line in open(f"{folder}/{name}.blocks.jsonl"):
            page = json.loads(line)
            n = len(page["blocks"])
            key = (name, re.sub(r"\.html?(\.gz)?$", "", page["page"]))
            rows = matrix[start : start + n]
            start += n
            if key not in truth:
                continue
            text, url, kind, must, mustnot = truth[key]
            counts = np.array([len(WORD.findall(b)) for b in page["blocks"]], dtype=np.float32)
            if name == "trafilatura":
                folded = [fold(b) for b in page["blocks"]]
                good = np.array([any(fold(x) in b for x in must) for b in folded], dtype=bool)
                bad = np.array([any(fold(x) in b for x in mustnot) for b in folded], dtype=bool)
                label, share = good.astype(np.float32), (good | bad).astype(np.float32) * 4
            else:
                label = np.array(labels(page["blocks"], text), dtype=np.float32)
                share = (counts + 0.7) / (max(60, (counts * label).sum()) + 40) * 100
            table.append(rows)
            target.append(label)
            weight.append(share * WEIGHTS[name])
            owner.append(np.full(n, len(found)))
            found.append(
                dict(
                    set=name, kind=kind, site=site(url), text=text, must=must, mustnot=mustnot, blocks=page["blocks"], counts=counts,
                    kinds=whole[start - n : start, names.index("kind")], levels=whole[start - n : start, names.index("level")],
                    body=whole[start - n : start, [names.index("inBody"), names.index("distanceBody")]],
                    article=is_article(names, whole[start - n]) if n else False,
                    outside=whole[start - n : start, outside].any(axis=1) | (whole[start - n : start, names.index("linkDensity")] > 0.6)))
        assert start == len(matrix), name
    return np.concatenate(table), np.concatenate(target), np.concatenate(weight), np.concatenate(owner), found, wanted


def fit(table, target, weight, threads):
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(loss_function="CrossEntropy", verbose=0, allow_writing_files=False, thread_count=threads, random_seed=1, **PARAMETERS)
    return model.fit(table[weight > 0], target[weight > 0], sample_weight=weight[weight > 0])


def kept(page, own):
    """The text that `MainContent` would keep."""
    in_body, steps = page["body"].T
    sure, share, far, cut = (0.7, 0.3, 4, 0.9) if page["article"] else (0.9, 0.4, 5, 0.85)
    if (page["counts"] * (own > sure) * (in_body > 0)).sum() > share * (page["counts"] * own).sum():
        own = np.where((steps >= far) & (in_body == 0) & (own < cut), own * 0.2, own)
    kinds, levels = page["kinds"], page["levels"]
    runs = [(k, [i for i, _ in run]) for k, run in itertools.groupby(enumerate(kinds), key=lambda pair: pair[1])]
    probabilities = own.copy()
    for kind, run in runs:
        if kind in (ITEM, ROW):
            probabilities[run] = np.average(own[run], weights=page["counts"][run] + 1)
    order, counts = np.argsort(-probabilities, kind="stable"), page["counts"].astype(float)
    right, taken = np.cumsum((probabilities * counts)[order]), np.cumsum(counts[order])
    scores = 2 * right / (taken + (probabilities * counts).sum() + 1e-9)
    generosity = GENEROSITY_TO_ARTICLES if page["article"] else GENEROSITY
    threshold = np.full(len(kinds), probabilities[order][int(np.argmax(scores))] * generosity)
    total, inside = counts.sum(), (counts * ~page["outside"]).sum()
    plain = total >= 5000 and inside >= 0.85 * total or inside >= 0.95 * total and (counts * own).sum() >= 0.4 * total
    if plain:
        threshold = np.where(page["outside"], threshold, np.minimum(threshold, 0.05))
    seen, said, chosen = {}, set(), np.zeros(len(kinds), dtype=bool)
    for i, (block, probability) in enumerate(zip(page["blocks"], probabilities)):
        if probability < threshold[i]:
            continue
        if len(block) >= 40 and kinds[i] not in (ROW, CODE):
            found = words(block)
            own = [tuple(found[j : j + 4]) for j in range(len(found) - 3)]
            if block in seen:
                if not (seen[block] and in_body[i]):
                    continue
            elif len(own) >= 20 and sum(run in said for run in own) > 0.8 * len(own):
                continue
            seen[block] = in_body[i]
            said.update(own)
        chosen[i] = True
    for kind, run in runs:
        if kind == CODE and (run[0] > 0 and chosen[run[0] - 1] or run[-1] + 1 < len(kinds) and chosen[run[-1] + 1]):
            chosen[run] = True
    one_title, last = sum((kinds == HEADING) & (levels == 1)) == 1, []
    for i, kind in enumerate(kinds):
        if kind == HEADING:
            if last and (last[-1] != i - 1 or levels[last[-1]] >= levels[i]):
                last = []
            last.append(i)
        elif chosen[i]:
            for j in last:
                least = 0 if plain else 0.03 if i - last[-1] == 1 and not page["outside"][j] else 0.1
                if i - j <= 6 and not (one_title and levels[j] == 1) and probabilities[j] >= least:
                    chosen[j] = True
            last = []
    return "\n".join(block for block, is_chosen in zip(page["blocks"], chosen) if is_chosen)


def shingle_scores(text, truth, n):
    def bag(t):
        found = WORD.findall(t)
        return collections.Counter(tuple(found[i : i + n]) for i in range(max(1, len(found) - n + 1))) if found else collections.Counter()

    one, other = bag(text), bag(truth)
    both = sum((one & other).values())
    return both / sum(one.values()) if one else float(not other), both / sum(other.values()) if other else 1.0


def f1(p, r):
    return 2 * p * r / (p + r) if p + r else 0.0


def measure(pages, bounds, probabilities):
    scores, hits, misses, wrong = collections.defaultdict(list), 0, 0, 0
    for k, page in enumerate(pages):
        text = kept(page, probabilities[bounds[k] : bounds[k + 1]]) if bounds[k + 1] > bounds[k] else ""
        if page["set"] == "trafilatura":
            text = fold(text)
            right = sum(fold(x) in text for x in page["must"])
            hits, misses = hits + right, misses + len(page["must"]) - right
            wrong += sum(fold(x) in text for x in page["mustnot"])
        else:
            pair = shingle_scores(text, page["text"], 4 if page["set"] == SETS[0] else 1)
            scores[page["set"]].append(pair)
            if page["set"] == "wcxb":
                scores["wcxb, " + page["kind"]].append(pair)
    for name, pairs in sorted(scores.items()):
        p, r = np.mean([a for a, _ in pairs]), np.mean([b for _, b in pairs])
        value = f1(p, r) if name == SETS[0] else np.mean([f1(a, b) for a, b in pairs])
        print(f"{name}: {len(pairs)} pages, precision {p:.3f}, recall {r:.3f}, F1 {value:.3f}")
    p, r = hits / max(1, hits + wrong), hits / max(1, hits + misses)
    print(f"trafilatura: precision {p:.3f}, recall {r:.3f}, F1 {f1(p, r):.3f}", flush=True)


def write(model, names, path):
    """The forest as `ObliviousForest` reads it."""
    model.save_model(path + ".json", format="json")
    saved = json.load(open(path + ".json"))
    os.remove(path + ".json")
    trees, (leaf_scale, bias) = saved["oblivious_trees"], saved["scale_and_bias"]
    bias = bias[0] if isinstance(bias, list) else bias
    flat = {f["feature_index"]: f["flat_feature_index"] for f in saved["features_info"]["float_features"]}
    used = sorted({s["float_feature_index"] for tree in trees for s in tree["splits"]})
    index = {feature: i for i, feature in enumerate(used)}
    depth = PARAMETERS["depth"]
    data = struct.pack("<BHf", depth, len(trees), float(bias))
    for tree in trees:
        splits, leaves = tree["splits"], [v * leaf_scale for v in tree["leaf_values"]]
        while len(splits) < depth:
            splits, leaves = splits + [dict(float_feature_index=used[0], border=1e30)], leaves + leaves
        scale = max(abs(v) for v in leaves) / 127 or 1.0
        data += struct.pack("<f", scale)
        for split in splits:
            data += struct.pack("<Bf", index[split["float_feature_index"]], split["border"])
        for leaf in leaves:
            data += struct.pack("<b", int(round(leaf / scale)))
    text = base64.b64encode(data).decode().rstrip("=")
    lines = textwrap.wrap(" ".join(names[flat[f]] for f in used), 128, break_long_words=False, break_on_hyphens=False)
    with open(path, "w") as file:
        file.write("// Generated by examples/train-extractor/train_extractor.py: the forest of main content.\n\n")
        file.write('/// The features that it reads.\nlet contentForestFeatures = """\n' + "".join(f"    {line}\n" for line in lines) + '    """\n\n')
        file.write("/// Its trees, as `ObliviousForest` reads them.\nlet contentForestData: [String] = [\n")
        file.write("".join(f'    "{text[i : i + 132]}",\n' for i in range(0, len(text), 132)) + "]\n")
    print(f"{path}: {len(trees)} trees, {len(used)} features, {len(data)} bytes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pages")
    parser.add_argument("features")
    parser.add_argument("--validate", type=int, nargs="?", const=5, metavar="FOLDS")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    table, target, weight, owner, pages, names = load(options.pages, options.features)
    bounds = np.searchsorted(owner, np.arange(len(pages) + 1))
    print(f"{len(pages)} pages, {len(table)} blocks, {len(names)} features", flush=True)
    if options.validate:
        groups = np.array([zlib.crc32(page["site"].encode()) % options.validate for page in pages])[owner]
        probabilities = np.zeros(len(target), dtype=np.float32)
        for group in range(options.validate):
            model = fit(table[groups != group], target[groups != group], weight[groups != group], options.threads)
            probabilities[groups == group] = model.predict_proba(table[groups == group])[:, 1]
        measure(pages, bounds, probabilities)
    if options.write:
        model = fit(table, target, weight, options.threads)
        measure(pages, bounds, model.predict_proba(table)[:, 1].astype(np.float32))
        write(model, names, options.write)


if __name__ == "__main__":
    main()
