"""Rows from a table through a topic into another table: every type, odd names, borders of summer time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lib.connectors import JSON_WITH_SCHEMAS, registry_converter
from lib.databases import KINDS, Database, PostgresDatabase, SqliteDatabase, database
from lib.kafka import fresh_name
from lib.mariadb import MariaDb
from lib.postgres import Postgres
from lib.registry import Registry
from lib.sluice import SluiceProcess
from lib.sql_types import EVERY_TYPE

AVRO = "io.confluent.connect.avro.AvroConverter"
BY_ID = {"pk.mode": "record_value", "pk.fields": "id"}

Sluice = Callable[..., SluiceProcess]


def source(target: Database, prefix: str, **more: str) -> dict[str, str]:
    return {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "mode": "incrementing",
        "incrementing.column.name": "id",
        "poll.interval.ms": "100",
        "table.whitelist": "every",
        "topic.prefix": prefix,
        **target.connection,
    } | more


def sink(target: Database, topic: str, table: str, **more: str) -> dict[str, str]:
    return {
        "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
        "topics": topic,
        "table.name.format": table,
        "auto.create": "true",
        "auto.evolve": "true",
        **target.connection,
    } | more


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of the kind that the test's parameter names."""

    def server(kind: str) -> Postgres | MariaDb:
        return request.getfixturevalue(kind)

    return database(request.param, fresh_name("round_trip").replace("-", "_"), tmp_path, server)


