"""The demo's table of orders, in SQLite or PostgreSQL: made, filled, and filled on while it is read."""

import datetime
import random
import sqlite3
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from lib.postgres import PASSWORD, Postgres  # noqa: E402

COLUMNS = {
    # name: type in SQLite, type in PostgreSQL
    "id": ("INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY"),
    "customer_id": ("BIGINT NOT NULL", "BIGINT NOT NULL"),
    "status": ("VARCHAR(16) NOT NULL", "VARCHAR(16) NOT NULL"),
    "quantity": ("INTEGER NOT NULL", "INTEGER NOT NULL"),
    "amount": ("DECIMAL(12,2) NOT NULL", "NUMERIC(12,2) NOT NULL"),
    "currency": ("VARCHAR(3) NOT NULL", "VARCHAR(3) NOT NULL"),
    "weight_kg": ("DOUBLE", "DOUBLE PRECISION"),
    "note": ("TEXT", "TEXT"),
    "created_at": ("TIMESTAMP NOT NULL", "TIMESTAMP NOT NULL"),
    "updated_at": ("TIMESTAMP NOT NULL", "TIMESTAMP NOT NULL"),
}
STATES = ["new", "paid", "packed", "shipped", "delivered", "returned"]
NOTES = ["leave at the door", "gift wrap, please", "call before delivery", "für Großmutter 🎁", "fragile"]
FIRST_DAY = datetime.datetime(2026, 1, 1)


def make_orders(first_id: int, count: int, rnd: random.Random) -> list[tuple]:
    """Rows as both databases take them, and as pyarrow gives them back."""
    rows = []
    for number in range(first_id, first_id + count):
        created = FIRST_DAY + datetime.timedelta(milliseconds=number * 8_000 + rnd.randrange(8_000))
        rows.append(
            (
                number,
                rnd.randrange(1, 60_000),
                rnd.choice(STATES),
                rnd.randrange(1, 12),
                Decimal(rnd.randrange(100, 250_000)) / 100,
                rnd.choice(("EUR", "USD", "GBP", "JPY")),
                None if rnd.random() < 0.1 else rnd.randrange(100, 90_000) / 1000,
                rnd.choice(NOTES) if rnd.random() < 0.2 else None,
                created,
                created + datetime.timedelta(milliseconds=rnd.randrange(100_000_000)),
            )
        )
    return rows


class SqliteOrders:
    """A file; the worker and the demo have it open at the same time."""

    name = "SQLite"
    example = "orders-source.json"

    def __init__(self, directory: Path):
        self.path = directory / "orders.db"
        self.connection = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=WAL")
        columns = ", ".join(f"{name} {kinds[0]}" for name, kinds in COLUMNS.items())
        self.connection.execute(f"CREATE TABLE orders ({columns})")

    def settings(self) -> dict[str, str]:
        return {"connection.url": f"jdbc:sqlite:{self.path}"}

    def where(self) -> str:
        return str(self.path)

    def insert(self, rows: list[tuple]) -> None:
        text = lambda stamp: stamp.isoformat(" ", "milliseconds")  # noqa: E731
        values = [(*row[:4], str(row[4]), *row[5:8], text(row[8]), text(row[9])) for row in rows]
        marks = ", ".join("?" * len(COLUMNS))
        with self.connection:
            self.connection.executemany(f"INSERT INTO orders VALUES ({marks})", values)

    def rows(self) -> list[tuple]:
        """The whole table as the database gives it, which is what must have arrived."""
        stamp = datetime.datetime.fromisoformat
        return [
            (
                *row[:4],
                Decimal(str(row[4])).quantize(Decimal("0.01")),
                *row[5:8],
                stamp(row[8]),
                stamp(row[9]),
            )
            for row in self.connection.execute("SELECT * FROM orders ORDER BY id")
        ]

    def close(self) -> None:
        self.connection.close()


class PostgresOrders:
    """A server of its own, not as root; its write-ahead log is read."""

    name = "PostgreSQL"
    example = "orders-source-postgres.json"

    def __init__(self, _: Path):
        self.server = Postgres()
        try:
            self.connection = self.server.connect()
            columns = ", ".join(f"{name} {kinds[1]}" for name, kinds in COLUMNS.items())
            self.connection.execute(f"CREATE TABLE orders ({columns})")
        except BaseException:
            self.server.stop()
            raise

    def settings(self) -> dict[str, str]:
        return {"database.port": str(self.server.port), "database.password": PASSWORD}

    def where(self) -> str:
        return self.server.jdbc_url()

    def insert(self, rows: list[tuple]) -> None:
        with self.connection.cursor() as cursor, cursor.copy("COPY orders FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def rows(self) -> list[tuple]:
        return self.connection.execute("SELECT * FROM orders ORDER BY id").fetchall()

    def close(self) -> None:
        self.connection.close()
        self.server.stop()


class Inserter:
    """Keeps inserting from a thread of its own, and knows when each row went in."""

    BATCH_SECONDS = 0.25

    def __init__(self, orders: SqliteOrders | PostgresOrders, rows_per_second: int):
        self.orders, self.random = orders, random.Random(7)
        self.batch = max(1, int(rows_per_second * self.BATCH_SECONDS))
        self.count = 0
        self.failure: BaseException | None = None
        self.commits: list[tuple[int, float]] = []  # rows after this commit, time.monotonic()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def fill(self, count: int) -> None:
        while self.count < count:
            self._insert(min(20_000, count - self.count))

    def start(self) -> None:
        # What was there before the worker started waits from now on.
        self.commits = [(self.count, time.monotonic())]
        self.stopping.clear()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread:
            self.thread.join()
        if self.failure:
            raise RuntimeError(f"inserting failed: {self.failure}") from self.failure

    def lag_seconds(self, arrived: int) -> float:
        """For how long the oldest row that has not arrived has been in the table."""
        while self.commits and self.commits[0][0] <= arrived:
            self.commits.pop(0)
        return time.monotonic() - self.commits[0][1] if self.commits else 0.0

    def _insert(self, count: int) -> None:
        self.orders.insert(make_orders(self.count + 1, count, self.random))
        self.count += count
        self.commits.append((self.count, time.monotonic()))

    def _run(self) -> None:
        try:
            while not self.stopping.wait(self.BATCH_SECONDS):
                self._insert(self.batch)
        except Exception as problem:
            self.failure = problem
