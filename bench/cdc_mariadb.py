"""Changes out of MariaDB: Sluice, Debezium, and mariadb-binlog, which shows what the server can send.

Part of `./dev bench cdc`; on its own: python bench/cdc_mariadb.py --changes 500000
"""

import argparse
import os
import time
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
from lib.debezium import MARIADB
from lib.mariadb import PASSWORD, USER, MariaDb, program
from lib.places import DEPS
from lib.processes import wait_until

JSON = "org.apache.kafka.connect.json.JsonConverter"
WORKER = {
    "key.converter": JSON,
    "value.converter": JSON,
    "key.converter.schemas.enable": "false",
    "value.converter.schemas.enable": "false",
    "offset.flush.interval.ms": "1000",
    # What keeps a broker on the same two cores from being the limit.
    "producer.batch.size": "262144",
    "producer.linger.ms": "5",
    "producer.compression.type": "lz4",
}
COLUMNS = (
    "(id bigint PRIMARY KEY, customer int NOT NULL, amount decimal(12,2) NOT NULL, price double,"
    " note text, code varchar(20), paid boolean, created timestamp(6) NULL, due date, version int)"
)
VALUES = (
    "{id}, {id} mod 100000, ({id} mod 1000000) / 100, {id} * 0.5, concat('order number ', {id}),"
    " concat('code-', {id} mod 1000), {id} mod 2 = 0, '2024-01-01' + interval {id} second,"
    " date('2024-01-01') + interval ({id} mod 1000) day, 1"
)
# Of each hundred changes 60 rows are new, 30 changed, 10 deleted.
CHANGES = """
DELIMITER //
CREATE PROCEDURE change_rows(wanted bigint)
BEGIN
  DECLARE base, done bigint DEFAULT 0;
  WHILE done < wanted DO
    START TRANSACTION;
    INSERT INTO orders SELECT {values} FROM seq_1_to_60;
    UPDATE orders SET version = version + 1 WHERE id BETWEEN base + 1 AND base + 30;
    DELETE FROM orders WHERE id BETWEEN base + 51 AND base + 60;
    COMMIT;
    SET base = base + 60, done = done + 100;
  END WHILE;
END //
""".format(values=VALUES.format(id="(base + seq)"))


class MariaDbBench:
    def __init__(self, work: Path, bootstrap: str, mariadb: MariaDb):
        self.work, self.bootstrap, self.mariadb = work, bootstrap, mariadb

    def sql(self, text: str) -> list[list[str]]:
        return self.mariadb.query(text, "sluice")

    def command(self, kind: str, name: str, mode: str) -> list:
        worker = {"bootstrap.servers": self.bootstrap, **WORKER}
        config = {
            "connector.class": MARIADB,
            "database.hostname": "127.0.0.1",
            "database.port": str(self.mariadb.port),
            "database.user": USER,
            "database.password": PASSWORD,
            "database.include.list": "sluice",
            "database.server.id": "7200",
            "topic.prefix": name,
            "table.include.list": "sluice.orders",
            "schema.history.internal.kafka.topic": f"{name}-history",
            "schema.history.internal.kafka.bootstrap.servers": self.bootstrap,
            "tombstones.on.delete": "false",
            "snapshot.mode": mode,
        }
        folder = self.work / name
        if kind == "Sluice":
            return sluice_command(folder, worker, {"orders": config})
        return java_connect_command(folder, worker, {"orders": config}, DEPS / "debezium" / "libs")

    def prepare(self, kind: str, name: str) -> None:
        """Leaves an offset at the end of the log, and the schema history."""
        create_topic(self.bootstrap, f"{name}.sluice.orders")
        told = Ends(self.bootstrap, create_topic(self.bootstrap, name))
        run = Run(self.command(kind, name, "no_data"), self.work / f"{name}.log")
        wait_until(f"{name} has told the schema", lambda: told() > 0, 60)
        time.sleep(3)
        run.stop()

    def run(self, kind: str, name: str, count: int, mode: str) -> Measure:
        run = Run(self.command(kind, name, mode), self.work / f"{name}.log")
        return measure(kind, count, run, Ends(self.bootstrap, f"{name}.sluice.orders"), seconds=900)

    def receive(self, count: int, start: list[str]) -> Measure:
        command = [
            *(program("mariadb-binlog"), "--no-defaults", "--read-from-remote-server", "--to-last-log"),
            *("--host=127.0.0.1", f"--port={self.mariadb.port}", f"--user={USER}"),
            *(f"--start-position={start[1]}", start[0]),
        ]
        run = Run(command, self.work / "raw.log", stdout=Path("/dev/null"))
        return measure("mariadb-binlog", count, run)


