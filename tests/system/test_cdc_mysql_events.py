"""Events of MySQL changes, compared one by one with those of Debezium on the same database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.binlog_pair import MODES, MySqlPair
from lib.broker import Broker
from lib.kafka import fresh_name
from lib.mariadb_workload import CREATE_RANDOM, RandomChanges, change_types, create_types
from lib.mysql import MySql

STATEMENTS = 3_000


@pytest.fixture(scope="module")
def mysql() -> Iterator[MySql]:
    server = MySql()
    yield server
    server.stop()


@pytest.fixture
def database(mysql: MySql) -> str:
    return mysql.create_database(fresh_name("cdc").replace("-", "_"))


@pytest.fixture
def pair(
    tmp_path: Path, broker: Broker, mysql: MySql, database: str, sluice: Callable
) -> Iterator[Callable[..., MySqlPair]]:
    made: list[MySqlPair] = []

    def make(options: dict | None = None) -> MySqlPair:
        made.append(MySqlPair(tmp_path, broker, mysql, database, sluice, options or {}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.mark.parametrize(
    "mode", [mode if mode == "defaults" else pytest.param(mode, marks=pytest.mark.long) for mode in MODES]
)
def test_every_type(mode: str, pair: Callable[..., MySqlPair], mysql: MySql, database: str) -> None:
    mysql.query(";\n".join(create_types(mode)), database)
    both = pair(MODES[mode])
    both.start()
    mysql.query(";\n".join(change_types(mode)), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > 600


def test_random_changes_with_ddl_in_between(
    pair: Callable[..., MySqlPair], mysql: MySql, database: str
) -> None:
    mysql.query(";\n".join(CREATE_RANDOM), database)
    both = pair({"provide.transaction.metadata": "true"})
    both.start()
    transactions = [
        ";\n".join(["begin", *statements, "commit"])
        for statements in RandomChanges(seed=7).transactions(STATEMENTS)
    ]
    mysql.query(";\n".join(transactions), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > STATEMENTS
