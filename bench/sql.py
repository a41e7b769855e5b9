"""Rows out of PostgreSQL and into it: Sluice, psql, and Debezium, the only Java rival that can be had.

Out: a table of 10 columns by the JDBC source in bulk mode, beside `psql copy … to stdout` piped into
kcat, and Debezium's snapshot of the same table. In: records into a table by insert and upsert, beside
psql's COPY of the same rows, and Debezium's JDBC sink on the same topic.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from common import (
    Demand,
    Ends,
    Measure,
    Run,
    bench_broker,
    create_topic,
    demands_table,
    java_connect_command,
    measure,
    measures_table,
    say,
    sluice_command,
    workspace,
)
from filestream import CONSUMER, PRODUCER, kcat_options, worker_settings
from lib.places import DEPS
from lib.postgres import PASSWORD, Postgres
from lib.registry import Registry

COLUMNS = """(id BIGINT PRIMARY KEY, customer INT NOT NULL, name TEXT NOT NULL, note VARCHAR(80),
    amount NUMERIC(12,2) NOT NULL, rate DOUBLE PRECISION, active BOOLEAN NOT NULL, created TIMESTAMP NOT NULL,
    day DATE, code SMALLINT)"""
ROWS = """SELECT i, (i * 7919 % 100000)::int, 'customer ' || i % 1000, 'a note about the order ' || i,
    (i % 1000000) / 100.0, i / 3.0, i % 2 = 0, timestamp '2024-01-01' + i * interval '1 second',
    date '2024-01-01' + (i % 365)::int, (i % 100)::smallint FROM generate_series(1::bigint, {count}) i"""
SUMS = "count(*), sum(id), sum(amount), sum(code), count(DISTINCT id), max(created)"
JSON = "org.apache.kafka.connect.json.JsonConverter"


class SqlBench:
    def __init__(self, work: Path, bootstrap: str, postgres: Postgres, registry: Registry):
        self.work, self.bootstrap, self.postgres = work, bootstrap, postgres
        self.avro = {
            "value.converter": "io.confluent.connect.avro.AvroConverter",
            "value.converter.schema.registry.url": registry.url,
        }
        self.json = {"value.converter": JSON, "value.converter.schemas.enable": "true"}
        self.login = {
            "connection.url": postgres.jdbc_url(),
            "connection.user": "postgres",
            "connection.password": PASSWORD,
        }

    def sql(self, text: str) -> list[tuple]:
        with self.postgres.connect() as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def fill(self, table: str, count: int) -> None:
        self.sql(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} {COLUMNS}")
        self.sql(f"INSERT INTO {table} {ROWS.format(count=count)}")
        self.sql(f"VACUUM ANALYZE {table}")

    def psql(self, command: str, before: str = "", after: str = "") -> list[str]:
        """A shell's pipeline; its CPU is that of all its programs."""
        place = f"psql -h 127.0.0.1 -p {self.postgres.port} -U postgres -q"
        return ["bash", "-c", f'set -o pipefail; {before} {place} -c "{command}" {after}']

    def raw_source(self, count: int) -> Measure:
        topic = create_topic(self.bootstrap, "raw")
        kcat = " ".join(["kcat", "-P", "-b", self.bootstrap, "-t", topic, *kcat_options(PRODUCER)])
        run = Run(self.psql("copy orders to stdout", after=f"| {kcat}"), self.work / "raw.log")
        result = measure("psql copy | kcat", count, run)
        if (found := Ends(self.bootstrap, topic)()) != count:
            raise RuntimeError(f"kcat: the topic holds {found} records, not {count}")
        return result

    def source(self, prefix: str, count: int, converter: dict[str, str], name: str = "Sluice") -> Measure:
        topic = create_topic(self.bootstrap, f"{prefix}orders")
        config = {
            "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
            "mode": "bulk",
            "poll.interval.ms": "100000000",
            "table.whitelist": "orders",
            "topic.prefix": prefix,
            **self.login,
        }
        if prefix == "keyed-":
            config |= {
                "transforms": "key",
                "transforms.key.type": "org.apache.kafka.connect.transforms.ValueToKey",
                "transforms.key.fields": "id",
            }
        folder = self.work / f"source-{prefix}"
        worker = worker_settings(self.bootstrap, "producer", PRODUCER) | converter
        run = Run(sluice_command(folder, worker, {"orders": config}), self.work / f"source-{prefix}log")
        return measure(name, count, run, Ends(self.bootstrap, topic), stall_seconds=30)

    def debezium_source(self, count: int) -> Measure:
        create_topic(self.bootstrap, "debezium.public.orders")
        config = {
            "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
            "database.hostname": "127.0.0.1",
            "database.port": str(self.postgres.port),
            "database.user": "postgres",
            "database.password": PASSWORD,
            "database.dbname": "postgres",
            "topic.prefix": "debezium",
            "table.include.list": "public.orders",
            "plugin.name": "pgoutput",
            "slot.name": "bench",
            "snapshot.mode": "initial_only",
        }
        plain = {"value.converter": JSON, "value.converter.schemas.enable": "false"}
        worker = worker_settings(self.bootstrap, "producer", PRODUCER) | plain
        command = java_connect_command(
            self.work / "debezium-source", worker, {"orders": config}, DEPS / "debezium" / "libs"
        )
        run = Run(command, self.work / "debezium-source.log")
        return measure(
            "Debezium's snapshot", count, run, Ends(self.bootstrap, "debezium.public.orders"), seconds=600
        )

    def copy(self, count: int) -> Measure:
        """psql's COPY from a file: what the server can take."""
        rows = self.work / "orders.txt"
        measure(
            "psql", count, Run(self.psql("copy orders to stdout", after=f"> {rows}"), self.work / "copy.log")
        )
        self.sql(f"DROP TABLE IF EXISTS copied; CREATE TABLE copied {COLUMNS}")
        run = Run(self.psql(f"\\copy copied from '{rows}'"), self.work / "copy.log")
        return measure("psql \\copy", count, run)

    def sink(self, name: str, mode: str, topic: str, count: int, command: Callable) -> Measure:
        self.sql(f"DROP TABLE IF EXISTS sunk; CREATE TABLE sunk {COLUMNS}")
        slug = f"{name.split()[0].lower().strip(',')}-{mode}-{topic}"
        run = Run(command(self.work / slug, slug), self.work / f"{slug}.log")
        with self.postgres.connect() as connection:
            # Rows come in the order of their ids, and all at once with a commit.
            highest = lambda: connection.execute("SELECT coalesce(max(id), 0) FROM sunk").fetchone()[0]  # noqa: E731
            result = measure(name, count, run, highest, seconds=900)
        wanted = self.sql(f"SELECT {SUMS} FROM orders WHERE id <= {count}")
        if (found := self.sql(f"SELECT {SUMS} FROM sunk")) != wanted:
            raise RuntimeError(f"{name}, {mode}: the table's sums are {found}, not {wanted}")
        return result

    def sluice_sink(self, mode: str, topic: str, count: int, converter: dict[str, str]) -> Measure:
        config = {
            "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
            "topics": topic,
            "table.name.format": "sunk",
            "insert.mode": mode,
            "pk.mode": "record_value",
            "pk.fields": "id",
            **self.login,
        }
        worker = worker_settings(self.bootstrap, "consumer", CONSUMER) | converter
        form = "Avro" if converter is self.avro else "JSON with schema"
        return self.sink(
            f"Sluice, {form}",
            mode,
            topic,
            count,
            lambda folder, slug: sluice_command(folder, worker, {slug: config}),
        )

    def debezium_sink(self, mode: str, topic: str, count: int) -> Measure:
        config = {
            "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
            "topics": topic,
            "connection.url": self.postgres.jdbc_url(),
            "connection.username": "postgres",
            "connection.password": PASSWORD,
            "collection.name.format": "sunk",
            "insert.mode": mode,
            "primary.key.mode": "record_value",
            "primary.key.fields": "id",
            "batch.size": "2000",
        }
        worker = worker_settings(self.bootstrap, "consumer", CONSUMER) | self.json
        return self.sink(
            "Debezium's sink, JSON with schema",
            mode,
            topic,
            count,
            lambda folder, slug: java_connect_command(
                folder, worker, {slug: config}, DEPS / "debezium" / "libs"
            ),
        )


