"""Writers of a database whose rows tell whether every change of them was captured once and in order."""

import json
import random
import threading
import time
from collections.abc import Callable

from lib.kafka import Kafka
from lib.processes import wait_until

WRITERS = 3
IDS = 50  # of each writer


class CountingWriters:
    """Transactions side by side, some long: `counters` are counted up, rows are added to `copied`.

    What depends on the database is left to the kinds below."""

    def __init__(self):
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number,)) for number in range(WRITERS)]

    def work(self, transaction: Callable[[Callable], None]) -> None:
        """Calls `transaction(execute)` again and again, on one connection, until that fails or `ending`."""
        raise NotImplementedError

    def add_copies(self, execute: Callable, low: int, count: int) -> None:
        """So many rows (writer, value) into `copied`, by one statement."""
        raise NotImplementedError

    def create(self) -> None:
        raise NotImplementedError

    def wanted(self) -> tuple[dict[int, int], list[int]]:
        """The last version of each counter, and the ids of all copied rows in order."""
        raise NotImplementedError

    def _run(self, number: int) -> None:
        chance = random.Random(number)
        while not self.ending.is_set():
            self.work(lambda execute: self._change(execute, chance, number * IDS))
            time.sleep(0.1)  # the database is down

    def _change(self, execute: Callable, chance: random.Random, low: int) -> None:
        for _ in range(chance.choice([1, 2, 5])):
            first = low + chance.randrange(IDS)
            execute(
                "UPDATE counters SET version = version + 1 WHERE id BETWEEN %s AND %s",
                [first, min(first + 5, low + IDS - 1)],
            )
            time.sleep(chance.random() / 50)
        self.add_copies(execute, low, chance.randrange(1, 20))

    def __enter__(self) -> "CountingWriters":
        self.create()
        return self

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.ending.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()

    def __exit__(self, *_) -> None:
        self.end()


class Seen:
    """What the topics hold: the versions of each counter in order, the ids of copied rows in order."""

    def __init__(self, kafka: Kafka, prefix: str):
        """`prefix` of the tables' topics, as far as the point before their names."""
        self.kafka, self.prefix = kafka, prefix

    def events(self, table: str) -> list[dict]:
        return [json.loads(message.value()) for message in self.kafka.consume(f"{self.prefix}{table}")]

    def count(self) -> int:
        """Of changes of counters; for while more come."""
        return sum(self.kafka.end_offsets(f"{self.prefix}counters").values())

    def versions(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for event in self.events("counters"):
            found.setdefault(event["after"]["id"], []).append(event["after"]["version"])
        return found

    def ids(self) -> list[int]:
        return [event["after"]["id"] for event in self.events("copied")]

    def is_snapshot(self) -> bool:
        return len(self.versions()) == WRITERS * IDS

    def check(self, writers: CountingWriters, seconds: float = 120) -> int:
        """Every change once and in order. How many there were."""
        versions, ids = writers.wanted()
        wait_until("all rows are there", lambda: set(self.ids()) >= set(ids), seconds)
        last = lambda: {number: found[-1] for number, found in self.versions().items()}  # noqa: E731
        wait_until("all versions are there", lambda: last() == versions, seconds)
        found = self.versions()
        assert {n: v for n, v in found.items() if v != list(range(versions[n] + 1))} == {}
        # Writers commit side by side, so that ids are not in order, but none comes twice.
        assert sorted(self.ids()) == ids
        return sum(map(len, found.values())) + len(ids)
