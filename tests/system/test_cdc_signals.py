"""Signals to a capture: incremental and blocking snapshots and what is told of them, beside Debezium's."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.change_events import Event
from lib.cluster import RefusedError, Rest
from lib.kafka import fresh_name
from lib.processes import wait_until
from lib.signal_pair import MariaDbSignals, PostgresSignals, SignalPair

KINDS = {"postgres": PostgresSignals, "mariadb": MariaDbSignals}


@pytest.fixture(params=KINDS)
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, broker: Broker, sluice: Callable
) -> Iterator[Callable[..., SignalPair]]:
    server = request.getfixturevalue(request.param)
    database = server.create_database(fresh_name("signals").replace("-", "_"))
    made: list[SignalPair] = []

    def make(**options: str) -> SignalPair:
        named = {name.replace("_", "."): value for name, value in options.items()}
        made.append(KINDS[request.param](tmp_path, broker, server, database, sluice, named))
        made[-1].prepare()
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.mark.parametrize("strategy", ["insert_insert", "insert_delete"])
def test_incremental_snapshots_are_debeziums(pair: Callable[..., SignalPair], strategy: str) -> None:
    mode = "no_data" if strategy == "insert_insert" else "initial"
    both = pair(incremental_snapshot_watermarking_strategy=strategy, snapshot_mode=mode)
    both.start()
    tables = ("t_text", "t_keyless", "t_two", "t_.mpty", "t_number", "t_no")
    for side in (0, 1):
        both.signal(
            side,
            "execute-snapshot",
            data_collections=[both.table(name) for name in tables],
            additional_conditions=[{"data-collection": both.table("t_two"), "filter": "a <> 3"}],
        )
        both.wait_for(side, "COMPLETED")
    count, different = both.compare()
    different = [
        text for text in different if "signals_" not in text and not text.startswith(".notifications")
    ]
    assert count > 600 and not different, "\n".join(different)
    assert both.told(1) == both.told(0)


def latest(events: list[Event]) -> dict:
    """The rows as the events leave them, by key."""
    rows = {}
    for event in events:
        if event.payload:
            rows[tuple(event.key["payload"].values())] = event.payload["after"]
    return {key: row for key, row in rows.items() if row is not None}


def test_rows_that_change_meanwhile_are_not_overtaken(pair: Callable[..., SignalPair]) -> None:
    both = pair(incremental_snapshot_chunk_size="20")
    both.sql(f"INSERT INTO t_number (note) SELECT 'n' FROM ({both.numbers.format(30000)}) AS s")
    both.ours.start()
    wait_until("the log is read", lambda: both.is_reading(1), 60)
    done = threading.Event()

    def change() -> None:
        for number in range(100_000):
            if done.is_set():
                return
            both.sql(
                f"UPDATE t_number SET note = 'new {number}' WHERE id = {number * 37 % 30000 + 1};"
                f"DELETE FROM t_number WHERE id = {number * 37 % 30000 + 100};"
                f"INSERT INTO t_number (note) VALUES ('more {number}')"
            )

    writer = threading.Thread(target=change)
    writer.start()
    try:
        both.signal(1, "execute-snapshot", data_collections=[both.table("t_number")])
        both.signal(1, "pause-snapshot")
        both.wait_for(1, "PAUSED")
        both.ours.kill()
        both.ours.start()
        both.signal(1, "resume-snapshot")
        time.sleep(1)  # a quarter of the way, or so
        both.ours.kill()
        both.ours.start()
        both.wait_for(1, "COMPLETED")
    finally:
        done.set()
        writer.join()
    rows = {(int(id), note) for id, note in both.sql("SELECT id, note FROM t_number")}
    seen = latest(both.events(1)["t_number"])
    assert {(row["id"], row["note"]) for row in seen.values()} == rows


def test_a_file_a_topic_and_a_stop(pair: Callable[..., SignalPair], broker: Broker, tmp_path: Path) -> None:
    lines = tmp_path / "signals.txt"
    both = pair(
        signal_enabled_channels="source,file,kafka",
        signal_file=str(lines),
        signal_poll_interval_ms="200",
        signal_kafka_bootstrap_servers=broker.bootstrap,
    )
    both.ours.start()
    wait_until("the log is read", lambda: both.is_reading(1), 60)
    tables = {"data-collections": [both.table("t_number")]}
    lines.write_text(json.dumps({"id": "f1", "type": "execute-snapshot", "data": tables}) + "\n")
    both.wait_for(1, "COMPLETED")
    before = [one for one in both.notifications(1) if one["aggregate_type"] == "Initial Snapshot"]
    blocking = {"id": "k1", "type": "execute-snapshot", "data": {"type": "BLOCKING", **tables}}
    both.kafka.produce(f"{both.prefixes[1]}-signal", [(both.prefixes[1], json.dumps(blocking))])
    done = sum(one["type"] == "COMPLETED" for one in before)
    both.wait_for(1, "COMPLETED", done + 1, aggregate="Initial Snapshot")
    rest = Rest(both.ours.url)
    rest.call("POST", "/connectors/source/signals", {"type": "log", "data": {"message": "told by REST"}})
    both.ours.wait_log(" told by REST")
    with pytest.raises(RefusedError, match="it has no type"):
        rest.call("POST", "/connectors/source/signals", {"data": {}})
    both.signal(1, "pause-snapshot")  # nothing to pause
    both.sql(f"INSERT INTO t_number (note) SELECT 'n' FROM ({both.numbers.format(20000)}) AS s")
    both.signal(1, "execute-snapshot", data_collections=[both.table("t_number"), both.table("t_text")])
    both.signal(1, "stop-snapshot", data_collections=[both.table("t_number")])
    both.wait_for(1, "ABORTED")
    both.wait_for(1, "COMPLETED", 2)
    events = both.events(1)
    reads = [event.payload for event in events["t_number"] if event.payload["op"] == "r"]
    assert [one["after"]["id"] for one in reads[:500]] == [*range(1, 251)] * 2
    assert {one["source"]["snapshot"] for one in reads[:250]} == {"incremental"}
    marks = [one["source"]["snapshot"] for one in reads[250:500]]
    assert (marks[0], marks[-1], set(marks[1:-1])) == ("first", "last", {"true"})
    assert 500 <= len(reads) < 15_000
    assert len(events["t_text"]) == 150
