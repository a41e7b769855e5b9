"""Changes out of PostgreSQL and MariaDB: Sluice, Debezium, and the server's own client for its log.

The log: two million changes in transactions of 100, read from slots that were made before them. The snapshot:
five million rows. Latency: from the commit to the broker's own time of the event, at 1,000 changes a second.
"""

import argparse
import json
import os
import statistics
import threading
import time
from pathlib import Path

from cdc_mariadb import bench_mariadb
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
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from lib.debezium import POSTGRES
from lib.places import DEPS
from lib.postgres import PASSWORD, Postgres, program
from lib.processes import wait_until

JSON = "org.apache.kafka.connect.json.JsonConverter"
PLAIN = {
    "key.converter": JSON,
    "value.converter": JSON,
    "key.converter.schemas.enable": "false",
    "value.converter.schemas.enable": "false",
}
# What keeps a broker on the same two cores from being the limit.
PRODUCER = {
    "producer.batch.size": "262144",
    "producer.linger.ms": "5",
    "producer.compression.type": "lz4",
}
COLUMNS = (
    "(id bigint PRIMARY KEY, customer integer NOT NULL, amount numeric(12,2) NOT NULL,"
    " price double precision, note text, code varchar(20), paid boolean, created timestamptz, due date,"
    " version integer)"
)
VALUES = (
    "{id}, {id} % 100000, ({id} % 1000000) / 100.0, {id} * 0.5,"
    " 'order number ' || {id},"
    " 'code-' || {id} % 1000, {id} % 2 = 0, '2024-01-01'::timestamptz + {id} * interval '1 second',"
    " '2024-01-01'::date + ({id} % 1000)::int, 1"
)
# Of each hundred changes 60 rows are new, 30 changed, 10 deleted.
CHANGES = """
CREATE PROCEDURE change(count bigint) LANGUAGE plpgsql AS $$
DECLARE first bigint := 0;
BEGIN
  FOR i IN 1 .. count / 100 LOOP
    INSERT INTO orders SELECT {values} FROM generate_series(first + 1, first + 60) AS n;
    UPDATE orders SET version = version + 1 WHERE id BETWEEN first + 1 AND first + 30;
    DELETE FROM orders WHERE id BETWEEN first + 51 AND first + 60;
    first := first + 60;
    COMMIT;
  END LOOP;
END $$
""".format(values=VALUES.format(id="n"))


