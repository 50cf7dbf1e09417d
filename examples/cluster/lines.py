"""The records of Parquet files that spark.py and ray_data.py wrote, as JSON lines in the order of their ids. usage: lines.py FOLDER > FILE"""

import sys

import pyarrow.parquet

table = pyarrow.parquet.read_table(sys.argv[1], columns=["id", "record"]).sort_by("id")
for record in table["record"]:
    print(record)
