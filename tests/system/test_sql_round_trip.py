"""Rows from a table through a topic into another table: every type, odd names, borders of summer time."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from lib.connectors import JSON_WITH_SCHEMAS, registry_converter
from lib.kafka import fresh_name
from lib.postgres import PASSWORD, Postgres
from lib.registry import Registry
from lib.sluice import SluiceProcess

AVRO = "io.confluent.connect.avro.AvroConverter"

TYPES = """(
    id INT PRIMARY KEY, small SMALLINT, big BIGINT, yes BOOLEAN, r REAL, d DOUBLE PRECISION, n NUMERIC(38,10),
    huge NUMERIC(60,20), t TEXT, v VARCHAR(20), c CHAR(5), raw BYTEA, day DATE, clock TIME(3),
    at TIMESTAMP(3), zoned TIMESTAMPTZ(3), u UUID, j JSON, jb JSONB, bits BIT(12), flag BIT(1))"""
VALUES = """
    (1, -32768, 9223372036854775807, true, 'NaN', '-Infinity', -1234567890123456789012345678.0123456789,
     1234567890123456789012345678901234567890.12345678901234567890, E'tab\\t "quotes" \\\\ Zoë 🌊 ''',
     'v', 'c', '\\x00ff5c0a', '0001-01-01', '23:59:59.999', '9999-12-31 23:59:59.999',
     '2024-10-27 00:30:00+00', '00112233-4455-6677-8899-aabbccddeeff', '{"a": [1, null]}', '{"b": "x"}',
     B'101010101010', B'1'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL),
    (3, 0, 0, false, 1.5e-40, 5e-324, 0, 0, '', '', '', '', '1970-01-01', '00:00:00',
     '1969-12-31 23:59:59.999', 'infinity', '00000000-0000-0000-0000-000000000000', '[]', '{}',
     B'000000000000', B'0')"""

Sluice = Callable[..., SluiceProcess]


def login(postgres: Postgres, database: str) -> dict[str, str]:
    return {
        "connection.url": postgres.jdbc_url(database),
        "connection.user": "postgres",
        "connection.password": PASSWORD,
        "date.calendar.system": "PROLEPTIC_GREGORIAN",
    }


def source(connection: dict[str, str], prefix: str, **more: str) -> dict[str, str]:
    return {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "mode": "incrementing",
        "incrementing.column.name": "id",
        "poll.interval.ms": "100",
        "table.whitelist": "every",
        "topic.prefix": prefix,
        **connection,
    } | more


def sink(connection: dict[str, str], topic: str, table: str, **more: str) -> dict[str, str]:
    return {
        "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
        "topics": topic,
        "table.name.format": table,
        "auto.create": "true",
        "auto.evolve": "true",
        **connection,
    } | more


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres.create_database(fresh_name("round_trip"))


def select(postgres: Postgres, database: str, sql: str) -> list[tuple]:
    with postgres.connect(database) as connection:
        return connection.execute(sql).fetchall()


def execute(postgres: Postgres, database: str, sql: str) -> None:
    with postgres.connect(database) as connection:
        connection.execute(sql)


def wait_rows(worker: SluiceProcess, postgres: Postgres, database: str, table: str, count: int) -> None:
    """The table may not be there yet."""

    def arrived() -> bool:
        there = select(postgres, database, f"SELECT to_regclass('{table}')")[0][0]
        return (
            there is not None and select(postgres, database, f"SELECT count(*) FROM {table}")[0][0] == count
        )

    worker.wait(f"{count} rows are in {table}", arrived, 60)


@pytest.mark.parametrize("form", ["avro", "json"])
@pytest.mark.parametrize("mode", ["insert", "upsert"])
def test_every_type_comes_back(
    sluice: Sluice, postgres: Postgres, registry: Registry, database: str, form: str, mode: str
) -> None:
    execute(postgres, database, f"CREATE TABLE every {TYPES}; INSERT INTO every VALUES {VALUES}")
    execute(postgres, database, "CREATE TABLE again (LIKE every INCLUDING ALL)")
    prefix = fresh_name("types")
    if form == "json":  # which has no such numbers
        execute(postgres, database, "UPDATE every SET r = 3.4028235e38, d = 0.1 WHERE id = 1")
    form = registry_converter(AVRO, registry.url) if form == "avro" else JSON_WITH_SCHEMAS
    keys = {"insert.mode": mode, "pk.mode": "record_value", "pk.fields": "id"}
    # The bits arrive as bytes, which bit columns do not take.
    no_bits = {
        "transforms": "drop",
        "transforms.drop.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
        "transforms.drop.exclude": "bits",
    }
    connection = login(postgres, database)
    connectors = {
        f"{prefix}-source": source(connection, prefix) | form | no_bits,
        f"{prefix}-sink": sink(connection, f"{prefix}every", "again") | form | keys,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, postgres, database, "again", 3)
    columns = (
        "id, small, big, yes, r::text, d::text, n, huge, t, v, c, raw, day::text, clock, at::text,"
        " zoned::text, u, j::text, jb, flag"
    )
    expected = select(postgres, database, f"SELECT {columns} FROM every ORDER BY id")
    assert select(postgres, database, f"SELECT {columns} FROM again ORDER BY id") == expected


def test_micros_come_back_where_asked_for(sluice: Sluice, postgres: Postgres, database: str) -> None:
    execute(postgres, database, "CREATE TABLE every(id INT PRIMARY KEY, at TIMESTAMP NOT NULL)")
    execute(postgres, database, "INSERT INTO every VALUES (1, '2024-05-01 10:00:00.123456')")
    execute(postgres, database, "CREATE TABLE again (LIKE every)")
    prefix = fresh_name("micros")
    connection = login(postgres, database) | JSON_WITH_SCHEMAS
    connectors = {
        f"{prefix}-source": source(connection, prefix, **{"timestamp.granularity": "micros_long"}),
        f"{prefix}-sink": sink(connection, f"{prefix}every", "again", **{"timestamp.fields.list": "at"}),
    }
    with sluice(connectors) as worker:
        wait_rows(worker, postgres, database, "again", 1)
    assert select(postgres, database, "SELECT at::text FROM again") == [("2024-05-01 10:00:00.123456",)]


def test_schemas_evolve_on_both_sides(sluice: Sluice, postgres: Postgres, database: str) -> None:
    execute(
        postgres,
        database,
        "CREATE TABLE every(id INT PRIMARY KEY, a TEXT); INSERT INTO every VALUES (1, 'x')",
    )
    prefix = fresh_name("evolve")
    connection = login(postgres, database) | JSON_WITH_SCHEMAS
    connectors = {
        f"{prefix}-source": source(connection, prefix),
        f"{prefix}-sink": sink(connection, f"{prefix}every", "again"),
    }
    with sluice(connectors) as worker:
        wait_rows(worker, postgres, database, "again", 1)
        execute(postgres, database, "ALTER TABLE every ADD b NUMERIC(10,2) DEFAULT 1.5, DROP COLUMN a")
        execute(postgres, database, "INSERT INTO every VALUES (2, 2.25), (3, NULL)")
        wait_rows(worker, postgres, database, "again", 3)
        execute(postgres, database, "ALTER TABLE every ALTER b TYPE TEXT")
        execute(postgres, database, "INSERT INTO every VALUES (4, '17')")
        wait_rows(worker, postgres, database, "again", 4)
    rows = select(postgres, database, "SELECT id, a, b::text FROM again ORDER BY id")
    assert rows == [(1, "x", None), (2, None, "2.25"), (3, None, None), (4, None, "17")]


def test_names_are_never_sql(sluice: Sluice, postgres: Postgres, database: str) -> None:
    table = '"we""ird; DROP TABLE safe; --"'
    column = '"a b""c\'; DROP TABLE safe; --"'
    other = '"Straße [x] `y` \\ $1 ?"'
    execute(postgres, database, f"CREATE TABLE {table} (id INT PRIMARY KEY, {column} TEXT, {other} TEXT)")
    execute(
        postgres, database, f"""INSERT INTO {table} VALUES (1, '''); DROP TABLE safe; --', '$1 ? ''"\\')"""
    )
    execute(postgres, database, "CREATE TABLE safe(id INT)")
    prefix = fresh_name("names")
    connection = login(postgres, database) | JSON_WITH_SCHEMAS
    renamed = {
        "table.whitelist": "",
        "table.include.list": ".*we.ird.*",
        "transforms": "rename",
        "transforms.rename.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.rename.regex": ".*",
        "transforms.rename.replacement": f"{prefix}every",
    }
    target = '"again""; DROP TABLE safe; --"'
    connectors = {
        f"{prefix}-source": source(connection, prefix) | renamed,
        f"{prefix}-sink": sink(connection, f"{prefix}every", target)
        | {"insert.mode": "upsert", "pk.mode": "record_value", "pk.fields": "id"},
    }
    with sluice(connectors) as worker:
        wait_rows(worker, postgres, database, target, 1)
    expected = select(postgres, database, f"SELECT * FROM {table}")
    assert select(postgres, database, f"SELECT * FROM {target}") == expected
    assert select(postgres, database, "SELECT count(*) FROM safe") == [(0,)]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
def test_times_survive_the_borders_of_summer_time(
    sluice: Sluice, postgres: Postgres, database: str, zone: str
) -> None:
    """Every half hour around both changes of the clock: points in time stay what they are, and so do
    columns without a zone."""
    execute(
        postgres, database, "CREATE TABLE every(id SERIAL PRIMARY KEY, zoned TIMESTAMPTZ, bare TIMESTAMP)"
    )
    for start in ("2024-03-10 04:00+00", "2024-11-03 03:00+00", "2024-04-06 12:00+00", "2024-10-05 12:00+00"):
        execute(
            postgres,
            database,
            "INSERT INTO every(zoned, bare) SELECT t, t AT TIME ZONE '" + zone + "' FROM generate_series("
            f"timestamptz '{start}', timestamptz '{start}' + interval '6 hours', interval '30 minutes') t",
        )
    prefix = fresh_name("zones")
    connection = login(postgres, database) | JSON_WITH_SCHEMAS | {"db.timezone": zone}
    connectors = {
        f"{prefix}-source": source(connection, prefix),
        f"{prefix}-sink": sink(connection, f"{prefix}every", "again"),
    }
    execute(postgres, database, "CREATE TABLE again (LIKE every)")
    with sluice(connectors) as worker:
        wait_rows(worker, postgres, database, "again", 52)
    columns = "SELECT id, zoned, bare FROM {} ORDER BY id"
    expected = select(postgres, database, columns.format("every"))
    assert select(postgres, database, columns.format("again")) == expected


def test_from_sqlite_to_postgres_and_back(
    sluice: Sluice, postgres: Postgres, database: str, tmp_path: Path
) -> None:
    file = tmp_path / "shop.db"
    ddl = (
        "CREATE TABLE every(id INTEGER PRIMARY KEY, i BIGINT, r DOUBLE, t TEXT, b BLOB, yes BOOLEAN,"
        " n DECIMAL(10,2), day DATE, at TIMESTAMP)"
    )
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(ddl)
        connection.execute(
            "INSERT INTO every VALUES (1, 1 << 40, 0.1, 'Zoë 🌊', x'00ff', 1, '12.50',"
            " 1714521600000, 1714557600123), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
        )
    prefix = fresh_name("sqlite")
    lite = {"connection.url": f"jdbc:sqlite:{file}", "date.calendar.system": "PROLEPTIC_GREGORIAN"}
    server = login(postgres, database)
    keys = {"pk.mode": "record_value", "pk.fields": "id"}
    # A numeric without digits, as tables are made with, is a Decimal of scale 0 unless one asks for doubles.
    settle = {"table.poll.interval.ms": "200", "numeric.mapping": "best_fit"}
    connectors = {
        f"{prefix}-a": source(lite, f"{prefix}-a-") | JSON_WITH_SCHEMAS,
        f"{prefix}-b": sink(server, f"{prefix}-a-every", "every", **keys) | JSON_WITH_SCHEMAS,
        f"{prefix}-c": source(server, f"{prefix}-b-", **settle) | JSON_WITH_SCHEMAS,
        f"{prefix}-d": sink(lite, f"{prefix}-b-every", "again") | JSON_WITH_SCHEMAS,
    }
    read = lambda table: sqlite3.connect(file).execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: E731

    def arrived() -> bool:
        found = (
            sqlite3.connect(file).execute("SELECT name FROM sqlite_master WHERE name = 'again'").fetchall()
        )
        return bool(found) and len(read("again")) == 2

    with sluice(connectors) as worker:
        worker.wait("two rows are back", arrived, 60)
    assert read("again") == read("every")
