"""A steady load for clusters: files that grow line by line, and who sees each line arrive."""

import threading
import time
from collections import Counter
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition


class Lines:
    """Appends numbered lines to files, so many a second each, until it is stopped."""

    def __init__(self, folder: Path, files: int, per_second: int):
        folder.mkdir(parents=True)
        self.paths = [folder / f"in-{number}.txt" for number in range(files)]
        self.written = 0  # of each file
        self.pause = 1 / per_second
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        for path in self.paths:
            path.touch()

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        files = [path.open("a") for path in self.paths]
        due = time.monotonic()
        while not self.over.is_set():
            for file in files:
                file.write(f"{self.written}\n")
                file.flush()
            self.written += 1
            due += self.pause
            time.sleep(max(0.0, due - time.monotonic()))
        for file in files:
            file.close()


class Arrivals:
    """Reads topics with read_committed as they fill; keeps when new lines came, and how often each line."""

    def __init__(self, bootstrap: str, topics: list[str]):
        settings = {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-arrivals",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
            "log_level": 0,
        }
        self.consumer = Consumer(settings)
        self.consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in topics])
        self.counts = {topic: Counter() for topic in topics}
        self.times: dict[str, list[float]] = {topic: [] for topic in topics}  # of new lines, monotonic
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
        self.consumer.close()

    def _run(self) -> None:
        while not self.over.is_set():
            for message in self.consumer.consume(1000, timeout=0.01):
                if message.error():
                    if message.error().code() != KafkaError._PARTITION_EOF:
                        raise RuntimeError(message.error().str())
                    continue
                counts = self.counts[message.topic()]
                line = int(message.value())
                counts[line] += 1
                if counts[line] == 1:
                    self.times[message.topic()].append(time.monotonic())

    def flowing_since(self, topic: str, moment: float) -> float | None:
        """When the first new line after that moment came."""
        return next((at for at in self.times[topic] if at > moment), None)

    def gap(self, topic: str, moment: float) -> float:
        """The longest time without a new line since shortly before the moment."""
        times = [at for at in self.times[topic] if at > moment - 1]
        return max((after - before for before, after in zip(times, times[1:], strict=False)), default=0.0)

    def doubled(self) -> int:
        return sum(count - 1 for counts in self.counts.values() for count in counts.values())

    def missing(self, lines: int) -> int:
        """Of that many lines of each topic."""
        return sum(lines - len(counts) for counts in self.counts.values())

    def complete(self, lines: int) -> bool:
        return self.missing(lines) == 0
