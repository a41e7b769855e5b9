"""Each change of a PostgreSQL table exactly once and in order, whichever dies, and whoever captures it."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.counting_writers import IDS, WRITERS, CountingWriters, Seen
from lib.debezium import POSTGRES, source_jars
from lib.kafka import Kafka, fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.processes import wait_until

ROUNDS = 5
LONG_ROUNDS = 20


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    server = Broker(tmp_path / "broker")
    yield server
    server.kill()


@pytest.fixture
def server() -> Iterator[Postgres]:
    made = Postgres()
    yield made
    made.stop()


class Writers(CountingWriters):
    """With `copies` the rows of a COPY, which share a position in the log."""

    def __init__(self, postgres: Postgres, copies: bool = True):
        super().__init__()
        self.postgres, self.copies = postgres, copies

    def work(self, transaction: Callable[[Callable], None]) -> None:
        try:
            with self.postgres.connect() as connection:
                while not self.ending.is_set():
                    with connection.transaction():
                        transaction(connection.execute)
        except psycopg.Error:
            pass

    def add_copies(self, execute: Callable, low: int, count: int) -> None:
        connection = execute.__self__
        if not self.copies:
            execute(
                "INSERT INTO copied (writer, value) SELECT %s, n FROM generate_series(1, %s) n", [low, count]
            )
            return
        with connection.cursor().copy("COPY copied (writer, value) FROM STDIN") as copy:
            for value in range(count):
                copy.write_row((low, value))

    def create(self) -> None:
        with self.postgres.connect() as connection:
            connection.execute("CREATE TABLE counters (id int PRIMARY KEY, version int NOT NULL)")
            connection.execute("CREATE TABLE copied (id serial PRIMARY KEY, writer int, value int)")
            connection.execute(
                f"INSERT INTO counters SELECT n, 0 FROM generate_series(0, {WRITERS * IDS - 1}) n"
            )

    def wanted(self) -> tuple[dict[int, int], list[int]]:
        with self.postgres.connect() as connection:
            versions = dict(connection.execute("SELECT id, version FROM counters").fetchall())
            ids = [row[0] for row in connection.execute("SELECT id FROM copied ORDER BY id").fetchall()]
        return versions, ids


def source(postgres: Postgres, prefix: str, **more: str) -> dict[str, str]:
    config = {
        "connector.class": POSTGRES,
        "tasks.max": "1",
        "database.hostname": "127.0.0.1",
        "database.port": str(postgres.port),
        "database.user": "postgres",
        "database.password": PASSWORD,
        "database.dbname": "postgres",
        "topic.prefix": prefix,
        "plugin.name": "pgoutput",
        "slot.name": prefix.replace("-", "_"),
        "retriable.restart.connector.wait.ms": "500",
        "slot.retry.delay.ms": "500",
        "slot.max.retries": "100",
        "topic.creation.default.partitions": "1",
        "topic.creation.default.replication.factor": "1",
    }
    return config | JSON_WITHOUT_SCHEMAS | {key.replace("_", "."): value for key, value in more.items()}


def kill_one(chance: random.Random, workers: list[Worker], postgres: Postgres, broker: Broker) -> str:
    victim = chance.choice(["database", "broker", "worker", "worker"])
    if victim == "worker":
        worker = chance.choice(workers)
        worker.kill()
        time.sleep(chance.random() / 2)
        worker.start_ready()
        return worker.id
    if victim == "database":
        postgres.crash()
        time.sleep(chance.random() / 2)
        postgres.start()
    else:
        broker.kill()
        time.sleep(chance.random())
        broker.start_again()
    return victim


def run_rounds(directory: Path, broker: Broker, postgres: Postgres, rounds: int, seed: int) -> None:
    settings = {"scheduled.rebalance.max.delay.ms": "0", "exactly.once.source.support": "enabled"}
    cluster = Cluster(directory, broker.bootstrap, fresh_name("cdc-kills"), settings)
    prefix = fresh_name("kills")
    chance = random.Random(seed)
    with cluster.running(2) as workers, Writers(postgres) as writers:
        rest = workers[0].rest
        rest.put_connector(prefix, source(postgres, prefix, exactly_once_support="required"))
        rest.wait_running(prefix)
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.public.")
        wait_until("the snapshot is there", seen.is_snapshot, 60)
        writers.start()
        killed: list[str] = []
        for _ in range(rounds):
            time.sleep(0.5 + chance.random() * 2)
            killed.append(kill_one(chance, workers, postgres, broker))
        writers.end()
        count = seen.check(writers)
        print(f"killed {killed}; {count} changes")


def test_every_change_once_whichever_dies(tmp_path: Path, own_broker: Broker, server: Postgres) -> None:
    run_rounds(tmp_path, own_broker, server, ROUNDS, seed=3)


@pytest.mark.long
def test_twenty_rounds(tmp_path: Path, own_broker: Broker, server: Postgres) -> None:
    run_rounds(tmp_path, own_broker, server, LONG_ROUNDS, seed=int(time.time()))


def test_hand_over_from_debezium_and_back(tmp_path: Path, broker: Broker, server: Postgres) -> None:
    """Workers of one cluster take turns, Java's with Debezium and Sluice's, while changes go on.

    Without COPY: its rows share a position, and Debezium's offsets do not tell how many were published."""
    cluster = Cluster(tmp_path, broker.bootstrap, fresh_name("cdc-turns"))
    prefix = fresh_name("turns")
    with Writers(server, copies=False) as writers:
        seen = Seen(Kafka(broker.bootstrap), f"{prefix}.public.")
        for turn in range(4):
            worker = cluster.java(plugins=source_jars()) if turn % 2 == 0 else cluster.sluice()
            with worker:
                if turn == 0:
                    worker.rest.put_connector(prefix, source(server, prefix))
                worker.rest.wait_running(prefix)
                if turn == 0:
                    wait_until("the snapshot is there", seen.is_snapshot, 60)
                    writers.start()
                before = seen.count()
                wait_until("changes come", lambda b=before: seen.count() > b + 50, 60)
                if turn == 3:
                    writers.end()
                    seen.check(writers)
                worker.stop()
