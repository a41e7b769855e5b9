"""Debezium and Sluice on one database, each with its own topics: their events are compared one by one."""

from pathlib import Path

from lib.broker import Broker
from lib.change_events import Event, differences, read_events
from lib.debezium import EVENTS, Debezium
from lib.kafka import Kafka
from lib.processes import wait_until
from lib.sluice import SluiceProcess


class CapturePair:
    """For one database; what depends on the server is left to the kinds below."""

    def __init__(self, directory: Path, broker: Broker, database: str, sluice, options: dict):
        self.bootstrap, self.kafka, self.marks = broker.bootstrap, Kafka(broker.bootstrap), 0
        self.database = database
        self.prefixes = (f"theirs_{database}", f"ours_{database}")
        self.theirs = Debezium(directory / "debezium", broker.bootstrap, self.config(0) | options)
        self.ours: SluiceProcess = sluice({"source": self.config(1) | options}, worker=EVENTS)

    def config(self, side: int) -> dict:
        raise NotImplementedError

    def is_reading(self, side: int) -> bool:
        """Whether that side reads the log."""
        raise NotImplementedError

    def marker_topic(self, prefix: str) -> str:
        raise NotImplementedError

    def write_mark(self) -> None:
        """One change in a table `marker`, which may not be there yet."""
        raise NotImplementedError

    def settled(self, name: str, events: list[Event]) -> list[Event]:
        """The events of a topic, without those that only one side is known to have."""
        return events

    def start(self) -> None:
        self.theirs.start()
        self.ours.start()
        for side, prefix in enumerate(self.prefixes):
            wait_until(f"{prefix} reads the log", lambda side=side: self.is_reading(side), 60)

    def mark(self) -> None:
        """A change that comes after all others."""
        self.write_mark()
        self.marks += 1

    def catch_up(self) -> None:
        """Both have read everything: they look into the catalogue as it is now, not as it will be."""
        self.mark()
        for prefix in self.prefixes:
            wait_until(f"{prefix} has caught up", lambda p=prefix: self.marked(p) >= self.marks, 60)

    def marked(self, prefix: str) -> int:
        return sum(self.kafka.end_offsets(self.marker_topic(prefix)).values())

    def compare(self) -> tuple[int, list[str]]:
        """How many events there were, and what differs."""
        self.mark()
        both = [read_events(self.bootstrap, p, self.marker_topic(p)) for p in self.prefixes]
        names = [
            {topic.removeprefix(p) for topic in side} for p, side in zip(self.prefixes, both, strict=True)
        ]
        found = [f"topics {sorted(names[0] ^ names[1])} are on one side only"] if names[0] != names[1] else []
        for name in sorted(names[0] & names[1]):
            theirs, ours = (
                self.settled(name, side[p + name]) for p, side in zip(self.prefixes, both, strict=True)
            )
            found += [f"{name}: {text}" for text in differences(theirs, ours, self.prefixes)]
        return sum(len(events) for events in both[1].values()), found

    def stop(self) -> None:
        self.theirs.kill()
        self.ours.kill()