def bench_log(bench: MariaDbBench, count: int, rival_count: int) -> list[Demand]:
    bench.sql(f"CREATE TABLE orders {COLUMNS}")
    bench.sql(CHANGES)
    bench.prepare("Debezium", "theirs")
    say(f"Making {rival_count:,} changes in transactions of 100 for Debezium")
    bench.sql(f"CALL change_rows({rival_count})")
    rival = bench.run("Debezium", "theirs", rival_count, "no_data")
    bench.sql("TRUNCATE orders")
    bench.prepare("Sluice", "ours")
    start = bench.sql("SHOW MASTER STATUS")[0]
    say(f"Making {count:,} changes for the others")
    bench.sql(f"CALL change_rows({count})")
    say("  mariadb-binlog")
    raw = bench.receive(count, start)
    say("  Sluice")
    ours = bench.run("Sluice", "ours", count, "no_data")
    say()
    say("MariaDB's log to Kafka, JSON without schemas:")
    say(measures_table([raw, ours, rival]))
    rival_us = min(rival.us, rival.steady_us or rival.us)
    rate = (ours.records / ours.wall) / (raw.records / raw.wall)
    return [
        Demand("log: events per CPU second against Debezium", rival_us / ours.us, 8, at_most=False),
        Demand("log: events per second against mariadb-binlog", rate, 0.7, at_most=False),
        Demand("log: memory", ours.peak_rss / (1 << 20), 150, at_most=True, unit="MB"),
    ]


def bench_snapshot(bench: MariaDbBench, count: int, rival_count: int) -> list[Demand]:
    def fill(rows: int) -> None:
        bench.sql(f"DROP TABLE IF EXISTS orders; CREATE TABLE orders {COLUMNS}")
        bench.sql(f"INSERT INTO orders SELECT {VALUES.format(id='seq')} FROM seq_1_to_{rows}")

    measures = {}
    for kind, name, rows in (
        ("Debezium", "theirs_snapshot", rival_count),
        ("Sluice", "ours_snapshot", count),
    ):
        say(f"Filling a table with {rows:,} rows for {kind}")
        fill(rows)
        create_topic(bench.bootstrap, name)
        create_topic(bench.bootstrap, f"{name}.sluice.orders")
        measures[kind] = bench.run(kind, name, rows, "initial_only")
    ours, rival = measures["Sluice"], measures["Debezium"]
    say()
    say("A snapshot of one table to Kafka:")
    say(measures_table([ours, rival]))
    rival_us = min(rival.us, rival.steady_us or rival.us)
    return [
        Demand("snapshot: rows per CPU second against Debezium", rival_us / ours.us, 8, at_most=False),
        Demand("snapshot: memory", ours.peak_rss / (1 << 20), 150, at_most=True, unit="MB"),
    ]


def bench_mariadb(changes: int, rows: int, rival: int, only: str | None) -> list[Demand]:
    os.environ["MYSQL_PWD"] = PASSWORD
    work = workspace("cdc-mariadb")
    say("Starting Kafka and MariaDB")
    broker = bench_broker(work)
    mariadb = MariaDb({"innodb-buffer-pool-size": "512M", "innodb-log-file-size": "512M"})
    demands = []
    try:
        bench = MariaDbBench(work, broker.bootstrap, mariadb)
        if only in (None, "log"):
            demands += bench_log(bench, changes, rival)
        if only in (None, "snapshot"):
            demands += bench_snapshot(bench, rows, rival)
    finally:
        mariadb.stop()
        broker.stop()
    return demands


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=2_000_000)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rival", type=int, default=500_000, help="what Debezium reads")
    parser.add_argument("--only", choices=("log", "snapshot"))
    arguments = parser.parse_args()
    demands = bench_mariadb(arguments.changes, arguments.rows, arguments.rival, arguments.only)
    say()
    say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