def on(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("target", kinds, indirect=True)


def wait_rows(worker: SluiceProcess, target: Database, table: str, count: int) -> None:
    worker.wait(f"{count} rows are in {table}", lambda: target.count(table) == count, 60)


@on(*KINDS)
@pytest.mark.parametrize("form, mode", [("avro", "insert"), ("json", "upsert")])
def test_every_type_comes_back(
    request: pytest.FixtureRequest,
    sluice: Sluice,
    registry: Registry,
    target: Database,
    form: str,
    mode: str,
) -> None:
    types = EVERY_TYPE[request.node.callspec.params["target"]]
    for table in ("every", "again"):
        target.execute(f"CREATE TABLE {table} ({types.columns})")
    target.execute(f"INSERT INTO every VALUES {types.values}")
    if form == "json" and types.no_json:
        target.execute(types.no_json)
    prefix = fresh_name("types")
    converter = registry_converter(AVRO, registry.url) if form == "avro" else JSON_WITH_SCHEMAS
    drop = {
        "transforms": "drop",
        "transforms.drop.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
        "transforms.drop.exclude": types.lost,
    }
    connectors = {
        f"{prefix}-source": source(target, prefix) | converter | (drop if types.lost else {}),
        f"{prefix}-sink": sink(target, f"{prefix}every", "again", **{"insert.mode": mode}, **BY_ID)
        | converter,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, target, "again", 3)
    expected = target.rows(f"SELECT {types.shown} FROM every ORDER BY id")
    assert target.rows(f"SELECT {types.shown} FROM again ORDER BY id") == expected


@on("postgres", "mariadb", "odbc-postgres", "odbc-mariadb")
def test_micros_come_back_where_asked_for(sluice: Sluice, target: Database) -> None:
    type_name = "TIMESTAMP" if isinstance(target, PostgresDatabase) else "DATETIME(6)"
    for table in ("every", "again"):
        target.execute(f"CREATE TABLE {table}(id INT PRIMARY KEY, at {type_name} NOT NULL)")
    target.execute("INSERT INTO every VALUES (1, '2024-05-01 10:00:00.123456')")
    prefix = fresh_name("micros")
    connectors = {
        f"{prefix}-source": source(target, prefix, **{"timestamp.granularity": "micros_long"})
        | JSON_WITH_SCHEMAS,
        f"{prefix}-sink": sink(target, f"{prefix}every", "again", **{"timestamp.fields.list": "at"})
        | JSON_WITH_SCHEMAS,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, target, "again", 1)
    assert target.rows("SELECT at FROM again") == [("2024-05-01 10:00:00.123456",)]


@on(*KINDS)
def test_schemas_evolve_on_both_sides(sluice: Sluice, target: Database) -> None:
    target.execute("CREATE TABLE every(id INT PRIMARY KEY, a TEXT); INSERT INTO every VALUES (1, 'x')")
    to_text = "ALTER b TYPE TEXT" if isinstance(target, PostgresDatabase) else "MODIFY b TEXT"
    if isinstance(target, SqliteDatabase):
        to_text = "ADD c TEXT"  # types of columns stay there; a value may be of any
    prefix = fresh_name("evolve")
    connectors = {
        f"{prefix}-source": source(target, prefix) | JSON_WITH_SCHEMAS,
        f"{prefix}-sink": sink(target, f"{prefix}every", "again") | JSON_WITH_SCHEMAS,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, target, "again", 1)
        target.execute("ALTER TABLE every ADD b NUMERIC(10,2) DEFAULT 1.5; ALTER TABLE every DROP COLUMN a")
        target.execute("INSERT INTO every VALUES (2, 2.25), (3, NULL)")
        wait_rows(worker, target, "again", 3)
        target.execute(f"ALTER TABLE every {to_text}")
        target.execute("INSERT INTO every(id, b) VALUES (4, '17')")
        wait_rows(worker, target, "again", 4)
    rows = target.rows("SELECT id, a IS NULL, b IS NULL, coalesce(b, 0) + 0 FROM again ORDER BY id")
    numbers = [float(row[3] or 0) for row in rows]
    assert numbers == [0, 2.25, 0, 17]
    missing = [(row[1] in ("t", "1"), row[2] in ("t", "1")) for row in rows]
    assert missing == [(False, True), (True, False), (True, True), (True, False)]


@on(*KINDS)
def test_names_are_never_sql(sluice: Sluice, target: Database) -> None:
    table = target.quote('we"ird; DROP TABLE safe; --')
    column = target.quote("a b\"c'`; DROP TABLE safe; --")
    other = target.quote("Straße [x] `y` \\ $1 ?")
    target.execute(f"CREATE TABLE {table} (id INT PRIMARY KEY, {column} VARCHAR(50), {other} VARCHAR(50))")
    target.execute(f"""INSERT INTO {table} VALUES (1, '''); DROP TABLE safe; --', '$1 ? ''"`')""")
    target.execute("CREATE TABLE safe(id INT)")
    prefix = fresh_name("names")
    renamed = {
        "table.whitelist": "",
        "table.include.list": ".*we.+ird.*",
        "transforms": "rename",
        "transforms.rename.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.rename.regex": ".*",
        "transforms.rename.replacement": f"{prefix}every",
    }
    again = 'again"; DROP TABLE safe; --'
    connectors = {
        f"{prefix}-source": source(target, prefix) | renamed | JSON_WITH_SCHEMAS,
        f"{prefix}-sink": sink(
            target, f"{prefix}every", target.quote(again), **{"insert.mode": "upsert"}, **BY_ID
        )
        | JSON_WITH_SCHEMAS,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, target, again, 1)
    expected = target.rows(f"SELECT * FROM {table}")
    assert target.rows(f"SELECT * FROM {target.quote(again)}") == expected
    assert target.exists("safe")


def around_changes_of_the_clock() -> list[datetime]:
    """Every half hour around the changes of spring and autumn, in both hemispheres."""
    starts = [(3, 10, 4), (11, 3, 3), (4, 6, 12), (10, 5, 12)]
    return [
        datetime(2024, month, day, hour, tzinfo=UTC) + timedelta(minutes=30 * step)
        for month, day, hour in starts
        for step in range(13)
    ]


@on("postgres", "mariadb", "odbc-postgres", "odbc-mariadb")
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
def test_times_survive_the_borders_of_summer_time(sluice: Sluice, target: Database, zone: str) -> None:
    """Points in time stay what they are, and so do columns without a zone."""
    is_postgres = isinstance(target, PostgresDatabase)
    types = ("TIMESTAMPTZ", "TIMESTAMP") if is_postgres else ("TIMESTAMP NULL", "DATETIME")
    for table in ("every", "again"):
        target.execute(f"CREATE TABLE {table}(id INT PRIMARY KEY, zoned {types[0]}, bare {types[1]})")
    text = lambda time: time.strftime("'%Y-%m-%d %H:%M:%S'")  # noqa: E731
    rows = [
        f"({number}, {text(time)}, {text(time.astimezone(ZoneInfo(zone)))})"
        for number, time in enumerate(around_changes_of_the_clock(), 1)
    ]
    utc = "" if is_postgres else "SET time_zone = '+00:00'; "
    target.execute(f"{utc}INSERT INTO every VALUES " + ", ".join(rows))
    prefix = fresh_name("zones")
    common = JSON_WITH_SCHEMAS | {"db.timezone": zone}
    connectors = {
        f"{prefix}-source": source(target, prefix) | common,
        f"{prefix}-sink": sink(target, f"{prefix}every", "again") | common,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, target, "again", 52)
    columns = "SELECT id, zoned, bare FROM {} ORDER BY id"
    assert target.rows(columns.format("again")) == target.rows(columns.format("every"))


@on("postgres")
def test_from_sqlite_to_postgres_and_back(sluice: Sluice, target: Database, tmp_path: Path) -> None:
    lite = SqliteDatabase(tmp_path / "shop.db")
    types = EVERY_TYPE["sqlite"]
    lite.execute(f"CREATE TABLE every({types.columns}); INSERT INTO every VALUES {types.values}")
    prefix = fresh_name("sqlite")
    # A numeric without digits, as tables are made with, is a Decimal of scale 0 unless one asks for doubles.
    settle = {"table.poll.interval.ms": "200", "numeric.mapping": "best_fit"}
    connectors = {
        f"{prefix}-a": source(lite, f"{prefix}-a-") | JSON_WITH_SCHEMAS,
        f"{prefix}-b": sink(target, f"{prefix}-a-every", "every", **BY_ID) | JSON_WITH_SCHEMAS,
        f"{prefix}-c": source(target, f"{prefix}-b-", **settle) | JSON_WITH_SCHEMAS,
        f"{prefix}-d": sink(lite, f"{prefix}-b-every", "again") | JSON_WITH_SCHEMAS,
    }
    with sluice(connectors) as worker:
        wait_rows(worker, lite, "again", 3)
    columns = "SELECT * FROM {} ORDER BY id"
    assert lite.rows(columns.format("again")) == lite.rows(columns.format("every"))
