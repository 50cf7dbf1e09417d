"""What a corpus takes: machines, hours, bytes, cost and the first bottleneck, from rates measured with Humpback.

usage: sizing.py [PASSAGES...] [--machines 1 20] [--cores 16] [--price 0.70] [--shared 2] [--server-tokens-per-second N --server-price P]

Change a rate for one of your own: humpback's --summary FILE says items a second. --price is that of a machine for an hour in a currency of yours,
--shared the GB a second that the shared folder gives all machines together. With a server's rate, augment and curate are asked of it.
"""

import argparse

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("passages", type=float, nargs="*", default=[5e5, 1e9])
parser.add_argument("--machines", type=int, nargs="*", default=[1, 20])
parser.add_argument("--cores", type=int, default=16)
parser.add_argument("--price", type=float, default=0.70)
parser.add_argument("--shared", type=float, default=2.0)
parser.add_argument("--server-tokens-per-second", type=float)
parser.add_argument("--server-price", type=float, default=0, help="of the server for an hour")
options = parser.parse_args()

# Rates of one core, each with where it stands in BENCHMARKS.md.
INGEST = 216  # pages/s: "Speed, wcxb's 597 pages", fineweb and near-duplicates, one thread, a quiet run
AUGMENT = 1000 / 80 / 2  # passages/s: "1,000 passages ... two cores of Zen 5: 80 s", the default model with 135 million weights
SCORING = 12616 / 2  # tokens/s: "scoring, prompts of 600 tokens", S, the lower figure, two cores
JOIN = 52722  # passages/s: "50,000 documents ... planted copies", one thread: JSON read, compared and written
# What things are like on real pages.
PAGE = 254e3  # bytes: 151.6 MB in 597 pages
PER_PAGE = 2  # passages kept of a page
RECORD = {"passages": 2800, "pairs": 3200, "curated": 3600}  # bytes: records of pages, as the stages write them
PAIRS, CURATED = 0.9, 0.45  # of passages: pairs that augment keeps, and half of these
RATING = 700  # tokens that a pair costs: its text once, and three short passes
REQUEST = 650  # tokens of a server for a passage: page text, prompt, instruction
KEYS = 15  # numbers by which near-duplicates are compared: 14 bands, and the text


def figure(number):
    for unit in ("", "k", "M", "G", "T"):
        if number < 1000 or unit == "T":
            return f"{number:.3g} {unit}".strip()
        number /= 1000


def plain(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


print(f"{options.cores} cores a machine, {options.price:.2f} an hour\n")
print("| passages | machines | stage | work | hours | written, bytes | cost |")
print("|---|---|---|---|---|---|---|")
for passages in options.passages:
    for machines in options.machines:
        cores = machines * options.cores
        rows, hours = [], {}

        def row(stage, work, seconds, written, alone=False, server=False):
            hours[stage] = seconds / 3600
            cost = hours[stage] * (options.server_price if server else options.price * (1 if alone else machines))
            rows.append((stage, work, hours[stage], written, cost))

        pages = passages / PER_PAGE
        row("ingest", f"{figure(pages)} pages", pages / (INGEST * cores), passages * RECORD["passages"])
        # Shards read the whole input and take their part, so that a shared folder gives everything to each.
        reading = machines * passages * RECORD["passages"] / (options.shared * 1e9)
        row("join", f"duplicates, {figure(8 * passages)}B memory, {figure(12 * KEYS * passages)}B disk", passages / JOIN, passages * RECORD["passages"], alone=True)
        if options.server_tokens_per_second:
            row("augment", f"{figure(passages * REQUEST)} tokens of a server", passages * REQUEST / options.server_tokens_per_second, PAIRS * passages * RECORD["pairs"], server=True)
            row("curate", f"{figure(PAIRS * passages * RATING)} tokens of a server", PAIRS * passages * RATING / options.server_tokens_per_second, CURATED * passages * RECORD["curated"], server=True)
        else:
            row("augment", f"{figure(passages)} passages", passages / (AUGMENT * cores), PAIRS * passages * RECORD["pairs"])
            row("curate", f"{figure(PAIRS * passages * RATING)} tokens", PAIRS * passages * RATING / (SCORING * cores), CURATED * passages * RECORD["curated"])
        row("joins", "of pairs and curated", 2 * PAIRS * passages / JOIN, 0, alone=True)
        for stage, work, time, written, cost in rows:
            print(f"| {figure(passages)} | {machines} | {stage} | {work} | {plain(time)} | {figure(written) if written else ''} | {plain(cost)} |")
        whole, cost = sum(hours.values()), sum(row[-1] for row in rows)
        found = hours | {"reading the shared folder": reading / 3600}
        most = max(found, key=found.get)
        alone = hours["join"] + hours["joins"]
        print(f"| {figure(passages)} | {machines} | **all** | first bottleneck: {most}; joins, which more machines do not hasten, "
              f"{100 * alone / whole:.0f} %; all shards reading all passages {reading / 3600:.2g} h at {options.shared:g} GB/s | {plain(whole)} | | {plain(cost)} |")