def megabytes(result: Measure) -> float:
    return result.peak_rss / (1 << 20)


def rows_per_second(result: Measure) -> float:
    return result.records / result.wall


def bench_out(bench: SqlBench, count: int, rival_count: int) -> list[Demand]:
    say(f"Filling a table with {count:,} rows")
    bench.fill("orders", count)
    plain = {"value.converter": JSON, "value.converter.schemas.enable": "false"}
    say("  psql copy | kcat")
    raw = bench.raw_source(count)
    say("  Sluice")
    ours = bench.source("plain-", count, plain)
    say("  Debezium's snapshot")
    bench.fill("orders", rival_count)
    rival = bench.debezium_source(rival_count)
    say()
    say("PostgreSQL to Kafka, one task, JSON without schemas:")
    say(measures_table([raw, ours, rival]))
    rival_us = min(rival.us, rival.steady_us or rival.us)
    return [
        Demand("source: CPU against psql copy | kcat", ours.us / raw.us, 2.5, at_most=True),
        Demand("source: better than Debezium's snapshot", rival_us / ours.us, 10, at_most=False),
        Demand("source: memory", megabytes(ours), 100, at_most=True, unit="MB"),
    ]


def bench_in(bench: SqlBench, count: int, rival_count: int) -> list[Demand]:
    say(f"Filling topics with {count:,} records")
    bench.fill("orders", count)
    bench.source("avro-", count, bench.avro, "fill")
    bench.sql(f"DELETE FROM orders WHERE id > {rival_count}")
    bench.source("json-", rival_count, bench.json, "fill")
    bench.fill("orders", count)
    say("  psql \\copy")
    copied = bench.copy(count)
    tables, demands = {}, []
    for mode, times in (("insert", 5.0), ("upsert", 3.0)):
        say(f"  {mode}: Sluice")
        ours = bench.sluice_sink(mode, "avro-orders", count, bench.avro)
        same = bench.sluice_sink(mode, "json-orders", rival_count, bench.json)
        say(f"  {mode}: Debezium's sink")
        rival = bench.debezium_sink(mode, "json-orders", rival_count)
        tables[mode] = [copied, ours, same, rival] if mode == "insert" else [ours, same, rival]
        if mode == "insert":
            ratio = rows_per_second(ours) / rows_per_second(copied)
            demands.append(Demand("insert: rows per second against COPY by psql", ratio, 0.7, at_most=False))
        ratio = rows_per_second(same) / rows_per_second(rival)
        demands.append(
            Demand(f"{mode}: rows per second against Debezium's sink", ratio, times, at_most=False)
        )
        most = max(megabytes(ours), megabytes(same))
        demands.append(Demand(f"{mode}: memory", most, 100, at_most=True, unit="MB"))
    for mode, measures in tables.items():
        say()
        say(f"Kafka to PostgreSQL, {mode}, one partition, one task:")
        say(measures_table(measures))
    return demands


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows-out", type=int, default=5_000_000)
    parser.add_argument("--rows-in", type=int, default=2_000_000)
    parser.add_argument("--rival-rows", type=int, default=500_000, help="what Java reads and writes")
    parser.add_argument("--only", choices=("out", "in"))
    arguments = parser.parse_args()
    os.environ["PGPASSWORD"] = PASSWORD
    work = workspace("sql")
    say("Starting Kafka, PostgreSQL and a schema registry")
    broker = bench_broker(work)
    postgres = Postgres({"shared_buffers": "512MB", "max_wal_size": "4GB"})
    registry = Registry(work / "registry")
    try:
        bench = SqlBench(work, broker.bootstrap, postgres, registry)
        demands = []
        if arguments.only != "in":
            demands += bench_out(bench, arguments.rows_out, arguments.rival_rows)
        if arguments.only != "out":
            demands += bench_in(bench, arguments.rows_in, arguments.rival_rows)
    finally:
        registry.kill()
        postgres.stop()
        broker.stop()
    say()
    say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
