"""What happens to a PostgreSQL capture when its slot, its publication or its tables are changed under it."""

import json
from collections.abc import Callable, Iterator

import psycopg
import pytest
from lib.connectors import JSON_WITHOUT_SCHEMAS
from lib.debezium import POSTGRES
from lib.kafka import Kafka, fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.processes import wait_until
from lib.sluice import SluiceProcess


@pytest.fixture
def server() -> Iterator[Postgres]:
    made = Postgres({"wal_keep_size": "0"})
    yield made
    made.stop()


class Capture:
    """One connector on one table of three rows."""

    def __init__(self, server: Postgres, kafka: Kafka, sluice: Callable[..., SluiceProcess], **more: str):
        self.server, self.kafka, self.prefix = server, kafka, fresh_name("slots")
        self.slot = self.prefix.replace("-", "_")
        self.sql("CREATE TABLE orders (id int PRIMARY KEY, note text)")
        self.sql("INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')")
        config = {
            "connector.class": POSTGRES,
            "database.hostname": "127.0.0.1",
            "database.port": str(server.port),
            "database.user": "postgres",
            "database.password": PASSWORD,
            "database.dbname": "postgres",
            "topic.prefix": self.prefix,
            "plugin.name": "pgoutput",
            "slot.name": self.slot,
            "slot.retry.delay.ms": "200",
            **JSON_WITHOUT_SCHEMAS,
            **{key.replace("_", "."): value for key, value in more.items()},
        }
        self.worker = sluice({"capture": config})

    def sql(self, text: str) -> list[tuple]:
        with self.server.connect() as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def events(self, table: str = "orders") -> list[tuple[str, int]]:
        """Operation and id of each event; none while there is no topic."""
        topic = f"{self.prefix}.public.{table}"
        if topic not in self.kafka.admin.list_topics(timeout=10).topics:
            return []
        values = [json.loads(message.value()) for message in self.kafka.consume(topic) if message.value()]
        return [(value["op"], (value["after"] or value["before"])["id"]) for value in values]

    def wait_events(self, *wanted: tuple[str, int], table: str = "orders") -> None:
        self.worker.wait(f"{wanted} come", lambda: self.events(table) == list(wanted), 40)

    def drop_slot(self) -> None:
        """Once its last reader is gone."""
        wait_until(
            "nobody reads the slot",
            lambda: (
                self.sql(f"SELECT active FROM pg_replication_slots WHERE slot_name = '{self.slot}'")
                == [(False,)]
            ),
            20,
        )
        self.sql(f"SELECT pg_drop_replication_slot('{self.slot}')")


SNAPSHOT = (("r", 1), ("r", 2), ("r", 3))


def test_a_slot_that_is_gone_is_told_with_what_to_do(
    server: Postgres, kafka: Kafka, sluice: Callable
) -> None:
    capture = Capture(server, kafka, sluice)
    capture.worker.start()
    capture.wait_events(*SNAPSHOT)
    capture.worker.stop()
    capture.drop_slot()
    capture.sql("INSERT INTO orders VALUES (4, 'nobody keeps it')")
    capture.worker.start()
    capture.worker.wait_log(r"Replication slot \w+ does not exist, .* snapshot.mode=when_needed")
    assert capture.events() == list(SNAPSHOT)


def test_a_new_snapshot_is_taken_when_it_is_needed(server: Postgres, kafka: Kafka, sluice: Callable) -> None:
    capture = Capture(server, kafka, sluice, snapshot_mode="when_needed")
    capture.worker.start()
    capture.wait_events(*SNAPSHOT)
    capture.worker.stop()
    capture.drop_slot()
    capture.sql("INSERT INTO orders VALUES (4, 'd')")
    capture.worker.start()
    capture.wait_events(*SNAPSHOT, *SNAPSHOT, ("r", 4))
    capture.sql("DELETE FROM orders WHERE id = 1")
    capture.wait_events(*SNAPSHOT, *SNAPSHOT, ("r", 4), ("d", 1))


def test_a_table_that_comes_later_is_captured(server: Postgres, kafka: Kafka, sluice: Callable) -> None:
    capture = Capture(server, kafka, sluice)
    capture.worker.start()
    capture.wait_events(*SNAPSHOT)
    capture.sql("CREATE TABLE later (id int PRIMARY KEY); INSERT INTO later VALUES (7)")
    capture.wait_events(("c", 7), table="later")


def test_a_slot_in_use_is_waited_for(server: Postgres, kafka: Kafka, sluice: Callable) -> None:
    capture = Capture(server, kafka, sluice)
    capture.sql(f"SELECT pg_create_logical_replication_slot('{capture.slot}', 'test_decoding')")
    capture.worker.start()
    capture.worker.wait_log(r"is of plugin 'test_decoding', not pgoutput")


def test_a_backend_that_is_ended_is_replaced_at_once(
    server: Postgres, kafka: Kafka, sluice: Callable
) -> None:
    capture = Capture(server, kafka, sluice)
    capture.worker.start()
    capture.wait_events(*SNAPSHOT)
    wanted = list(SNAPSHOT)
    for number in range(4, 8):
        capture.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'"
        )
        capture.sql(f"INSERT INTO orders VALUES ({number}, 'x')")
        wanted.append(("c", number))
        capture.wait_events(*wanted)


def test_a_server_without_logical_wal_is_refused(kafka: Kafka, sluice: Callable) -> None:
    server = Postgres({"wal_level": "replica"})
    try:
        capture = Capture(server, kafka, sluice)
        capture.worker.start()
        capture.worker.wait_log("set wal_level = logical")
    finally:
        server.stop()


def test_heartbeats_let_the_slot_go_on_while_only_other_tables_change(
    server: Postgres, kafka: Kafka, sluice: Callable
) -> None:
    capture = Capture(server, kafka, sluice, heartbeat_interval_ms="200", table_include_list="public.orders")
    capture.worker.start()
    capture.wait_events(*SNAPSHOT)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE elsewhere (id serial, note text)")
        for _ in range(20):
            connection.execute(
                "INSERT INTO elsewhere (note) SELECT repeat('x', 100) FROM generate_series(1, 100)"
            )
        end = connection.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
    behind = (
        f"SELECT confirmed_flush_lsn < '{end}' FROM pg_replication_slots WHERE slot_name = '{capture.slot}'"
    )
    capture.worker.wait("the slot goes on", lambda: capture.sql(behind) == [(False,)], 30)
