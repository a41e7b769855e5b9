"""Signals to a capture of PostgreSQL: incremental and blocking snapshots, beside Debezium's."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.change_events import read_events
from lib.kafka import fresh_name
from lib.postgres import Postgres
from lib.processes import wait_until
from test_cdc_postgres_events import Pair

TABLES = """
CREATE TABLE t_number (id serial PRIMARY KEY, note text);
INSERT INTO t_number (note) SELECT 'row ' || n FROM generate_series(1, 250) AS n;
CREATE TABLE t_text (name text PRIMARY KEY, price numeric(8, 2), at timestamptz);
INSERT INTO t_text
    SELECT md5(n::text) || 'é''\\', n / 3.0, '2024-02-29 12:00:00+00' FROM generate_series(1, 150) AS n;
CREATE TABLE t_two (a bigint, b varchar(20), c jsonb, PRIMARY KEY (a, b));
INSERT INTO t_two SELECT n % 7, 'b' || n, '{"n": 1}' FROM generate_series(1, 200) AS n;
CREATE TABLE t_empty (id int PRIMARY KEY);
CREATE TABLE t_keyless (id int, note text);
INSERT INTO t_keyless SELECT n, 'x' FROM generate_series(1, 10) AS n;
CREATE TABLE signals_0 (id varchar(64) PRIMARY KEY, type varchar(32), data varchar(2048));
CREATE TABLE signals_1 (id varchar(64) PRIMARY KEY, type varchar(32), data varchar(2048));
"""


class SignalPair(Pair):
    """Each with its own signal table, and told of by its own notifications."""

    def config(self, side: int) -> dict:
        return super().config(side) | {
            "table.include.list": "public.t_.*,public.marker",
            "signal.data.collection": f"public.signals_{side}",
            "notification.enabled.channels": "sink",
            "notification.sink.topic.name": f"{self.prefixes[side]}.notifications",
            "incremental.snapshot.chunk.size": "64",
            "snapshot.mode": "no_data",
        }

    def signal(self, side: int, type: str, **data) -> None:
        text = json.dumps({name.replace("_", "-"): value for name, value in data.items()})
        with self.postgres.connect(self.database) as connection:
            connection.execute(
                f"INSERT INTO signals_{side} VALUES (%s, %s, %s)", [fresh_name("sig"), type, text]
            )

    def notifications(self, side: int) -> list[dict]:
        topic = f"{self.prefixes[side]}.notifications"
        if topic not in self.kafka.admin.list_topics(timeout=10).topics:
            return []
        return [json.loads(message.value())["payload"] for message in self.kafka.consume(topic)]

    def wait_for(self, side: int, type: str, times: int = 1) -> None:
        wait_until(
            f"side {side} notifies of {type}",
            lambda: sum(one["type"] == type for one in self.notifications(side)) >= times,
            60,
        )

    def events(self, side: int) -> dict:
        """By the table's name."""
        prefix = self.prefixes[side]
        self.mark()
        found = read_events(self.bootstrap, prefix, self.marker_topic(prefix))
        return {topic.rsplit(".", 1)[1]: events for topic, events in found.items()}


@pytest.fixture
def signal_pair(
    tmp_path: Path, broker: Broker, postgres: Postgres, database: str, sluice: Callable
) -> Iterator[Callable[..., SignalPair]]:
    made = []

    def make(**options) -> SignalPair:
        with postgres.connect(database) as connection:
            connection.execute(TABLES)
        options = {name.replace("_", "."): value for name, value in options.items()}
        made.append(SignalPair(tmp_path, broker, postgres, database, sluice, options))
        return made[-1]

    yield make
    for pair in made:
        pair.stop()


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    yield postgres.create_database(fresh_name("signals").replace("-", "_"))


def told(notification: dict) -> tuple:
    """What it says; Debezium's lists are in the order of Java's hash tables, some with the signal table."""
    data = dict(notification["additional_data"])
    names = data.get("data_collections", "").split(",")
    data["data_collections"] = sorted(name for name in names if ".signals_" not in name)
    return notification["aggregate_type"], notification["type"], data


@pytest.mark.parametrize("strategy", ["insert_insert", "insert_delete"])
def test_incremental_snapshots_are_debeziums(signal_pair: Callable[..., SignalPair], strategy: str) -> None:
    mode = "no_data" if strategy == "insert_insert" else "initial"
    pair = signal_pair(incremental_snapshot_watermarking_strategy=strategy, snapshot_mode=mode)
    pair.start()
    for side in (0, 1):
        pair.signal(
            side,
            "execute-snapshot",
            data_collections=[
                f"public.{name}" for name in ("t_text", "t_keyless", "t_two", "t_.mpty", "t_number", "t_no")
            ],
            additional_conditions=[{"data-collection": "public.t_two", "filter": "a <> 3"}],
        )
        pair.wait_for(side, "COMPLETED", 1 if mode == "no_data" else 2)
    count, different = pair.compare()
    own = (".public.signals", ".notifications", "topics")
    different = [text for text in different if not text.startswith(own)]
    assert count > 600 and not different, "\n".join(different)
    theirs, ours = (
        [
            json.loads(json.dumps(told(one)).replace(pair.prefixes[side], "prefix"))
            for one in pair.notifications(side)
        ]
        for side in (0, 1)
    )
    assert ours == theirs


