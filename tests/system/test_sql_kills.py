"""Rows exactly once into and out of every kind of database, whichever dies: worker or database."""

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from lib.broker import Broker
from lib.cluster import Cluster, Worker
from lib.connectors import JSON_WITH_SCHEMAS
from lib.databases import KINDS, Database, PostgresDatabase, database
from lib.kafka import Kafka, fresh_name
from lib.mariadb import MariaDb
from lib.postgres import Postgres
from lib.processes import wait_until

ROUNDS = {"postgres": 3, "mariadb": 3, "sqlite": 2, "odbc-postgres": 2, "odbc-mariadb": 2}
LONG_ROUNDS = 20
BAD_EVERY = 3001  # such a record breaks a constraint of the table
PARTITIONS = 2
SCHEMA = {
    "type": "struct",
    "name": "order",
    "fields": [{"field": "id", "type": "int64"}, {"field": "amount", "type": "int32"}],
}


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the kind that the test's parameter names, on a server of its own."""
    servers = []

    def server(kind: str) -> Postgres | MariaDb:
        servers.append(Postgres() if kind == "postgres" else MariaDb())
        return servers[-1]

    yield database(request.param, "orders", tmp_path, server)
    for made in servers:
        made.stop()


every_kind = pytest.mark.parametrize("target", KINDS, indirect=True)
on_servers = pytest.mark.parametrize("target", ["postgres", "mariadb"], indirect=True)


@pytest.fixture
def workers(tmp_path: Path, broker: Broker) -> Iterator[list[Worker]]:
    settings = {"scheduled.rebalance.max.delay.ms": "0", "exactly.once.source.support": "enabled"}
    cluster = Cluster(tmp_path, broker.bootstrap, fresh_name("sql-kills"), settings)
    with cluster.running(2) as made:
        yield made


class Orders:
    """Records in all partitions, without end, on a thread of their own; a few of them bad."""

    def __init__(self, bootstrap: str, topic: str):
        self.producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "acks": "all"})
        self.topic = topic
        self.count = 0  # of all records
        self.good = 0
        self.total = 0  # of the good ones' amounts
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.ending.is_set():
            for _ in range(200):
                bad = self.count % BAD_EVERY == BAD_EVERY - 1
                amount = -1 if bad else self.count * 7919 % 1000
                payload = {"schema": SCHEMA, "payload": {"id": self.count, "amount": amount}}
                self.producer.produce(self.topic, json.dumps(payload), partition=self.count % PARTITIONS)
                self.count += 1
                self.good += 0 if bad else 1
                self.total += max(amount, 0)
            self.producer.poll(0)
            time.sleep(0.01)
        self.producer.flush(30)

    def __enter__(self) -> "Orders":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ending.set()
        self.thread.join()


def sink(target: Database, topic: str, **more: str) -> dict[str, str]:
    return (
        {
            "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
            "tasks.max": str(PARTITIONS),
            "topics": topic,
            "connection.attempts": "100",
            "connection.backoff.ms": "100",
            "retry.backoff.ms": "100",
            "max.retries": "1000",
            "auto.create": "true",
            "table.name.format": "orders",
            "sluice.delivery": "exactly-once",
            "errors.tolerance": "all",
            "errors.log.enable": "true",
        }
        | target.connection
        | JSON_WITH_SCHEMAS
        | more
    )


def kill_one(chance: random.Random, workers: list[Worker], target: Database) -> str:
    victim = chance.choice(["database", "worker", "worker"])
    if victim == "database" and target.crash and target.start:
        target.crash()
        time.sleep(chance.random() / 2)
        target.start()
        return victim
    worker = chance.choice(workers)
    worker.kill()
    time.sleep(chance.random() / 2)
    worker.start_ready()
    return worker.id


def rows(target: Database) -> tuple[int, int, int]:
    """Rows, different ids, sum of the amounts."""
    if not target.exists("orders"):
        return 0, 0, 0
    sums = "count(*), count(DISTINCT id), coalesce(sum(amount), 0)"
    return tuple(int(cell) for cell in target.rows(f"SELECT {sums} FROM orders")[0])


def run_rounds(kafka: Kafka, workers: list[Worker], target: Database, rounds: int, seed: int) -> None:
    topic = kafka.create_topic("orders", partitions=PARTITIONS)
    target.execute("CREATE TABLE orders(id BIGINT, amount INT CHECK (amount >= 0))")
    rest = workers[0].rest
    rest.put_connector(topic, sink(target, topic))
    rest.wait_running(topic, PARTITIONS)
    chance = random.Random(seed)
    killed = []
    with Orders(kafka.bootstrap, topic) as orders:
        for _ in range(rounds):
            time.sleep(0.3 + chance.random())
            killed.append(kill_one(chance, workers, target))
    print(f"killed {killed}; {orders.count} records, {orders.count - orders.good} of them bad")
    wait_until("all rows are there", lambda: rows(target)[0] >= orders.good, 180)
    assert rows(target) == (orders.good, orders.good, orders.total)
    taken = "SELECT sum(next_offset) FROM sluice_offsets"
    wait_until("all offsets are there", lambda: target.rows(taken) == [(str(orders.count),)], 30)


@every_kind
def test_every_row_once_although_workers_and_the_database_die(
    kafka: Kafka, workers: list[Worker], target: Database, request: pytest.FixtureRequest
) -> None:
    run_rounds(kafka, workers, target, ROUNDS[request.node.callspec.params["target"]], seed=11)


