"""Each change of a PostgreSQL table exactly once and in order, whichever dies, and whoever captures it."""

import json
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.debezium import POSTGRES, source_jars
from lib.kafka import Kafka, fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.processes import wait_until

ROUNDS = 5
LONG_ROUNDS = 20
WRITERS = 3
IDS = 50  # of each writer


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


class Writers:
    """Transactions side by side, some long; with `copies` of rows that share a position in the log."""

    def __init__(self, postgres: Postgres, copies: bool = True):
        self.postgres, self.copies = postgres, copies
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number,)) for number in range(WRITERS)]

    def _run(self, number: int) -> None:
        chance = random.Random(number)
        low = number * IDS
        while not self.ending.is_set():
            try:
                with self.postgres.connect() as connection:
                    while not self.ending.is_set():
                        with connection.transaction():
                            self._change(connection, chance, low)
            except psycopg.Error:  # the database is down
                time.sleep(0.1)

    def _change(self, connection: psycopg.Connection, chance: random.Random, low: int) -> None:
        for _ in range(chance.choice([1, 2, 5])):
            first = low + chance.randrange(IDS)
            connection.execute(
                "UPDATE counters SET version = version + 1 WHERE id BETWEEN %s AND %s",
                [first, min(first + 5, low + IDS - 1)],
            )
            time.sleep(chance.random() / 50)
        count = chance.randrange(1, 20)
        if not self.copies:
            connection.execute(
                "INSERT INTO copied (writer, value) SELECT %s, n FROM generate_series(1, %s) n", [low, count]
            )
            return
        with connection.cursor().copy("COPY copied (writer, value) FROM STDIN") as copy:
            for value in range(count):
                copy.write_row((low, value))

    def __enter__(self) -> "Writers":
        with self.postgres.connect() as connection:
            connection.execute("CREATE TABLE counters (id int PRIMARY KEY, version int NOT NULL)")
            connection.execute("CREATE TABLE copied (id serial PRIMARY KEY, writer int, value int)")
            connection.execute(
                f"INSERT INTO counters SELECT n, 0 FROM generate_series(0, {WRITERS * IDS - 1}) n"
            )
        return self

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def wanted(self) -> tuple[dict[int, int], list[int]]:
        """The last version of each counter, and the ids of all copied rows."""
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


class Seen:
    """What the topics hold: the versions of each counter in order, the ids of copied rows in order."""

    def __init__(self, kafka: Kafka, prefix: str):
        self.kafka, self.prefix = kafka, prefix

    def events(self, table: str) -> list[dict]:
        return [
            json.loads(message.value()) for message in self.kafka.consume(f"{self.prefix}.public.{table}")
        ]

    def count(self) -> int:
        """Of changes of counters; for while more come."""
        return sum(self.kafka.end_offsets(f"{self.prefix}.public.counters").values())

    def versions(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for event in self.events("counters"):
            found.setdefault(event["after"]["id"], []).append(event["after"]["version"])
        return found

    def ids(self) -> list[int]:
        return [event["after"]["id"] for event in self.events("copied")]

    def check(self, writers: Writers, seconds: float = 120) -> int:
        """Every change once and in order. How many there were."""
        versions, ids = writers.wanted()
        wait_until("all rows are there", lambda: set(self.ids()) >= set(ids), seconds)
        last = lambda: {number: found[-1] for number, found in self.versions().items()}  # noqa: E731
        wait_until("all versions are there", lambda: last() == versions, seconds)
        found = self.versions()
        assert {n: v for n, v in found.items() if v != list(range(versions[n] + 1))} == {}
        # Writers commit side by side, so that ids are not in order, but none comes twice.
        assert sorted(self.ids()) == ids
        return sum(map(len, found.values())) + len(ids)


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
        seen = Seen(Kafka(broker.bootstrap), prefix)
        wait_until("the snapshot is there", lambda: len(seen.versions()) == WRITERS * IDS, 60)
        writers.start()
        killed: list[str] = []
        for _ in range(rounds):
            time.sleep(0.5 + chance.random() * 2)
            killed.append(kill_one(chance, workers, postgres, broker))
        writers.ending.set()
        for thread in writers.threads:
            thread.join()
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
        seen = Seen(Kafka(broker.bootstrap), prefix)
        for turn in range(4):
            worker = cluster.java(plugins=source_jars()) if turn % 2 == 0 else cluster.sluice()
            with worker:
                if turn == 0:
                    worker.rest.put_connector(prefix, source(server, prefix))
                worker.rest.wait_running(prefix)
                if turn == 0:
                    wait_until("the snapshot is there", lambda: len(seen.versions()) == WRITERS * IDS, 60)
                    writers.start()
                before = seen.count()
                wait_until("changes come", lambda b=before: seen.count() > b + 50, 60)
                if turn == 3:
                    writers.ending.set()
                    for thread in writers.threads:
                        thread.join()
                    seen.check(writers)
                worker.stop()
