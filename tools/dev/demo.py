"""./dev demo [postgres]: rows of a table become Parquet files through a real Kafka, shown as it runs.

Two workers share the work; one of them is killed half way.

Everything it makes is in build/demo/. The exit status is 0 only if every row arrived exactly once.
"""

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
from demo_check import check_files, check_rows  # noqa: E402
from demo_orders import Inserter, PostgresOrders, SqliteOrders  # noqa: E402
from demo_screen import Counts, Screen, Step  # noqa: E402
from lib.broker import Broker  # noqa: E402
from lib.cluster import Cluster, Worker  # noqa: E402
from lib.lake import Lake  # noqa: E402

TOPIC = "shop.orders"
STALL_SECONDS = 60
REFRESH_SECONDS = 0.2


class Topic:
    """Counts the committed records of the topic, and how long it once stood still."""

    def __init__(self, bootstrap: str):
        # The client must outlive its answer.
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])[TOPIC].result(30)
        settings = {"bootstrap.servers": bootstrap, "group.id": "demo", "log_level": 0}
        self.consumer = Consumer(settings | {"isolation.level": "read_committed", "fetch.wait.max.ms": 20})
        self.consumer.assign([TopicPartition(TOPIC, 0, OFFSET_BEGINNING)])
        self.records = 0
        self.grew = time.monotonic()
        self.longest_gap = 0.0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                got = self.consumer.consume(5000, timeout=0.02)
            except KafkaException:  # the broker is gone: the demo is over
                return
            if got := [message for message in got if not message.error()]:
                now = time.monotonic()
                self.longest_gap = max(self.longest_gap, now - self.grew)
                self.grew = now
                self.records += len(got)


