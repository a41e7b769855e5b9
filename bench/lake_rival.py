"""The rival of the lake benchmark: events of files into one zstd Parquet file, one thread, no Kafka.

lake_rival.py <target.parquet> <events.jsonl>…
"""

import sys

import pyarrow
import pyarrow.json
import pyarrow.parquet


def main(target: str, sources: list[str]) -> None:
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    options = pyarrow.json.ReadOptions(use_threads=False)
    writer = None
    for source in sources:
        events = pyarrow.json.read_json(source, read_options=options)
        writer = writer or pyarrow.parquet.ParquetWriter(target, events.schema, compression="zstd")
        writer.write_table(events)
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