def latest(events: list) -> dict:
    """The rows as the events leave them, by key."""
    rows = {}
    for event in events:
        if event.payload:
            key = tuple(event.key["payload"].values())
            rows[key] = event.payload["after"]
    return {key: row for key, row in rows.items() if row is not None}


def test_rows_that_change_meanwhile_are_not_overtaken(
    signal_pair: Callable[..., SignalPair], postgres: Postgres, database: str
) -> None:
    pair = signal_pair(incremental_snapshot_chunk_size="20")
    with postgres.connect(database) as connection:
        connection.execute("INSERT INTO t_number (note) SELECT 'n' FROM generate_series(1, 30000)")
    pair.ours.start()
    wait_until("the log is read", lambda: pair.is_reading(1), 60)
    done = threading.Event()

    def change() -> None:
        with postgres.connect(database) as connection:
            for number in range(100_000):
                if done.is_set():
                    return
                id = number * 37 % 30000 + 1
                connection.execute("UPDATE t_number SET note = %s WHERE id = %s", [f"new {number}", id])
                connection.execute("DELETE FROM t_number WHERE id = %s", [(id + 100) % 30000])
                connection.execute("INSERT INTO t_number (note) VALUES (%s)", [f"more {number}"])

    writer = threading.Thread(target=change)
    writer.start()
    try:
        pair.signal(1, "execute-snapshot", data_collections=["public.t_number"])
        pair.wait_for(1, "IN_PROGRESS", 3)
        pair.ours.kill()
        pair.ours.start()
        pair.wait_for(1, "IN_PROGRESS", 8)
        pair.signal(1, "pause-snapshot")
        pair.wait_for(1, "PAUSED")
        pair.signal(1, "resume-snapshot")
        pair.wait_for(1, "COMPLETED")
    finally:
        done.set()
        writer.join()
    with postgres.connect(database) as connection:
        rows = connection.execute("SELECT id, note FROM t_number").fetchall()
    seen = latest(pair.events(1)["t_number"])
    assert {(row["id"], row["note"]) for row in seen.values()} >= set(rows)
    assert {row["id"] for row in seen.values()} == {id for id, _ in rows}


def test_a_file_a_topic_and_a_stop(
    signal_pair: Callable[..., SignalPair], broker: Broker, postgres: Postgres, database: str, tmp_path: Path
) -> None:
    lines = tmp_path / "signals.txt"
    pair = signal_pair(
        signal_enabled_channels="source,file,kafka",
        signal_file=str(lines),
        signal_poll_interval_ms="200",
        signal_kafka_bootstrap_servers=broker.bootstrap,
    )
    pair.ours.start()
    wait_until("the log is read", lambda: pair.is_reading(1), 60)
    tables = {"data-collections": ["public.t_number"]}
    lines.write_text(json.dumps({"id": "f1", "type": "execute-snapshot", "data": tables}) + "\n")
    pair.wait_for(1, "COMPLETED")
    blocking = {"id": "k1", "type": "execute-snapshot", "data": {"type": "BLOCKING", **tables}}
    topic = f"{pair.prefixes[1]}-signal"
    pair.kafka.produce(topic, [(pair.prefixes[1], json.dumps(blocking))])
    pair.wait_for(1, "COMPLETED", 2)
    pair.signal(1, "pause-snapshot")  # nothing to pause
    with postgres.connect(database) as connection:
        connection.execute("INSERT INTO t_number (note) SELECT 'n' FROM generate_series(1, 20000)")
    pair.signal(1, "execute-snapshot", data_collections=["public.t_number", "public.t_text"])
    pair.signal(1, "stop-snapshot", data_collections=["public.t_number"])
    pair.wait_for(1, "ABORTED")
    pair.wait_for(1, "COMPLETED", 3)
    events = pair.events(1)
    reads = [event.payload for event in events["t_number"] if event.payload["op"] == "r"]
    assert [one["after"]["id"] for one in reads[:500]] == [*range(1, 251)] * 2
    assert {one["source"]["snapshot"] for one in reads[:250]} == {"incremental"}
    marks = [one["source"]["snapshot"] for one in reads[250:500]]
    assert (marks[0], marks[-1], set(marks[1:-1])) == ("first", "last", {"true"})
    assert 500 <= len(reads) < 15_000
    assert len(events["t_text"]) == 150