class CdcBench:
    def __init__(self, work: Path, bootstrap: str, postgres: Postgres):
        self.work, self.bootstrap, self.postgres = work, bootstrap, postgres

    def sql(self, text: str) -> list[tuple]:
        with self.postgres.connect() as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def config(self, name: str, **more: str) -> dict[str, str]:
        return {
            "connector.class": POSTGRES,
            "database.hostname": "127.0.0.1",
            "database.port": str(self.postgres.port),
            "database.user": "postgres",
            "database.password": PASSWORD,
            "database.dbname": "postgres",
            "topic.prefix": name,
            "table.include.list": "public.orders",
            "plugin.name": "pgoutput",
            "slot.name": name,
            "publication.name": "bench",
            "tombstones.on.delete": "false",
            **{key.replace("_", "."): value for key, value in more.items()},
        }

    def run(self, kind: str, name: str, count: int, **more: str) -> Measure:
        topic = create_topic(self.bootstrap, f"{name}.public.orders")
        worker = {"bootstrap.servers": self.bootstrap, **PLAIN, **PRODUCER}
        config = {"orders": self.config(name, **more)}
        folder = self.work / name
        command = (
            sluice_command(folder, worker, config)
            if kind == "Sluice"
            else java_connect_command(folder, worker, config, DEPS / "debezium" / "libs")
        )
        run = Run(command, self.work / f"{name}.log")
        return measure(kind, count, run, Ends(self.bootstrap, topic), seconds=900)

    def slots(self, *names: str) -> None:
        for name in names:
            self.sql(f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")

    def drop_slots(self) -> None:
        self.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active")

    def receive(self, count: int) -> Measure:
        end = self.sql("SELECT pg_current_wal_lsn()")[0][0]
        command = [
            *(
                program("pg_recvlogical"),
                "-d",
                self.postgres.dsn,
                "--slot",
                "raw",
                "--start",
                "-f",
                "/dev/null",
            ),
            *("-o", "proto_version=1", "-o", "publication_names=bench", "--endpos", end, "--no-loop"),
        ]
        return measure("pg_recvlogical", count, Run(command, self.work / "raw.log"))


def bench_log(bench: CdcBench, count: int, rival_count: int) -> list[Demand]:
    bench.sql(f"CREATE TABLE orders {COLUMNS}")
    bench.sql(CHANGES)
    bench.sql("CREATE PUBLICATION bench FOR TABLE orders")
    bench.slots("theirs")
    say(f"Making {rival_count:,} changes in transactions of 100 for Debezium")
    bench.sql(f"CALL change({rival_count})")
    rival = bench.run("Debezium", "theirs", rival_count, snapshot_mode="no_data")
    bench.drop_slots()
    bench.sql("TRUNCATE orders")
    bench.slots("raw", "ours")
    say(f"Making {count:,} changes for the others")
    bench.sql(f"CALL change({count})")
    bench.sql("CHECKPOINT")
    say("  pg_recvlogical")
    raw = bench.receive(count)
    say("  Sluice")
    ours = bench.run("Sluice", "ours", count, snapshot_mode="no_data")
    say()
    say("PostgreSQL's log to Kafka, JSON without schemas:")
    say(measures_table([raw, ours, rival]))
    bench.drop_slots()
    rival_us = min(rival.us, rival.steady_us or rival.us)
    rate = (ours.records / ours.wall) / (raw.records / raw.wall)
    return [
        Demand("log: events per CPU second against Debezium", rival_us / ours.us, 10, at_most=False),
        Demand("log: events per second against pg_recvlogical", rate, 0.8, at_most=False),
        Demand("log: memory", ours.peak_rss / (1 << 20), 150, at_most=True, unit="MB"),
    ]


def bench_snapshot(bench: CdcBench, count: int, rival_count: int) -> list[Demand]:
    def fill(rows: int) -> None:
        bench.sql(f"DROP TABLE IF EXISTS orders; CREATE TABLE orders {COLUMNS}")
        bench.sql(f"INSERT INTO orders SELECT {VALUES.format(id='n')} FROM generate_series(1, {rows}) AS n")
        bench.sql("VACUUM ANALYZE orders")

    bench.sql("DROP PUBLICATION IF EXISTS bench; CREATE PUBLICATION bench FOR ALL TABLES")
    say(f"Filling a table with {rival_count:,} rows for Debezium")
    fill(rival_count)
    rival = bench.run("Debezium", "theirs_snapshot", rival_count, snapshot_mode="initial_only")
    say(f"Filling a table with {count:,} rows")
    fill(count)
    ours = bench.run("Sluice", "ours_snapshot", count, snapshot_mode="initial_only")
    say()
    say("A snapshot of one table to Kafka:")
    say(measures_table([ours, rival]))
    rival_us = min(rival.us, rival.steady_us or rival.us)
    return [
        Demand("snapshot: rows per CPU second against Debezium", rival_us / ours.us, 10, at_most=False),
        Demand("snapshot: rows per second", ours.records / ours.wall, 400_000, at_most=False, unit="rows/s"),
        Demand("snapshot: memory", ours.peak_rss / (1 << 20), 150, at_most=True, unit="MB"),
    ]


def latencies(bench: CdcBench, kind: str, name: str, seconds: int) -> list[float]:
    """Milliseconds from the commit of one-row transactions to the broker's time of their events."""
    topic = f"{name}.public.orders"
    new = NewTopic(topic, 1, 1, config={"message.timestamp.type": "LogAppendTime"})
    admin = AdminClient({"bootstrap.servers": bench.bootstrap})
    admin.create_topics([new])[topic].result(30)
    folder = bench.work / name
    config = {"orders": bench.config(name, snapshot_mode="no_data", poll_interval_ms="1")}
    worker = {"bootstrap.servers": bench.bootstrap, **PLAIN}
    command = (
        sluice_command(folder, worker, config)
        if kind == "Sluice"
        else java_connect_command(folder, worker, config, DEPS / "debezium" / "libs")
    )
    run = Run(command, bench.work / f"{name}.log")
    wait_until(
        f"{name} reads its slot",
        lambda: bench.sql(f"SELECT active FROM pg_replication_slots WHERE slot_name = '{name}'") == [(True,)],
        60,
    )
    writer = threading.Thread(target=write_evenly, args=(bench, seconds * 1000))
    writer.start()
    writer.join()
    time.sleep(2)
    run.stop()
    return sorted(delays(bench.bootstrap, topic, warm_up=seconds * 200))


def write_evenly(bench: CdcBench, count: int) -> None:
    with bench.postgres.connect() as connection:
        connection.execute("TRUNCATE orders")
        began = time.monotonic()
        for number in range(count):
            ahead = began + number / 1000 - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
            connection.execute(f"INSERT INTO orders SELECT {VALUES.format(id=number)}")


def delays(bootstrap: str, topic: str, warm_up: int) -> list[float]:
    settings = {"bootstrap.servers": bootstrap, "group.id": "latency", "enable.partition.eof": True}
    consumer = Consumer(settings)
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    found = []
    while True:
        message = consumer.poll(10)
        if message is None or message.error():
            return found[warm_up:]
        value = json.loads(message.value())
        if value["op"] == "c":
            found.append(message.timestamp()[1] - value["source"]["ts_us"] / 1000)


def bench_latency(bench: CdcBench, seconds: int) -> list[Demand]:
    bench.sql(f"DROP TABLE IF EXISTS orders; CREATE TABLE orders {COLUMNS}")
    bench.drop_slots()
    figures = {}
    for kind, name in (("Sluice", "ours_latency"), ("Debezium", "theirs_latency")):
        say(f"  latency: {kind}")
        found = latencies(bench, kind, name, seconds)
        figures[kind] = (statistics.median(found), found[int(len(found) * 0.99)])
        say(f"    {len(found)} events: median {figures[kind][0]:.1f} ms, p99 {figures[kind][1]:.1f} ms")
    median, p99 = figures["Sluice"]
    return [
        Demand("latency at 1,000/s: median", median, 5, at_most=True, unit="ms"),
        Demand("latency at 1,000/s: p99", p99, 20, at_most=True, unit="ms"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=2_000_000)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rival", type=int, default=500_000, help="what Debezium reads")
    parser.add_argument("--seconds", type=int, default=20, help="of the latency test")
    parser.add_argument("--only", choices=("log", "snapshot", "latency"))
    parser.add_argument("--server", choices=("postgres", "mariadb"), help="one of them only")
    arguments = parser.parse_args()
    tables = {}
    if arguments.server != "mariadb":
        tables["PostgreSQL"] = bench_postgres(arguments)
    if arguments.server != "postgres" and arguments.only != "latency":
        tables["MariaDB"] = bench_mariadb(arguments.changes, arguments.rows, arguments.rival, arguments.only)
    for name, demands in tables.items():
        say()
        say(f"{name}:")
        say(demands_table(demands))
    return 0 if all(demand.holds for demands in tables.values() for demand in demands) else 1


def bench_postgres(arguments: argparse.Namespace) -> list[Demand]:
    os.environ["PGPASSWORD"] = PASSWORD
    work = workspace("cdc")
    say("Starting Kafka and PostgreSQL")
    broker = bench_broker(work)
    settings = {"shared_buffers": "512MB", "max_wal_size": "8GB", "logical_decoding_work_mem": "64MB"}
    postgres = Postgres(settings)
    demands = []
    try:
        bench = CdcBench(work, broker.bootstrap, postgres)
        if arguments.only in (None, "log"):
            demands += bench_log(bench, arguments.changes, arguments.rival)
        if arguments.only in (None, "snapshot"):
            demands += bench_snapshot(bench, arguments.rows, arguments.rival)
        if arguments.only in (None, "latency"):
            demands += bench_latency(bench, arguments.seconds)
    finally:
        postgres.stop()
        broker.stop()
    return demands


if __name__ == "__main__":
    raise SystemExit(main())
