"""Debezium and Sluice, each with a signal table and a topic of notifications of its own."""

import json

from test_cdc_postgres_events import Pair

from lib.binlog_pair import BinlogPair
from lib.capture_pair import CapturePair
from lib.change_events import Event, read_events
from lib.kafka import fresh_name
from lib.processes import wait_until

SIGNALS = "CREATE TABLE signals_{} (id varchar(64) PRIMARY KEY, type varchar(32), data varchar(2048));"


class SignalPair(CapturePair):
    """Beside the kind of a server; t_number, t_text, t_two, t_empty and t_keyless are captured."""

    space: str
    create: str

    def prepare(self) -> None:
        self.sql(self.create + SIGNALS.format(0) + SIGNALS.format(1))

    def sql(self, text: str) -> list:
        raise NotImplementedError

    def config(self, side: int) -> dict:
        return super().config(side) | {
            "table.include.list": f"{self.space}.t_.*,{self.space}.marker",
            "signal.data.collection": f"{self.space}.signals_{side}",
            "notification.enabled.channels": "sink",
            "notification.sink.topic.name": f"{self.prefixes[side]}.notifications",
            "incremental.snapshot.chunk.size": "64",
            "snapshot.mode": "no_data",
        }

    def table(self, name: str) -> str:
        return f"{self.space}.{name}"

    def signal(self, side: int, type: str, **data) -> None:
        text = json.dumps({name.replace("_", "-"): value for name, value in data.items()})
        self.sql(f"INSERT INTO signals_{side} VALUES ('{fresh_name('sig')}', '{type}', '{text}')")

    def notifications(self, side: int) -> list[dict]:
        topic = f"{self.prefixes[side]}.notifications"
        if topic not in self.kafka.admin.list_topics(timeout=10).topics:
            return []
        return [json.loads(message.value())["payload"] for message in self.kafka.consume(topic)]

    def told(self, side: int) -> list[tuple]:
        """What each says, but for what differs every time in Debezium: orders of lists, and bytes."""
        told = []
        for one in self.notifications(side):
            text = json.dumps(one["additional_data"]).replace(self.prefixes[side], "prefix")
            data = json.loads(text)
            names = data.get("data_collections", "").split(",")
            data["data_collections"] = sorted(name for name in names if ".signals_" not in name)
            if data.get("current_collection_in_progress", "").endswith(".t_two"):
                data = {name: value for name, value in data.items() if not name.endswith("_key")}
            told.append((one["aggregate_type"], one["type"], data))
        return told

    def wait_for(self, side: int, type: str, times: int = 1, aggregate: str = "Incremental Snapshot") -> None:
        def come() -> int:
            found = [(one["aggregate_type"], one["type"]) for one in self.notifications(side)]
            return found.count((aggregate, type))

        wait_until(f"side {side} notifies of {type}", lambda: come() >= times, 60)

    def events(self, side: int) -> dict[str, list[Event]]:
        """By the table's name."""
        prefix = self.prefixes[side]
        self.mark()
        found = read_events(self.bootstrap, prefix, self.marker_topic(prefix))
        return {topic.rsplit(".", 1)[-1]: events for topic, events in found.items()}


class PostgresSignals(SignalPair, Pair):
    space = "public"
    numbers = "SELECT n FROM generate_series(1, {}) AS n"
    create = r"""
CREATE TABLE t_number (id serial PRIMARY KEY, note text);
INSERT INTO t_number (note) SELECT 'row ' || n FROM generate_series(1, 250) AS n;
CREATE TABLE t_text (name text PRIMARY KEY, price numeric(8, 2), at timestamptz);
INSERT INTO t_text
    SELECT md5(n::text) || 'é''\', n / 3.0, '2024-02-29 12:00:00+00' FROM generate_series(1, 150) AS n;
CREATE TABLE t_two (a bigint, b varchar(20), c jsonb, PRIMARY KEY (a, b));
INSERT INTO t_two SELECT n % 7, 'b' || n, '{"n": 1}' FROM generate_series(1, 200) AS n;
CREATE TABLE t_empty (id int PRIMARY KEY);
CREATE TABLE t_keyless (id int, note text);
INSERT INTO t_keyless SELECT n, 'x' FROM generate_series(1, 10) AS n;
"""

    def sql(self, text: str) -> list[tuple]:
        with self.postgres.connect(self.database) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []


class MariaDbSignals(SignalPair, BinlogPair):
    numbers = "SELECT seq FROM seq_1_to_{}"
    create = r"""
CREATE TABLE t_number (id serial PRIMARY KEY, note text);
INSERT INTO t_number (note) SELECT concat('row ', seq) FROM seq_1_to_250;
CREATE TABLE t_text (name varchar(60) PRIMARY KEY, price numeric(8, 2), at timestamp NULL);
INSERT INTO t_text SELECT concat(md5(seq), 'é''\\'), seq / 3.0, '2024-02-29 12:00:00' FROM seq_1_to_150;
CREATE TABLE t_two (a bigint, b varbinary(20), c json, PRIMARY KEY (a, b));
INSERT INTO t_two SELECT seq % 7, concat('b', seq), '{"n": 1}' FROM seq_1_to_200;
CREATE TABLE t_empty (id int PRIMARY KEY);
CREATE TABLE t_keyless (id int, note text);
INSERT INTO t_keyless SELECT seq, 'x' FROM seq_1_to_10;
"""

    @property
    def space(self) -> str:
        return self.database

    def sql(self, text: str) -> list:
        return self.server.query(text, self.database)
