"""The databases of the SQL connectors' tests behind the same few calls, each of which knows no connector."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from lib import mariadb, postgres
from lib.mariadb import MariaDb
from lib.postgres import Postgres

Row = tuple[str | None, ...]


class Database:
    """One database. Its connectors speak to it natively, or by ODBC where `by` is the name of a driver."""

    quote_mark = '"'

    def __init__(self, connection: dict[str, str]):
        self.connection = {"date.calendar.system": "PROLEPTIC_GREGORIAN", **connection}

    def execute(self, sql: str) -> None:
        raise NotImplementedError

    def rows(self, sql: str) -> list[Row]:
        """Each cell as the database shows it."""
        raise NotImplementedError

    def exists(self, table: str) -> bool:
        """Looks up a name without quotes."""
        raise NotImplementedError

    def count(self, table: str) -> int:
        """Of the rows in a table, which need not be there."""
        there = self.exists(table)
        return int(self.rows(f"SELECT count(*) FROM {self.quote(table)}")[0][0] or 0) if there else 0

    def quote(self, name: str) -> str:
        mark = self.quote_mark
        return mark + name.replace(mark, mark * 2) + mark

    crash: Callable[[], None] | None = None  # of its server, if it has one
    start: Callable[[], None] | None = None


def odbc(driver: str, **keys: str) -> dict[str, str]:
    return {"connection.url": f"odbc:Driver={driver};" + ";".join(f"{k}={v}" for k, v in keys.items())}


class PostgresDatabase(Database):
    def __init__(self, server: Postgres, name: str = "postgres", by: str = ""):
        self.server, self.name = server, name
        self.crash, self.start = server.crash, server.start
        login = {"connection.user": "postgres", "connection.password": postgres.PASSWORD}
        address = {"Server": "127.0.0.1", "Port": str(server.port), "Database": name}
        url = odbc(by, **address) if by else {"connection.url": server.jdbc_url(name)}
        super().__init__(url | login)

    def execute(self, sql: str) -> None:
        with self.server.connect(self.name) as connection:
            connection.execute(sql)

    def rows(self, sql: str) -> list[Row]:
        with (
            self.server.connect(self.name) as connection,
            connection.cursor().copy(f"COPY ({sql}) TO STDOUT") as copied,
        ):
            return list(copied.rows())

    def exists(self, table: str) -> bool:
        name = table.replace("'", "''")
        return self.rows(f"SELECT FROM pg_class WHERE relname = '{name}' AND relkind = 'r'") != []


class MariaDbDatabase(Database):
    quote_mark = "`"

    def __init__(self, server: MariaDb, name: str = "sluice", by: str = ""):
        self.server, self.name = server, name
        self.crash, self.start = server.kill, server.start
        login = {"connection.user": mariadb.USER, "connection.password": mariadb.PASSWORD}
        address = {"Server": "127.0.0.1", "Port": str(server.port), "Database": name}
        url = odbc(by, **address) if by else {"connection.url": server.jdbc_url(name)}
        super().__init__(url | login)

    def execute(self, sql: str) -> None:
        self.server.query(sql, self.name)

    def rows(self, sql: str) -> list[Row]:
        return [tuple(row) for row in self.server.query(sql, self.name)]

    def exists(self, table: str) -> bool:
        name = table.replace("\\", "\\\\").replace("'", "''")
        found = f"SELECT 1 FROM information_schema.tables WHERE table_schema = '{self.name}'"
        return self.rows(f"{found} AND table_name = '{name}'") != []


class SqliteDatabase(Database):
    def __init__(self, file: Path):
        self.file = file
        super().__init__({"connection.url": f"jdbc:sqlite:{file}"})
        self.execute("PRAGMA journal_mode=WAL")

    def execute(self, sql: str) -> None:
        with sqlite3.connect(self.file, timeout=30) as connection:
            connection.executescript(sql)

    def rows(self, sql: str) -> list[Row]:
        with sqlite3.connect(self.file, timeout=30) as connection:
            found = connection.execute(sql).fetchall()
        return [tuple(None if cell is None else str(cell) for cell in row) for row in found]

    def exists(self, table: str) -> bool:
        name = table.replace("'", "''")
        return self.rows(f"SELECT 1 FROM sqlite_master WHERE name = '{name}'") != []


def database(kind: str, name: str, directory: Path, server: Callable[[str], Postgres | MariaDb]) -> Database:
    """One of KINDS. `server` gives the server "postgres" or "mariadb"."""
    if kind == "sqlite":
        return SqliteDatabase(directory / f"{name}.db")
    native = kind.removeprefix("odbc-")
    made = server(native)
    made.create_database(name)
    if native == "postgres":
        return PostgresDatabase(made, name, by="PostgreSQL Unicode" if kind != native else "")
    return MariaDbDatabase(made, name, by="MariaDB Unicode" if kind != native else "")


KINDS = ["postgres", "mariadb", "sqlite", "odbc-postgres", "odbc-mariadb"]
