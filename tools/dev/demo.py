"""./dev demo [postgres]: rows of a table become Parquet files through a real Kafka, shown as it runs.

Everything it makes is in build/demo/. The exit status is 0 only if every row arrived exactly once.
"""

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition  # noqa: E402
from demo_check import check_files, check_rows  # noqa: E402
from demo_orders import Inserter, PostgresOrders, SqliteOrders  # noqa: E402
from demo_screen import Counts, Screen, Step  # noqa: E402
from lib.broker import Broker  # noqa: E402
from lib.lake import Lake  # noqa: E402
from lib.places import sluice_binary  # noqa: E402
from lib.processes import Child  # noqa: E402

TOPIC = "shop.orders"
STALL_SECONDS = 60
REFRESH_SECONDS = 0.2


class Topic:
    """How many records the topic holds."""

    def __init__(self, bootstrap: str):
        self.consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "demo", "log_level": 0})

    def records(self) -> int:
        try:
            return self.consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=10)[1]
        except KafkaException as problem:
            # Sluice's first record makes the topic.
            if problem.args[0].code() in (KafkaError._UNKNOWN_PARTITION, KafkaError.UNKNOWN_TOPIC_OR_PART):
                return 0
            raise


def write_configs(work: Path, bootstrap: str, orders: SqliteOrders | PostgresOrders) -> list[Path]:
    """The files of examples/ with this run's addresses and paths."""
    worker = (ROOT / "examples" / "worker.properties").read_text()
    worker = worker.replace("bootstrap.servers=127.0.0.1:9092", f"bootstrap.servers={bootstrap}")
    paths = [work / "worker.properties"]
    # Any free port: another worker may have the usual one.
    paths[0].write_text(worker + "\nlisteners=http://127.0.0.1:0\n")
    changes = {
        orders.example: ("orders-source.json", orders.settings()),
        "orders-lake.json": ("orders-lake.json", {"store.url": (work / "lake").as_uri()}),
    }
    for example, (name, settings) in changes.items():
        connector = json.loads((ROOT / "examples" / example).read_text())
        connector["config"] |= settings
        paths.append(work / name)
        paths[-1].write_text(json.dumps(connector, indent=2) + "\n")
    return paths


class Demo:
    def __init__(self, work: Path, database: str, arguments: argparse.Namespace):
        self.work, self.database, self.arguments = work, database, arguments
        self.broker: Broker | None = None
        self.orders: SqliteOrders | PostgresOrders | None = None
        self.worker: Child | None = None
        self.lake = Lake(work / "lake")

    def prepare(self) -> None:
        with Step("Starting Kafka"):
            self.broker = Broker(self.work / "broker")
        make = PostgresOrders if self.database == "postgres" else SqliteOrders
        with Step(f"Filling {self.arguments.rows:,} orders into {make.name}"):
            self.orders = make(self.work)
            self.inserter = Inserter(self.orders, self.arguments.rate)
            self.inserter.fill(self.arguments.rows)

    def run(self) -> None:
        """Until the inserter has had its time and everything has arrived."""
        files = write_configs(self.work, self.broker.bootstrap, self.orders)
        (self.work / "lake").mkdir()
        command = [sluice_binary(), "standalone", *files]
        print("\nRunning " + " ".join(os.path.relpath(word, ROOT) for word in command[:1] + files))
        print(f"while {self.arguments.rate} rows a second are inserted for {self.arguments.seconds} s:\n")
        self.worker = Child(command, self.work / "sluice.log", cwd=self.work)
        self.topic = Topic(self.broker.bootstrap)
        self.inserter.start()
        self.screen = Screen()
        began = time.monotonic()
        self.follow(lambda: time.monotonic() - began >= self.arguments.seconds)
        self.inserter.stop()
        self.follow(lambda: self.lake.rows() >= self.inserter.count)
        self.screen.show(self.counts(), last=True)

    def follow(self, over) -> None:
        """Shows the counts until it is over; nothing new in the lake for a minute is a failure."""
        moved, last = time.monotonic(), -1
        while not over():
            counts = self.counts()
            self.screen.show(counts)
            if counts.lake + counts.topic != last:
                moved, last = time.monotonic(), counts.lake + counts.topic
            self.worker.check_alive()
            if self.inserter.failure:
                self.inserter.stop()
            if time.monotonic() - moved > STALL_SECONDS:
                tail = self.worker.output()[-3000:]
                raise TimeoutError(
                    f"nothing moved for {STALL_SECONDS} s; the end of the worker's log:\n{tail}"
                )
            time.sleep(REFRESH_SECONDS)

    def counts(self) -> Counts:
        lake = self.lake.rows()
        return Counts(
            table=self.inserter.count,
            topic=self.topic.records(),
            lake=lake,
            lag=self.inserter.lag_seconds(lake),
            files=len(self.lake.counts),
            bytes=self.lake.bytes(),
        )

    def check(self) -> list[str]:
        """Once the worker has stopped, nothing may be missing or double."""
        status = self.worker.stop()
        # As a JVM's: 128 + SIGTERM.
        problems = [] if status == 143 else [f"the worker ended with status {status}, see {self.worker.log}"]
        files = self.lake.files()
        return problems + check_files(files) + check_rows(files, self.orders.rows())

    def keep(self) -> None:
        """Goes on inserting and showing until Ctrl-C."""
        files = [self.work / name for name in ("worker.properties", "orders-source.json", "orders-lake.json")]
        self.worker = Child([sluice_binary(), "standalone", *files], self.work / "sluice.log", cwd=self.work)
        self.inserter.start()
        print(f"\nKafka is at {self.broker.bootstrap}, the table at {self.orders.where()}. Ctrl-C ends it.\n")
        self.screen = Screen()
        try:
            self.follow(lambda: False)
        except KeyboardInterrupt:
            print()
        self.inserter.stop()

    def close(self) -> None:
        if self.worker and self.worker.running():
            self.worker.stop()
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
        else "./dev demo postgres  the same from PostgreSQL"
    )
    print(f"""
The Parquet files are in {folder}/lake, the worker's log and its configuration files in {folder}.

What to try next:
  .deps/venv/bin/python -c "import duckdb; print(duckdb.sql(\\"{query}\\"))"
  ./dev demo --keep    goes on inserting until Ctrl-C: change a file of examples/ and run it again
  {other}
  ./dev up             Kafka, an S3 server and PostgreSQL to point your own connectors at""")


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
                f"  {demo.inserter.count:,} rows, each once, in {len(demo.lake.files())} zstd Parquet files"
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
