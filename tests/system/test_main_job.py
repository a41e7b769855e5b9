"""The main job: rows of a table become Parquet files through Kafka, each once, whatever dies meanwhile."""

import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from confluent_kafka.admin import NewTopic
from lib.connectors import BY_CLOCK, JSON_WITH_SCHEMAS, parquet_sink, sqlite_source
from lib.kafka import Kafka, fresh_name
from lib.lake import Lake
from lib.sluice import SluiceProcess

# Keyword arguments of parquet_sink.
ROTATIONS = {
    "flush.size": {"flush_size": "150"},
    "rotate.interval.ms": {
        "flush_size": "100000",
        "rotate_interval_ms": "300",
        "partitioner_class": "io.confluent.connect.storage.partitioner.TimeBasedPartitioner",
        "partition_duration_ms": "3600000",
        "path_format": "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH",
        "locale": "en-US",
        "timezone": "UTC",
        "timestamp_extractor": "Record",
    },
    "rotate.schedule.interval.ms": {
        "flush_size": "100000",
        "rotate_schedule_interval_ms": "300",
        "timezone": "UTC",
    },
}


class Orders:
    """A small table that a thread fills on and on."""

    def __init__(self, path: Path, rows: int = 0):
        self.path, self.count = path, 0
        self.stopping, self.thread = threading.Event(), None
        with self.open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            columns = "id INTEGER PRIMARY KEY, item VARCHAR(40) NOT NULL, price DOUBLE, note TEXT"
            connection.execute(f"CREATE TABLE orders ({columns})")
        self.insert(rows)

    def open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60)

    def insert(self, count: int) -> None:
        ids = range(self.count + 1, self.count + count + 1)
        rows = [(n, f"item {n % 97}", n / 4, None if n % 3 else f"note {n} ü") for n in ids]
        with self.open() as connection:
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        self.count += count

    def keep_inserting(self) -> None:
        def work() -> None:
            while not self.stopping.wait(0.05):
                self.insert(20)

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread:
            self.thread.join()


@pytest.fixture
def orders(tmp_path: Path) -> Iterator[Orders]:
    made = Orders(tmp_path / "orders.db")
    yield made
    made.stop()


def sent_ids(kafka: Kafka, topic: str) -> dict[int, list[int]]:
    """The ids in the topic, partition by partition, in the order of their offsets."""
    ids: dict[int, list[int]] = {part.partition: [] for part in kafka.partitions(topic)}
    for message in kafka.consume(topic):
        ids[message.partition()].append(json.loads(message.value())["payload"]["id"])
    return ids


def test_table_to_parquet(tmp_path: Path, orders: Orders, kafka: Kafka, sluice: Callable) -> None:
    orders.insert(500)
    prefix = fresh_name("job") + "."
    lake = Lake(tmp_path / "lake")
    lake.folder.mkdir()
    connectors = {
        "source": sqlite_source(orders.path, "orders", prefix),
        fresh_name("sink"): parquet_sink(lake.folder.as_uri(), prefix + "orders", **BY_CLOCK),
    }
    worker = sluice(connectors, JSON_WITH_SCHEMAS).start()
    worker.wait("the first rows are in the lake", lambda: lake.rows() >= 500)
    orders.insert(7)
    worker.wait("new rows are in the lake", lambda: lake.rows() >= 507)
    assert worker.stop() in (0, 143)

    with orders.open() as connection:
        expected = connection.execute("SELECT * FROM orders ORDER BY id").fetchall()
    rows = [
        tuple(row.values())
        for path in lake.files()
        for row in parquet.read_table(path, partitioning=None).to_pylist()
    ]
    assert sorted(rows) == expected
    for path in lake.files():
        file = parquet.ParquetFile(path)
        assert [str(kind) for kind in file.schema_arrow.types] == ["int32", "string", "double", "string"]
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def crash_rounds(worker: SluiceProcess, rounds: int) -> None:
    """Runs the worker and kills it at a random moment, again and again."""
    for _ in range(rounds):
        worker.start()
        # From before the first connection to the middle of everything.
        moment = time.monotonic() + random.uniform(0.05, 2.5)
        worker.wait("its moment has come", lambda moment=moment: time.monotonic() >= moment)
        worker.kill()


def finish(worker: SluiceProcess, orders: Orders, kafka: Kafka, topic: str, lake: Lake) -> None:
    """Runs on until everything that was in the table at the last crash is in the lake.

    Rows come in all the while: some rotations wait for the next record.
    """
    goal = set(range(1, orders.count + 1))
    worker.start()
    every = lambda: goal <= {row for ids in sent_ids(kafka, topic).values() for row in ids}  # noqa: E731
    worker.wait("the topic holds every row", every, 60)
    ends = kafka.end_offsets(topic)
    arrived = lambda: all(lake.rows(part) >= end for part, end in ends.items())  # noqa: E731
    worker.wait(f"the lake holds {ends}", arrived, 60)
    orders.stop()
    worker.stop()


def check_after_crashes(
    orders: Orders, kafka: Kafka, sluice: Callable, folder: Path, kind: str, rounds: int
) -> None:
    prefix = fresh_name("crash") + "."
    topic = f"{prefix}orders"
    kafka.admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1)])[topic].result(30)
    lake = Lake(folder)
    lake.folder.mkdir()
    connectors = {
        fresh_name("source"): sqlite_source(orders.path, "orders", prefix),
        fresh_name("sink"): parquet_sink(lake.folder.as_uri(), topic, **ROTATIONS[kind]),
    }
    worker = sluice(connectors, JSON_WITH_SCHEMAS)
    orders.insert(1000)
    orders.keep_inserting()
    crash_rounds(worker, rounds)
    finish(worker, orders, kafka, topic, lake)
    for partition, sent in sent_ids(kafka, topic).items():
        stored = lake.column("id", partition)
        # Each record of the topic once, in order, up to the last finished file.
        assert stored == sent[: len(stored)]


@pytest.mark.parametrize("kind", ROTATIONS)
def test_kill_and_restart(tmp_path: Path, orders: Orders, kafka: Kafka, sluice: Callable, kind: str) -> None:
    check_after_crashes(orders, kafka, sluice, tmp_path / "lake", kind, rounds=3)


@pytest.mark.long
@pytest.mark.parametrize("kind", ROTATIONS)
def test_kill_and_restart_often(
    tmp_path: Path, orders: Orders, kafka: Kafka, sluice: Callable, kind: str
) -> None:
    check_after_crashes(orders, kafka, sluice, tmp_path / "lake", kind, rounds=20)
