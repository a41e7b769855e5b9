"""2,000,000 JSON events out of Kafka into zstd Parquet, beside a pyarrow script without Kafka.

One partition and one task for the CPU per event, four partitions and two tasks for events per second.
"""

import argparse
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
from common import (
    ROOT,
    Demand,
    Ends,
    Measure,
    Run,
    bench_broker,
    create_topic,
    demands_table,
    measure,
    measures_table,
    say,
    sluice_command,
    workspace,
)
from events import write_events
from filestream import CONSUMER, kcat_options, worker_settings
from lib.lake import Lake

PARTS = 4


def sink_config(topic: str, lake: Path, tasks: int, flush_size: int) -> dict[str, str]:
    return {
        "connector.class": "io.confluent.connect.s3.S3SinkConnector",
        "tasks.max": str(tasks),
        "topics": topic,
        "storage.class": "io.confluent.connect.s3.storage.S3Storage",
        "format.class": "io.confluent.connect.s3.format.parquet.ParquetFormat",
        "parquet.codec": "zstd",
        "store.url": lake.as_uri(),
        "s3.bucket.name": "lake",
        "flush.size": str(flush_size),
    }


class LakeBench:
    def __init__(self, work: Path, bootstrap: str, count: int):
        self.work, self.bootstrap, self.count = work, bootstrap, count
        self.sources: list[Path] = []
        self.each = count // PARTS

    def fill(self) -> None:
        """The events into a topic of one partition and one of four; each partition gets an exact share."""
        self.sources = write_events(self.work, self.count, PARTS)
        create_topic(self.bootstrap, "events-1")
        create_topic(self.bootstrap, "events-4", PARTS)
        for part, source in enumerate(self.sources):
            for topic, partition in (("events-1", 0), ("events-4", part)):
                base = [
                    "kcat",
                    "-P",
                    "-b",
                    self.bootstrap,
                    "-t",
                    topic,
                    "-p",
                    partition,
                    "-X",
                    "linger.ms=50",
                ]
                measure("kcat", self.each, Run([*base, "-l", source], self.work / "fill.log"))
        for topic, partitions in (("events-1", 1), ("events-4", PARTS)):
            found = Ends(self.bootstrap, topic, partitions)()
            if found != self.count:
                raise RuntimeError(f"{topic} holds {found} events, not {self.count}")

    def script(self) -> Measure:
        target = self.work / "rival.parquet"
        command = [sys.executable, ROOT / "bench" / "lake_rival.py", target, *self.sources]
        result = measure("pyarrow script, no Kafka", self.count, Run(command, self.work / "rival.log"))
        result.notes.append(f"{target.stat().st_size / self.count:.1f} bytes per event")
        return result

    def raw(self) -> Measure:
        """What it costs merely to receive the events."""
        base = ["kcat", "-C", "-q", "-b", self.bootstrap, "-t", "events-1", "-o", "beginning", "-e"]
        run = Run([*base, *kcat_options(CONSUMER)], self.work / "kcat.log", stdout=Path("/dev/null"))
        return measure("kcat to /dev/null", self.count, run)

    def sluice(self, partitions: int, tasks: int) -> Measure:
        name = f"Sluice, {partitions} partition{'s' * (partitions > 1)}, {tasks} task{'s' * (tasks > 1)}"
        folder = self.work / f"sluice-{partitions}"
        lake = folder / "lake"
        lake.mkdir(parents=True)
        worker = worker_settings(self.bootstrap, "consumer", CONSUMER) | {
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "false",
        }
        # Every partition's last file becomes full with its last event, so no clock decides when all is there.
        config = sink_config(
            f"events-{partitions}", lake, tasks, self.each if partitions == 1 else self.each // 2
        )
        counted = Lake(lake)
        command = sluice_command(folder, worker, {f"lake-{partitions}": config})
        result = measure(name, self.count, Run(command, folder / "log"), counted.rows)
        result.steady_us = None
        size = sum(path.stat().st_size for path in counted.files())
        result.notes.append(f"{size / self.count:.1f} bytes per event in {len(counted.files())} files")
        self.check(counted.files())
        return result

    def check(self, files: list[Path]) -> None:
        """The same events as the script's file, each once, with the same types, compressed with zstd."""
        for path in files:
            group = pyarrow.parquet.read_metadata(path).row_group(0)
            if any(group.column(i).compression != "ZSTD" for i in range(group.num_columns)):
                raise RuntimeError(f"{path} is not compressed with zstd throughout")
        tables = [pyarrow.parquet.read_table(path, partitioning=None) for path in files]
        expected = pyarrow.parquet.read_table(self.work / "rival.parquet")
        found = pyarrow.concat_tables(tables).select(expected.column_names).sort_by("event_id")
        if not found.schema.equals(expected.schema):
            raise RuntimeError(f"the columns are\n{found.schema}\nbut the script's are\n{expected.schema}")
        if not found.equals(expected):
            raise RuntimeError(f"{found.num_rows} events are not the {expected.num_rows} that were sent")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--without-sluice", action="store_true", help="the rivals only")
    arguments = parser.parse_args()
    count = arguments.records // (2 * PARTS) * 2 * PARTS
    work = workspace("lake")
    say("Starting Kafka")
    broker = bench_broker(work)
    try:
        bench = LakeBench(work, broker.bootstrap, count)
        say(f"Writing {count:,} events into files and topics")
        bench.fill()
        say("  pyarrow script")
        measures = [bench.script()]
        say("  kcat")
        measures.append(bench.raw())
        if not arguments.without_sluice:
            for partitions, tasks in ((1, 1), (PARTS, 2)):
                say(f"  Sluice, {partitions} partitions, {tasks} tasks")
                measures.append(bench.sluice(partitions, tasks))
    finally:
        broker.stop()
    say()
    say("JSON to zstd Parquet:")
    say(measures_table(measures))
    for one in measures:
        for note in one.notes:
            say(f"{one.name}: {note}")
    if arguments.without_sluice:
        return 0
    script, _, single, wide = measures
    demands = [
        Demand("one task: CPU against the script", single.us / script.us, 1.3, at_most=True),
        Demand("4 partitions, 2 tasks: wall clock", wide.records / wide.wall, 300_000, False, "events/s"),
    ]
    say()
    say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