def example_properties(name: str) -> dict[str, str]:
    lines = (ROOT / "examples" / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def example_connector(work: Path, example: str, settings: dict[str, str]) -> dict:
    """A file of examples/ with this run's addresses and paths."""
    connector = json.loads((ROOT / "examples" / example).read_text())
    connector["config"] |= settings
    (work / f"{connector['name']}.json").write_text(json.dumps(connector, indent=2) + "\n")
    return connector


class Demo:
    def __init__(self, work: Path, database: str, arguments: argparse.Namespace):
        self.work, self.database, self.arguments = work, database, arguments
        self.broker: Broker | None = None
        self.orders: SqliteOrders | PostgresOrders | None = None
        self.workers: list[Worker] = []
        self.lake = Lake(work / "lake")

    def prepare(self) -> None:
        with Step("Starting Kafka"):
            self.broker = Broker(self.work / "broker")
        make = PostgresOrders if self.database == "postgres" else SqliteOrders
        with Step(f"Filling {self.arguments.rows:,} orders into {make.name}"):
            self.orders = make(self.work)
            self.inserter = Inserter(self.orders, self.arguments.rate)
            self.inserter.fill(self.arguments.rows)

    def start_workers(self) -> None:
        """Two that share the work; the files are those of examples/ with this run's addresses."""
        settings = example_properties("distributed.properties")
        for own in ("bootstrap.servers", "listeners"):
            del settings[own]
        cluster = Cluster(self.work, self.broker.bootstrap, "shop", settings)
        self.workers = [cluster.sluice(), cluster.sluice()]
        for worker in self.workers:
            print(f"Running build/sluice distributed {os.path.relpath(worker.file, ROOT)}")
            worker.start_ready()

    def create_connectors(self) -> None:
        lake = {"store.url": (self.work / "lake").as_uri()}
        for example, settings in ((self.orders.example, self.orders.settings()), ("orders-lake.json", lake)):
            connector = example_connector(self.work, example, settings)
            self.workers[0].rest.retrying("POST", "/connectors", connector)

    def run(self) -> None:
        """Until the inserter has had its time and everything has arrived; half way through a worker dies."""
        (self.work / "lake").mkdir()
        self.topic = Topic(self.broker.bootstrap)
        self.start_workers()
        self.create_connectors()
        print(f"while {self.arguments.rate} rows a second are inserted for {self.arguments.seconds} s:\n")
        self.inserter.start()
        self.screen = Screen()
        began = time.monotonic()
        self.follow(lambda: time.monotonic() - began >= self.arguments.seconds / 2)
        self.kill_one()
        self.follow(lambda: time.monotonic() - began >= self.arguments.seconds)
        self.inserter.stop()
        self.follow(lambda: self.lake.rows() >= self.inserter.count)
        self.screen.show(self.counts(), last=True)

    def kill_one(self) -> None:
        """kill -9 of the worker that reads the table."""
        owner = self.workers[0].rest.owners("orders-source")
        victim = next(worker for worker in self.workers if [worker.id] == owner)
        self.topic.longest_gap = 0.0
        victim.kill()
        self.workers.remove(victim)
        self.screen.say(f"killed -9 the worker {victim.id}, which read the table")

    def follow(self, over) -> None:
        """Shows the counts until it is over; nothing new in the lake for a minute is a failure."""
        moved, last = time.monotonic(), -1
        while not over():
            counts = self.counts()
            self.screen.show(counts)
            if counts.lake + counts.topic != last:
                moved, last = time.monotonic(), counts.lake + counts.topic
            for worker in self.workers:
                worker.child.check_alive()
            if self.inserter.failure:
                self.inserter.stop()
            if time.monotonic() - moved > STALL_SECONDS:
                tail = self.workers[0].log()[-3000:]
                raise TimeoutError(
                    f"nothing moved for {STALL_SECONDS} s; the end of the worker's log:\n{tail}"
                )
            time.sleep(REFRESH_SECONDS)

    def counts(self) -> Counts:
        lake = self.lake.rows()
        return Counts(
            table=self.inserter.count,
            topic=self.topic.records,
            lake=lake,
            lag=self.inserter.lag_seconds(lake),
            files=len(self.lake.counts),
            bytes=self.lake.bytes(),
        )

    def check(self) -> list[str]:
        """Once the workers have stopped, nothing may be missing or double."""
        ends = {worker.directory: worker.stop() for worker in self.workers}
        # As a JVM's: 128 + SIGTERM.
        problems = [
            f"the worker of {where} ended with status {end}" for where, end in ends.items() if end != 143
        ]
        files = self.lake.files()
        return problems + check_files(files) + check_rows(files, self.orders.rows())

    def keep(self) -> None:
        """Goes on inserting and showing until Ctrl-C."""
        for worker in self.workers:
            worker.start_ready()
        self.inserter.start()
        print(f"\nKafka is at {self.broker.bootstrap}, Sluice at {self.workers[0].url}, the table at")
        print(f"{self.orders.where()}. Ctrl-C ends it.\n")
        self.screen = Screen()
        try:
            self.follow(lambda: False)
        except KeyboardInterrupt:
            print()
        self.inserter.stop()

    def close(self) -> None:
        for worker in self.workers:
            worker.__exit__()
        if self.orders:
            self.orders.close()
        if self.broker:
            self.broker.kill()


def tell_next(work: Path, database: str) -> None:
    folder = os.path.relpath(work, ROOT)
    query = f"SELECT status, count(*), sum(amount) FROM '{folder}/lake/**/*.parquet' GROUP BY status"
    other = (
        "./dev demo           the same from SQLite"
        if database
        else "./dev demo postgres  the same from PostgreSQL, through its write-ahead log"
    )
    print(f"""
The Parquet files are in {folder}/lake, the workers' logs and files in {folder}/sluice-*.

What to try next:
  .deps/venv/bin/python -c "import duckdb; print(duckdb.sql(\\"{query}\\"))"
  ./dev demo --keep    goes on inserting until Ctrl-C: change a file of examples/ and run it again
  {other}
  ./dev up             Kafka, a schema registry, S3 and PostgreSQL to point your own connectors at""")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__.splitlines()[0])
    parser.add_argument("database", nargs="?", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--keep", action="store_true", help="stay up until Ctrl-C")
    parser.add_argument("--rows", type=int, default=200_000, help="in the table at the start (200000)")
    parser.add_argument("--rate", type=int, default=1000, help="rows inserted per second meanwhile (1000)")
    parser.add_argument("--seconds", type=int, default=15, help="how long rows are inserted (15)")
    parser.add_argument("--no-build", action="store_true", help="take what is installed and built already")
    return parser.parse_args()


def main() -> int:
    arguments = parse()
    if not arguments.no_build:
        for command in (["setup.sh", "test"], ["build.sh", "release", "sluice"]):
            if status := subprocess.call(["bash", f"tools/dev/{command[0]}", *command[1:]], cwd=ROOT):
                return status
    database = "postgres" if arguments.database == "postgres" else ""
    work = ROOT / "build" / "demo"
    lock = (ROOT / "build" / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("demo: another demo is running from this checkout", file=sys.stderr)
        return 1
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    demo = Demo(work, database, arguments)
    try:
        demo.prepare()
        demo.run()
        print()
        with Step("Checking with pyarrow: every row exactly once, types, compression"):
            problems = demo.check()
        for problem in problems:
            print(f"  WRONG: {problem}")
        if not problems:
            print(
                f"  {demo.inserter.count:,} rows, each once, in {len(demo.lake.files())} zstd Parquet files\n"
                f"  when the worker was killed the topic stood still for {demo.topic.longest_gap:.2f} s"
            )
            tell_next(work, database)
            if arguments.keep:
                demo.keep()
        return 1 if problems else 0
    except KeyboardInterrupt:
        print("\ninterrupted")
        return 130
    except (RuntimeError, TimeoutError, FileNotFoundError) as problem:
        print(f"\ndemo: {problem}", file=sys.stderr)
        return 1
    finally:
        demo.close()


if __name__ == "__main__":
    sys.exit(main())