@on_servers
def test_the_rows_of_a_worker_that_hangs_go_on_at_once(
    kafka: Kafka, workers: list[Worker], target: Database
) -> None:
    """It hangs in the middle of a transaction, with locks on keys that its successor writes too."""
    topic = kafka.create_topic("orders", partitions=PARTITIONS)
    rest = workers[0].rest
    target.execute("CREATE TABLE orders(id BIGINT PRIMARY KEY, amount INT)")
    keys = {"pk.mode": "record_value", "pk.fields": "id", "insert.mode": "upsert"}
    rest.put_connector(topic, sink(target, topic, **keys))
    rest.wait_running(topic, PARTITIONS)
    wait_until("each worker has a task", lambda: len(set(rest.owners(topic))) == PARTITIONS, 60)
    with Orders(kafka.bootstrap, topic) as orders:
        wait_until("rows of both arrive", lambda: rows(target)[0] > 2000, 60)
        workers[1].signal(signal.SIGSTOP)
        hung = time.monotonic()
        before = orders.count + 200
        wait_until("the rows of its partition go on", lambda: rows_below(target, before) == before, 60)
        gap = time.monotonic() - hung
        time.sleep(0.5)
        workers[1].signal(signal.SIGCONT)
        time.sleep(1)
    print(f"{gap:.2f} s until all partitions were written again")
    wait_until("all rows are there", lambda: rows(target)[0] >= orders.count, 120)
    assert rows(target)[:2] == (orders.count, orders.count)


@pytest.mark.long
@every_kind
def test_twenty_rounds(kafka: Kafka, workers: list[Worker], target: Database) -> None:
    run_rounds(kafka, workers, target, LONG_ROUNDS, seed=int(time.time()))


@every_kind
def test_offsets_are_changed_where_they_are_kept(
    kafka: Kafka, workers: list[Worker], target: Database
) -> None:
    topic = kafka.create_topic("orders", partitions=1)
    record = lambda number: json.dumps({"schema": SCHEMA, "payload": {"id": number, "amount": 1}}).encode()  # noqa: E731
    kafka.produce(topic, [record(number) for number in range(10)])
    rest = workers[0].rest
    rest.put_connector(topic, sink(target, topic, **{"tasks.max": "1"}))
    rest.wait_running(topic)
    wait_until("ten rows", lambda: rows(target)[0] == 10, 60)
    rest.retrying("PUT", f"/connectors/{topic}/stop")
    wait_until("it is stopped", lambda: rest.status(topic)["connector"]["state"] == "STOPPED", 30)
    wait_until("its tasks are gone", lambda: not rest.status(topic)["tasks"], 30)
    body = {"partition": {"kafka_topic": topic, "kafka_partition": 0}, "offset": {"kafka_offset": 7}}
    rest.retrying("PATCH", f"/connectors/{topic}/offsets", {"offsets": [body]})
    rest.retrying("PUT", f"/connectors/{topic}/resume")
    wait_until("three rows come again", lambda: rows(target)[0] == 13, 60)
    assert rows(target)[1] == 10


class Writers:
    """Transactions of many lengths side by side, so that ids are committed in another order than given."""

    def __init__(self, target: Database):
        self.target = target
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(seed,)) for seed in range(4)]

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)
        pause = "SELECT pg_sleep" if isinstance(self.target, PostgresDatabase) else "DO SLEEP"
        row = "INSERT INTO orders(name) VALUES ('a'), ('b');"
        while not self.ending.is_set():
            try:
                self.target.execute(f"BEGIN; {row} {pause}({chance.random() / 10:.3f}); {row} COMMIT")
            except (RuntimeError, psycopg.OperationalError):  # the database is down
                time.sleep(0.1)

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()


def run_source_rounds(kafka: Kafka, workers: list[Worker], target: Database, rounds: int, seed: int) -> None:
    prefix = fresh_name("rows-")
    serial = "SERIAL" if isinstance(target, PostgresDatabase) else "INT AUTO_INCREMENT"
    target.execute(f"CREATE TABLE orders(id {serial} PRIMARY KEY, name VARCHAR(10))")
    config = {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "tasks.max": "1",
        "mode": "incrementing",
        "incrementing.column.name": "id",
        "table.whitelist": "orders",
        "topic.prefix": prefix,
        "poll.interval.ms": "20",
        "connection.attempts": "1000",
        "connection.backoff.ms": "100",
        "query.retry.attempts": "1000",
        "exactly.once.support": "required",
        "topic.creation.default.partitions": "1",
        "topic.creation.default.replication.factor": "1",
    }
    rest = workers[0].rest
    rest.put_connector(prefix, config | target.connection | JSON_WITH_SCHEMAS)
    rest.wait_running(prefix)
    chance = random.Random(seed)
    with Writers(target):
        killed = []
        for _ in range(rounds):
            time.sleep(0.3 + chance.random())
            killed.append(kill_one(chance, workers, target))
    wanted = [int(row[0] or 0) for row in target.rows("SELECT id FROM orders ORDER BY id")]
    print(f"killed {killed}; {len(wanted)} rows")
    ids = lambda: [json.loads(each.value())["payload"]["id"] for each in kafka.consume(f"{prefix}orders")]  # noqa: E731
    wait_until("all rows are there", lambda: len(ids()) >= len(wanted), 120)
    assert ids() == wanted


@on_servers
def test_every_row_is_read_once_although_workers_and_the_database_die(
    kafka: Kafka, workers: list[Worker], target: Database
) -> None:
    run_source_rounds(kafka, workers, target, 3, seed=5)


@pytest.mark.long
@on_servers
def test_twenty_rounds_of_a_source(kafka: Kafka, workers: list[Worker], target: Database) -> None:
    run_source_rounds(kafka, workers, target, LONG_ROUNDS, seed=int(time.time()))


def rows_below(target: Database, number: int) -> int:
    return int(target.rows(f"SELECT count(*) FROM orders WHERE id < {number}")[0][0])
