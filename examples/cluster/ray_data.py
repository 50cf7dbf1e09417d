"""Pages to curated pairs with Ray Data: the stages run as processes in Ray's tasks, near-duplicates are joined where the keys come together.

usage: python ray_data.py PAGES OUT [--parts 8] [--ingest OPTIONS] [--augment OPTIONS] [--curate OPTIONS] [--humpback FILE] [--address auto]

PAGES is a folder of pages, or of Parquet files with `path` and `content`; OUT receives passages, pairs and curated as Parquet with `id` and
`record`, a line of JSON. Both may be s3:// or gs:// as Ray reads them. The executable travels with the job (runtime_env); the folders of models must
be on every worker under the path that the options name. A task whose process dies is tried again: the records are the same.
"""

import argparse
import os
import shutil
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("pages")
parser.add_argument("out")
parser.add_argument("--parts", type=int, default=8, help="parts of the table, each the work of one process at a time")
parser.add_argument("--ingest", default="")
parser.add_argument("--augment", default="")
parser.add_argument("--curate", default="")
parser.add_argument("--humpback", default=os.environ.get("HUMPBACK") or shutil.which("humpback"))
parser.add_argument("--address", help="the cluster; without it a Ray of this machine with --workers tasks at once")
parser.add_argument("--workers", type=int, default=2)
options = parser.parse_args()

import ray
import worker

options.augment, options.curate = worker.at_home(options.augment), worker.at_home(options.curate)

# What travels: this folder's module and script, and the executable.
luggage = tempfile.mkdtemp()
for path in (os.path.join(worker.HERE, "worker.py"), os.path.join(worker.HERE, "check-worker.sh"), os.path.realpath(options.humpback)):
    shutil.copy(path, luggage)
executable = os.path.basename(os.path.realpath(options.humpback))
ray.init(
    address=options.address, runtime_env={"working_dir": luggage}, include_dashboard=False,
    **({} if options.address else {"num_cpus": options.workers}))
# A task does not stand where this script does.
place, out = (path if "://" in path else os.path.realpath(path) for path in (options.pages, options.out))
tries = {"max_retries": 3, "retry_exceptions": True}


def program(given):
    humpback = os.path.abspath(executable)
    worker.check(humpback, "check-worker.sh", worker.models_of(given))
    return humpback


def columns(rows, names):
    """A block of a table, with its columns also where it has no row."""
    import pandas

    return pandas.DataFrame(list(rows), columns=names)


def passages_of(batch):
    pages = [(path, bytes(content)) for path, content in zip(batch["path"], batch["bytes" if "bytes" in batch else "content"])]
    # Paths as the shell would give them, so that ids are those of `humpback ingest PAGES`.
    pages = [(options.pages.rstrip("/") + "/" + path.removeprefix(place + "/") if path.startswith(place + "/") else path, content) for path, content in pages]
    return columns(worker.ingest(program(options.ingest), pages, options.ingest), ["name", "id", "record", "keys"])


def stage(name, given):
    return lambda batch: columns(worker.pipe(program(given), name, batch["record"], given), ["id", "record"])


def leaders(keys):
    """The smallest name of each passage's group; 32 bytes a key on the machine that runs this script, the rest stays with the workers."""
    parent, first = {}, {}

    def root(name):
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for name, marks in keys:
        for mark in marks:
            one, other = sorted((root(name), root(first.setdefault(mark, name))))
            parent[other] = one
    return {name: root(name) for name in parent}


def write(table, name):
    folder = f"{out}/{name}"
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    table.write_parquet(folder)
    print(name, ray.data.read_parquet(folder).count())


def in_parts(table, work):
    return table.repartition(options.parts).map_batches(work, batch_size=None, batch_format="pandas", **tries)


names = [name for _, _, names in os.walk(place) for name in names] if os.path.isdir(place) else []
if options.pages.endswith(".parquet") or any(name.endswith(".parquet") for name in names):
    pages = ray.data.read_parquet(place, columns=["path", "content"])
else:
    pages = ray.data.read_binary_files(place, include_paths=True)
found = in_parts(pages, passages_of).materialize()
leader = leaders((row["name"], row["keys"]) for row in found.select_columns(["name", "keys"]).iter_rows())
gone = {name for name, first in leader.items() if name != first}
passages = found.filter(lambda row: row["name"] not in gone).select_columns(["id", "record"])
write(passages, "passages")
pairs = in_parts(ray.data.read_parquet(f"{out}/passages"), stage("augment", options.augment))
write(pairs, "pairs")
rated = in_parts(ray.data.read_parquet(f"{out}/pairs"), stage("curate", options.curate + " --keep-all"))
write(rated.filter(lambda row: '"selected":true' in row["record"]), "curated")
