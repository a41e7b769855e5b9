"""Events of MariaDB changes, compared one by one with those of Debezium on the same database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.binlog_pair import MODES, BinlogPair
from lib.broker import Broker
from lib.kafka import fresh_name
from lib.mariadb import MariaDb
from lib.mariadb_workload import CREATE_RANDOM, RandomChanges, change_types, create_types

STATEMENTS = 10_000


@pytest.fixture
def database(mariadb: MariaDb) -> str:
    return mariadb.create_database(fresh_name("cdc").replace("-", "_"))


@pytest.fixture
def pair(
    tmp_path: Path, broker: Broker, mariadb: MariaDb, database: str, sluice: Callable
) -> Iterator[Callable[..., BinlogPair]]:
    made: list[BinlogPair] = []

    def make(options: dict | None = None) -> BinlogPair:
        made.append(BinlogPair(tmp_path, broker, mariadb, database, sluice, options or {}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.mark.parametrize("mode", MODES)
def test_every_type(mode: str, pair: Callable[..., BinlogPair], mariadb: MariaDb, database: str) -> None:
    mariadb.query(";\n".join(create_types(mode)), database)
    both = pair(MODES[mode])
    both.start()
    mariadb.query(";\n".join(change_types(mode)), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > 600


def test_random_changes_with_ddl_in_between(
    pair: Callable[..., BinlogPair], mariadb: MariaDb, database: str
) -> None:
    mariadb.query(";\n".join(CREATE_RANDOM), database)
    both = pair({"provide.transaction.metadata": "true"})
    both.start()
    transactions = [
        ";\n".join(["begin", *statements, "commit"])
        for statements in RandomChanges(seed=7).transactions(STATEMENTS)
    ]
    mariadb.query(";\n".join(transactions), database)
    count, found = both.compare()
    assert not found, "\n".join(found[:20])
    assert count > STATEMENTS
