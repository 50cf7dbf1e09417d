"""Pages to curated pairs as one Spark job: the stages run as processes on the workers, Spark holds the tables and joins near-duplicates.

usage: spark-submit spark.py PAGES OUT [--parts 8] [--ingest OPTIONS] [--augment OPTIONS] [--curate OPTIONS] [--humpback FILE]

PAGES is a folder of pages or Parquet with `path` and `content`; OUT receives passages, pairs and curated as Parquet with `id` and `record`, a
line of JSON. Both may be s3a:// or hdfs:// as Spark reads them. The executable travels with the job; the folders of models must be on every
worker under the path that the options name. A worker that dies is given its part again by Spark: the records are the same.
Alone on one machine: python spark.py --master 'local[2,4]' PAGES OUT    (4: the tries of a part, which a local Spark has not otherwise)
"""

import argparse
import os
import shutil
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("pages")
parser.add_argument("out")
parser.add_argument("--parts", type=int, default=8, help="parts of the table, each the work of one process at a time")
parser.add_argument("--ingest", default="")
parser.add_argument("--augment", default="")
parser.add_argument("--curate", default="")
parser.add_argument("--humpback", default=os.environ.get("HUMPBACK") or shutil.which("humpback"))
parser.add_argument("--master", help="for a Spark of this machine; spark-submit knows its own")
options = parser.parse_args()

import worker
from pyspark import SparkFiles
from pyspark.sql import SparkSession, functions as f
from pyspark.storagelevel import StorageLevel

options.augment, options.curate = worker.at_home(options.augment), worker.at_home(options.curate)

builder = SparkSession.builder.appName("humpback")
if options.master:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = builder.master(options.master).config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", options.parts)
spark = builder.getOrCreate()
spark.sparkContext.addPyFile(os.path.join(worker.HERE, "worker.py"))
spark.sparkContext.addFile(os.path.join(worker.HERE, "check-worker.sh"))
spark.sparkContext.addFile(os.path.realpath(options.humpback))
executable = os.path.basename(os.path.realpath(options.humpback))


def program(given):
    """The executable on the worker, where all that it needs is there."""
    humpback = SparkFiles.get(executable)
    worker.check(humpback, SparkFiles.get("check-worker.sh"), worker.models_of(given))
    return humpback


def frame(rows, columns):
    import pandas

    return pandas.DataFrame(rows, columns=columns)


def passages_of(batches):
    pages = ((path, bytes(content)) for batch in batches for path, content in zip(batch["path"], batch["content"]))
    rows = list(worker.ingest(program(options.ingest), pages, options.ingest))
    if rows:
        yield frame(rows, ["name", "id", "record", "keys"])


def stage(name, given):
    def records_of(batches):
        rows = list(worker.pipe(program(given), name, (record for batch in batches for record in batch["record"]), given))
        if rows:
            yield frame(rows, ["id", "record"])

    return lambda table: table.mapInPandas(records_of, "id string, record string")


def groups(keys):
    """(name, leader) of each passage that shares a key with another, the leader the smallest name of its group: connected components by
    labels that go from each to its neighbours until none changes."""
    first = keys.groupBy("key").agg(f.min("name").alias("other"), f.count("*").alias("n")).where("n > 1")
    edges = keys.join(first, "key").where("name != other").select("name", "other").distinct().persist()
    both = edges.union(edges.select(f.col("other").alias("name"), f.col("name").alias("other"))).distinct().persist()
    labels = both.select("name").distinct().withColumn("leader", f.col("name"))
    while True:
        near = both.join(labels.withColumnRenamed("name", "other"), "other").groupBy("name").agg(f.min("leader").alias("near"))
        new = labels.join(near, "name").select("name", "leader", f.least("leader", "near").alias("least")).localCheckpoint()
        changed = new.where("leader != least").limit(1).count()
        labels = new.select("name", f.col("least").alias("leader"))
        if not changed:
            return labels


if options.pages.endswith(".parquet"):
    pages = spark.read.parquet(options.pages).select("path", "content")
else:
    # Paths as the shell would give them, so that ids are those of `humpback ingest PAGES`.
    place = os.path.realpath(options.pages) + "/"
    pages = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(options.pages)
    pages = pages.select(f.concat(f.lit(options.pages.rstrip("/") + "/"), f.element_at(f.split("path", place), -1)).alias("path"), "content")

found = pages.repartition(options.parts, "path").mapInPandas(passages_of, "name string, id string, record string, keys array<bigint>")
found = found.persist(StorageLevel.DISK_ONLY)
followers = groups(found.select("name", f.explode("keys").alias("key"))).where("name != leader")
found.join(followers, "name", "left_anti").select("id", "record").write.mode("overwrite").parquet(options.out + "/passages")

for name, given, source in [("pairs", options.augment, "passages"), ("curated", options.curate + " --keep-all", "pairs")]:
    table = spark.read.parquet(f"{options.out}/{source}").repartition(options.parts, "id")
    made = stage({"pairs": "augment", "curated": "curate"}[name], given)(table)
    if name == "curated":
        made = made.where(f.get_json_object("record", "$.selected") == "true")
    made.write.mode("overwrite").parquet(f"{options.out}/{name}")
for name in ("passages", "pairs", "curated"):
    print(name, spark.read.parquet(f"{options.out}/{name}").count())
spark.stop()
